import type { Notice } from "../../core/report.ts";
import { runLines } from "./lines.ts";
import type { RunOptions } from "./options.ts";
import { type Refuse, refusing } from "./refusing.ts";

/** What functions that ask for it do with their batches. */
export interface Batching<Item> {
  /** Sees to what failed for good; absent where nothing does. */
  readonly refuse: Refuse<Item> | undefined;
  /** Runs many at once; absent where one runs after the other. */
  readonly runAll:
    | ((
        count: number,
        lineAt: (index: number) => string | undefined,
        run: (index: number) => void | PromiseLike<void>,
      ) => Promise<void>)
    | undefined;
}

/**
 * Makes what the options `concurrency`, `nonRetryable` and `onNonRetryable` ask for.
 *
 * @param factory the factory's name, for messages
 * @param report where failures go
 * @throws TypeError naming the option that is wrong
 */
export function batchingOf<Item>(
  factory: string,
  options: RunOptions<Item>,
  report: Notice,
): Batching<Item> | undefined {
  const { concurrency = 1, nonRetryable, onNonRetryable } = options;
  if (concurrency < 1) throw new TypeError(`${factory}: option "concurrency" must be at least 1`);
  if (typeof onNonRetryable === "string" && !["drop", "report"].includes(onNonRetryable)) {
    throw new TypeError(`${factory}: option "onNonRetryable" must be "drop" or "report" or a function`);
  }
  const isRefusing = nonRetryable !== undefined || onNonRetryable !== undefined;
  return {
    refuse: isRefusing ? refusing(options, report) : undefined,
    runAll: concurrency > 1 ? (count, lineAt, run) => runLines(count, lineAt, concurrency, run) : undefined,
  };
}
