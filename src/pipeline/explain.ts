import type { AnyMiddleware, Middleware } from "../middleware.ts";

/** One link of a chain, as {@link explain} shows it. */
export interface Link {
  name: string;
  /** What it reads: `event.body`, `context.user`. */
  needs: readonly string[];
  /** What it sets. */
  adds: readonly string[];
}

const chains = new WeakMap<object, Link[]>();

const isOurs = (middleware: AnyMiddleware): middleware is Middleware =>
  Array.isArray((middleware as Partial<Middleware>).needs);

function linkOf(middleware: AnyMiddleware): Link {
  const { before, after, onError } = middleware;
  const name = middleware.name || before?.name || after?.name || onError?.name || "anonymous";
  if (!isOurs(middleware)) return { name, needs: [], adds: [] };
  return { name, needs: [...middleware.needs], adds: [...middleware.adds] };
}

/** Remembers the chain of a handler, and what `use()` adds to it. */
export function remember(handler: object, middlewares: readonly AnyMiddleware[]): void {
  const chain = chains.get(handler) ?? [];
  chain.push(...middlewares.map(linkOf));
  chains.set(handler, chain);
}

/**
 * Lists the chain of a handler, outermost first: the name of each middleware, what it needs and what it adds.
 *
 * @param handler what `pipeline` or a generic returned
 * @returns one entry for each middleware, also for those that `use()` added; another package's has empty lists
 * @throws TypeError when the handler was not made by tsverless
 * @example
 * console.table(explain(handler));
 */
export function explain(handler: object): Link[] {
  const chain = chains.get(handler);
  if (chain === undefined) {
    throw new TypeError("explain: the handler must come from pipeline() or one of the generics");
  }
  return structuredClone(chain);
}
