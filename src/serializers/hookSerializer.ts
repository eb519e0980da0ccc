const serializers = new WeakMap<object, unknown>();

/** Remembers what the hook of a chain that makes its response serializes by. */
export function registerSerializer<H extends object>(hook: H, serializer: unknown): H {
  serializers.set(hook, serializer);
  return hook;
}

/** What {@link registerSerializer} was given of a hook. */
export function serializerOf(hook: object | undefined): unknown {
  return hook && serializers.get(hook);
}
