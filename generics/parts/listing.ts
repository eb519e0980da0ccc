import { pagingNames } from "../../src/models/query/paging.ts";
import { pathFields } from "../../src/models/query/relating.ts";
import type { Model } from "../../src/models/types.ts";

/** How many objects a page has. @throws TypeError naming the option that is below 1 */
export function limitsOf({ limit = 50, maxLimit = 100 }: { limit?: number; maxLimit?: number }): {
  limit: number;
  maxLimit: number;
} {
  if (limit < 1) throw new TypeError('listHandler: option "limit" must be at least 1');
  if (maxLimit < 1) throw new TypeError('listHandler: option "maxLimit" must be at least 1');
  return { limit, maxLimit };
}

/** The fields that a `filters` option names. */
export const namesOf = (filters: object = []): string[] =>
  Array.isArray(filters) ? filters : Object.keys(filters);

/**
 * The fields of the objects themselves that a `filters` option names; of paging another part says that they can't be named.
 *
 * @throws TypeError naming a path to what is related that leads nowhere
 */
export function ownNames<T>(model: Model<T>, filters: object | undefined): string[] {
  const names = namesOf(filters);
  const paths = pathFields("listHandler", model, names);
  return names.filter(name => !pagingNames.includes(name) && !paths.has(name));
}

/** A field of the name of an option could no longer be distinguished from what that option lets a request ask for. @throws TypeError */
export function checkFilters(names: readonly string[], options: Readonly<Record<string, unknown>>): void {
  const taken = names.find(name => Object.hasOwn(options, name) && options[name]);
  if (taken === undefined) return;
  throw new TypeError(`listHandler: option "filters" can't name "${taken}" beside option "${taken}"`);
}

/** The parameters that a list takes besides filters: those of `allow`, and of the options that let a request send one. */
export const allowedBy = (
  allow: readonly string[],
  options: Readonly<Record<string, unknown>>,
): readonly string[] => [...allow, ...Object.keys(options).filter(name => options[name])];
