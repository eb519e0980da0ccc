import { type Rebuildable, rebuildApi } from "../../../api/entries.ts";
import type { AnyMiddleware } from "../../../src/core/middleware.ts";
import { isRecord } from "../../../src/core/objects.ts";
import { declareTrigger, triggerOf } from "../../../src/events/trigger.ts";
import { definitionOf, nameOf } from "../../../src/pipeline/explain.ts";
import type { AnyHandler } from "./invoke.ts";

type RouteHandler = (event?: unknown, context?: object) => Promise<unknown>;

/** What `api()` makes, as far as tests use it. */
export interface TestApi extends Rebuildable<TestApi> {
  readonly handler: RouteHandler;
}

/** A single handler, or an API. */
export type Target = AnyHandler | TestApi;

/** The one handler that takes all requests. */
export const handlerOf = (target: Target): AnyHandler =>
  typeof target === "function" ? target : target.handler;

/**
 * Checks what is to be tested.
 *
 * @throws TypeError when it is neither a handler nor an API
 */
export function checkTarget(factory: string, target: unknown): void {
  const isApi = isRecord(target) && typeof (target as Partial<TestApi>)[rebuildApi] === "function";
  if (isApi || typeof target === "function") return;
  throw new TypeError(`${factory}: the first argument must be a handler, or what api() made`);
}

/**
 * Rebuilds a handler, or an API, with another middleware in the place of each of that name.
 *
 * @param factory who asks, for the messages
 * @param target the handler or the API; it stays as it is
 * @param name the middleware's name, as `explain` lists it
 * @param middleware what stands there instead
 * @throws TypeError when no handler has a middleware of that name
 */
export function withReplaced(
  factory: string,
  target: Target,
  name: string,
  middleware: AnyMiddleware,
): Target {
  const made = new Map<AnyHandler, AnyHandler>();
  let count = 0;

  function rebuild(handler: AnyHandler): AnyHandler {
    const definition = definitionOf(handler);
    if (definition === undefined || !definition.chain.some(item => nameOf(item) === name)) return handler;
    count++;
    const chain = definition.chain.map(item => (nameOf(item) === name ? middleware : item));
    return declareTrigger(definition.rebuild(chain) as AnyHandler, triggerOf(handler));
  }

  /** A handler of two routes stays one. */
  function rebuildOnce(handler: AnyHandler): AnyHandler {
    const known = made.get(handler) ?? rebuild(handler);
    made.set(handler, known);
    return known;
  }
  const rebuilt =
    typeof target === "function"
      ? rebuildOnce(target)
      : target[rebuildApi](handler => rebuildOnce(handler) as RouteHandler);
  if (count === 0) throw new TypeError(`${factory}: no handler has the middleware "${name}"`);
  return rebuilt;
}
