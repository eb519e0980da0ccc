import { eachOf } from "../query/batches.ts";
import { both, type ConditionTree } from "../query/where.ts";
import { conjunctsOf } from "./expression.ts";

type Condition = ConditionTree | undefined;

/** The condition without one of its parts. */
function without(conjuncts: readonly ConditionTree[], part: ConditionTree): Condition {
  return conjuncts.filter(node => node !== part).reduce<Condition>(both, undefined);
}

/** A condition as several of which one must hold, where it ends in such a choice: each can be read on its own. */
export function eachParts(condition: Condition): Condition[] {
  const conjuncts = condition === undefined ? [] : conjunctsOf(condition);
  const choice = conjuncts.at(-1);
  if (choice?.op !== "or") return [condition];
  const rest = without(conjuncts, choice);
  return choice.nodes.map(node => both(rest, node));
}

/** A condition for each value that one of these fields may have; none where it names no values of them. */
export function eachValues(condition: Condition, fields: readonly string[]): ConditionTree[] {
  const conjuncts = condition === undefined ? [] : conjunctsOf(condition);
  const named = conjuncts.findLast(node => node.op === "in" && fields.includes(node.field));
  if (named?.op !== "in") return [];
  const rest = without(conjuncts, named);
  const { field, kind } = named;
  return named.values.map(value => both(rest, { op: "eq", field, kind, value }));
}

/** Reads each of some parts, ten at once, and joins what they give. */
export async function readEach<P, T>(parts: readonly P[], read: (part: P) => Promise<T[]>): Promise<T[]> {
  const found: T[] = [];
  await eachOf(parts, async part => {
    for (const object of await read(part)) found.push(object);
  });
  return found;
}
