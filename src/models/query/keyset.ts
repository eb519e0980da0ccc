import type { Value } from "../fields/checkValue.ts";
import type { KnownFields } from "../fields/knownFields.ts";
import type { OrderStep } from "./ordering.ts";
import type { ConditionTree } from "./where.ts";

const never: ConditionTree = { op: "or", nodes: [] };

/** A comparison with a value of a position; null compares with nothing but itself. */
function compare(
  op: "eq" | "gt" | "gte" | "lt" | "lte",
  { field }: OrderStep,
  value: unknown,
  fields: KnownFields,
): ConditionTree {
  return { op, field, kind: fields?.[field], value: value as Value, exact: true };
}

const isNull = ({ field }: OrderStep): ConditionTree => ({ op: "isNull", field });

function same(step: OrderStep, value: unknown, fields: KnownFields): ConditionTree {
  return value === null ? isNull(step) : compare("eq", step, value, fields);
}

/** What comes behind a value in one step of the order; nothing comes behind null where it descends. */
function behind(step: OrderStep, value: unknown, fields: KnownFields): ConditionTree {
  if (value === null) return step.descending ? never : { op: "not", node: isNull(step) };
  if (!step.descending) return compare("gt", step, value, fields);
  return { op: "or", nodes: [compare("lt", step, value, fields), isNull(step)] };
}

/** Not before a value in the first step: implied by the rest, but in a form that an index can seek with. */
function notBefore(step: OrderStep, value: unknown, fields: KnownFields): ConditionTree[] {
  if (value === null) return step.descending ? [isNull(step)] : [];
  if (!step.descending) return [compare("gte", step, value, fields)];
  return [{ op: "or", nodes: [compare("lte", step, value, fields), isNull(step)] }];
}

/**
 * The condition that holds for all objects behind a position (keyset paging): equal in the first steps and behind in
 * the next, for each step.
 *
 * @param steps the total order
 * @param position one value for each step
 * @param fields the kinds of the fields
 */
export function behindPosition(
  steps: readonly OrderStep[],
  position: readonly unknown[],
  fields: KnownFields,
): ConditionTree {
  const alternatives = steps.map((step, at): ConditionTree => {
    const equal = steps.slice(0, at).map((before, index) => same(before, position[index], fields));
    return { op: "and", nodes: [...equal, behind(step, position[at], fields)] };
  });
  const [first] = steps;
  if (first === undefined || steps.length === 1) return { op: "or", nodes: alternatives };
  return {
    op: "and",
    nodes: [...notBefore(first, position[0], fields), { op: "or", nodes: alternatives }],
  };
}
