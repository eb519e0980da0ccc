import { isOurs } from "../core/middleware.ts";
import { definitionOf, nameOf } from "./explain.ts";

/** The hook of `@middy/http-cors`, which declares nothing; no other package calls one so. */
const officialHook = "httpCorsMiddlewareBefore";

/**
 * Whether a handler's chain answers preflight requests: by what its middlewares declare, or by `@middy/http-cors`.
 *
 * @param handler any handler
 * @returns `undefined` of a handler that tsverless did not make: nothing is known of it
 */
export function answersPreflights(handler: object): boolean | undefined {
  return definitionOf(handler)?.chain.some(middleware =>
    isOurs(middleware)
      ? middleware.preflights === true
      : middleware.before !== undefined && nameOf({ before: middleware.before }) === officialHook,
  );
}
