import { fromSortable, sortableRange, toSortable } from "../fields/decimal.ts";
import { wholeNumber } from "../fields/storedNumber.ts";
import { canonicalJson } from "../fields/values.ts";
import { sqliteText } from "../query/sqlText.ts";
import type { Problem } from "../refusals/refusal.ts";
import { explainSqlite, sqliteProblem } from "../refusals/sqlite.ts";
import type { FieldKind } from "../types.ts";
import { kyselyText } from "./compile.ts";
import { type Dialect, type Failure, type FoundColumn, readJson, type SqlColumn } from "./dialect.ts";
import { sqliteKeys } from "./dialectKeys.ts";
import { sqliteLiving } from "./living.ts";
import { type Sql, sql } from "./sql.ts";

const types: Record<FieldKind, string> = {
  text: "text",
  integer: "integer",
  real: "real",
  boolean: "integer",
  date: "integer",
  bigint: "integer",
  decimal: "text",
  json: "text",
};

type Bound = string | number | bigint;

function encode(kind: FieldKind, value: unknown): Bound {
  if (kind === "boolean") return value ? 1 : 0;
  if (kind === "date") return (value as Date).getTime();
  if (kind === "decimal") return toSortable(value as string);
  return kind === "json" ? canonicalJson(value) : (value as Bound);
}

function decode(kind: FieldKind, stored: unknown): unknown {
  if (kind === "boolean") return Boolean(Number(stored));
  if (kind === "date") return new Date(typeof stored === "string" ? stored : Number(stored));
  if (kind === "bigint") return BigInt(stored as number);
  if (kind === "integer") return wholeNumber(stored);
  if (kind === "real") return Number(stored);
  if (kind === "json") return readJson(stored);
  return kind === "decimal" ? fromSortable(String(stored)) : String(stored);
}

function column(name: string, kind: FieldKind): SqlColumn {
  const ref = sql.id(name);
  const bind = (value: unknown): Bound => encode(kind, value);
  return {
    name,
    kind,
    nullable: true,
    read: ref,
    key: ref,
    store: bind,
    bind,
    decode: stored => decode(kind, stored),
    ...(kind === "decimal" && { range: sortableRange }),
  };
}

/** @see https://sqlite.org/datatype3.html#determination_of_column_affinity */
export function affinityOf(type: string): "integer" | "text" | "blob" | "real" | "numeric" {
  if (/int/i.test(type)) return "integer";
  if (/char|clob|text/i.test(type)) return "text";
  if (type === "" || /blob/i.test(type)) return "blob";
  return /real|floa|doub/i.test(type) ? "real" : "numeric";
}

/** A column of text makes text of a number, and one of numbers a number of text that reads like one. */
const holding: Record<FieldKind, readonly string[]> = {
  text: ["text"],
  integer: ["integer", "numeric"],
  real: ["integer", "real", "numeric"],
  boolean: ["integer", "numeric"],
  date: ["integer", "numeric", "text"],
  bigint: ["integer", "numeric"],
  decimal: ["text"],
  json: ["text", "numeric"],
};

function holds(kind: FieldKind, { type }: FoundColumn): boolean {
  const affinity = affinityOf(type);
  return affinity === "blob" || holding[kind].includes(affinity);
}

function inspect(table: string, withKeys = false): Sql<FoundColumn> {
  const [name, schema = null] = table.split(".").toReversed();
  const names = sql`select group_concat(name) from (select name from pragma_index_info(l.name, ${schema}) order by seqno)`;
  const text = sql`select replace(m.sql, char(10), ' ') from ${sql.table(schema === null ? "sqlite_master" : `${schema}.sqlite_master`)} m where m.name = l.name`;
  const expressions = sql`${text} and exists (select 1 from pragma_index_info(l.name, ${schema}) where name is null)`;
  const partial = sql`case l.partial when 1 then ' where ' || (${text}) else '' end`;
  return sql<FoundColumn>`select name, type, null as collation, case "notnull" when 0 then 'yes' else 'no' end as nullable,
    dflt_value as preset, (select group_concat(coalesce((${expressions}), (${names}) || ${partial}), char(10))
      from pragma_index_list(${name}, ${schema}) l where l."unique" = 1) as uniques,
    ${withKeys ? sql`(${sqliteKeys.found(table)})` : sql.raw("null")} as foreigns
    from pragma_table_info(${name}, ${schema})`;
}

function explained(problem: Problem, failure: Failure): Promise<Problem> {
  const { error, names, operation, written, ask } = failure;
  return explainSqlite(problem, error, operation, written, names, {
    async indexText(name) {
      const [found] = await ask(
        sql<{ text: string }>`select sql as text from sqlite_master where name = ${name}`,
      );
      return found?.text;
    },
    async references(table) {
      const found = await ask(
        sql<{ name: string }>`select "from" as name from pragma_foreign_key_list(${table})`,
      );
      return found.map(({ name }) => name);
    },
  });
}

/**
 * SQLite. Dates are milliseconds since 1970 and decimals sortable text, so that both compare as what they are; JSON has
 * its keys in order, so that equal values are equal text. Text compares by code point (the collation `BINARY`).
 */
export const sqliteDialect: Dialect = {
  name: "sqlite",
  returning: "both",
  lock: /* @__PURE__ */ sql.raw(""),
  createCommits: false,
  createLiving: sqliteLiving,
  keys: sqliteKeys,
  noValues: /* @__PURE__ */ sql.raw("default values"),
  columnType(kind, use) {
    if (use !== "id") return types[kind];
    const counted = kind === "integer" || kind === "bigint";
    return `${types[kind]} not null primary key${counted ? " autoincrement" : ""}`;
  },
  asksColumns: false,
  inspect,
  holds,
  column,
  text: /* @__PURE__ */ sqliteText<Sql>(sql),
  order: ({ key }, descending) => kyselyText.order(key, descending, true),
  problemOf: sqliteProblem,
  explained,
};
