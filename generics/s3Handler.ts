import type { AnyMiddleware, HookRequest } from "../src/core/middleware.ts";
import { checkArgument, checkOptions } from "../src/core/options.ts";
import type { S3Item } from "../src/events/batch/s3Item.ts";
import { readS3Event, s3Source } from "../src/events/batch/s3Source.ts";
import type { BatchResult } from "../src/events/batch/source.ts";
import { bucketTrigger } from "../src/events/declare.ts";
import type { S3File } from "../src/events/s3Files.ts";
import { type DeclaredBucket, declareTrigger } from "../src/events/trigger.ts";
import type { LambdaHandler } from "../src/pipeline/assemble.ts";
import { type BatchOptions, batchHandler, batchKinds } from "./parts/batch.ts";
import type { GenericTable } from "./parts/kinds.ts";

export interface S3HandlerOptions extends BatchOptions<S3Item> {
  /** The bucket that the files are in: `{ name: "uploads", events: ["ObjectCreated:*"] }`. Templates, `tsverless dev` and `testApp` use it. */
  bucket?: DeclaredBucket;
}

/** The options of {@link s3Handler}. */
export const s3Kinds: GenericTable<S3HandlerOptions> = { ...batchKinds, bucket: "object" };

/** As `s3File` does it, of whatever the files came in. */
const files: AnyMiddleware = {
  name: "s3File",
  async before({ event, context }: HookRequest) {
    const all = await readS3Event(event);
    Object.assign(context, { file: all[0], files: all });
  },
};

/**
 * Makes a handler that takes the files of an S3 event one by one, whether it comes from the bucket, a topic, a bus or a queue, which
 * may stand behind a topic or a bus. When one fails the others are still taken. Behind a queue the messages that failed come again; turn
 * on `ReportBatchItemFailures` for its event source mapping. Elsewhere the first error is thrown on, so that Lambda tries the event
 * again. The test message of S3 is acknowledged.
 *
 * @param fn what to do with one file; what it throws is logged
 * @param options how many run at once, and which failures are final; what `errors` and `warmup` take
 * @returns a Lambda handler that returns nothing, or behind a queue `{ batchItemFailures }`
 * @throws TypeError when an argument is not what it should be
 * @example
 * export const handler = s3Handler(async ({ bucket, fileName }) => index(bucket, fileName));
 */
export function s3Handler(
  fn: (file: S3File, request: { event: unknown; context: unknown }) => unknown,
  options: S3HandlerOptions = {},
): LambdaHandler<BatchResult | void> {
  checkArgument("s3Handler", "fn", fn ?? null, "function");
  checkOptions("s3Handler", options, s3Kinds);
  const trigger = bucketTrigger("s3Handler", options.bucket);

  async function takeFiles(
    given: readonly S3File[],
    request: { event: unknown; context: unknown },
  ): Promise<void> {
    const failures: unknown[] = [];
    for (const file of given) {
      try {
        await fn(file, request);
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
  return declareTrigger(batchHandler("s3Handler", s3Source(), takeFiles, options, [files]), trigger);
}
