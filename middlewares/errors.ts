import type { ErrorMap } from "../src/core/errorMap.ts";
import { defineMiddleware, type HookRequest, type Middleware, tidy } from "../src/core/middleware.ts";
import { checkReportOptions, type ReportOptions, reporter } from "../src/core/report.ts";
import { errorResponse, noteOf } from "../src/http/errorResponse.ts";
import { isRaw, reply, serializeLeft } from "../src/http/reply.ts";

export interface ErrorsOptions extends ReportOptions {
  /** Logs and reports, then throws the error on: for Step Functions and queues, which must see the failure. @default false */
  rethrow?: boolean;
  /**
   * What errors of other packages, and your own, become: `[[OutOfStock, 409, "Sold out", "sold_out"]]`. The first class that an error
   * is an instance of counts. Without a message its own goes out, below 500; without a code the status does.
   * @default none
   */
  map?: ErrorMap;
}

/**
 * Turns whatever is thrown into a JSON response, in the form that the event's source wants. HTTP errors keep
 * their status, message and headers; of those of other packages only the status and, below 500, the message go out, with
 * `Retry-After` and `WWW-Authenticate`; anything else is 500 `Internal Server Error`.
 *
 * @param options where errors are logged and reported
 * @throws TypeError naming an unknown or wrong option
 * @example
 * pipeline([errors({ report: Sentry.captureException }), jsonBody(), serialize()], fn);
 */
export function errors(options: ErrorsOptions = {}): Middleware {
  checkReportOptions("errors", options);
  const { rethrow = false, map } = options;
  const notice = reporter(options);

  function answer(request: HookRequest, response: ReturnType<typeof errorResponse>): void | Promise<void> {
    const { status, headers, body } = response;
    return reply(request, body, { status, headers });
  }

  function errorsOnError(request: HookRequest): void | Promise<void> {
    if (isRaw(request)) return undefined;
    if (request.response !== undefined) return serializeLeft(request);
    const { error } = request;
    const response = errorResponse(error, request.event, map);
    const note = noteOf(error, response.status, map);
    const noticed = note && notice(error, request, note);
    if (rethrow) return noticed;
    return noticed === undefined ? answer(request, response) : noticed.then(() => answer(request, response));
  }
  return tidy(
    defineMiddleware({
      name: "errors",
      openapi: () => ({ answersErrors: !rethrow, ...(map && { errors: map.map(([, status]) => status) }) }),
      onError: errorsOnError,
    }),
  );
}
