import { missedPart } from "../../core/missedPart.ts";

/**
 * Stands in the place of what keeps new and changed objects within a queryset, in bundles of handlers without the option
 * `queryset`: what `#bounds` means with the condition `tsverless-no-bounds`.
 *
 * @throws TypeError always: nothing is stored without being asked whether it may be
 */
export function createWithin(..._given: readonly unknown[]): never {
  throw missedPart("bounds", 'The option "queryset"');
}

/** {@link createWithin} for changes. */
export const updateWithin: typeof createWithin = createWithin;
