import { isObject, isRecord } from "../../../src/core/objects.ts";
import { type DeepDifference, deepDifferences } from "../../deepDifferences.ts";

/** In an expectation: anything may stand here, but something must. */
const anything = "<any>";

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

const isExpected = (expected: unknown, actual: unknown): boolean =>
  expected === anything ? actual !== undefined : Object.is(expected, actual);

/** `body.items[0].id` */
function placeOf({ path }: DeepDifference): string {
  const [first = "", ...rest] = path.map(key => (typeof key === "number" ? `[${key}]` : `.${key}`));
  return [first.replace(/^\./, ""), ...rest].join("");
}

/**
 * Compares a value with what was expected of it.
 *
 * @param expected JSON; `"<any>"` stands for anything
 * @param actual JSON
 * @returns one line for each place that differs: `body.title: expected "a", got "b"`
 */
export function differences(expected: unknown, actual: unknown): string[] {
  return deepDifferences(expected, actual, isExpected).map(
    found =>
      `${placeOf(found) || "the result"}: expected ${shown(found.expected)}, got ${shown(found.actual)}`,
  );
}

/** A result as expectations have it: the JSON in an HTTP body is read. */
export function legible(result: unknown): unknown {
  if (!isObject(result) || typeof result.body !== "string" || result.isBase64Encoded === true) return result;
  try {
    const body: unknown = JSON.parse(result.body);
    return isRecord(body) ? { ...result, body } : result;
  } catch {
    return result;
  }
}

/** The value as a new expectation, which leaves open what the old one left open. */
export function renewed(old: unknown, value: unknown): unknown {
  if (old === anything) return anything;
  if (Array.isArray(old) && Array.isArray(value))
    return value.map((item, index) => renewed(old[index], item));
  if (!isObject(old) || !isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, renewed(old[key], item)]));
}
