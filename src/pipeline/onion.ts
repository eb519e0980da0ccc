import { followInvocations, runInvocation } from "../core/invocation.ts";
import { logError } from "../core/loggable.ts";
import { isThenable, mapMaybePromise } from "../core/maybePromise.ts";
import { expectResponse, isFinal, isRaw, isResponseDue, keepOpen, noteValue } from "../http/responseState.ts";
import type { Door } from "./door.ts";
import { Invocation } from "./invocation.ts";
import type { ChainLayout } from "./layout.ts";
import type { ChainRequest, Plugin } from "./plugin.ts";
import { FnOptions, valueOrTimeout } from "./timeout.ts";

type ChainHook = (request: ChainRequest) => unknown;
type Fn = (event: unknown, context: unknown, options: FnOptions) => unknown;

interface OnionHandler {
  (event: unknown, context: unknown): Promise<unknown>;
  handler(replacement: Fn): OnionHandler;
}

type ExecutionMode = (
  core: unknown,
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
 * Middy's execution mode for pipelines. Middy's own mode leaves the chain at once when a hook responds early or fails;
 * this one passes each layer on the way out:
 *
 *     before hooks, outermost first; one that responds early turns back here
 *     the function, and next to it what belongs to it (serializer and errors of a generic)
 *     after hooks, innermost first, of the layers outside the one that turned back
 *     or, where anything threw: the errors of the core, then every onError hook, innermost first
 *     what hooks of other packages left of the response is put into the form of the source
 *
 * A hook that returns a value does not hide it from the hooks outside, and an `onError` hook that throws does not keep the
 * others from cleaning up.
 *
 * @param current the layout of the chain as it is now; `use()` changes it
 * @param door how responses leave; without one the layout makes none
 */
export function onionMode(current: () => ChainLayout, door: Door | undefined): ExecutionMode {
  return function onion(_core, befores, firstFn, afters, onErrors, plugin) {
    let fn = firstFn;
    const call = observed(plugin);
    const isTimed = plugin.timeoutEarlyInMillis > 0;
    if (isTimed) followInvocations();

    /** Sync until a hook returns a promise. */
    function goOut(
      hooks: readonly ChainHook[],
      request: ChainRequest,
      from: number,
    ): Promise<void> | undefined {
      for (let index = from; index < hooks.length; index++) {
        const replaced = call(hooks[index] as ChainHook, request);
        if (isThenable(replaced)) return goOutAsync(replaced, hooks, request, index);
        settle(request, replaced);
        const serializing = isResponseDue(request) ? undefined : passSerializer(request);
        if (isThenable(serializing)) return goOutAsync(serializing, hooks, request, index);
      }
      return undefined;
    }

    async function goOutAsync(
      pending: PromiseLike<unknown>,
      hooks: readonly ChainHook[],
      request: ChainRequest,
      at: number,
    ): Promise<void> {
      settle(request, await pending);
      if (!isResponseDue(request)) await passSerializer(request);
      await goOut(hooks, request, at + 1);
    }

    /** What a hook left is data where it is not a response by itself, and passes the serializer wherever that stands. */
    const passSerializer = (request: ChainRequest): void | Promise<void> =>
      isFinal(request) ? undefined : door?.serializeLeft(request);

    async function turnBack(request: ChainRequest, layout: ChainLayout, at: number): Promise<unknown> {
      takeEarly(request);
      if (layout.makesResponse && !isRaw(request) && !isFinal(request)) await door?.writeEarly(request);
      await goOut(afters, request, afters.length - (layout.outside[at] ?? afters.length));
      return finish(request, layout);
    }

    /** Each of them runs, whatever becomes of the others. Sync until one returns a promise. */
    function runOnErrors(
      hooks: readonly ChainHook[],
      request: ChainRequest,
      from = 0,
    ): void | PromiseLike<void> {
      for (let index = from; index < hooks.length; index++) {
        try {
          const replaced = call(hooks[index] as ChainHook, request);
          const settled = mapMaybePromise(replaced, value => {
            settle(request, value);
            return passSerializer(request);
          });
          if (!isThenable(settled)) continue;
          return settled
            .then(undefined, next => noteNext(request, next))
            .then(() => runOnErrors(hooks, request, index + 1));
        } catch (next) {
          noteNext(request, next);
        }
      }
    }

    function noteNext(request: ChainRequest, next: unknown): void {
      if (request.response !== undefined) logError(next);
      else request.error = withCause(next, request.error);
    }

    function recover(request: ChainRequest, layout: ChainLayout, error: unknown): unknown {
      request.response = undefined;
      delete request.earlyResponse;
      request.error = error as Error;
      if (layout.isTouched) keepOpen(request);
      const pending = mapMaybePromise(runOnErrors(layout.core.onErrors, request), () =>
        runOnErrors(onErrors, request),
      );
      return mapMaybePromise(pending, () => leaveRecovered(request, layout));
    }

    function leaveRecovered(request: ChainRequest, layout: ChainLayout): unknown {
      if (request.response === undefined) throw request.error;
      try {
        const finished = finish(request, layout);
        return isThenable(finished)
          ? finished.then(undefined, next => giveUp(request, layout, next))
          : finished;
      } catch (next) {
        return giveUp(request, layout, next);
      }
    }

    /** The response that hooks made of the error can't go out: no hook but ours is asked again. */
    async function giveUp(request: ChainRequest, layout: ChainLayout, next: unknown): Promise<unknown> {
      request.response = undefined;
      request.error = withCause(next, request.error);
      await runOnErrors(layout.ownErrors, request);
      if (request.response === undefined) throw request.error;
      return finish(request, layout);
    }

    /** Whether the response is not yet, or no longer, in the form of the source. */
    const isOpen = (request: ChainRequest, { makesResponse, isTouched }: ChainLayout): boolean =>
      makesResponse && !isRaw(request) && (isTouched || !isFinal(request));

    function finish(request: ChainRequest, layout: ChainLayout): unknown {
      if (!isOpen(request, layout)) return request.response;
      const sealed = door?.seal(request);
      return sealed === undefined ? request.response : sealed.then(() => request.response);
    }

    const handler = async function handler(event: unknown, context: unknown): Promise<unknown> {
      const request: ChainRequest = new Invocation(event, context);
      const layout = current();
      const { core } = layout;
      plugin.requestStart(request);
      try {
        if (layout.parsesBody) door?.keepRawBody(request.event);
        if (layout.makesResponse) expectResponse(request, layout.serialize);
        if (layout.isTouched) keepOpen(request);
        for (const hook of core.befores) call(hook, request);
        for (let index = 0; index < befores.length; index++) {
          let early = call(befores[index] as ChainHook, request);
          if (isThenable(early)) early = await early;
          if (early !== undefined) request.earlyResponse = early;
          if ("earlyResponse" in request) return await turnBack(request, layout, index);
        }
        plugin.beforeHandler();
        const options = new FnOptions();
        const given = isTimed
          ? runInvocation(options, () => fn(request.event, request.context, options))
          : fn(request.event, request.context, options);
        const value = isThenable(given)
          ? await (isTimed ? valueOrTimeout(given, request.context, options, plugin) : given)
          : given;
        request.response = value;
        plugin.afterHandler();
        if (layout.makesResponse) noteValue(request, value);
        if (layout.isWrapped) request.response = door?.wrap(value);
        const serializing = goOut(core.afters, request, 0);
        if (serializing !== undefined) await serializing;
        const pending = goOut(afters, request, 0);
        if (pending !== undefined) await pending;
        return isOpen(request, layout) ? await finish(request, layout) : request.response;
      } catch (error) {
        const recovered = recover(request, layout, error);
        return isThenable(recovered) ? await recovered : recovered;
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
