import { isRecord } from "../core/objects.ts";

const kindOf = (value: object): string => Object.prototype.toString.call(value);

/**
 * Whether two values are the same in JSON, as `const`, `enum` and `uniqueItems` ask. Ajv's own function asks the values
 * themselves: it throws at an object without a prototype, or with a key `valueOf` that came in with a body, and takes
 * any two objects with a key `constructor` for different ones.
 *
 * @see https://json-schema.org/draft/2020-12/json-schema-core#section-4.2.2
 */
export function jsonEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (!isRecord(a) || !isRecord(b)) return Number.isNaN(a) && Number.isNaN(b);
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => jsonEqual(item, b[index]));
  }
  const kind = kindOf(a);
  if (kind !== kindOf(b)) return false;
  if (kind === "[object Date]") return jsonEqual(Number(a), Number(b));
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every(name => Object.hasOwn(b, name) && jsonEqual(a[name], b[name]))
  );
}
