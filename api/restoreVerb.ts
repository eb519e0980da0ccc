import { restoreHandler, restoreKinds } from "../generics/restoreHandler.ts";

/**
 * Gives what makes the handler of a resource that restores an object, and the options that it takes. It is what `#restore` means
 * unless the condition `tsverless-no-restore` is set.
 */
export function restoreVerb(): [factory: unknown, kinds: object] {
  return [restoreHandler, restoreKinds];
}
