import type { Middleware } from "../src/core/middleware.ts";
import { checkOptions } from "../src/core/options.ts";
import { type ErrorsOptions, errors } from "./errors.ts";
import { s3File } from "./s3File.ts";
import { type WarmupOptions, warmup } from "./warmup.ts";

export interface S3PresetOptions {
  /** `warmup`'s options, or `false` to leave it out. */
  warmup?: WarmupOptions | false;
  /** `errors`'s options, or `false` to leave it out. Errors are thrown on unless `rethrow` is `false`. */
  errors?: ErrorsOptions | false;
}

/**
 * The stack of a bucket's handler: `warmup`, `errors` that throws on, so that the event comes again, and `s3File`.
 *
 * @param options for the first two their own options, or `false`
 * @returns middlewares for `middy(fn).use(...)`, or to spread into a pipeline
 * @throws TypeError naming an unknown or wrong option
 * @example
 * export const handler = pipeline(s3Preset(), async (event, { file }) => index(file.bucket, file.fileName));
 */
export function s3Preset(
  options: S3PresetOptions = {},
): [warmup: Middleware, errors: Middleware, file: ReturnType<typeof s3File>] {
  checkOptions("s3Preset", options, { warmup: ["object", "false"], errors: ["object", "false"] });
  const stack: unknown[] = [];
  if (options.warmup !== false) stack.push(warmup(options.warmup));
  if (options.errors !== false) stack.push(errors({ rethrow: true, ...options.errors }));
  stack.push(s3File());
  return stack as [Middleware, Middleware, ReturnType<typeof s3File>];
}
