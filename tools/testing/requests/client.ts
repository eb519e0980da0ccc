import type { Context } from "aws-lambda";
import { type AnyMiddleware, defineMiddleware } from "../../../src/core/middleware.ts";
import { isObject } from "../../../src/core/objects.ts";
import { checkArgument, checkOptions } from "../../../src/core/options.ts";
import { forbidStoring } from "../../../src/http/noStore.ts";
import type { GatewaySource } from "../../emulator/sources.ts";
import { checkSource, send } from "./invoke.ts";
import type { TestRequest } from "./request.ts";
import type { TestResponse } from "./response.ts";
import { checkTarget, handlerOf, type Target, withReplaced } from "./target.ts";

/** Options of {@link testClient}. */
export interface TestClientOptions {
  /** The source that requests come through. @default "http" */
  source?: GatewaySource;
  /** Sent with every request, unless it says otherwise. */
  headers?: TestRequest["headers"];
  /** Middlewares by the name of those that they replace. */
  replace?: Readonly<Record<string, AnyMiddleware>>;
  /** The route of a single handler, `/users/{id}`; an API finds its own. */
  route?: string;
  /** Fields of the context to have instead. */
  context?: Partial<Context>;
  /** What a REST API takes for binary. @default as {@link invoke} has it */
  binaryMediaTypes?: readonly string[];
}

/** What a request has besides its method and path. */
export type ClientRequest = Omit<TestRequest, "method" | "path">;

/** Sends requests, as a method of a {@link TestClient}. */
export type Send = <Body = unknown>(path: string, request?: ClientRequest) => Promise<TestResponse<Body>>;

/** Sends requests to an API or a handler. It never changes: `as`, `with` and `replace` give a new one. */
export interface TestClient {
  /** Where the requests go, replaced middlewares and all: `portable(client.as(ann).target, { path: "/me" })`. */
  readonly target: Target;
  request<Body = unknown>(method: string, path: string, request?: ClientRequest): Promise<TestResponse<Body>>;
  readonly get: Send;
  readonly post: Send;
  readonly put: Send;
  readonly patch: Send;
  readonly delete: Send;
  /**
   * Signs every request in as this user: in the place of `authUser` stands a middleware that sets `context.user` and
   * `context.claims`, so that neither a token nor a table of users is needed.
   *
   * @param user what `context.user` is to be
   * @param claims what `context.claims` is to be; the user's `id` as `sub` unless given
   * @throws TypeError when no handler has `authUser`
   */
  as(user: object, claims?: Readonly<Record<string, unknown>>): TestClient;
  /** Sends these headers as well. */
  with(headers: NonNullable<TestRequest["headers"]>): TestClient;
  /**
   * Puts another middleware in the place of each that has this name.
   *
   * @throws TypeError when no handler has it
   */
  replace(name: string, middleware: AnyMiddleware): TestClient;
}

function signedIn(user: object, claims: object | undefined): AnyMiddleware {
  const { id } = user as { id?: unknown };
  const known = claims ?? (id === undefined ? {} : { sub: String(id) });
  return defineMiddleware({
    name: "authUser",
    adds: ["context.user", "context.claims"],
    before(request) {
      forbidStoring(request);
      Object.assign(request.context, { user, claims: known });
    },
  });
}

/** The names of headers in any case: what comes later counts. */
function mergeHeaders(...all: (TestRequest["headers"] | undefined)[]): NonNullable<TestRequest["headers"]> {
  const merged = new Map<string, [string, string | number | boolean | readonly string[] | undefined]>();
  for (const headers of all) {
    for (const pair of Object.entries(headers ?? {})) merged.set(pair[0].toLowerCase(), pair);
  }
  return Object.fromEntries(merged.values());
}

function clientOf(target: Target, options: TestClientOptions): TestClient {
  const { headers, route } = options;
  const request: TestClient["request"] = (method, path, given = {}) =>
    send(
      "testClient",
      handlerOf(target),
      {
        ...(route !== undefined && { route }),
        ...given,
        method,
        path,
        headers: mergeHeaders(headers, given.headers),
      },
      options,
    );
  const sender =
    (method: string): Send =>
    (path, given) =>
      request(method, path, given);
  const replace = (factory: string, name: string, middleware: AnyMiddleware): TestClient =>
    clientOf(withReplaced(factory, target, name, middleware), options);
  return {
    target,
    request,
    get: sender("GET"),
    post: sender("POST"),
    put: sender("PUT"),
    patch: sender("PATCH"),
    delete: sender("DELETE"),
    as(user, claims) {
      if (!isObject(user)) throw new TypeError("testClient.as: user must be an object");
      return replace("testClient.as", "authUser", signedIn(user, claims));
    },
    with: more => clientOf(target, { ...options, headers: mergeHeaders(headers, more) }),
    replace: (name, middleware) => replace("testClient.replace", name, middleware),
  };
}

/**
 * Makes a client that sends requests to an API or a handler, without a server: each goes through the event of a source
 * and comes back as HTTP, as on AWS.
 *
 * @param target what `api()` made, or any Lambda handler of an HTTP event source
 * @param options the source, headers of every request, and middlewares to replace
 * @returns the client
 * @throws TypeError naming a wrong option, or a middleware that no handler has
 * @example
 * const client = testClient(blog);
 * const ann = client.as({ id: "u1", email: "ann@example.com" });
 * const { status, body } = await ann.post<Post>("/posts", { body: { title: "Hello" } });
 */
export function testClient(target: Target, options: TestClientOptions = {}): TestClient {
  checkTarget("testClient", target);
  checkOptions("testClient", options, {
    source: "string",
    headers: "object",
    replace: "object",
    route: "string",
    context: "object",
    binaryMediaTypes: "names",
  });
  checkSource("testClient", options.source ?? "http");
  let replaced = target;
  for (const [name, middleware] of Object.entries(options.replace ?? {})) {
    checkArgument("testClient", `option "replace.${name}"`, middleware ?? null, "object");
    replaced = withReplaced("testClient", replaced, name, middleware);
  }
  return clientOf(replaced, options);
}
