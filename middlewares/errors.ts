import { errorResponse } from "../src/errorResponse.ts";
import { isRaw, reply } from "../src/http/reply.ts";
import { defineMiddleware, type HookRequest, type Middleware } from "../src/middleware.ts";
import { checkArgument, checkOptions } from "../src/options.ts";

export interface ErrorsOptions {
  /**
   * Is given every error that becomes a 5xx, and the request's id; `false` logs nothing.
   * @default console.error
   */
  logger?: ((error: unknown, details: { requestId: string | undefined }) => void) | false;
  /** Is given the same errors and the whole request, for Sentry and the like; awaited. What it throws is only logged. */
  report?: (error: unknown, request: { event: unknown; context: unknown }) => unknown;
  /** Logs and reports, then throws the error on: for Step Functions and queues, which must see the failure. @default false */
  rethrow?: boolean;
}

const requestIdOf = (context: unknown): string | undefined =>
  (context as { awsRequestId?: string } | undefined)?.awsRequestId;

/**
 * Turns whatever is thrown into a JSON response, in the form that the event's source wants. HTTP errors, ours and those
 * of other packages, keep their status, message and headers; anything else is 500 `Internal Server Error`.
 *
 * @param options where errors are logged and reported
 * @throws TypeError naming an unknown or wrong option
 * @example
 * pipeline([errors({ report: Sentry.captureException }), jsonBody(), serialize()], fn);
 */
export function errors(options: ErrorsOptions = {}): Middleware {
  checkOptions("errors", options, { logger: "any", report: "function", rethrow: "boolean" });
  if (options.logger !== false) checkArgument("errors", 'option "logger"', options.logger, "function");
  const { logger = console.error, report, rethrow = false } = options;

  function log(error: unknown, context: unknown): void {
    if (logger !== false) logger(error, { requestId: requestIdOf(context) });
  }

  function notice(request: HookRequest): void | Promise<void> {
    const { error, event, context } = request;
    log(error, context);
    if (report === undefined) return undefined;
    const failed = (reason: unknown): void => log(reason, context);
    try {
      return Promise.resolve(report(error, { event, context })).then(() => undefined, failed);
    } catch (reason) {
      return failed(reason);
    }
  }

  function answer(request: HookRequest, response: ReturnType<typeof errorResponse>): void | Promise<void> {
    const { status, headers, body } = response;
    return reply(request, body, { status, headers });
  }

  function errorsOnError(request: HookRequest): void | Promise<void> {
    if (request.response !== undefined || isRaw(request)) return undefined;
    const response = errorResponse(request.error, request.event);
    const noticed = response.status >= 500 ? notice(request) : undefined;
    if (rethrow) return noticed;
    return noticed === undefined ? answer(request, response) : noticed.then(() => answer(request, response));
  }
  return defineMiddleware({ name: "errors", onError: errorsOnError });
}
