import { type S3File, s3File } from "../middlewares/s3File.ts";
import { warmup } from "../middlewares/warmup.ts";
import { checkArgument, checkOptions } from "../src/core/options.ts";
import { checkErrorsOptions, reporter } from "../src/core/report.ts";
import { bucketTrigger } from "../src/events/declare.ts";
import { type DeclaredBucket, declareTrigger } from "../src/events/trigger.ts";
import { asAround } from "../src/pipeline/around.ts";
import { assembleWith, type LambdaHandler } from "../src/pipeline/assemble.ts";
import { type GenericTable, queueKinds } from "./parts/kinds.ts";
import type { QueueOptions } from "./parts/queue.ts";

export interface S3HandlerOptions extends QueueOptions {
  /** The bucket that the files are in: `{ name: "uploads", events: ["ObjectCreated:*"] }`. Templates, `tsverless dev` and `testApp` use it. */
  bucket?: DeclaredBucket;
}

/** The options of {@link s3Handler}. */
export const s3Kinds: GenericTable<S3HandlerOptions> = { ...queueKinds, bucket: "object" };

/**
 * Makes a handler that takes the files of an S3 event one by one. When one fails the others are still taken; then the
 * first error is thrown on, so that Lambda tries the event again.
 *
 * @param fn what to do with one file; what it throws is logged
 * @param options what `errors` and `warmup` take
 * @returns a Lambda handler that returns nothing
 * @throws TypeError when an argument is not what it should be
 * @example
 * export const handler = s3Handler(async ({ bucket, fileName }) => index(bucket, fileName));
 */
export function s3Handler(
  fn: (file: S3File, request: { event: unknown; context: unknown }) => unknown,
  options: S3HandlerOptions = {},
): LambdaHandler<void> {
  checkArgument("s3Handler", "fn", fn ?? null, "function");
  checkOptions("s3Handler", options, s3Kinds);
  const trigger = bucketTrigger("s3Handler", options.bucket);
  checkErrorsOptions("s3Handler", options.errors);
  const { around = [], use = [] } = options;
  const report = reporter(options.errors);

  async function takeFiles(event: unknown, context: unknown): Promise<void> {
    const failures: unknown[] = [];
    for (const file of (context as { files: S3File[] }).files) {
      try {
        await fn(file, { event, context });
      } catch (error) {
        failures.push(error);
        await report(error, { event, context });
      }
    }
    if (failures.length > 0) throw failures[0];
  }
  const chain = [
    ...(options.warmup === false ? [] : [warmup(options.warmup)]),
    ...around.map(asAround),
    s3File(),
    ...use,
  ];
  return declareTrigger(assembleWith(undefined, chain, takeFiles), trigger);
}
