const params: WeakMap<object, string> = /* @__PURE__ */ new WeakMap();

/** Remembers the path parameter by which a handler finds its object. */
export function rememberParam(handler: object, param: string): void {
  params.set(handler, param);
}

/** The path parameter by which a handler finds its object, `id` unless {@link rememberParam} knows better. */
export function paramOf(handler: object): string {
  return params.get(handler) ?? "id";
}
