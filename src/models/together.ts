import type { Model } from "./types.ts";

/** The writes of a model that its `together` knows. */
type Writes = Readonly<Record<"create" | "update" | "delete", unknown>>;

const writesOf: WeakMap<object, Writes> = /* @__PURE__ */ new WeakMap();

/** Notes the writes of a model that has `together`: those go with it, and no others that somebody puts in their place. */
export function noteTogether<T>(model: Model<T>): Model<T> {
  const { together, create, update, delete: remove } = model;
  if (together !== undefined) writesOf.set(together, { create, update, delete: remove });
  return model;
}

/**
 * Why writes of a model can't be kept together.
 *
 * @returns the reason, in words that go on from "the model"; `undefined` where they can
 */
export function apartBecause<T>(model: Model<T>): string | undefined {
  if (typeof model.together !== "function") return 'has no "together"';
  const known = writesOf.get(model.together);
  const other = known && (["create", "update", "delete"] as const).find(name => model[name] !== known[name]);
  return other && `has another "${other}" than its "together" knows`;
}

const failed: WeakMap<object, number> = /* @__PURE__ */ new WeakMap();

/** Notes which of the writes that were kept together failed, where that shows only at their end. */
export function noteFailed<E>(error: E, index: number): E {
  if (typeof error === "object" && error !== null) failed.set(error, index);
  return error;
}

/** The number of the write that failed, counted from 0; `undefined` where that is not known. */
export const failedWrite = (error: unknown): number | undefined =>
  typeof error === "object" && error !== null ? failed.get(error) : undefined;
