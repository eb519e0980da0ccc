import { isObject } from "../../../src/core/objects.ts";

/**
 * Reads what a function said of a batch, as an event source mapping with `ReportBatchItemFailures` does: nothing, and no list, is
 * success; what is malformed, or names what was not there, is the failure of all.
 *
 * @param result what the function returned, as JSON
 * @param isKnown whether something of this name was in the batch
 * @returns the names of what failed; `"all"` where the whole batch did
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
 */
export function failedItems(
  result: unknown,
  isKnown: (name: string) => boolean,
): ReadonlySet<string> | "all" {
  const failed = new Set<string>();
  if (result === null || result === undefined) return failed;
  if (!isObject(result) || Array.isArray(result)) return "all";
  const failures: unknown = (result as { batchItemFailures?: unknown }).batchItemFailures ?? [];
  if (!Array.isArray(failures)) return "all";
  for (const failure of failures) {
    const name: unknown = isObject(failure)
      ? (failure as { itemIdentifier?: unknown }).itemIdentifier
      : undefined;
    if (typeof name !== "string" || name === "" || !isKnown(name)) return "all";
    failed.add(name);
  }
  return failed;
}
