/** The serializers that `pick`, `omit` and `fields` made: in `fields` they are told from plain functions by it. */
const mark: unique symbol = /* @__PURE__ */ Symbol("serializer");

/** Marks a function as a serializer of nested objects. */
export function markSerializer<F extends object>(serializer: F): F {
  Object.defineProperty(serializer, mark, { value: true });
  return serializer;
}

/** True for what `pick`, `omit` and `fields` made. */
export function isMarked(value: unknown): value is (object: unknown, request: unknown) => unknown {
  return typeof value === "function" && mark in value;
}
