import { missedPart } from "../src/core/missedPart.ts";

/**
 * Stands in the place of what makes the handler that restores, in bundles of resources without the option `restore`: what
 * `#restore` means with the condition `tsverless-no-restore`.
 *
 * @throws TypeError always: a resource with `restore` must not go without
 */
export function restoreVerb(): never {
  throw missedPart("restore", 'The option "restore"');
}
