import { missedPart } from "../../core/missedPart.ts";
import type { TableLayout } from "./layout.ts";
import type { Marking } from "./marks.ts";

/**
 * Stands in the place of what keeps fields unique, in bundles of functions without such a model: what `#unique` means with the
 * condition `tsverless-no-unique`.
 *
 * @throws TypeError always
 */
export function marking(
  _unique: readonly unknown[],
  _layout: TableLayout,
  _softDelete: string | undefined,
): Marking {
  throw missedPart("unique", 'The option "unique" of dynamoModel');
}
