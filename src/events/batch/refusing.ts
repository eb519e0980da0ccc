import type { Notice } from "../../core/report.ts";
import type { RunOptions } from "./options.ts";
import type { Batch } from "./source.ts";

/** Says whether a record that failed is acknowledged all the same, once that is seen to. */
export type Refuse<Item> = (
  batch: Batch<Item>,
  index: number,
  error: unknown,
  isMalformed: boolean,
) => Promise<boolean>;

/**
 * Makes what tells the errors that would come again however often the record did, and sees to such records.
 *
 * @param report where failures go
 */
export function refusing<Item>(
  { nonRetryable, onNonRetryable = "report" }: RunOptions<Item>,
  report: Notice,
): Refuse<Item> {
  return async function refuse({ records, request }, index, error, isMalformed) {
    try {
      if (!isMalformed && nonRetryable?.(error) !== true) return false;
      if (onNonRetryable === "report") await report(error, request);
      else if (onNonRetryable !== "drop") await onNonRetryable(records[index] as Item, error, request);
      return true;
    } catch (reason) {
      await report(reason, request);
      return false;
    }
  };
}
