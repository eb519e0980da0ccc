import { isObject } from "../core/objects.ts";

const comparisons: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "prefix",
  "suffix",
  "equals-ignore-case",
  "wildcard",
  "anything-but",
  "numeric",
  "cidr",
  "exists",
]);

/** A value, or one comparison by its name. */
function isCondition(value: unknown): boolean {
  if (!isObject(value)) return value === null || ["string", "number", "boolean"].includes(typeof value);
  const names = Object.keys(value);
  return names.length === 1 && comparisons.has(names[0] as string);
}

/**
 * Looks for the first place of a pattern that EventBridge would refuse: each field is a list of values and comparisons, or an object
 * of fields; `$or` is a list of at least two alternatives.
 *
 * @param at where it stands, for the answer
 * @returns the place; `undefined` when all is well
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
export function wrongIn(pattern: unknown, at: string): string | undefined {
  if (!isObject(pattern) || Object.keys(pattern).length === 0) return at;
  for (const [name, value] of Object.entries(pattern)) {
    const wrong = wrongField(name, value, `${at}.${name}`);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

function wrongField(name: string, value: unknown, place: string): string | undefined {
  if (!Array.isArray(value)) return wrongIn(value, place);
  if (name !== "$or") return value.length > 0 && value.every(isCondition) ? undefined : place;
  if (value.length < 2) return place;
  for (const [index, one] of value.entries()) {
    const wrong = wrongIn(one, `${place}.${index}`);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}
