import type { Queryset } from "../../src/models/types.ts";

/**
 * Makes a queryset give one object for every id, whatever it holds.
 *
 * @param objects what responds to all else
 * @param object what `get` gives: the object itself, not a copy
 */
export function getting<T>(objects: Queryset<T>, object: T): Queryset<T> {
  return new Proxy(objects, {
    get(target, key) {
      if (key === "get") return async () => object;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
