import { ofArray } from "#arrays";
import type { Queryset } from "../types.ts";
import type { Described } from "./ofArray.ts";

const isArray = (value: unknown): value is readonly unknown[] => Array.isArray(value);

/**
 * Makes a queryset of what a `queryset` option gave: one as it is, a plain array of the model's objects as one.
 *
 * @param given a queryset or an array
 * @param model whose objects they are
 * @throws TypeError when it is neither
 */
export function asQueryset<T>(given: Queryset<T> | readonly T[], model: Described<T>): Queryset<T> {
  if (!isArray(given)) {
    if (typeof (given as Partial<Queryset<T>> | undefined)?.page === "function") return given as Queryset<T>;
    throw new TypeError("the queryset option must give a queryset or an array");
  }
  return ofArray(given as readonly (T & object)[], model);
}
