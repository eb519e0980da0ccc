import { missedPart } from "../../src/core/missedPart.ts";

/**
 * Stands in the place of what handlers below a parent are made of, in bundles of handlers without the option `parent`: what
 * `#parents` means with the condition `tsverless-no-parents`.
 *
 * @throws TypeError always: a handler below a parent must not go without
 */
export function belowParents(..._given: readonly unknown[]): never {
  throw missedPart("parents", 'The option "parent"');
}
