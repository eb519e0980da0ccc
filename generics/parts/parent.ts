import { belowParents } from "#parents";
import type { Model } from "../../src/models/types.ts";
import type { Below, ResolvedParentOptions } from "./parentTypes.ts";

/**
 * Makes of the `parent` option what a generic takes in place of its own parts.
 *
 * @param hasObject whether a parameter of the path names the object itself
 * @throws TypeError when the option is not what it should be
 */
export function belowParent<T>(
  factory: string,
  model: Model<T>,
  options: ResolvedParentOptions,
  hasObject: boolean,
): Below<T> {
  const { parent, queryset, defaults } = options;
  if (parent !== undefined) return belowParents(factory, model, { ...options, parent }, hasObject);
  const own = { queryset, defaults } as Pick<Below<T>, "queryset" | "defaults">;
  return { load: [], ...own, boundsAfter: undefined, checkKey: () => [] };
}
