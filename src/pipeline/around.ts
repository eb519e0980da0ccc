import type { AnyMiddleware } from "../core/middleware.ts";

type AnyHook = (request: { response: unknown }) => unknown;

/**
 * Brings a middleware into the form in which it stands outside everything: one that only has an `after` hook sees the responses
 * of errors too, as a request log or a compression expects.
 *
 * @param middleware ours, or any other package's
 */
export function asAround(middleware: AnyMiddleware): AnyMiddleware {
  const { after, onError } = middleware as { after?: AnyHook; onError?: AnyHook };
  if (after === undefined || onError !== undefined) return middleware;
  return {
    ...middleware,
    onError: function seeErrorResponse(request: { response: unknown }): unknown {
      return request.response === undefined ? undefined : after(request);
    },
  };
}
