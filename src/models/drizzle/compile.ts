import { type SQL, sql } from "drizzle-orm";
import { decimalKey, toSortable } from "../fields/decimal.ts";
import { canonicalJson } from "../fields/values.ts";
import { casesOf, lettersOf } from "../query/letterCases.ts";
import type { OrderStep } from "../query/ordering.ts";
import type { Comparison, ConditionTree } from "../query/where.ts";
import { type ColumnForm, comparable, type DrizzleColumn, type DrizzleColumns } from "./columns.ts";

/** Databases bound how deep an expression may nest, and read a row of `or` as such a nest: long rows are halved. */
const longest = 50;

function chain(parts: readonly SQL[], word: SQL): SQL {
  if (parts.length <= longest) return sql`(${sql.join([...parts], word)})`;
  const half = parts.length >> 1;
  return sql`(${chain(parts.slice(0, half), word)}${word}${chain(parts.slice(half), word)})`;
}

const always: SQL = /* @__PURE__ */ sql.raw("1 = 1");
const never: SQL = /* @__PURE__ */ sql.raw("1 = 0");

const all = (parts: readonly SQL[]): SQL => (parts.length ? chain(parts, sql.raw(" and ")) : always);
const any = (parts: readonly SQL[]): SQL => (parts.length ? chain(parts, sql.raw(" or ")) : never);

/** SQL has a third truth value; a negated comparison says itself that null counts as false. */
const unless = ({ column }: DrizzleColumn, test: SQL): SQL => sql`(${column} is null or not (${test}))`;

const isPg = ({ column }: DrizzleColumn): boolean => column.columnType.startsWith("Pg");

const operators = { eq: "=", gt: ">", gte: ">=", lt: "<", lte: "<=" } as const;

type Operator = keyof typeof operators;

/** A value as it is bound, mostly through the column's own mapping. */
function bound(at: DrizzleColumn, value: unknown): SQL {
  const { column, form, kind } = at;
  if (form === "seconds") return sql`${(value as Date).getTime() / 1000}`;
  if (form === "shown") return sql`${value}`;
  // A smaller integer column would refuse numbers that it can't hold, instead of comparing with them.
  if (kind === "integer" && isPg(at)) return sql`${value}::bigint`;
  return sql`${sql.param(value, column)}`;
}

/** Sortable decimals end in the text as it was written: all ways to write a number lie between these two. */
function compareSortable({ column }: DrizzleColumn, op: Operator, value: string, exact = false): SQL {
  if (exact) return sql`${column} ${sql.raw(operators[op])} ${toSortable(value)}`;
  const from = `${decimalKey(value)} `;
  const to = `${decimalKey(value)}!`;
  if (op === "eq") return sql`(${column} >= ${from} and ${column} < ${to})`;
  if (op === "gt") return sql`${column} >= ${to}`;
  if (op === "gte") return sql`${column} >= ${from}`;
  return op === "lt" ? sql`${column} < ${from}` : sql`${column} < ${to}`;
}

/** JSON text may have its keys in the order in which somebody wrote them, or as this model does. */
function sameJson({ column, form }: DrizzleColumn, value: unknown): SQL {
  const text = canonicalJson(value);
  if (form === "jsonb") return sql`${column}::jsonb = ${text}::jsonb`;
  if (form === "array") return sql`to_jsonb(${column}) = ${text}::jsonb`;
  return sql`json(${column}) in (json(${text}), json(${JSON.stringify(value)}))`;
}

const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** A text that is not a UUID equals none, but has its place among them. */
function compareUuid({ column }: DrizzleColumn, op: Operator, value: string): SQL {
  if (uuid.test(value)) return sql`${column} ${sql.raw(operators[op])} ${value}::uuid`;
  return op === "eq" ? never : sql`${column}::text collate "C" ${sql.raw(operators[op])} ${value}`;
}

function compare(at: DrizzleColumn, { op, value, exact }: Comparison): SQL {
  const { column, form, kind } = at;
  const text = form === "shown" || form === "uuid" ? sql`${column}::text` : sql`${column}`;
  if (op === "contains")
    return isPg(at) ? sql`strpos(${text}, ${value}) > 0` : sql`instr(${text}, ${value}) > 0`;
  if (op === "startsWith") {
    if (isPg(at)) return sql`starts_with(${text}, ${value})`;
    return sql`substr(${text}, 1, ${Array.from(value as string).length}) = ${value}`;
  }
  if (kind === "json") return sameJson(at, value);
  if (form === "uuid") return compareUuid(at, op, value as string);
  if (form === "sortable") return compareSortable(at, op, value as string, exact);
  // Equality needs no collation, and without one an ordinary index serves it.
  const ref = op === "eq" && form === "collated" ? sql`${column}` : comparable(at);
  return sql`${ref} ${sql.raw(operators[op])} ${bound(at, value)}`;
}

/** The text with the letters folded that a folded text has; SQLite's `lower` knows those of ASCII alone. */
function foldedFor(text: string, column: SQL): SQL {
  const { ascii, others } = lettersOf(text);
  const base = ascii.length > 0 ? sql`lower(${column})` : column;
  return others.reduce((inner, [lower, upper]) => sql`replace(${inner}, ${upper}, ${lower})`, base);
}

function regexOf(folded: string): string {
  const both = casesOf(folded);
  if (both !== folded) return `[${both}]`;
  return /^[!-/:-@[-`{-~]$/.test(folded) ? `\\${folded}` : folded;
}

function contains(at: DrizzleColumn, text: string): SQL {
  if (isPg(at)) return sql`${comparable(at)} ~ ${Array.from(text, regexOf).join("")}`;
  return sql`instr(${foldedFor(text, sql`${at.column}`)}, ${text}) > 0`;
}

const listed: ReadonlySet<ColumnForm> = /* @__PURE__ */ new Set<ColumnForm>(["plain", "collated", "seconds"]);

function oneOf(at: DrizzleColumn, values: readonly unknown[]): SQL {
  const { name: field, kind, column, form } = at;
  if (listed.has(form)) {
    const list = values.map(value => bound(at, value));
    return sql`${column} in (${sql.join(list, sql.raw(", "))})`;
  }
  return any(values.map(value => compare(at, { op: "eq", field, kind, value: value as string })));
}

/**
 * The SQL of a condition. Values are bound; names are those that `compileWhere` found among the columns. A negation is
 * pushed down to the comparisons, where nulls can be told apart.
 *
 * @param tree the checked condition
 * @param columns the table's
 * @param negate whether its complement is meant
 */
export function drizzleCondition(tree: ConditionTree, columns: DrizzleColumns, negate = false): SQL {
  const columnOf = (field: string): DrizzleColumn => columns[field] as DrizzleColumn;
  const signed = (at: DrizzleColumn, test: SQL): SQL => (negate ? unless(at, test) : test);
  switch (tree.op) {
    case "and":
    case "or": {
      const parts = tree.nodes.map(node => drizzleCondition(node, columns, negate));
      return (tree.op === "and") === negate ? any(parts) : all(parts);
    }
    case "not":
      return drizzleCondition(tree.node, columns, !negate);
    case "isNull": {
      const { column } = columnOf(tree.field);
      return negate ? sql`${column} is not null` : sql`${column} is null`;
    }
    case "in": {
      if (tree.values.length === 0) return negate ? always : never;
      return signed(columnOf(tree.field), oneOf(columnOf(tree.field), tree.values));
    }
    case "search": {
      const tests = tree.fields.map(field => signed(columnOf(field), contains(columnOf(field), tree.text)));
      return negate ? all(tests) : any(tests);
    }
    default:
      return signed(columnOf(tree.field), compare(columnOf(tree.field), tree));
  }
}

/** One step of an order. Where there are no nulls nothing is said of them, so that an ordinary index serves it. */
export function drizzleOrder({ field, descending }: OrderStep, columns: DrizzleColumns): SQL {
  const at = columns[field] as DrizzleColumn;
  const nulls = at.column.notNull ? "" : descending ? " nulls last" : " nulls first";
  return sql`${comparable(at)} ${sql.raw(`${descending ? "desc" : "asc"}${nulls}`)}`;
}
