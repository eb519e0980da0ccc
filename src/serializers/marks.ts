/** What a serializer of ours lets out: these keys, all but these, or fields by their sources. */
export type SerializerForm =
  | { readonly pick: readonly string[] }
  | { readonly omit: readonly string[] }
  | { readonly fields: Readonly<Record<string, unknown>> };

/**
 * The serializers that `pick`, `omit` and `fields` made: in `fields` they are told from plain functions by it. Documents
 * read it by its name, not by an import: code that both need would be a chunk of its own in the bundle of every `pick`.
 */
const mark: unique symbol = /* @__PURE__ */ Symbol.for("tsverless.serializer");

/** Marks a function as a serializer of nested objects. */
export function markSerializer<F extends object>(serializer: F, form: SerializerForm): F {
  Object.defineProperty(serializer, mark, { value: form });
  return serializer;
}

/** True for what `pick`, `omit` and `fields` made. */
export function isMarked(value: unknown): value is (object: unknown, request: unknown) => unknown {
  return typeof value === "function" && mark in value;
}
