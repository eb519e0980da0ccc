/**
 * Checks the names that a serializer is given.
 *
 * @throws TypeError when there is none, or one is no non-empty string
 */
export function checkKeys(factory: string, keys: readonly unknown[]): readonly string[] {
  if (keys.length === 0) throw new TypeError(`${factory}: it takes at least one key`);
  for (const key of keys) {
    if (typeof key !== "string" || key === "" || key === "__proto__") {
      throw new TypeError(
        `${factory}: keys must be names of fields, not ${JSON.stringify(key) ?? typeof key}`,
      );
    }
  }
  return [...new Set(keys as readonly string[])];
}
