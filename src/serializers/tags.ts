/** What a serializer of ours lets out: these keys, all but these, or fields by their sources. */
export type SerializerForm =
  | { readonly pick: readonly string[] }
  | { readonly omit: readonly string[] }
  | {
      readonly fields: Readonly<Record<string, unknown>>;
      /** The same serializer with the fields of these names alone. */
      only(names: readonly string[]): unknown;
      /** The same serializer, but for fields that are made otherwise. */
      rebuild(readers: Readonly<Record<string, Reader>>): Reader;
    }
  | { readonly listOf: unknown; readonly limit: number };

type Reader = (object: unknown, request: unknown) => unknown;

/**
 * The serializers that `pick`, `omit`, `fields` and `listOf` made: in `fields` they are distinguished from plain functions by it. Documents
 * read it by its name, not by an import: code that both need would be a chunk of its own in the bundle of every `pick`.
 */
const tag: unique symbol = /* @__PURE__ */ Symbol.for("tsverless.serializer");

/** Marks a function as a serializer of nested objects. */
export function tagSerializer<F extends object>(serializer: F, form: SerializerForm): F {
  Object.defineProperty(serializer, tag, { value: form });
  return serializer;
}

/** True for what `listOf` made. */
export function isList(value: object): boolean {
  return "listOf" in (value as { [tag]: SerializerForm })[tag];
}

/** True for what `pick`, `omit`, `fields` and `listOf` made. */
export function isTagged(value: unknown): value is (object: unknown, request: unknown) => unknown {
  return typeof value === "function" && tag in value;
}

/**
 * Checks the names that a serializer is given.
 *
 * @throws TypeError when there is none, or one is not a non-empty string
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
