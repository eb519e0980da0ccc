import { marking } from "#unique";
import type { TableLayout } from "./layout.ts";
import type { Marking } from "./marks.ts";

/**
 * Reads which fields a model keeps unique.
 *
 * @returns `undefined` where it keeps none
 * @throws TypeError on a field that is not there
 */
export function markingOf(
  unique: readonly unknown[] = [],
  layout: TableLayout,
  softDelete: string | undefined,
): Marking | undefined {
  return unique.length === 0 ? undefined : marking(unique, layout, softDelete);
}
