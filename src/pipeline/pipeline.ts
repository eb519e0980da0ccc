import middy, { type MiddlewareObj, type MiddyfiedHandler } from "@middy/core";
import type { Endpoint } from "../core/endpoint.ts";
import type { AnyMiddleware, Hook, HookRequest } from "../core/middleware.ts";
import { checkArgument, checkOptions, type OptionTable } from "../core/options.ts";
import type { HttpResult } from "../http/types.ts";
import type { PipelineEndpoint } from "./endpoint.ts";
import { register } from "./explain.ts";
import { layoutOf, splitChain } from "./layout.ts";
import { onionMode } from "./onion.ts";
import type { After, Checked, WalkOver } from "./types.ts";

const optionKinds: OptionTable<PipelineOptions> = {
  timeoutEarlyInMillis: "count",
  timeoutEarlyResponse: "function",
  requestStart: "function",
  requestEnd: "function",
  beforeMiddleware: "function",
  afterMiddleware: "function",
  beforeHandler: "function",
  afterHandler: "function",
};

/** What Middy's second argument takes, for a whole pipeline. */
export interface PipelineOptions {
  /** Milliseconds before Lambda's own timeout at which the signal aborts and the response below is given. @default 0, which makes no timer */
  timeoutEarlyInMillis?: number;
  /** The response then. @default throws a `TimeoutError` */
  timeoutEarlyResponse?: () => unknown;
  /** Runs before all hooks. */
  requestStart?: (request: HookRequest) => void;
  /** Runs after all hooks, also after an error; awaited. */
  requestEnd?: (request: HookRequest) => unknown;
  /** Runs before each hook. */
  beforeMiddleware?: (name: string) => void;
  /** Runs after each hook. */
  afterMiddleware?: (name: string) => void;
  beforeHandler?: () => void;
  afterHandler?: () => void;
}

/** What a chain gives: a response when it serializes, else what the function returns. */
export type ResultOf<Chain, Returned> = [WalkOver<Chain>["serializers"]] extends [never]
  ? Awaited<Returned>
  : HttpResult;

/** A Lambda handler that is an ordinary Middy handler as well: `use`, `before`, `after` and `onError` work on it. */
export interface LambdaHandler<Result = HttpResult, C = unknown> extends Endpoint<C> {
  (event?: unknown, context?: object): Promise<Result>;
  /** Adds Middy middleware inside the chain, next to the function. */
  use(middlewares: AnyMiddleware | readonly AnyMiddleware[]): this;
  before(hook: Hook): this;
  after(hook: Hook): this;
  onError(hook: Hook): this;
  /** Replaces the function at the end of the chain. */
  handler(fn: (event: never, context: never, options: { signal: AbortSignal }) => unknown): this;
}

function checkMiddlewares(middlewares: unknown): void {
  checkArgument("pipeline", "middlewares", middlewares ?? null, "array");
  for (const [index, item] of (middlewares as unknown[]).entries()) {
    const { before, after, onError } = (item ?? {}) as AnyMiddleware;
    const hooks = [before, after, onError].filter(hook => hook !== undefined);
    if (hooks.length === 0 || hooks.some(hook => typeof hook !== "function")) {
      throw new TypeError(`pipeline: middlewares[${index}] must have a before, after or onError hook`);
    }
  }
}

type Fn = (event: unknown, context: object, options: { signal: AbortSignal }) => unknown;

/** {@link pipeline} for chains that are only known at run time; the types are the caller's business. */
export function assemble<Result, C = unknown>(
  middlewares: readonly AnyMiddleware[],
  fn: Fn,
  options: PipelineOptions = {},
): LambdaHandler<Result, C> {
  checkMiddlewares(middlewares);
  checkArgument("pipeline", "fn", fn ?? null, "function");
  checkOptions("pipeline", options, optionKinds);
  const [outer, core] = splitChain(middlewares);
  let layout = layoutOf(outer, core);
  const handler = middy(fn as never, {
    timeoutEarlyInMillis: 0,
    ...(options as object),
    executionMode: onionMode(() => layout) as never,
  }) as MiddyfiedHandler;
  handler.use(outer as MiddlewareObj[]);
  function note(added: readonly AnyMiddleware[], lastFn: Fn): void {
    outer.push(...added);
    layout = layoutOf(outer, core);
    register(handler, { chain: [...outer, ...core], rebuild: other => assemble(other, lastFn, options) });
  }
  return remembered(handler, note, fn) as unknown as LambdaHandler<Result, C>;
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
export function pipeline<const M extends readonly AnyMiddleware[], R>(
  middlewares: M & Checked<M>,
  fn: (event: After<M>["event"], context: After<M>["context"], options: { signal: AbortSignal }) => R,
  options: PipelineOptions = {},
): LambdaHandler<ResultOf<M, R>, PipelineEndpoint<M, R>> {
  return assemble(middlewares, fn as Fn, options);
}

/** Has each change of the handler noted: what it is made of, and what is added to it later. */
function remembered(
  handler: MiddyfiedHandler,
  noteChange: (added: readonly AnyMiddleware[], fn: Fn) => void,
  firstFn: Fn,
): MiddyfiedHandler {
  const { use, before, after, onError, handler: replaceFn } = handler;
  let fn = firstFn;
  const note = (...added: AnyMiddleware[]): never => {
    noteChange(added, fn);
    return handler as never;
  };
  handler.use = (added: MiddlewareObj | MiddlewareObj[]) => {
    use(added);
    return note(...([added].flat() as AnyMiddleware[]));
  };
  handler.before = hook => {
    before(hook);
    return note({ name: hook.name, before: hook });
  };
  handler.after = hook => {
    after(hook);
    return note({ name: hook.name, after: hook });
  };
  handler.onError = hook => {
    onError(hook);
    return note({ name: hook.name, onError: hook });
  };
  handler.handler = (replacement => {
    replaceFn(replacement);
    fn = replacement as unknown as Fn;
    return note();
  }) as typeof replaceFn;
  return note();
}
