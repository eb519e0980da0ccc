import { type AnyMiddleware, isOurs, isTidy, type Middleware } from "../core/middleware.ts";
import type { ChainRequest } from "./plugin.ts";

type ChainHook = (request: ChainRequest) => unknown;

/** What a pipeline knows of its chain; Middy itself only keeps flat lists of hooks. */
export interface ChainLayout {
  /** For each `before` hook: how many of the `after` hooks belong to middlewares outside it. */
  readonly outside: readonly number[];
  /** Whether something may put a parsed body in the place of the one that was sent. */
  readonly parsesBody: boolean;
  /** Whether the chain makes a response of what the function returns. */
  readonly makesResponse: boolean;
  /** Whether hooks that are not ours see the finished response, and may put it into another form. */
  readonly isTouched: boolean;
  /** Whether hooks that are not ours see the value before it is serialized. */
  readonly isWrapped: boolean;
  /** Makes a response of a value, whichever place it came from. */
  readonly serialize: ChainHook | undefined;
  /** The hooks of ours that make a response of an error, in the order in which they run. */
  readonly ownErrors: readonly ChainHook[];
  /** The hooks of what belongs to the function, in the order in which they run. */
  readonly core: {
    readonly befores: readonly ChainHook[];
    readonly afters: readonly ChainHook[];
    readonly onErrors: readonly ChainHook[];
  };
}

const declared = (middleware: AnyMiddleware): Partial<Middleware> => middleware as Partial<Middleware>;

/** Splits a chain into what stands around the function and what belongs to it. */
export function splitChain(chain: readonly AnyMiddleware[]): [outer: AnyMiddleware[], core: AnyMiddleware[]] {
  return [
    chain.filter(middleware => !declared(middleware).innermost),
    chain.filter(middleware => declared(middleware).innermost),
  ];
}

const hooksOf = (chain: readonly AnyMiddleware[], phase: "before" | "after" | "onError"): ChainHook[] =>
  chain.flatMap(middleware => (middleware[phase] as ChainHook | undefined) ?? []);

/** Whether a hook that is not ours runs on the way out. */
const isForeign = (middleware: AnyMiddleware): boolean =>
  !isTidy(middleware) && (middleware.after !== undefined || middleware.onError !== undefined);

/** Whether a hook that is not ours may make a response of an error, which no serializer sees. */
const seesErrors = (middleware: AnyMiddleware): boolean =>
  !isTidy(middleware) && middleware.onError !== undefined;

const mayParseBody = (middleware: AnyMiddleware): boolean =>
  middleware.before !== undefined && (!isOurs(middleware) || middleware.adds.includes("event.body"));

/**
 * Looks at a chain, once, whenever it changes.
 *
 * @param hasDoor whether responses leave it
 */
export function layoutOf(
  outer: readonly AnyMiddleware[],
  core: readonly AnyMiddleware[],
  hasDoor: boolean,
): ChainLayout {
  const outside: number[] = [];
  let afters = 0;
  for (const { before, after } of outer) {
    if (before) outside.push(afters);
    if (after) afters++;
  }
  const chain = [...outer, ...core];
  const at = hasDoor ? chain.findLastIndex(middleware => declared(middleware).answers) : -1;
  const inside = at < 0 ? [] : chain.slice(at + 1);
  return {
    outside,
    parsesBody: hasDoor && chain.some(mayParseBody),
    makesResponse: at >= 0,
    isTouched: at >= 0 && (chain.slice(0, at).some(isForeign) || inside.some(seesErrors)),
    isWrapped: inside.some(isForeign),
    serialize: chain[at]?.after as ChainHook | undefined,
    ownErrors: [
      ...hooksOf(core.filter(isTidy), "onError").reverse(),
      ...hooksOf(outer.filter(isTidy), "onError").reverse(),
    ],
    core: {
      befores: hooksOf(core, "before"),
      afters: hooksOf(core, "after").reverse(),
      onErrors: hooksOf(core, "onError").reverse(),
    },
  };
}
