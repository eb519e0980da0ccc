import { fromSortable, sortableRange, toSortable } from "../fields/decimal.ts";
import { losing, wholeNumber } from "../fields/storedNumber.ts";
import { canonicalJson } from "../fields/values.ts";
import { mysqlNumber, mysqlProblem } from "../refusals/mysql.ts";
import type { FieldKind } from "../types.ts";
import { kyselyText } from "./compile.ts";
import {
  type ColumnUse,
  type Dialect,
  type FoundColumn,
  microsOf,
  momentOf,
  type Operand,
  preciseDate,
  readJson,
  type SqlColumn,
  within,
} from "./dialect.ts";
import { mysqlKeys } from "./dialectKeys.ts";
import { explainMysql } from "./explainMysql.ts";
import { mysqlLiving } from "./living.ts";
import { bytes, mysqlText } from "./mysqlText.ts";
import { holds, textTypes } from "./mysqlTypes.ts";
import { type Sql, sql } from "./sql.ts";

/** MySQL and MariaDB have other names for the collation that compares bytes and takes blanks at the end as they are. */
const exact =
  "character set utf8mb4 /*M!100200 collate utf8mb4_nopad_bin */ /*!80017 collate utf8mb4_0900_bin */";
const exactCollations: readonly unknown[] = ["utf8mb4_nopad_bin", "utf8mb4_0900_bin"];

const types: Record<FieldKind, string> = {
  text: `longtext ${exact}`,
  integer: "bigint",
  real: "double",
  boolean: "boolean",
  date: "bigint",
  bigint: "bigint",
  decimal: "varchar(810) character set ascii collate ascii_bin",
  json: "json",
};

const plain = (value: unknown): Operand => value as Operand;
const bare = { store: plain, bind: plain } as const;
const asText = (ref: Sql): Sql => sql`cast(${ref} as char)`;

type Common = Pick<SqlColumn, "name" | "kind" | "nullable">;

/** Where the collation is another than ours, the bytes decide, and the index of the column narrows what is looked at. */
function textColumn(common: Common, ref: Sql, found: FoundColumn | undefined): SqlColumn {
  const base = { ...common, read: ref, store: plain, decode: String };
  if (found === undefined || exactCollations.includes(found.collation)) {
    return { ...base, key: ref, bind: plain };
  }
  const key = bytes(ref);
  const bind = (value: unknown): Sql => bytes(plain(value));
  return {
    ...base,
    key,
    bind,
    equality: [
      [ref, plain],
      [key, bind],
    ],
  };
}

const firstMicros = -62135596800000000n;
const lastMicros = 253402300799999999n;
const lastStamp = 2147483647999999n;

function dateTimeText(micros: bigint): string {
  const { year, rest } = momentOf(micros);
  return `${String(year).padStart(4, "0")}${rest.replace("T", " ")}`;
}

function readDateTime(stored: unknown): bigint {
  const [, day, time = "00:00:00", fraction = ""] =
    /^(\S+)(?: ([\d:]+)(?:\.(\d+))?)?$/.exec(String(stored)) ?? [];
  return BigInt(Date.parse(`${day}T${time}Z`)) * 1000n + BigInt(fraction.padEnd(6, "0"));
}

/** A moment in a `datetime` is in UTC, whatever the session's time zone is; a `timestamp` knows its own. */
function dateColumn(common: Common, ref: Sql, type: string | undefined): SqlColumn {
  const { name, nullable } = common;
  if (type === "timestamp") {
    const stamp = (micros: bigint): Sql =>
      sql`from_unixtime(cast(${String(within(micros, 1_000_000n, lastStamp))} as decimal(20)) / 1000000)`;
    const read = sql`cast(cast(unix_timestamp(${ref}) * 1000000 as signed) as char)`;
    return preciseDate(name, nullable, read, stamp, stored => BigInt(String(stored)));
  }
  if (type === "datetime" || type === "date") {
    const bound = (micros: bigint): Sql =>
      sql`cast(${dateTimeText(within(micros, firstMicros, lastMicros))} as datetime(6))`;
    return {
      ...preciseDate(name, nullable, asText(ref), bound, readDateTime),
      store: value => plain(dateTimeText(microsOf(value as Date))),
    };
  }
  const bind = (value: unknown): Sql => sql`cast(${(value as Date).getTime()} as signed)`;
  return { ...common, read: ref, key: ref, store: bind, bind, decode: stored => new Date(Number(stored)) };
}

/** MySQL's own type compares by content; MariaDB keeps JSON as text and has a function for that. */
function jsonColumn(common: Common, ref: Sql, type: string | undefined): SqlColumn {
  const store = (value: unknown): Operand => plain(canonicalJson(value));
  const base = { ...common, read: asText(ref), store, decode: readJson };
  if (type === "json")
    return { ...base, key: ref, bind: value => sql`cast(${canonicalJson(value)} as json)` };
  return {
    ...base,
    key: sql`json_normalize(${ref})`,
    bind: value => sql`json_normalize(${canonicalJson(value)})`,
  };
}

function decimalColumn(
  common: Common,
  ref: Sql,
  type: string | undefined,
  scale: number | undefined,
): SqlColumn {
  const base = { ...common, key: ref, read: asText(ref) };
  if (type !== undefined && !textTypes.includes(type)) {
    const bind = (value: unknown): Sql => sql`cast(${value} as decimal(65, 30))`;
    return { ...base, ...losing(scale), store: plain, bind, decode: String };
  }
  const bind = (value: unknown): Operand => plain(toSortable(value as string));
  return { ...base, store: bind, bind, range: sortableRange, decode: stored => fromSortable(String(stored)) };
}

function column(name: string, kind: FieldKind, found: FoundColumn | undefined): SqlColumn {
  const ref = sql.id(name);
  const common = { name, kind, nullable: found?.nullable !== "no" };
  const scale = found?.type === "decimal" ? Number(found.scale ?? 0) : undefined;
  const signed = (value: unknown): Sql => sql`cast(${String(value)} as signed)`;
  switch (kind) {
    case "text":
      return textColumn(common, ref, found);
    case "date":
      return dateColumn(common, ref, found?.type);
    case "json":
      return jsonColumn(common, ref, found?.type);
    case "decimal":
      return decimalColumn(common, ref, found?.type, scale);
    case "bigint":
      return {
        ...common,
        read: asText(ref),
        key: ref,
        store: signed,
        bind: signed,
        decode: stored => BigInt(String(stored)),
      };
    case "integer":
      // Drivers read whole numbers as those of JavaScript, and round them.
      return { ...common, read: asText(ref), key: ref, store: signed, bind: signed, decode: wholeNumber };
    case "real":
      return { ...common, ...losing(scale), ...bare, read: sql`${ref} + 0e0`, key: ref, decode: Number };
    case "boolean": {
      const bind = (value: unknown): Operand => plain(value ? 1 : 0);
      // Drivers give a `bit` as bytes.
      const read = found?.type === "bit" ? sql`${ref} + 0` : ref;
      return { ...common, read, key: ref, store: bind, bind, decode: stored => Number(stored) !== 0 };
    }
  }
}

function columnType(kind: FieldKind, use: ColumnUse): string {
  const type = kind === "text" && use !== "plain" ? `varchar(255) ${exact}` : types[kind];
  if (use !== "id") return type;
  return `${type} not null${kind === "text" ? "" : " auto_increment"} primary key`;
}

/**
 * MySQL from 8.0.17 on, and MariaDB from 10.7 on. In a table of ours text compares by its bytes, dates are milliseconds since
 * 1970 and decimals sortable text, all of which keeps every value that JavaScript has; tables that exist are asked for
 * their columns, and `datetime`, `timestamp`, `decimal` and any collation are taken as they are.
 *
 * @see https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html
 */
export const mysqlDialect: Dialect = {
  name: "mysql",
  returning: "none",
  lock: /* @__PURE__ */ sql.raw(" for update"),
  createCommits: true,
  createLiving: mysqlLiving,
  keys: mysqlKeys,
  noValues: /* @__PURE__ */ sql.raw("() values ()"),
  /** MariaDB reads what MySQL takes for a comment. */
  insertEnd: columns => sql`/*M!100500 returning ${columns} */`,
  columnType,
  asksColumns: true,
  inspect(table, withKeys = false) {
    const [name, schema = null] = table.split(".").toReversed();
    return sql<FoundColumn>`select column_name as name, data_type as type, collation_name as collation,
      lower(is_nullable) as nullable, numeric_scale as scale, case when column_default is null then null
      when version() like '%MariaDB%' or extra like '%DEFAULT_GENERATED%' then column_default else quote(column_default) end as preset,
      (select group_concat(keyed.names separator '\n') from (select group_concat(coalesce(column_name, '()') order by seq_in_index) as names
        from information_schema.statistics where table_schema = coalesce(${schema}, database()) and table_name = ${name}
        and non_unique = 0 group by index_name) keyed) as uniques,
      ${withKeys ? sql`(${mysqlKeys.found(table)})` : sql.raw("null")} as foreigns
      from information_schema.columns where table_schema = coalesce(${schema}, database()) and table_name = ${name}`;
  },
  holds,
  column,
  text: mysqlText,
  /** Nulls are the least here, as everywhere in this library. */
  order: ({ key }, descending) => kyselyText.order(key, descending, false),
  problemOf: mysqlProblem,
  explained: explainMysql,
  isCreated: error => mysqlNumber(error) === 1050,
};
