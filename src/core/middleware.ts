import type { Context } from "aws-lambda";
import type { OperationMetadata } from "./operationMetadata.ts";

/** What a middleware needs or adds: properties of the event, of the context, or both. */
export interface Shape {
  event?: object;
  context?: object;
  /** Set by the middleware that turns what the function returns into a response. */
  answers?: true;
  /** What the client has to send for it; a typed client knows it. Exists in types alone. */
  takes?: {
    body?: unknown;
    query?: unknown;
    /** The names of the path parameters that its route must have. */
    path?: string;
  };
}

/** The event part of a {@link Shape}; `unknown` when it says nothing of the event. */
export type EventOf<Given> = Given extends { event: infer Event } ? Event : unknown;

/** The context part of a {@link Shape}; `unknown` when it says nothing of the context. */
export type ContextOf<Given> = Given extends { context: infer Added } ? Added : unknown;

/** Names the keys of the body that `requireKeys` keeps; a pipeline narrows the body's own type to them. */
export interface KeysOf<Required extends string, Optional extends string> {
  event: { body: { [K in Required]: unknown } & { [K in Optional]?: unknown } };
  /** Exists in types alone. */
  keep: [Required, Optional];
}

/** The state of one invocation, as Middy hands it to every hook. */
export interface HookRequest<Event = unknown, Ctx = Context> {
  event: Event;
  context: Ctx;
  response: unknown;
  error: Error | null | undefined;
  // biome-ignore lint/complexity/noBannedTypes: Middy types a request without internals as {}
  internal: {};
}

/** One phase of a middleware. It returns a promise only when there is something to await. */
export type Hook<Event = unknown, Ctx = Context> = (request: HookRequest<Event, Ctx>) => unknown;

/**
 * A Middy middleware that knows what it needs from those before it and what it adds for those after it.
 * It is an ordinary Middy object: `middy().use(middleware)` works and types what it adds.
 */
export interface Middleware<Needs extends Shape = Shape, Adds extends Shape = Shape> {
  /** The name that {@link explain} shows. */
  readonly name: string;
  /** Paths it reads, such as `event.body`. */
  readonly needs: readonly string[];
  /** Paths it sets, such as `context.user`. */
  readonly adds: readonly string[];
  /** Whether it turns what the function returns into a response. */
  readonly answers?: boolean;
  /** Whether it answers preflight requests. */
  readonly preflights?: boolean;
  /** Whether it belongs to the function: what `use()` adds later stays outside of it. */
  readonly innermost?: boolean;
  /** What documents say of it; asked for only when one is made. */
  readonly openapi?: () => OperationMetadata;
  before?: Hook<EventOf<Adds>, Context & ContextOf<Adds>>;
  after?: Hook<EventOf<Adds>, Context & ContextOf<Adds>>;
  onError?: Hook<EventOf<Adds>, Context & ContextOf<Adds>>;
  /**
   * Exists in types alone; it is invariant so that Middy's `use([a(), b()])` keeps both types apart. Its key is text: declarations
   * of a copy, `{ ...errors(), name }`, could not name a symbol.
   */
  readonly "~shape"?: (shape: [Needs, Adds]) => [Needs, Adds];
}

/** Any middleware that Middy takes, ours or another package's. */
export interface AnyMiddleware {
  name?: string;
  before?: (request: never) => unknown;
  after?: (request: never) => unknown;
  onError?: (request: never) => unknown;
}

/** Whether a middleware was made by {@link defineMiddleware}, so that it says of itself what it is. */
export const isOurs = (middleware: AnyMiddleware): middleware is Middleware =>
  Array.isArray((middleware as Partial<Middleware>).needs);

const mark: unique symbol = /* @__PURE__ */ Symbol("tsverless.tidy");

/**
 * Says of a middleware of this package that what its hooks leave on the way out is in the form of the source: they
 * write the response by `writeResponse` alone. Hooks of all others may leave anything.
 */
export const tidy = <Given extends AnyMiddleware>(middleware: Given): Given => ({
  ...middleware,
  [mark]: true,
});

/** Whether {@link tidy} said so; a copy with more declarations is tidy as well. */
export const isTidy = (middleware: AnyMiddleware): boolean =>
  (middleware as { [mark]?: true })[mark] === true;

/** A hook as its author sees it: behind all that the middleware needs, with what it adds. */
type OwnHook<Needs, Adds> = Hook<
  EventOf<Needs> & EventOf<Adds>,
  Context & ContextOf<Needs> & ContextOf<Adds>
>;

/** What {@link defineMiddleware} is given. */
export interface MiddlewareDefinition<Needs extends Shape, Adds extends Shape> {
  name: string;
  needs?: readonly string[];
  adds?: readonly string[];
  /** Whether it turns what the function returns into a response, as `serialize` does. @default false */
  answers?: boolean | undefined;
  /** Whether it answers preflight requests, as `cors` does: a router sends them to its handler then. @default false */
  preflights?: boolean | undefined;
  /**
   * Whether it belongs to the function at the end of the chain: its hooks run next to it, and what `use()` adds to the handler
   * later stays outside. Its `before` runs first of all.
   * @default false
   */
  innermost?: boolean | undefined;
  /** What documents say of it, such as `{ errors: [402] }`. @default nothing */
  openapi?: (() => OperationMetadata) | undefined;
  before?: OwnHook<Needs, Adds> | undefined;
  after?: OwnHook<Needs, Adds> | undefined;
  onError?: OwnHook<Needs, Adds> | undefined;
}

/**
 * Makes a middleware of your own that pipelines type and {@link explain} lists.
 *
 * @param definition the name, the hooks, and the paths it needs and adds (`event.body`, `context.user`)
 * @returns an ordinary Middy middleware
 * @example
 * const tenant = () =>
 *   defineMiddleware<{ context: { user: User } }, { context: { tenant: string } }>({
 *     name: "tenant",
 *     needs: ["context.user"],
 *     adds: ["context.tenant"],
 *     before: ({ context }) => { context.tenant = context.user.company; },
 *   });
 */
export function defineMiddleware<Needs extends Shape = Shape, Adds extends Shape = Shape>(
  definition: MiddlewareDefinition<Needs, Adds>,
): Middleware<Needs, Adds> {
  const {
    name,
    needs = [],
    adds = [],
    answers,
    preflights,
    innermost,
    openapi,
    before,
    after,
    onError,
  } = definition as MiddlewareDefinition<Shape, Adds>;
  return {
    name,
    needs,
    adds,
    ...(answers && { answers }),
    ...(preflights && { preflights }),
    ...(innermost && { innermost }),
    ...(openapi && { openapi }),
    ...(before && { before }),
    ...(after && { after }),
    ...(onError && { onError }),
  };
}
