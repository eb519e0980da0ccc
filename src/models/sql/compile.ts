import { type ColumnTests, type SqlText, sqlText } from "../query/sqlText.ts";
import { type Comparison, type ConditionTree, signs } from "../query/where.ts";
import type { Dialect, SqlColumn, SqlColumns } from "./dialect.ts";
import { type Sql, sql } from "./sql.ts";
import type { TableKey } from "./tableKey.ts";

/** What a condition is compiled for. */
export interface SqlTarget {
  readonly dialect: Dialect;
  readonly columns: SqlColumns;
  /** The foreign keys of the model that the table has. */
  readonly kept?: readonly TableKey[];
}

/** The SQL that Kysely and others write alike. */
export const kyselyText: SqlText<Sql> = /* @__PURE__ */ sqlText<Sql>(sql);

/** That a column, which is not null, holds one of some values. */
function equalsOne(column: SqlColumn, values: readonly unknown[]): Sql {
  const { all, any, inRange, never } = kyselyText;
  const { range, accepts, key, bind, equality = [[key, bind]] } = column;
  const possible = accepts ? values.filter(value => accepts(value)) : values;
  if (possible.length === 0) return never;
  if (range) return any(possible.map(value => inRange(key, "eq", range(value))));
  const tests = equality.map(([left, right]) => {
    const bound = possible.map(right);
    return bound.length === 1 ? sql`${left} = ${bound[0]}` : sql`${left} in (${sql.join(bound)})`;
  });
  return tests.length === 1 ? (tests[0] as Sql) : all(tests);
}

function compare(column: SqlColumn, { op, value, exact }: Comparison, { text }: Dialect): Sql {
  const { key, range, position = column } = column;
  if (op === "contains" || op === "startsWith" || op === "endsWith")
    return text[op](sql.id(column.name), value as string);
  if (exact) return sql`${key} ${sql.raw(signs[op])} ${position.bind(value)}`;
  if (op === "eq") return equalsOne(column, [value]);
  if (range) return kyselyText.inRange(key, op, range(value));
  return sql`${key} ${sql.raw(signs[op])} ${column.bind(value)}`;
}

/**
 * The SQL of a condition.
 *
 * @param tree the checked condition
 * @returns {@link kyselyText}'s `never` for every condition that is seen to be met by no row
 */
export function conditionSql(tree: ConditionTree, { columns, dialect }: SqlTarget): Sql {
  const columnOf = (field: string): SqlColumn => columns[field] as SqlColumn;
  const tests: ColumnTests<Sql> = {
    column: field => sql.id(columnOf(field).name),
    compare: comparison => compare(columnOf(comparison.field), comparison, dialect),
    oneOf: (field, values) => equalsOne(columnOf(field), values),
    key: field => columnOf(field).key,
    search: (field, text, place) => dialect.text.search(sql.id(columnOf(field).name), text, place),
  };
  return kyselyText.condition(tree, tests);
}

/** That a column holds the value that was read from it, or is null as it was: to the last digit that was read. */
export function sameSql(column: SqlColumn, value: unknown): Sql {
  const { name, kind, range, key, bind } = column;
  if (value === null || value === undefined) return sql`${sql.id(name)} is null`;
  // Decimals of one value that are written differently differ here.
  return range && kind === "decimal" ? sql`${key} = ${bind(value)}` : equalsOne(column, [value]);
}
