import { sql } from "kysely";
import type { Comparison, ConditionTree } from "../query/where.ts";
import type { Dialect, Sql, SqlColumn, SqlColumns } from "./dialect.ts";

/** What a condition is compiled for. */
export interface SqlTarget {
  readonly dialect: Dialect;
  readonly columns: SqlColumns;
}

const always: Sql = /* @__PURE__ */ sql.raw("1 = 1");
/** What no row can meet; {@link conditionSql} gives it for every condition that it sees to be so. */
export const never: Sql = /* @__PURE__ */ sql.raw("1 = 0");

/** Databases bound how deep an expression may nest, and read a row of `or` as such a nest: long rows are halved. */
const longest = 50;

function chain(parts: readonly Sql[], word: Sql): Sql {
  if (parts.length <= longest) return sql`(${sql.join(parts, word)})`;
  const half = parts.length >> 1;
  return sql`(${chain(parts.slice(0, half), word)}${word}${chain(parts.slice(half), word)})`;
}

const and: Sql = /* @__PURE__ */ sql.raw(" and ");
const or: Sql = /* @__PURE__ */ sql.raw(" or ");
function all(parts: readonly Sql[]): Sql {
  if (parts.includes(never)) return never;
  return parts.length ? chain(parts, and) : always;
}
const any = (parts: readonly Sql[]): Sql => (parts.length ? chain(parts, or) : never);

const columnOf = ({ columns }: SqlTarget, field: string): SqlColumn => columns[field] as SqlColumn;

/** SQL has a third truth value; a negated comparison says itself that null counts as false. */
const unless = ({ name }: SqlColumn, test: Sql): Sql => sql`(${sql.id(name)} is null or not (${test}))`;

const operators = { eq: "=", gt: ">", gte: ">=", lt: "<", lte: "<=" } as const;

/** That a column, which is not null, holds one of some values. */
function equalsOne(column: SqlColumn, values: readonly unknown[]): Sql {
  const { range, accepts, key, bind, equality = [[key, bind]] } = column;
  const possible = accepts ? values.filter(value => accepts(value)) : values;
  if (possible.length === 0) return never;
  if (range) {
    return any(
      possible.map(value => {
        const [from, to] = range(value);
        return sql`(${key} >= ${from} and ${key} < ${to})`;
      }),
    );
  }
  const tests = equality.map(([left, right]) => {
    const bound = possible.map(right);
    return bound.length === 1 ? sql`${left} = ${bound[0]}` : sql`${left} in (${sql.join(bound)})`;
  });
  return tests.length === 1 ? (tests[0] as Sql) : all(tests);
}

function compare({ op, field, value, exact }: Comparison, target: SqlTarget): Sql {
  const column = columnOf(target, field);
  const { key, range, position = column } = column;
  if (op === "contains") return target.dialect.contains(column, value as string);
  if (op === "startsWith") return target.dialect.startsWith(column, value as string);
  if (exact) return sql`${key} ${sql.raw(operators[op])} ${position.bind(value)}`;
  if (op === "eq") return equalsOne(column, [value]);
  if (!range) return sql`${key} ${sql.raw(operators[op])} ${column.bind(value)}`;
  const [from, to] = range(value);
  if (op === "gt") return sql`${key} >= ${to}`;
  if (op === "gte") return sql`${key} >= ${from}`;
  return op === "lt" ? sql`${key} < ${from}` : sql`${key} < ${to}`;
}

function search(fields: readonly string[], text: string, negate: boolean, target: SqlTarget): Sql {
  const tests = fields.map(field => {
    const column = columnOf(target, field);
    const test = target.dialect.search(column, text);
    return negate ? unless(column, test) : test;
  });
  return negate ? all(tests) : any(tests);
}

/**
 * The SQL of a condition. Values are bound; names are those that `compileWhere` found among the declared columns. A
 * negation is pushed down to the comparisons, where nulls can be told apart.
 *
 * @param tree the checked condition
 * @param negate whether its complement is meant
 */
export function conditionSql(tree: ConditionTree, target: SqlTarget, negate = false): Sql {
  switch (tree.op) {
    case "and":
    case "or": {
      const parts = tree.nodes.map(node => conditionSql(node, target, negate));
      return (tree.op === "and") === negate ? any(parts) : all(parts);
    }
    case "not":
      return conditionSql(tree.node, target, !negate);
    case "isNull":
      return negate ? sql`${sql.id(tree.field)} is not null` : sql`${sql.id(tree.field)} is null`;
    case "search":
      return search(tree.fields, tree.text, negate, target);
    default: {
      const column = columnOf(target, tree.field);
      const test = tree.op === "in" ? equalsOne(column, tree.values) : compare(tree, target);
      if (test === never) return negate ? always : never;
      return negate ? unless(column, test) : test;
    }
  }
}

/** That a column holds the value that was read from it, or is null as it was: to the last digit that was read. */
export function sameSql(column: SqlColumn, value: unknown): Sql {
  const { name, kind, range, key, bind } = column;
  if (value === null || value === undefined) return sql`${sql.id(name)} is null`;
  // Decimals of one value that are written differently differ here.
  return range && kind === "decimal" ? sql`${key} = ${bind(value)}` : equalsOne(column, [value]);
}
