import { warmup } from "../../middlewares/warmup.ts";
import type { AnyMiddleware, HookRequest } from "../../src/core/middleware.ts";
import { checkErrorsOptions, type ErrorsOptions, reporter } from "../../src/core/report.ts";
import { noteOf, shownError } from "../../src/http/errorResponse.ts";
import { asAround } from "../../src/pipeline/around.ts";
import { assembleWith, type Fn, type LambdaHandler } from "../../src/pipeline/assemble.ts";
import type { QueueOptions } from "./queue.ts";

/** What the caller may know of an error. */
export type Shown = (error: unknown, shown: { status: number; message: string }) => unknown;

/** Logs and reports what leaves the chain, and throws on what the caller may know of it. */
function failures(options: ErrorsOptions = {}, shownOf?: Shown): AnyMiddleware {
  const notice = reporter(options);
  return {
    name: "errors",
    onError(request: HookRequest): void | Promise<void> {
      if (request.response !== undefined) return undefined;
      const { error } = request;
      const shown = shownError(error, options.map);
      // Set, and not thrown: what is thrown here would have the error that is hidden as its cause.
      if (shownOf !== undefined) request.error = shownOf(error, shown) as Error;
      const note = noteOf(error, shown.status, options.map);
      return note && notice(error, request, note);
    },
  };
}

/**
 * Makes the handler of a source whose caller waits for what the function gives, and is shown what it throws.
 *
 * @param factory the factory's name, for messages
 * @param fn what gives the result
 * @param shownOf what is thrown instead of an error; the error itself without it
 * @throws TypeError naming an option that is wrong
 */
export function singleHandler<Result>(
  factory: string,
  fn: Fn,
  options: QueueOptions,
  shownOf?: Shown,
): LambdaHandler<Result> {
  checkErrorsOptions(factory, options.errors);
  const { around = [], use = [] } = options;
  const chain = [
    failures(options.errors, shownOf),
    ...(options.warmup === false ? [] : [warmup(options.warmup)]),
    ...around.map(asAround),
    ...use,
  ];
  return assembleWith(undefined, chain, fn);
}
