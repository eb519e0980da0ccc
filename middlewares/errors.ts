import { defineMiddleware, type HookRequest, type Middleware, tidy } from "../src/core/middleware.ts";
import { checkErrorsOptions, type ErrorsOptions, reporter } from "../src/core/report.ts";
import { errorResponse, noteOf } from "../src/http/errorResponse.ts";
import { isRaw } from "../src/http/responseState.ts";
import { serializeLeft, writeResponse } from "../src/http/writeResponse.ts";

export type { ErrorsOptions } from "../src/core/report.ts";

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
  checkErrorsOptions("errors", options);
  const { rethrow = false, map } = options;
  const notice = reporter(options);

  function writeError(
    request: HookRequest,
    response: ReturnType<typeof errorResponse>,
  ): void | Promise<void> {
    const { status, headers, body } = response;
    return writeResponse(request, body, { status, headers });
  }

  function errorsOnError(request: HookRequest): void | Promise<void> {
    if (isRaw(request)) return undefined;
    if (request.response !== undefined) return serializeLeft(request);
    const { error } = request;
    const response = errorResponse(error, request.event, map);
    const note = noteOf(error, response.status, map);
    const noticed = note && notice(error, request, note);
    if (rethrow) return noticed;
    return noticed === undefined
      ? writeError(request, response)
      : noticed.then(() => writeError(request, response));
  }
  return tidy(
    defineMiddleware({
      name: "errors",
      openapi: () => ({ handlesErrors: !rethrow, ...(map && { errors: map.map(([, status]) => status) }) }),
      onError: errorsOnError,
    }),
  );
}
