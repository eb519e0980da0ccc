import { missedPart } from "../src/core/missedPart.ts";

/**
 * Stands in the place of what makes handlers of many objects, in bundles of resources without the option `bulk`: what `#bulk`
 * means with the condition `tsverless-no-bulk`.
 *
 * @throws TypeError always: a resource with `bulk` must not go without
 */
export function bulkHandlers(..._given: readonly unknown[]): never {
  throw missedPart("bulk", 'The option "bulk"');
}
