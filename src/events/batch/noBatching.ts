import { missedPart } from "../../core/missedPart.ts";
import type { RunOptions } from "./options.ts";

/**
 * Stands in the place of what runs many records at once and sees to failures that are final, in bundles of functions that ask for
 * neither: what `#batching` means with the condition `tsverless-no-batching`.
 *
 * @throws TypeError where it is asked for
 */
export function batchingOf(
  _factory: string,
  { concurrency = 1, nonRetryable, onNonRetryable }: RunOptions<never>,
): undefined {
  if (concurrency > 1 || nonRetryable !== undefined || onNonRetryable !== undefined) {
    throw missedPart("batching", 'The option "concurrency", "nonRetryable" or "onNonRetryable"');
  }
}
