import { sql } from "kysely";
import { fromSortable, toSortable } from "./decimal.ts";
import {
  anyCase,
  type ColumnUse,
  type FoundColumn,
  fieldsNamed,
  microsOf,
  momentOf,
  type Operand,
  type Problem,
  preciseDate,
  readJson,
  type Sql,
  type SqlColumn,
  type SqlFlavor,
  sortableRange,
  type TableKeys,
  within,
} from "./sqlFlavor.ts";
import type { FieldKind } from "./types.ts";
import { canonicalJson } from "./values.ts";

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

const textTypes: readonly unknown[] = ["char", "varchar", "tinytext", "text", "mediumtext", "longtext"];

const bytes = (text: Operand): Sql => sql`cast(convert(${text} using utf8mb4) as binary)`;
const plain = (value: unknown): Operand => value as Operand;
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

function decimalColumn(common: Common, ref: Sql, type: string | undefined): SqlColumn {
  const base = { ...common, key: ref, read: asText(ref) };
  if (type !== undefined && !textTypes.includes(type)) {
    return { ...base, store: plain, bind: value => sql`cast(${value} as decimal(65, 30))`, decode: String };
  }
  const bind = (value: unknown): Operand => plain(toSortable(value as string));
  return { ...base, store: bind, bind, range: sortableRange, decode: stored => fromSortable(String(stored)) };
}

function column(name: string, kind: FieldKind, found: FoundColumn | undefined): SqlColumn {
  const ref = sql.id(name);
  const common = { name, kind, nullable: found?.nullable !== "no" };
  const signed = (value: unknown): Sql => sql`cast(${String(value)} as signed)`;
  switch (kind) {
    case "text":
      return textColumn(common, ref, found);
    case "date":
      return dateColumn(common, ref, found?.type);
    case "json":
      return jsonColumn(common, ref, found?.type);
    case "decimal":
      return decimalColumn(common, ref, found?.type);
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
      return { ...common, read: ref, key: ref, store: signed, bind: signed, decode: Number };
    case "real":
      return { ...common, read: sql`${ref} + 0e0`, key: ref, store: plain, bind: plain, decode: Number };
    case "boolean": {
      const bind = (value: unknown): Operand => plain(value ? 1 : 0);
      // Drivers give a `bit` as bytes.
      const read = found?.type === "bit" ? sql`${ref} + 0` : ref;
      return { ...common, read, key: ref, store: bind, bind, decode: stored => Number(stored) !== 0 };
    }
  }
}

/** Drivers over HTTP tell the number in the message. */
function numberOf(error: unknown): number {
  const { errno, message } = error as { errno?: unknown; message?: unknown };
  if (typeof errno === "number") return errno;
  return Number(/(?:errno|error code:?) (\d{4})\b/i.exec(String(message))?.[1]);
}

/** An index that was given no name has that of its first column, with a number from the second such index on. */
function duplicated(error: unknown, { idKey, fields, unique }: TableKeys): string[] {
  const found = [...String((error as Error).message).matchAll(/for key '([^']+)'/g)].at(-1)?.[1] ?? "";
  const key = found.slice(found.lastIndexOf(".") + 1);
  if (key === "PRIMARY") return [idKey];
  const [, base = "", number = "1"] = /^(.*?)(?:_(\d+))?$/.exec(key) ?? [];
  const first = (name: string): string => fieldsNamed([name], fields)[0] ?? name;
  const groups = unique.filter(([name]) => name === first(key) || name === first(base));
  return [...(groups[Number(number) - 1] ?? [])];
}

/** ER_LOCK_DEADLOCK, and ER_CHECKREAD of MariaDB. */
const collisions: ReadonlySet<number> = /* @__PURE__ */ new Set([1213, 1020]);

/** Out of range, too long, or not of the column's form. */
const misfits: ReadonlySet<number> = /* @__PURE__ */ new Set([
  1264, 1292, 1366, 1367, 1406, 1525, 3140, 3141,
]);

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
export const mysqlFlavor: SqlFlavor = {
  returning: "none",
  createCommits: true,
  noValues: /* @__PURE__ */ sql.raw("() values ()"),
  /** MariaDB reads what MySQL takes for a comment. */
  insertEnd: columns => sql`/*M!100500 returning ${columns} */`,
  columnType,
  inspect(table) {
    const [name, schema = null] = table.split(".").toReversed();
    return sql<FoundColumn>`select column_name as name, data_type as type, collation_name as collation,
      lower(is_nullable) as nullable from information_schema.columns
      where table_schema = coalesce(${schema}, database()) and table_name = ${name}`;
  },
  column,
  contains: ({ name }, text) => sql`locate(${bytes(text)}, ${bytes(sql.id(name))}) > 0`,
  startsWith: ({ name }, text) =>
    sql`left(${bytes(sql.id(name))}, ${Buffer.byteLength(text)}) = ${bytes(text)}`,
  search({ name }, text) {
    // MySQL takes no empty pattern.
    if (text === "") return sql`${sql.id(name)} is not null`;
    return sql`convert(${sql.id(name)} using utf8mb4) collate utf8mb4_bin regexp ${anyCase(text)}`;
  },
  /** Nulls are the least here, as everywhere in this library. */
  order: ({ key }, descending) => (descending ? sql`${key} desc` : sql`${key} asc`),
  problemOf(error, keys): Problem | undefined {
    const number = numberOf(error);
    if (number === 1062) return { is: "duplicate", fields: duplicated(error, keys) };
    if (collisions.has(number)) return { is: "collision" };
    return misfits.has(number) ? { is: "misfit" } : undefined;
  },
  isCreated: error => numberOf(error) === 1050,
};
