import middy, { type MiddlewareObj, type MiddyfiedHandler } from "@middy/core";
import type { Endpoint } from "../core/endpoint.ts";
import type { AnyMiddleware, Hook, HookRequest } from "../core/middleware.ts";
import { checkArgument, checkOptions, type OptionTable } from "../core/options.ts";
import type { HttpResult } from "../http/types.ts";
import type { Door } from "./door.ts";
import { register } from "./explain.ts";
import { layoutOf, splitChain } from "./layout.ts";
import { onionMode } from "./onion.ts";

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

/** A Lambda handler that is an ordinary Middy handler as well: `use`, `before`, `after` and `onError` work on it. */
export interface LambdaHandler<Result = HttpResult, Call = unknown> extends Endpoint<Call> {
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

/** The function at the end of a chain. */
export type Fn = (event: unknown, context: object, options: { signal: AbortSignal }) => unknown;

/**
 * Makes a handler of a chain that is only known at run time; the types are the caller's business.
 *
 * @param door how responses leave; none where nobody waits for one, as behind a queue, whatever stands in the chain
 * @throws TypeError when an argument is not what it should be
 */
export function assembleWith<Result, Call = unknown>(
  door: Door | undefined,
  middlewares: readonly AnyMiddleware[],
  fn: Fn,
  options: PipelineOptions = {},
): LambdaHandler<Result, Call> {
  checkMiddlewares(middlewares);
  checkArgument("pipeline", "fn", fn ?? null, "function");
  checkOptions("pipeline", options, optionKinds);
  const [outer, core] = splitChain(middlewares);
  let layout = layoutOf(outer, core, door !== undefined);
  const handler = middy(fn as never, {
    timeoutEarlyInMillis: 0,
    ...(options as object),
    executionMode: onionMode(() => layout, door) as never,
  }) as MiddyfiedHandler;
  handler.use(outer as MiddlewareObj[]);
  function note(added: readonly AnyMiddleware[], lastFn: Fn): void {
    outer.push(...added);
    layout = layoutOf(outer, core, door !== undefined);
    register(handler, {
      chain: [...outer, ...core],
      rebuild: other => assembleWith(door, other, lastFn, options),
    });
  }
  return remembered(handler, note, fn) as unknown as LambdaHandler<Result, Call>;
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
