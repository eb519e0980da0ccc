import type { AnyMiddleware } from "../core/middleware.ts";
import type { HttpResult } from "../http/types.ts";
import { assembleWith, type Fn, type LambdaHandler, type PipelineOptions } from "./assemble.ts";
import type { PipelineEndpoint } from "./endpoint.ts";
import { httpDoor } from "./httpDoor.ts";
import type { After, Checked, WalkOver } from "./types.ts";

export type { LambdaHandler, PipelineOptions } from "./assemble.ts";

/** What a chain gives: a response when it serializes, else what the function returns. */
export type ResultOf<Chain, Returned> = [WalkOver<Chain>["serializers"]] extends [never]
  ? Awaited<Returned>
  : HttpResult;

/** {@link pipeline} for chains that are only known at run time; the types are the caller's business. */
export function assemble<Result, Call = unknown>(
  middlewares: readonly AnyMiddleware[],
  fn: Fn,
  options?: PipelineOptions,
): LambdaHandler<Result, Call> {
  return assembleWith(httpDoor, middlewares, fn, options);
}

/**
 * Wraps a plain async function in an ordered chain of middleware, the outermost first. What a middleware adds to the
 * event or the context is typed for all that follow; one that comes before what it needs does not compile.
 *
 * Whatever happens inside, a value, an early response or a throw, passes every layer on its way out.
 *
 * @param middlewares the chain: our middlewares, your own (`defineMiddleware`), or any Middy middleware
 * @param fn `(event, context, { signal }) => value`
 * @param options Middy's hooks and early timeout
 * @returns a Lambda handler, which is an ordinary Middy handler too
 * @throws TypeError when an argument is not what it should be
 * @example
 * export const handler = pipeline(
 *   [errors(), cors(), jsonBody<NewUser>(), requireKeys(["email"]), serialize()],
 *   async event => ({ welcome: event.body.email }),
 * );
 */
export function pipeline<const Chain extends readonly AnyMiddleware[], Returned>(
  middlewares: Chain & Checked<Chain>,
  fn: (
    event: After<Chain>["event"],
    context: After<Chain>["context"],
    options: { signal: AbortSignal },
  ) => Returned,
  options: PipelineOptions = {},
): LambdaHandler<ResultOf<Chain, Returned>, PipelineEndpoint<Chain, Returned>> {
  return assemble(middlewares, fn as Fn, options);
}
