import { isFinal, isRaw, reply } from "../http/reply.ts";
import { isThenable } from "../settle.ts";
import type { ChainRequest, Plugin } from "./plugin.ts";
import { FnOptions, inTime } from "./timeout.ts";

type ChainHook = (request: ChainRequest) => unknown;
type Fn = (event: unknown, context: unknown, options: FnOptions) => unknown;

/** What the pipeline knows of its chain; Middy itself only keeps flat lists of hooks. */
export interface Layout {
  /** For each `before` hook: how many of the `after` hooks belong to middlewares outside it. */
  readonly outside: readonly number[];
  /** The same for a hook that `use()` added later, which is innermost. */
  readonly all: number;
  /** Whether the chain answers HTTP, so that an early reply is put into the form that the source wants. */
  readonly replies: boolean;
}

interface OnionHandler {
  (event: unknown, context: unknown): Promise<unknown>;
  handler(replacement: Fn): OnionHandler;
}

type ExecutionMode = (
  core: { middyRequest(event: unknown, context: unknown): ChainRequest },
  befores: ChainHook[],
  fn: Fn,
  afters: ChainHook[],
  onErrors: ChainHook[],
  plugin: Plugin,
) => OnionHandler;

function settle(request: ChainRequest, replaced: unknown): void {
  if (replaced !== undefined) request.response = replaced;
  if ("earlyResponse" in request) takeEarly(request);
}

function takeEarly(request: ChainRequest): void {
  request.response = request.earlyResponse;
  delete request.earlyResponse;
}

/** A second error keeps the first as its cause, as Middy does it. */
function withCause(error: unknown, first: unknown): Error {
  if (error instanceof Error && error !== first) error.cause ??= first;
  return error as Error;
}

/**
 * Middy's execution mode for pipelines. Middy's own mode leaves the chain at once when a hook replies early or fails;
 * this one passes each layer on the way out: an early reply runs the `after` hooks of the middlewares outside the one
 * that replied, a hook that returns a value does not hide it from the hooks outside, and an `onError` hook that throws
 * does not keep the others from cleaning up.
 */
export function onionMode(layout: Layout): ExecutionMode {
  return function onion({ middyRequest }, befores, firstFn, afters, onErrors, plugin) {
    let fn = firstFn;
    const call = observed(plugin);
    const isTimed = plugin.timeoutEarlyInMillis > 0;

    /** Sync until a hook returns a promise. */
    function goOut(request: ChainRequest, from: number): Promise<void> | undefined {
      for (let index = from; index < afters.length; index++) {
        const replaced = call(afters[index] as ChainHook, request);
        if (isThenable(replaced)) return goOutAsync(replaced, request, index);
        settle(request, replaced);
      }
      return undefined;
    }

    async function goOutAsync(
      pending: PromiseLike<unknown>,
      request: ChainRequest,
      at: number,
    ): Promise<void> {
      settle(request, await pending);
      await goOut(request, at + 1);
    }

    async function replyEarly(request: ChainRequest, at: number): Promise<unknown> {
      takeEarly(request);
      await goOut(request, afters.length - (layout.outside[at] ?? layout.all));
      if (layout.replies && !isRaw(request) && !isFinal(request)) await reply(request, request.response, {});
      return request.response;
    }

    async function recover(request: ChainRequest, error: unknown): Promise<unknown> {
      request.response = undefined;
      delete request.earlyResponse;
      request.error = error as Error;
      for (const onError of onErrors) {
        try {
          settle(request, await call(onError, request));
        } catch (next) {
          if (request.response !== undefined) console.error(next);
          else request.error = withCause(next, request.error);
        }
      }
      if (request.response === undefined) throw request.error;
      return request.response;
    }

    const handler = async function handler(event: unknown, context: unknown): Promise<unknown> {
      const request = middyRequest(event ?? undefined, context ?? undefined);
      plugin.requestStart(request);
      try {
        for (let index = 0; index < befores.length; index++) {
          let early = call(befores[index] as ChainHook, request);
          if (isThenable(early)) early = await early;
          if (early !== undefined) request.earlyResponse = early;
          if ("earlyResponse" in request) return await replyEarly(request, index);
        }
        plugin.beforeHandler();
        const options = new FnOptions();
        const value = fn(request.event, request.context, options);
        request.response = isThenable(value)
          ? await (isTimed ? inTime(value, request.context, options, plugin) : value)
          : value;
        plugin.afterHandler();
        const pending = goOut(request, 0);
        if (pending !== undefined) await pending;
        return request.response;
      } catch (error) {
        return await recover(request, error);
      } finally {
        const ended = plugin.requestEnd(request);
        if (isThenable(ended)) await ended;
      }
    } as OnionHandler;
    handler.handler = replacement => {
      fn = replacement;
      return handler;
    };
    return handler;
  };
}

/** Calls a hook, between the plugin's own hooks when it has any. */
function observed(plugin: Plugin): (hook: ChainHook, request: ChainRequest) => unknown {
  const { beforeMiddleware, afterMiddleware } = plugin;
  if (beforeMiddleware === undefined && afterMiddleware === undefined) {
    return function callHook(hook, request) {
      return hook(request);
    };
  }
  return async function callObserved(hook, request) {
    beforeMiddleware?.(hook.name);
    const result = await hook(request);
    afterMiddleware?.(hook.name);
    return result;
  };
}
