import type { OptionTable } from "../../core/options.ts";

/** What becomes of a record that can never succeed; all three acknowledge it. */
export type OnNonRetryable<Item> =
  | "drop"
  | "report"
  | ((record: Item, error: unknown, request: { event: unknown; context: unknown }) => unknown);

/** Options of what runs records. */
export interface RunOptions<Item = unknown> {
  /** How many records run at once; those that must keep their order stay one behind the other. @default 1 */
  concurrency?: number;
  /**
   * A record is not begun any more when less time than this is left until Lambda's timeout, in milliseconds: it is reported as
   * failed, so that it comes again. The first one is always begun.
   * @default 1000
   */
  reserveInMillis?: number;
  /** Says of an error whether it would come again however often the record did. @default only what is malformed, where `onNonRetryable` is given */
  nonRetryable?: (error: unknown) => boolean;
  /**
   * What becomes of such a record, and of one that is malformed: it is forgotten, or logged and reported as other failures are, or
   * given to a function, such as one that keeps dead letters; when that fails, the record comes again.
   * @default "report"
   */
  onNonRetryable?: OnNonRetryable<Item>;
}

/** The kinds of {@link RunOptions}. */
export const runKinds: OptionTable<RunOptions> = {
  concurrency: "count",
  reserveInMillis: "count",
  nonRetryable: "function",
  onNonRetryable: ["string", "function"],
};
