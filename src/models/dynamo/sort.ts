import { decimalKey } from "../fields/decimal.ts";
import { compareText } from "../fields/values.ts";
import type { Comparison, ConditionTree } from "../query/where.ts";
import { type KeyPart, keyOperand } from "./layout.ts";

type Scalar = { S: string } | { N: string };

/** What a key attribute must be. It may let more through than was asked for; what is read is checked again. */
export interface KeyCondition {
  attribute: string;
  op: "eq" | "gt" | "gte" | "lt" | "lte" | "startsWith" | "between";
  values: Scalar[];
  /** Whether it lets nothing else through. */
  isExact: boolean;
}

type Bound = Comparison & { op: "gt" | "gte" | "lt" | "lte" };

/** The text after all that begin with a prefix: its last character is the next one. */
function behind(prefix: string): string {
  return prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);
}

function isAbove(a: Scalar, b: Scalar): boolean {
  if ("S" in a) return "S" in b && compareText(a.S, b.S) > 0;
  return "N" in b && compareText(decimalKey(a.N), decimalKey(b.N)) > 0;
}

const isLower = (op: string): boolean => op === "gt" || op === "gte";

/** The first bound of a side that a key can be compared with. */
function boundOf(
  part: KeyPart,
  conjuncts: readonly ConditionTree[],
  lower: boolean,
): [Bound, Scalar] | undefined {
  for (const node of conjuncts) {
    if (!("kind" in node) || node.field !== part.field || !("value" in node)) continue;
    if (!/^[gl]te?$/.test(node.op) || isLower(node.op) !== lower) continue;
    const value = keyOperand(part, node.value);
    if (value !== undefined) return [node as Bound, value];
  }
  return undefined;
}

/**
 * What the conditions say of a sort key.
 *
 * @returns `undefined` when they say nothing, `"nothing"` when no item can fulfil them
 */
export function sortCondition(
  part: KeyPart,
  conjuncts: readonly ConditionTree[],
): KeyCondition | "nothing" | undefined {
  const { attribute, prefix } = part;
  const condition = (op: KeyCondition["op"], values: Scalar[], isExact = true): KeyCondition => ({
    attribute,
    op,
    values,
    isExact,
  });
  if (part.value !== undefined) return condition("eq", [{ S: part.value }]);
  for (const node of conjuncts) {
    if ((node.op !== "eq" && node.op !== "startsWith") || node.field !== part.field) continue;
    if (node.value === "" && node.op === "startsWith") continue;
    const value = keyOperand(part, node.value);
    return value === undefined ? "nothing" : condition(node.op, [value]);
  }
  const lower = boundOf(part, conjuncts, true);
  const upper = boundOf(part, conjuncts, false);
  if (prefix === "" && (lower === undefined || upper === undefined)) {
    const only = lower ?? upper;
    return only && condition(only[0].op, [only[1]]);
  }
  if (lower === undefined && upper === undefined) return condition("startsWith", [{ S: prefix }]);
  const from = lower?.[1] ?? { S: prefix };
  const to = upper?.[1] ?? { S: behind(prefix) };
  if (isAbove(from, to)) return "nothing";
  const isExact = lower?.[0].op === "gte" && upper?.[0].op === "lte";
  return condition("between", [from, to], isExact);
}

/** Whether a key condition says all that a condition does. */
export function isSaid(node: ConditionTree, part: KeyPart, { op, values }: KeyCondition): boolean {
  if (!("field" in node) || node.field !== part.field || !("value" in node)) return false;
  if (op === "between" ? node.op !== "gte" && node.op !== "lte" : node.op !== op) return false;
  const known = op === "between" && node.op === "lte" ? values[1] : values[0];
  return JSON.stringify(known) === JSON.stringify(keyOperand(part, node.value));
}
