import { plainPicker } from "./plainPicker.ts";
import { checkKeys, tagSerializer } from "./tags.ts";
import type { PickSerializer } from "./types.ts";

type Fields = Record<string, unknown>;

/**
 * Makes a serializer that lets only these keys out. It copies the object's own properties; a key that the object lacks is
 * left out, and nothing comes from its prototype.
 *
 * @param keys the keys, in the order in which they go out
 * @returns a serializer; it can be called by itself too
 * @throws TypeError when there is no key, or one is not a name
 * @example
 * pick("id", "email")({ id: "1", email: "a@b.c", password: "x" }); // { id: "1", email: "a@b.c" }
 */
export function pick<const Key extends string>(...keys: readonly [Key, ...Key[]]): PickSerializer<Key> {
  const wanted = checkKeys("pick", keys);
  const pickPlain = plainPicker(wanted);
  // An object without a class of its own has no other property that reads as these keys.
  const inherited = wanted.some(key => key in Object.prototype);

  function pickKeys(object: unknown): unknown {
    if (object === null || object === undefined) return null;
    const prototype: unknown = Object.getPrototypeOf(object);
    const isPlain = !inherited && (prototype === Object.prototype || prototype === null);
    if (isPlain) return pickPlain(object as Fields);
    const picked: Fields = {};
    for (const key of wanted) if (Object.hasOwn(object, key)) picked[key] = (object as Fields)[key];
    return picked;
  }

  return tagSerializer(pickKeys, { pick: wanted }) as unknown as PickSerializer<Key>;
}
