import type { Model } from "../../src/models/types.ts";

/**
 * A model that says what is asked of its querysets.
 *
 * @param note is given the name of each method that is called, and what it is called with
 */
export function watchedReads<T extends object>(
  model: Model<T>,
  note: (method: string, given: readonly unknown[]) => void,
): Model<T> {
  const watch = (objects: Model<T>["objects"]): Model<T>["objects"] =>
    new Proxy(objects, {
      get(target, name) {
        const own: unknown = Reflect.get(target, name);
        if (typeof own !== "function") return own;
        return (...given: unknown[]) => {
          note(String(name), given);
          const result: unknown = own.apply(target, given);
          return name === "filter" ? watch(result as Model<T>["objects"]) : result;
        };
      },
    });
  return Object.assign(Object.create(model) as Model<T>, { objects: watch(model.objects) });
}
