import { type RawBuilder, sql } from "kysely";
import type { OrderStep } from "./ordering.ts";
import type { SqlFlavor } from "./sqlFlavor.ts";
import type { FieldKind } from "./types.ts";
import type { ConditionTree } from "./where.ts";

type Sql = RawBuilder<unknown>;

const always: Sql = /* @__PURE__ */ sql.raw("1 = 1");
const never: Sql = /* @__PURE__ */ sql.raw("1 = 0");

/** Databases bound how deep an expression may nest, and read a row of `or` as such a nest: long rows are halved. */
const longest = 50;

function chain(parts: readonly Sql[], word: Sql): Sql {
  if (parts.length <= longest) return sql`(${sql.join(parts, word)})`;
  const half = parts.length >> 1;
  return sql`(${chain(parts.slice(0, half), word)}${word}${chain(parts.slice(half), word)})`;
}

const all = (parts: readonly Sql[]): Sql => (parts.length ? chain(parts, sql.raw(" and ")) : always);
const any = (parts: readonly Sql[]): Sql => (parts.length ? chain(parts, sql.raw(" or ")) : never);

/** SQL has a third truth value; a negated comparison says itself that null counts as false. */
const unless = (column: string, test: Sql): Sql => sql`(${sql.id(column)} is null or not (${test}))`;

function search(fields: readonly string[], text: string, negate: boolean, flavor: SqlFlavor): Sql {
  const tests = fields.map(field => {
    const test = flavor.search(field, text);
    return negate ? unless(field, test) : test;
  });
  return negate ? all(tests) : any(tests);
}

function oneOf(tree: ConditionTree & { op: "in" }, negate: boolean, flavor: SqlFlavor): Sql {
  const { field, kind = "text", values } = tree;
  if (values.length === 0) return negate ? always : never;
  const test =
    kind === "decimal"
      ? any(values.map(value => flavor.compare({ op: "eq", field, kind, value })))
      : sql`${sql.id(field)} in (${sql.join(values.map(value => flavor.encode(kind, value)))})`;
  return negate ? unless(field, test) : test;
}

/**
 * The SQL of a condition. Values are bound; names are those that `compileWhere` found among the declared columns. A
 * negation is pushed down to the comparisons, where nulls can be told apart.
 *
 * @param tree the checked condition
 * @param negate whether its complement is meant
 */
export function conditionSql(tree: ConditionTree, flavor: SqlFlavor, negate = false): Sql {
  switch (tree.op) {
    case "and":
    case "or": {
      const parts = tree.nodes.map(node => conditionSql(node, flavor, negate));
      return (tree.op === "and") === negate ? any(parts) : all(parts);
    }
    case "not":
      return conditionSql(tree.node, flavor, !negate);
    case "isNull":
      return negate ? sql`${sql.id(tree.field)} is not null` : sql`${sql.id(tree.field)} is null`;
    case "in":
      return oneOf(tree, negate, flavor);
    case "search":
      return search(tree.fields, tree.text, negate, flavor);
    default: {
      const test = flavor.compare(tree);
      return negate ? unless(tree.field, test) : test;
    }
  }
}

/** The rows that come behind a value in one step of the order; nothing comes behind null where it descends. */
function behind({ field, descending }: OrderStep, value: unknown, kind: FieldKind, flavor: SqlFlavor): Sql {
  const ref = sql.id(field);
  if (value === null) return descending ? never : sql`${ref} is not null`;
  const bound = flavor.encode(kind, value);
  return descending ? sql`(${ref} < ${bound} or ${ref} is null)` : sql`${ref} > ${bound}`;
}

/** Not before a value in the first step: implied by the rest, but in a form that an index can seek with. */
function seek({ field, descending }: OrderStep, value: unknown, kind: FieldKind, flavor: SqlFlavor): Sql {
  const ref = sql.id(field);
  if (value === null) return descending ? sql`${ref} is null` : always;
  const bound = flavor.encode(kind, value);
  return descending ? sql`(${ref} <= ${bound} or ${ref} is null)` : sql`${ref} >= ${bound}`;
}

/**
 * The SQL for all rows behind a position (keyset paging): equal in the first steps and behind in the next, for each
 * step.
 *
 * @param steps the total order
 * @param position one value for each step
 * @param fields the kinds of the columns
 */
export function behindSql(
  steps: readonly OrderStep[],
  position: readonly unknown[],
  fields: Readonly<Record<string, FieldKind>>,
  flavor: SqlFlavor,
): Sql {
  const kinds = steps.map(({ field }) => fields[field] ?? "text");
  const alternatives = steps.map((step, at) => {
    const equal = steps
      .slice(0, at)
      .map(({ field }, index) => flavor.same(field, flavor.encode(kinds[index] ?? "text", position[index])));
    return all([...equal, behind(step, position[at], kinds[at] ?? "text", flavor)]);
  });
  const [first] = steps;
  if (first === undefined || steps.length === 1) return any(alternatives);
  return all([seek(first, position[0], kinds[0] ?? "text", flavor), any(alternatives)]);
}
