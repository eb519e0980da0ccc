import type { FullQueryset, Queryset } from "../types.ts";
import { completed } from "./completed.ts";
import type { Described } from "./ofArray.ts";
import { toQueryset } from "./toQueryset.ts";

/**
 * Makes a queryset that has all methods: of one that has them itself, of one that lacks those that are optional, or of a plain
 * array of the model's objects.
 *
 * @param given a queryset or an array
 * @param model whose objects they are. Where the queryset has no `update` or `delete` of its own, the model's are called for each
 * object, 1000 at most
 * @returns the queryset itself where it lacks nothing
 * @throws TypeError when it is neither
 * @example
 * const isTaken = await asQueryset(Users.objects.filter({ email }), Users).exists();
 */
export function asQueryset<T>(given: Queryset<T> | readonly T[], model: Described<T>): FullQueryset<T> {
  return completed(toQueryset(given, model), model);
}
