import { isOurs } from "../core/middleware.ts";
import { definitionOf } from "./explain.ts";

/** The hook of `@middy/http-cors`: the one middleware that is known by a name, since it declares nothing. */
const officialHook = "httpCorsMiddlewareBefore";

/**
 * Whether a handler's chain answers preflight requests: by what its middlewares declare, or by `@middy/http-cors`.
 *
 * @param handler any handler
 * @returns `undefined` of a handler that tsverless did not make: nothing is known of it
 */
export function answersPreflights(handler: object): boolean | undefined {
  return definitionOf(handler)?.chain.some(middleware =>
    isOurs(middleware) ? middleware.preflights === true : middleware.before?.name === officialHook,
  );
}
