import { type AnyMiddleware, isOurs } from "../core/middleware.ts";
import type { OperationMetadata } from "../core/operationMetadata.ts";

/** One link of a chain, as {@link explain} shows it. */
export interface Link {
  name: string;
  /** What it reads: `event.body`, `context.user`. */
  needs: readonly string[];
  /** What it sets. */
  adds: readonly string[];
  /** Files of packages that it reads when it runs, by package; a bundler does not see them. Not there where it reads none. */
  files?: Readonly<Record<string, readonly string[]>>;
}

/** What a handler was made of. */
export interface ChainDefinition {
  readonly chain: readonly AnyMiddleware[];
  /** Makes the same handler with another chain. */
  readonly rebuild: (chain: readonly AnyMiddleware[]) => object;
}

const definitions = new WeakMap<object, ChainDefinition>();

/** The name of a middleware: its own, else that of a hook. */
export function nameOf({ name, before, after, onError }: AnyMiddleware): string {
  return name || before?.name || after?.name || onError?.name || "anonymous";
}

function linkOf(middleware: AnyMiddleware): Link {
  const name = nameOf(middleware);
  if (!isOurs(middleware)) return { name, needs: [], adds: [] };
  const files = middleware.openapi?.().files;
  return { name, needs: [...middleware.needs], adds: [...middleware.adds], ...(files && { files }) };
}

/** Registers what a handler was made of. */
export function register(handler: object, definition: ChainDefinition): void {
  definitions.set(handler, definition);
}

/** What a handler was made of; `undefined` when it is none of ours. */
export function definitionOf(handler: object): ChainDefinition | undefined {
  return definitions.get(handler);
}

/** What the middlewares of a handler know of its requests and responses, outermost first; nothing of one that is not ours. */
export function metadataOf(handler: object): OperationMetadata[] {
  const chain = definitions.get(handler)?.chain ?? [];
  return chain.filter(isOurs).flatMap(({ openapi }) => openapi?.() ?? []);
}

/**
 * Lists the chain of a handler, outermost first: the name of each middleware, what it needs and what it adds.
 *
 * @param handler what `pipeline` or a generic returned
 * @returns one entry for each middleware, also for those that `use()` and its like added; another package's has empty lists
 * @throws TypeError when the handler was not made by tsverless
 * @example
 * console.table(explain(handler));
 */
export function explain(handler: object): Link[] {
  const definition = definitions.get(handler);
  if (definition === undefined) {
    throw new TypeError("explain: the handler must come from pipeline() or one of the generics");
  }
  return definition.chain.map(linkOf);
}
