const serializers = new WeakMap<object, unknown>();

/** Remembers what the hook of a chain that answers serializes by. */
export function registerSerializer<H extends object>(hook: H, serializer: unknown): H {
  serializers.set(hook, serializer);
  return hook;
}

/** What {@link registerSerializer} was told of a hook. */
export function serializerOf(hook: object | undefined): unknown {
  return hook && serializers.get(hook);
}
