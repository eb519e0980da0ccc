import { isObject } from "../../../src/core/objects.ts";

/** Some fields of something, at any depth; lists are given as a whole. */
export type Overrides<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { readonly [K in keyof T]?: Overrides<T[K]> }
    : T;

/**
 * Puts fields over those of an object, at any depth. Lists are taken as a whole, and `undefined` takes a field away.
 *
 * @returns a copy; neither argument is changed
 */
export function override<T>(value: T, overrides: unknown): T {
  if (!isObject(value) || !isObject(overrides)) return overrides as T;
  const fields = new Map(Object.entries(value));
  for (const [name, given] of Object.entries(overrides)) {
    if (given === undefined) fields.delete(name);
    else fields.set(name, override(fields.get(name) as unknown, given));
  }
  return Object.fromEntries(fields) as T;
}
