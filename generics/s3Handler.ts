import { type S3File, s3File } from "../middlewares/s3File.ts";
import { warmup } from "../middlewares/warmup.ts";
import { checkArgument, checkOptions } from "../src/core/options.ts";
import { checkErrorsOptions, reporter } from "../src/core/report.ts";
import { asAround } from "../src/pipeline/around.ts";
import { assembleWith, type LambdaHandler } from "../src/pipeline/assemble.ts";
import { queueKinds } from "./parts/kinds.ts";
import type { QueueOptions } from "./parts/queue.ts";

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
  options: QueueOptions = {},
): LambdaHandler<void> {
  checkArgument("s3Handler", "fn", fn ?? null, "function");
  checkOptions("s3Handler", options, queueKinds);
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
  return assembleWith(undefined, chain, takeFiles);
}
