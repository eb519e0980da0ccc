import { type SQL, sql } from "drizzle-orm";
import { sortableRange } from "../fields/decimal.ts";
import { canonicalJson } from "../fields/values.ts";
import type { OrderStep } from "../query/ordering.ts";
import { postgresText, type SqlText, sqliteText, sqlText, type TextTests } from "../query/sqlText.ts";
import { type Comparison, type ConditionTree, signs } from "../query/where.ts";
import { type ColumnForm, comparable, type DrizzleColumn, type DrizzleColumns } from "./columns.ts";

const drizzleText: SqlText<SQL> = /* @__PURE__ */ sqlText<SQL>(sql);
const liteText: TextTests<SQL> = /* @__PURE__ */ sqliteText<SQL>(sql);
const pgText: TextTests<SQL> = /* @__PURE__ */ postgresText<SQL>(sql);

const isPg = ({ column }: DrizzleColumn): boolean => column.columnType.startsWith("Pg");

type Operator = keyof typeof signs;

const textOf = (at: DrizzleColumn): TextTests<SQL> => (isPg(at) ? pgText : liteText);

/** A value as it is bound, mostly through the column's own mapping. */
function bound(at: DrizzleColumn, value: unknown): SQL {
  const { column, form, kind } = at;
  if (form === "seconds") return sql`${(value as Date).getTime() / 1000}`;
  if (form === "shown") return sql`${value}`;
  // A smaller integer column would refuse numbers that it can't hold, instead of comparing with them.
  if (kind === "integer" && isPg(at)) return sql`${value}::bigint`;
  return sql`${sql.param(value, column)}`;
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
  if (uuid.test(value)) return sql`${column} ${sql.raw(signs[op])} ${value}::uuid`;
  return op === "eq" ? drizzleText.never : sql`${column}::text collate "C" ${sql.raw(signs[op])} ${value}`;
}

function compare(at: DrizzleColumn, { op, value, exact }: Comparison): SQL {
  const { column, form, kind } = at;
  if (op === "contains" || op === "startsWith" || op === "endsWith")
    return textOf(at)[op](sql`${column}`, value as string);
  if (kind === "json") return sameJson(at, value);
  if (form === "uuid") return compareUuid(at, op, value as string);
  if (form === "sortable" && !exact) return drizzleText.inRange(sql`${column}`, op, sortableRange(value));
  // Equality needs no collation, and without one an ordinary index serves it.
  const ref = op === "eq" && form === "collated" ? sql`${column}` : comparable(at);
  return sql`${ref} ${sql.raw(signs[op])} ${bound(at, value)}`;
}

const listed: ReadonlySet<ColumnForm> = /* @__PURE__ */ new Set<ColumnForm>(["plain", "collated", "seconds"]);

function oneOf(at: DrizzleColumn, values: readonly unknown[]): SQL {
  const { name: field, kind, column, form } = at;
  if (values.length > 0 && listed.has(form)) {
    const list = values.map(value => bound(at, value));
    return sql`${column} in (${sql.join(list, sql.raw(", "))})`;
  }
  return drizzleText.any(values.map(value => compare(at, { op: "eq", field, kind, value: value as string })));
}

/**
 * The SQL of a condition.
 *
 * @param tree the checked condition
 * @param columns the table's
 */
export function drizzleCondition(tree: ConditionTree, columns: DrizzleColumns): SQL {
  const columnOf = (field: string): DrizzleColumn => columns[field] as DrizzleColumn;
  return drizzleText.condition(tree, {
    column: field => sql`${columnOf(field).column}`,
    compare: comparison => compare(columnOf(comparison.field), comparison),
    oneOf: (field, values) => oneOf(columnOf(field), values),
    key: field => comparable(columnOf(field)),
    search: (field, part, place) =>
      textOf(columnOf(field)).search(sql`${columnOf(field).column}`, part, place),
  });
}

/** One step of an order. Where there are no nulls nothing is said of them, so that an ordinary index serves it. */
export function drizzleOrder({ field, descending }: OrderStep, columns: DrizzleColumns): SQL {
  const at = columns[field] as DrizzleColumn;
  return drizzleText.order(comparable(at), descending, !at.column.notNull);
}
