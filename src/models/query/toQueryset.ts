import { ofArray } from "#arrays";
import type { Queryset } from "../types.ts";
import type { Described } from "./ofArray.ts";

const isArray = (value: unknown): value is readonly unknown[] => Array.isArray(value);

/**
 * What an option `queryset` gave, as a queryset, which may lack methods that are optional.
 *
 * @param given a queryset or an array
 * @param model whose objects they are
 * @throws TypeError when it is neither
 */
export function toQueryset<T>(given: Queryset<T> | readonly T[], model: Described<T>): Queryset<T> {
  if (isArray(given)) return ofArray(given as readonly (T & object)[], model) as Queryset<T>;
  if (typeof (given as Partial<Queryset<T>> | undefined)?.page === "function") return given as Queryset<T>;
  throw new TypeError("the queryset option must give a queryset or an array");
}
