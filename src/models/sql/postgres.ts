import { losing, wholeNumber } from "../fields/storedNumber.ts";
import { canonicalJson } from "../fields/values.ts";
import { postgresText } from "../query/sqlText.ts";
import { postgresProblem, postgresState } from "../refusals/postgres.ts";
import type { FieldKind } from "../types.ts";
import { kyselyText } from "./compile.ts";
import {
  type Dialect,
  type FoundColumn,
  microsOf,
  momentOf,
  preciseDate,
  readJson,
  type SqlColumn,
} from "./dialect.ts";
import { postgresKeys } from "./dialectKeys.ts";
import { postgresLiving } from "./living.ts";
import { type Sql, sql } from "./sql.ts";

/** `bigint` also where numbers are meant: a whole number in JavaScript has 53 bits. */
const types: Record<FieldKind, string> = {
  text: 'text collate "C"',
  integer: "bigint",
  real: "double precision",
  boolean: "boolean",
  date: "timestamptz(3)",
  bigint: "bigint",
  decimal: "numeric",
  json: "jsonb",
};

const uuid = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/;
const textTypes = /^(?:text|character varying|varchar)\b/;

const asText = (ref: Sql): Sql => sql`cast(${ref} as text)`;
const asNumber = (stored: unknown): number => Number(stored);

/** Digits behind the point of `numeric(10,2)`; of a plain `numeric` any. */
function scaleOf(type: string): number | undefined {
  const [, precision, scale] = /^numeric\((\d+)(?:,(-?\d+))?\)$/.exec(type) ?? [];
  return precision === undefined ? undefined : Number(scale ?? 0);
}

/** The first moment of the calendar that PostgreSQL counts in: in November of 4714 BC. */
const firstMicros = -210866803200000000n;

/** As text, which no driver changes on its way, whatever it does with dates. */
function moment(micros: bigint): string {
  const { year, rest } = momentOf(micros);
  return year > 0
    ? `${String(year).padStart(4, "0")}${rest}Z`
    : `${String(1 - year).padStart(4, "0")}${rest}Z BC`;
}

function dateColumn(name: string, nullable: boolean): SqlColumn {
  const ref = sql.id(name);
  const bound = (micros: bigint): Sql => sql`cast(cast(${moment(micros)} as text) as timestamptz)`;
  return {
    ...preciseDate(
      name,
      nullable,
      sql`cast(extract(epoch from cast(${ref} as timestamptz)) * 1000000 as text)`,
      micros => bound(micros < firstMicros ? firstMicros : micros),
      stored => BigInt(String(stored).replace(/\..*/, "")),
    ),
    store: value => bound(microsOf(value as Date)),
  };
}

/** How many characters `character varying(20)` takes. */
function lengthOf(type: string): number | undefined {
  const start = type.indexOf("(");
  return start < 0 ? undefined : Number(type.slice(start + 1, type.indexOf(")")));
}

/** The greatest number of the types that hold fewer than JavaScript does. */
const greatest: Readonly<Record<string, number>> = { smallint: 32_767, integer: 2_147_483_647 };

/**
 * Text in a column of any type. Where it sorts by code point already, an index serves order and comparison; else one
 * made with `collate "C"` does.
 */
function textColumn(name: string, nullable: boolean, found: FoundColumn | undefined): SqlColumn {
  const ref = sql.id(name);
  const plain = (value: unknown): string => value as string;
  const common = { name, kind: "text", nullable, read: ref, store: plain, decode: String } as const;
  const type = found?.type ?? "text";
  if (type === "uuid") {
    // UUIDs sort as their text does.
    const bind = (value: unknown): Sql => sql`cast(${value} as uuid)`;
    return { ...common, form: "uuid", key: ref, bind, accepts: value => uuid.test(String(value)) };
  }
  if (!textTypes.test(type)) {
    const key = sql`cast(${ref} as text) collate "C"`;
    return { ...common, key, bind: value => sql`cast(${value} as text)`, read: asText(ref) };
  }
  const most = lengthOf(type);
  const limited =
    most === undefined
      ? common
      : { ...common, accepts: (value: unknown) => Array.from(String(value)).length <= most };
  if (found === undefined || found.collation === "C") return { ...limited, key: ref, bind: plain };
  return {
    ...limited,
    key: sql`${ref} collate "C"`,
    bind: plain,
    equality: [[ref, plain]],
  };
}

function column(name: string, kind: FieldKind, found: FoundColumn | undefined): SqlColumn {
  const ref = sql.id(name);
  const nullable = found?.nullable !== "no";
  if (kind === "text") return textColumn(name, nullable, found);
  if (kind === "date") return dateColumn(name, nullable);
  const made = (type: string, decode: (stored: unknown) => unknown, read: Sql = ref): SqlColumn => {
    const bind = (value: unknown): Sql => sql`cast(${value} as ${sql.raw(type)})`;
    const lost = losing(scaleOf(found?.type ?? ""));
    return { name, kind, nullable, read, key: ref, store: bind, bind, decode, ...lost };
  };
  if (kind === "integer") {
    const most = greatest[found?.type ?? ""] ?? Number.POSITIVE_INFINITY;
    const accepts = (value: unknown): boolean => Number(value) <= most && Number(value) >= -most - 1;
    return { ...made("bigint", wholeNumber, most === Number.POSITIVE_INFINITY ? asText(ref) : ref), accepts };
  }
  if (kind === "real") return made("double precision", asNumber, sql`cast(${ref} as double precision)`);
  if (kind === "boolean")
    return made("boolean", stored => stored === true || stored === "t" || stored === "true");
  if (kind === "bigint") {
    const bind = (value: unknown): Sql => sql`cast(${String(value)} as bigint)`;
    return { ...made("bigint", stored => BigInt(String(stored)), asText(ref)), store: bind, bind };
  }
  if (kind === "decimal") return made("numeric", String, asText(ref));
  const bind = (value: unknown): Sql => sql`cast(cast(${canonicalJson(value)} as text) as jsonb)`;
  return {
    ...made("jsonb", readJson, asText(ref)),
    key: sql`cast(${ref} as jsonb)`,
    store: bind,
    bind,
  };
}

const whole = ["smallint", "integer", "bigint"];
const floating = ["real", "double precision"];
const textual = ["text", "character varying", "character"];
const dates = ["timestamp with time zone", "timestamp without time zone", "date"];

/** The types of PostgreSQL's own that a kind may have; any other, such as an enum, is its owner's matter. */
const holding: Record<FieldKind, readonly string[]> = {
  text: [...textual, ...dates, "uuid"],
  integer: whole,
  real: floating,
  boolean: ["boolean"],
  date: dates,
  bigint: whole,
  decimal: [],
  json: ["json", "jsonb", "text"],
};
const known: readonly string[] = [...new Set(Object.values(holding).flat())];

function holds(kind: FieldKind, { type }: FoundColumn): boolean {
  const start = type.indexOf("(");
  const plain = start < 0 ? type : type.slice(0, start) + type.slice(type.indexOf(")") + 1);
  if (plain === "numeric") {
    const isWhole = !scaleOf(type);
    return kind === "decimal" || kind === "real" || (isWhole && (kind === "integer" || kind === "bigint"));
  }
  return !known.includes(plain) || holding[kind].includes(plain);
}

/** `create table if not exists` may meet the name, the type or the index entry of one that is being created. */
const created: ReadonlySet<unknown> = /* @__PURE__ */ new Set(["23505", "42P07", "42710"]);

/**
 * PostgreSQL. Values are cast in the statement and read as text where drivers differ in what they make of them, so that
 * all drivers give the same. Tables that exist are asked for their columns: what is not `text`, or sorts by a locale, is
 * compared as text by code point.
 *
 * @see https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
export const postgresDialect: Dialect = {
  name: "postgres",
  returning: "both",
  lock: /* @__PURE__ */ sql.raw(" for update"),
  createCommits: false,
  createLiving: postgresLiving,
  keys: postgresKeys,
  noValues: /* @__PURE__ */ sql.raw("default values"),
  columnType(kind, use) {
    if (use !== "id") return types[kind];
    const counted = kind === "integer" || kind === "bigint";
    return `${types[kind]}${counted ? " generated by default as identity" : ""} primary key`;
  },
  asksColumns: true,
  inspect(table, withKeys = false) {
    const name = table
      .split(".")
      .map(part => `"${part.replaceAll('"', '""')}"`)
      .join(".");
    return sql<FoundColumn>`select a.attname as name, format_type(a.atttypid, a.atttypmod) as type,
      c.collname as collation, case when a.attnotnull then 'no' else 'yes' end as nullable,
      pg_get_expr(d.adbin, d.adrelid) as preset, (select string_agg((select string_agg(pg_get_indexdef(i.indexrelid, k, true), ',')
        from generate_series(1, i.indnkeyatts) k) || coalesce(' where ' || pg_get_expr(i.indpred, i.indrelid), ''), chr(10)) from pg_catalog.pg_index i
        where i.indrelid = to_regclass(${name}) and i.indisunique and i.indisvalid) as uniques,
      ${withKeys ? sql`(${postgresKeys.found(table)})` : sql.raw("null")} as foreigns
      from pg_catalog.pg_attribute a left join pg_catalog.pg_collation c on c.oid = a.attcollation
      left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
      where a.attrelid = to_regclass(${name}) and a.attnum > 0 and not a.attisdropped`;
  },
  holds,
  column,
  text: /* @__PURE__ */ postgresText<Sql>(sql),
  order: ({ key, nullable }, descending) => kyselyText.order(key, descending, nullable),
  problemOf: postgresProblem,
  isCreated: error => created.has(postgresState(error)),
};
