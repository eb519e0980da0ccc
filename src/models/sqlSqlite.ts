import { sql } from "kysely";
import { fromSortable, toSortable } from "./decimal.ts";
import { casesOf, readJson, type SqlColumn, type SqlFlavor, sortableRange } from "./sqlFlavor.ts";
import type { FieldKind } from "./types.ts";
import { canonicalJson } from "./values.ts";

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
  if (kind === "integer" || kind === "real") return Number(stored);
  if (kind === "json") return readJson(stored);
  return kind === "decimal" ? fromSortable(String(stored)) : String(stored);
}

/** A `GLOB` class of both cases of each letter; the characters that mean something to `GLOB` stand in one of their own. */
function globClass(folded: string): string {
  if ("*?[".includes(folded)) return `[${folded}]`;
  const cases = casesOf(folded);
  return cases === folded ? folded : `[${cases}]`;
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

/**
 * SQLite. Dates are milliseconds since 1970 and decimals sortable text, so that both compare as what they are; JSON has
 * its keys in order, so that equal values are equal text. Text compares by code point (the collation `BINARY`).
 */
export const sqliteFlavor: SqlFlavor = {
  returning: "both",
  createCommits: false,
  noValues: /* @__PURE__ */ sql.raw("default values"),
  columnType(kind, use) {
    if (use !== "id") return types[kind];
    const counted = kind === "integer" || kind === "bigint";
    return `${types[kind]} not null primary key${counted ? " autoincrement" : ""}`;
  },
  column,
  contains: ({ key }, text) => sql`instr(${key}, ${text}) > 0`,
  startsWith: ({ key }, text) => sql`substr(${key}, 1, ${Array.from(text).length}) = ${text}`,
  search: ({ key }, text) => sql`${key} glob ${`*${Array.from(text, globClass).join("")}*`}`,
  order: ({ key }, descending) => (descending ? sql`${key} desc nulls last` : sql`${key} asc nulls first`),
  problemOf(error) {
    const message = error instanceof Error ? error.message : "";
    const [, list] = /UNIQUE constraint failed: (.+)/.exec(message) ?? [];
    const fields = list?.split(", ").map(name => name.slice(name.lastIndexOf(".") + 1));
    return fields && { is: "duplicate", fields };
  },
};
