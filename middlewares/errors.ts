import { errorResponse } from "../src/errorResponse.ts";
import { isRaw, reply } from "../src/http/reply.ts";
import { defineMiddleware, type HookRequest, type Middleware } from "../src/middleware.ts";
import { checkReportOptions, type ReportOptions, reporter } from "../src/report.ts";

export interface ErrorsOptions extends ReportOptions {
  /** Logs and reports, then throws the error on: for Step Functions and queues, which must see the failure. @default false */
  rethrow?: boolean;
}

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
  checkReportOptions("errors", options);
  const { rethrow = false } = options;
  const notice = reporter(options);

  function answer(request: HookRequest, response: ReturnType<typeof errorResponse>): void | Promise<void> {
    const { status, headers, body } = response;
    return reply(request, body, { status, headers });
  }

  function errorsOnError(request: HookRequest): void | Promise<void> {
    if (request.response !== undefined || isRaw(request)) return undefined;
    const response = errorResponse(request.error, request.event);
    const noticed = response.status >= 500 ? notice(request.error, request) : undefined;
    if (rethrow) return noticed;
    return noticed === undefined ? answer(request, response) : noticed.then(() => answer(request, response));
  }
  return defineMiddleware({
    name: "errors",
    facts: () => ({ answersErrors: !rethrow }),
    onError: errorsOnError,
  });
}
