import type { Value } from "../fields/checkValue.ts";
import type { KnownFields } from "../fields/knownFields.ts";
import type { OrderStep } from "./ordering.ts";
import type { Comparison, ConditionTree } from "./where.ts";

const never: ConditionTree = { op: "or", nodes: [] };

/** A step of the order, and what a position holds of it. */
interface Placed extends OrderStep {
  value: unknown;
  kind: Comparison["kind"];
  isNullable: boolean;
}

/** A comparison with a value of a position; null compares with nothing but itself. */
function compare(op: "eq" | "gt" | "gte" | "lt" | "lte", { field, kind, value }: Placed): ConditionTree {
  return { op, field, kind, value: value as Value, exact: true };
}

const isNull = ({ field }: Placed): ConditionTree => ({ op: "isNull", field });

/** Nulls stand last where a step descends. */
function orNull(test: ConditionTree, step: Placed): ConditionTree {
  return step.isNullable ? { op: "or", nodes: [test, isNull(step)] } : test;
}

function same(step: Placed): ConditionTree {
  return step.value === null ? isNull(step) : compare("eq", step);
}

/** What comes behind a value in one step of the order; nothing comes behind null where it descends. */
function behind(step: Placed): ConditionTree {
  if (step.value === null) return step.descending ? never : { op: "not", node: isNull(step) };
  return step.descending ? orNull(compare("lt", step), step) : compare("gt", step);
}

/** Not before a value in the first step: implied by the rest, but in a form that an index can seek with. */
function notBefore(step: Placed): ConditionTree[] {
  if (step.value === null) return step.descending ? [isNull(step)] : [];
  return [step.descending ? orNull(compare("lte", step), step) : compare("gte", step)];
}

/**
 * The condition that holds for all objects behind a position (keyset paging): equal in the first steps and behind in
 * the next, for each step.
 *
 * @param steps the total order
 * @param position one value for each step
 * @param fields the kinds of the fields
 * @param isNullable whether a field may be null: of one that may not, nulls are not asked for
 */
export function behindPosition(
  steps: readonly OrderStep[],
  position: readonly unknown[],
  fields: KnownFields,
  isNullable: (field: string) => boolean = () => true,
): ConditionTree {
  const placed = steps.map((step, at): Placed => {
    const { field } = step;
    return { ...step, value: position[at], kind: fields?.[field], isNullable: isNullable(field) };
  });
  const alternatives = placed.map(
    (step, at): ConditionTree => ({ op: "and", nodes: [...placed.slice(0, at).map(same), behind(step)] }),
  );
  const [first, ...more] = placed;
  if (first === undefined || more.length === 0) return { op: "or", nodes: alternatives };
  return { op: "and", nodes: [...notBefore(first), { op: "or", nodes: alternatives }] };
}
