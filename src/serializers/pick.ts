import { checkKeys } from "./keys.ts";
import { markSerializer } from "./marks.ts";
import type { PickSerializer } from "./types.ts";

/**
 * Makes a serializer that lets only these keys out. It copies the object's own properties; a key that the object lacks is
 * left out, and nothing comes from its prototype.
 *
 * @param keys the keys, in the order in which they go out
 * @returns a serializer; it can be called by itself too
 * @throws TypeError when there is no key, or one is no name
 * @example
 * pick("id", "email")({ id: "1", email: "a@b.c", password: "x" }); // { id: "1", email: "a@b.c" }
 */
export function pick<const Key extends string>(...keys: readonly [Key, ...Key[]]): PickSerializer<Key> {
  const wanted = checkKeys("pick", keys);
  const count = wanted.length;
  // An object without a class of its own has no other property that reads as these keys.
  const inherited = wanted.some(key => key in Object.prototype);

  function pickKeys(object: unknown): unknown {
    if (object === null || object === undefined) return null;
    const prototype: unknown = Object.getPrototypeOf(object);
    const isPlain = !inherited && (prototype === Object.prototype || prototype === null);
    const picked: Record<string, unknown> = {};
    for (let index = 0; index < count; index++) {
      const key = wanted[index] as string;
      if (!isPlain && !Object.hasOwn(object, key)) continue;
      const value = (object as Record<string, unknown>)[key];
      if (value !== undefined || key in (object as object)) picked[key] = value;
    }
    return picked;
  }
  return markSerializer(pickKeys) as unknown as PickSerializer<Key>;
}
