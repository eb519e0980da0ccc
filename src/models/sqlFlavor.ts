import { type RawBuilder, sql } from "kysely";
import { decimalKey, fromSortable, toSortable } from "./decimal.ts";
import type { FieldKind } from "./types.ts";
import { canonicalJson, foldCharacter } from "./values.ts";
import type { Comparison } from "./where.ts";

/** A value as a driver binds it. */
export type Bound = string | number | bigint | null;

/** What differs from one database to the next. */
export interface SqlFlavor {
  /** The type of a column in `create table`; ids may need another than other columns. */
  columnType(kind: FieldKind, isId: boolean): string;
  encode(kind: FieldKind, value: unknown): Bound;
  /** The inverse of `encode`, for a value that is not null. */
  decode(kind: FieldKind, stored: unknown): unknown;
  /** True also where both are null. */
  same(column: string, value: Bound): RawBuilder<unknown>;
  /** The comparison of a column that is not null. */
  compare(comparison: Comparison): RawBuilder<unknown>;
  /** Whether text in a column contains a folded text, whatever its case. */
  search(column: string, text: string): RawBuilder<unknown>;
  /** One step of an order: nulls first ascending, last descending. */
  order(column: string, descending: boolean): RawBuilder<unknown>;
  /** The columns of the unique constraint that an error is about; `undefined` for any other error. */
  duplicateOf(error: unknown): string[] | undefined;
}

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

const operators = { eq: "=", gt: ">", gte: ">=", lt: "<", lte: "<=" } as const;

/** Sortable decimals end in the text as it was written: all ways to write a number lie between these two. */
function compareDecimal(column: string, op: keyof typeof operators, value: string): RawBuilder<unknown> {
  const ref = sql.id(column);
  const from = `${decimalKey(value)} `;
  const to = `${decimalKey(value)}!`;
  if (op === "eq") return sql`(${ref} >= ${from} and ${ref} < ${to})`;
  if (op === "gt") return sql`${ref} >= ${to}`;
  if (op === "gte") return sql`${ref} >= ${from}`;
  return op === "lt" ? sql`${ref} < ${from}` : sql`${ref} < ${to}`;
}

/** A `GLOB` class of both cases of each letter; the characters that mean something to `GLOB` stand in one of their own. */
function globClass(folded: string): string {
  if ("*?[".includes(folded)) return `[${folded}]`;
  const upper = folded.toUpperCase();
  return upper !== folded && foldCharacter(upper) === folded ? `[${folded}${upper}]` : folded;
}

/**
 * SQLite. Dates are milliseconds since 1970 and decimals sortable text, so that both compare as what they are; JSON has
 * its keys in order, so that equal values are equal text. Text compares by code point (the collation `BINARY`).
 */
export const sqliteFlavor: SqlFlavor = {
  columnType(kind, isId) {
    if (!isId) return types[kind];
    const counted = kind === "integer" || kind === "bigint";
    return `${types[kind]} not null primary key${counted ? " autoincrement" : ""}`;
  },
  encode(kind, value) {
    if (value === null || value === undefined) return null;
    if (kind === "boolean") return value ? 1 : 0;
    if (kind === "date") return (value as Date).getTime();
    if (kind === "decimal") return toSortable(value as string);
    return kind === "json" ? canonicalJson(value) : (value as Bound);
  },
  decode(kind, stored) {
    if (kind === "boolean") return Boolean(Number(stored));
    if (kind === "date") return new Date(typeof stored === "string" ? stored : Number(stored));
    if (kind === "bigint") return BigInt(stored as number);
    if (kind === "integer" || kind === "real") return Number(stored);
    if (kind === "json") return JSON.parse(String(stored));
    return kind === "decimal" ? fromSortable(String(stored)) : String(stored);
  },
  same: (column, value) => sql`${sql.id(column)} is ${value}`,
  compare({ op, field, kind = "text", value }) {
    const ref = sql.id(field);
    if (op === "contains") return sql`instr(${ref}, ${value}) > 0`;
    if (op === "startsWith") return sql`substr(${ref}, 1, ${Array.from(value as string).length}) = ${value}`;
    if (kind === "decimal") return compareDecimal(field, op, value as string);
    return sql`${ref} ${sql.raw(operators[op])} ${sqliteFlavor.encode(kind, value)}`;
  },
  search(column, text) {
    return sql`${sql.id(column)} glob ${`*${Array.from(text, globClass).join("")}*`}`;
  },
  order(column, descending) {
    return descending ? sql`${sql.id(column)} desc nulls last` : sql`${sql.id(column)} asc nulls first`;
  },
  duplicateOf(error) {
    const message = error instanceof Error ? error.message : "";
    const [, list] = /UNIQUE constraint failed: (.+)/.exec(message) ?? [];
    return list?.split(", ").map(column => column.slice(column.lastIndexOf(".") + 1));
  },
};
