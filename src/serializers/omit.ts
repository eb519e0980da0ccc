import { plainPicker } from "./plainPicker.ts";
import { checkKeys, tagSerializer } from "./tags.ts";
import type { OmitSerializer } from "./types.ts";

type Fields = Record<string, unknown>;

/** Whether these are the keys of an object without a class of its own, in this order. */
function hasKeys(object: Fields, keys: readonly string[]): boolean {
  const prototype: unknown = Object.getPrototypeOf(object);
  if (prototype !== Object.prototype && prototype !== null) return false;
  let index = 0;
  for (const key in object) if (key !== keys[index++]) return false;
  return index === keys.length;
}

/** So often it is learnt which keys there are; where they are others each time, it is of no use. */
const lessons = 20;

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

  // The objects of a list mostly have the same keys: what is let out of them is worked out once.
  let known: readonly string[] = [];
  let pickKept: ((object: Fields) => Fields) | undefined;
  let learnt = 0;

  function learn(keys: readonly string[]): void {
    const kept = keys.filter(key => !hidden.has(key));
    if (kept.length === 0) return;
    learnt++;
    known = keys;
    pickKept = plainPicker(kept);
  }

  function omitKeys(object: unknown): unknown {
    if (object === null || object === undefined) return null;
    if (pickKept !== undefined && hasKeys(object as Fields, known)) return pickKept(object as Fields);
    const keys = Object.keys(object);
    if (learnt < lessons) learn(keys);
    const kept: Fields = {};
    for (const key of keys) {
      if (!hidden.has(key)) kept[key] = (object as Fields)[key];
    }
    return kept;
  }
  return tagSerializer(omitKeys, { omit: keys }) as unknown as OmitSerializer<Key>;
}
