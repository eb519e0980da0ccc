import { type CorsOptions, cors } from "../middlewares/cors.ts";
import { type ErrorsOptions, errors } from "../middlewares/errors.ts";
import { type WarmupOptions, warmup } from "../middlewares/warmup.ts";
import type { Endpoints } from "../src/core/endpoint.ts";
import { HttpError } from "../src/core/errors.ts";
import { type AnyMiddleware, defineMiddleware, type HookRequest, tidy } from "../src/core/middleware.ts";
import { checkArgument, checkOptions, type OptionTable } from "../src/core/options.ts";
import { isPlainPath, keepBasePath } from "../src/http/basePath.ts";
import { routeEvent } from "../src/http/path.ts";
import { readMethod } from "../src/http/read.ts";
import { dataLeft, isReady } from "../src/http/ready.ts";
import { toResult } from "../src/http/result.ts";
import type { HttpResult } from "../src/http/types.ts";
import { adopt, writeResponseAsIs } from "../src/http/writeResponse.ts";
import { asAround } from "../src/pipeline/around.ts";
import { assemble, type LambdaHandler } from "../src/pipeline/pipeline.ts";
import { type DocsOptions, docsRoutes, documentOf, type MakeDocument } from "./docsRoutes.ts";
import {
  type ApiEntries,
  type ApiHandlers,
  type ApiNames,
  type ApiRoute,
  type CheckedKeys,
  type CheckedNames,
  checkDistinct,
  keyOfRoute,
  type Rebuildable,
  type RouteHandler,
  rebuildApi,
  routesOf,
} from "./entries.ts";
import { type AnyNames, checkNames } from "./names.ts";
import type { OpenApiOptions } from "./openapi/index.ts";
import { router } from "./routes/router.ts";
import { routeTable } from "./routes/routes.ts";

/** Options of {@link api}. */
export interface ApiOptions {
  /** Begins the path of every route: `/v1`. @default none */
  prefix?: string;
  /** Where a custom domain has the API: `/shop`. It is not part of the routes, and may be there or not. @default none */
  basePath?: string;
  /** Options of `cors`, for 404 and 405; `false` leaves it out. The handlers have their own. */
  cors?: CorsOptions | false;
  /** Options of `errors`, for 404 and 405, and for what a handler or a middleware of `around` throws. */
  errors?: ErrorsOptions;
  /**
   * Middlewares outside everything in `handler`, such as a request log, tracing, security headers or compression: their hooks
   * see every response, those of errors, 404, 405 and preflight requests included.
   * @default none
   */
  around?: readonly AnyMiddleware[];
  /** Options of `warmup`, for `handler`; `false` leaves it out. */
  warmup?: WarmupOptions | false;
  /** What the OpenAPI document says besides the routes: title, version, servers, tags. */
  openapi?: OpenApiOptions;
  /** Serves the OpenAPI document, `GET /openapi.json`, and a page that shows it, `GET /docs`, or where this says. @default false */
  docs?: boolean | DocsOptions;
}

/** The option of {@link api} that its entries give the form. */
export interface NamesOption<Names> {
  /**
   * Names of their own, in place of those that are made of paths: `{ "POST /login": "login", "orgs/{orgId}/members": "member" }`
   * for `login` and `memberCreate`, or one for each verb, `{ "orgs/{orgId}/members": { create: "addMember" } }`. They are the
   * names in `handlers`, of routes and deployed functions, and the ids of operations in documents.
   * @default made of the route: `postLogin`, `orgsOrgIdMembersCreate`
   */
  names?: Names;
}

/** The options of {@link api}. */
export const apiKinds: OptionTable<ApiOptions & NamesOption<unknown>> = {
  prefix: "string",
  basePath: "string",
  cors: ["object", "false"],
  errors: "object",
  around: "array",
  warmup: ["object", "false"],
  openapi: "object",
  docs: ["object", "boolean"],
  names: "object",
};

/** What {@link api} makes. */
export interface Api<Entries, Names = object> extends Endpoints<Entries>, Rebuildable<Api<Entries, Names>> {
  /** One Lambda for all routes, on every HTTP event source. It is a Middy handler: what `use()` adds stands around all routes. */
  readonly handler: LambdaHandler<HttpResult, unknown>;
  /** One Lambda for each: `usersCreate`, `postLogin`, or the name that the option `names` gives. */
  readonly handlers: ApiHandlers<Entries, Names>;
  readonly routes: readonly ApiRoute[];
  /** The handlers by route key, as `serve` of `tsverless/dev` takes them. */
  readonly routeTable: Readonly<Record<string, RouteHandler>>;
  /** Where the API is, as its option said. */
  readonly basePath: string;
  /** Begins the path of every route, as its option said. */
  readonly prefix: string;
  /** The OpenAPI 3.1 document of its routes; options go over those of the API. */
  readonly openapi: MakeDocument;
}

function pathOption(name: string, value: string | undefined): string {
  if (value === undefined || value === "" || isPlainPath(value)) return value ?? "";
  throw new TypeError(`api: option "${name}" must be a path like "/v1"`);
}

function withoutBody(result: unknown): unknown {
  return isReady(result) ? { ...result, body: "" } : result;
}

/**
 * Joins resources and single handlers into one API. A resource under `users` has the routes `POST /users`, `GET /users`,
 * `GET /users/{id}`, `PUT` and `PATCH /users/{id}` and `DELETE /users/{id}`, as far as it has these verbs.
 *
 * `handler` finds the route on every event source; stage and base path aside, a slash at the end is ignored. It answers
 * 404 where no path fits and 405 with `Allow` where the path has other methods. `HEAD` is served by `GET`, a preflight
 * request by the handler of the method that it asks for, any other `OPTIONS` by 204 with `Allow`,
 * and `Accept-Patch` where the path has `PATCH`. Where the event names a route of the gateway (`routeKey`, `resource`), it has to be
 * the one that is served, a part of it, or a catch-all; else it is 404.
 *
 * @param entries resources by their path, handlers by their route key
 * @param options `prefix` and `basePath`, names of your own, and what answers 404 and 405
 * @returns the handler of all, the handlers by name, and the routes
 * @throws TypeError naming a wrong option, a malformed route key, a value that is not a handler, or a route that is there twice
 * @example
 * export const blog = api({ users: resource(Users, { serializer }), "POST /login": login }, { prefix: "/v1" });
 * export const { handler } = blog;
 */
export function api<const Entries extends ApiEntries, const Names extends ApiNames<Entries> = object>(
  entries: Entries & CheckedKeys<Entries>,
  options: ApiOptions & NamesOption<Names & CheckedNames<Entries, Names>> = {},
): Api<Entries, Names> {
  checkOptions("api", options, apiKinds);
  checkArgument("api", "entries", entries ?? null, "object");
  const names: AnyNames = options.names ?? {};
  checkNames(names, entries);
  const basePath = pathOption("basePath", options.basePath);
  const prefix = pathOption("prefix", options.prefix);
  const place = { prefix, basePath };
  const openapi = documentOf(() => ({ ...place, routes }), options.openapi);
  const routes = [
    ...routesOf(entries, prefix, names),
    ...routesOf(docsRoutes(options.docs, openapi, place, options.openapi?.title), prefix),
  ];
  checkDistinct(routes);
  return assembleApi(routes, { ...place, openapi }, options);
}

function assembleApi<Entries, Names>(
  routes: readonly ApiRoute[],
  rest: Pick<Api<Entries, Names>, "prefix" | "basePath" | "openapi">,
  options: ApiOptions,
): Api<Entries, Names> {
  const pairs = routes.map(route => [keyOfRoute(route), route.handler] as const);
  const locate = router(routeTable("api", pairs), rest.basePath);

  /** Preflight requests never get here, but for paths that are not there: nothing allows those. */
  const refuse = assemble<HttpResult>(
    [
      errors(options.errors),
      ...(options.cors === false ? [] : [cors({ ...options.cors, disableBeforePreflightResponse: true })]),
    ],
    function refuseRequest(event) {
      throw locate(event);
    },
  );

  async function serveRoute(event: unknown, context: object): Promise<unknown> {
    const located = locate(event);
    if (located instanceof HttpError) return refuse(event, context);
    if ("allow" in located) {
      return toResult(event, { statusCode: 204, headers: located.allow });
    }
    const routed = routeEvent(event as object, located.parameters);
    keepBasePath(routed, rest.basePath);
    const result: unknown = await located.route.handler(routed, context);
    // A function without a serializer: nothing of it is hidden.
    return dataLeft(result) ? toResult(event, result) : result;
  }

  /** What the handler of a route gave is finished: it is in the form of the source, and has its own CORS headers. */
  const adoptResponse = tidy(
    defineMiddleware({
      name: "route",
      answers: true,
      innermost: true,
      after: function adoptResponseAfter(request: HookRequest): void | Promise<void> {
        const { event, response } = request;
        // Data of a hook around the routes: no serializer stands there.
        if (dataLeft(response)) return writeResponseAsIs(request, response);
        if (readMethod(event) === "HEAD") request.response = withoutBody(response);
        adopt(request);
      },
    }),
  );
  const handler = assemble<HttpResult>(
    [
      ...(options.warmup === false ? [] : [warmup(options.warmup)]),
      ...(options.around ?? []).map(asAround),
      { ...errors(options.errors), innermost: true },
      adoptResponse,
    ],
    serveRoute,
  );
  return {
    handler,
    handlers: Object.fromEntries(routes.map(route => [route.name, route.handler])) as ApiHandlers<
      Entries,
      Names
    >,
    routes,
    routeTable: Object.fromEntries(pairs),
    ...rest,
    [rebuildApi]: change =>
      assembleApi(
        routes.map(route => ({ ...route, handler: change(route.handler) })),
        rest,
        options,
      ),
  };
}
