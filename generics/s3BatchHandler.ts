import type { S3BatchResult } from "aws-lambda";
import { checkArgument, checkOptions } from "../src/core/options.ts";
import { type S3BatchItem, type S3Task, s3BatchSource } from "../src/events/batch/s3BatchSource.ts";
import type { LambdaHandler } from "../src/pipeline/assemble.ts";
import { type BatchOptions, batchHandler, batchKinds } from "./parts/batch.ts";
import type { GenericTable } from "./parts/kinds.ts";

/** Options of {@link s3BatchHandler}. */
export type S3BatchOptions = BatchOptions<S3BatchItem>;

/** The options of {@link s3BatchHandler}. */
export const s3BatchKinds: GenericTable<S3BatchOptions> = batchKinds;

/**
 * Makes a handler that does the tasks of a job of S3 Batch Operations one by one. What the function gives stands in the job's report.
 * A task that throws fails for now, and S3 tries it again; with `nonRetryable` it can fail for good.
 *
 * @param fn what to do with one object, whose key is decoded; what it throws is logged
 * @param options how many run at once, and which failures are final; what `errors` and `warmup` take
 * @returns a Lambda handler that returns the results of all tasks
 * @throws TypeError when an argument is not what it should be
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-invoke-lambda.html
 * @example
 * export const handler = s3BatchHandler(({ bucket, fileName }) => shrink(bucket, fileName), {
 *   nonRetryable: error => error instanceof NotAnImage,
 * });
 */
export function s3BatchHandler(
  fn: (task: S3Task, request: { event: unknown; context: unknown }) => unknown,
  options: S3BatchOptions = {},
): LambdaHandler<S3BatchResult> {
  checkArgument("s3BatchHandler", "fn", fn ?? null, "function");
  checkOptions("s3BatchHandler", options, s3BatchKinds);
  return batchHandler("s3BatchHandler", s3BatchSource(), fn, options);
}
