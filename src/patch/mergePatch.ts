import { isObject } from "../core/objects.ts";

/**
 * Applies a JSON Merge Patch (RFC 7396): `null` removes a member, an object merges, anything else replaces.
 *
 * @param target the value to change; it is left as it is
 * @param patch the patch
 * @param origins is given of which object of the target one of the outcome was made
 * @returns the changed value
 * @example
 * mergePatch({ a: 1, b: { c: 2, d: 3 } }, { b: { c: null } }); // { a: 1, b: { d: 3 } }
 */
export function mergePatch(target: unknown, patch: unknown, origins?: WeakMap<object, object>): unknown {
  if (!isObject(patch)) return patch;
  const merged: Record<string, unknown> = isObject(target) ? { ...target } : {};
  if (isObject(target)) origins?.set(merged, target);
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = mergePatch(merged[key], value, origins);
  }
  return merged;
}
