import { missedPart } from "../../core/missedPart.ts";
import type { Queryset } from "../types.ts";

/**
 * Stands in the place of the queryset of an array, in bundles of handlers without the option `queryset`: what `#arrays` means
 * with the condition `tsverless-no-arrays`.
 *
 * @throws TypeError always
 */
export function ofArray<T>(_objects: readonly T[], _model: object): Queryset<T> {
  throw missedPart("arrays", "An array for a queryset");
}
