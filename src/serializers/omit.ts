import { checkKeys, tagSerializer } from "./tags.ts";
import type { OmitSerializer } from "./types.ts";

/**
 * Makes a serializer that lets all but these keys out. Prefer `pick` where you can: with `omit` a field that is added
 * later goes out unasked. It copies the object's own properties.
 *
 * @param keys the keys that stay inside
 * @returns a serializer; it can be called by itself too
 * @throws TypeError when there is no key, or one is not a name
 * @example
 * omit("password")({ id: "1", password: "x" }); // { id: "1" }
 */
export function omit<const Key extends string>(...keys: readonly [Key, ...Key[]]): OmitSerializer<Key> {
  const hidden = new Set([...checkKeys("omit", keys), "__proto__"]);

  function omitKeys(object: unknown): unknown {
    if (object === null || object === undefined) return null;
    const kept: Record<string, unknown> = {};
    for (const key of Object.keys(object)) {
      if (!hidden.has(key)) kept[key] = (object as Record<string, unknown>)[key];
    }
    return kept;
  }
  return tagSerializer(omitKeys, { omit: keys }) as unknown as OmitSerializer<Key>;
}
