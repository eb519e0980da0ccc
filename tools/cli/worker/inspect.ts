import { routeName } from "../../../api/routes/routeName.ts";
import { router } from "../../../api/routes/router.ts";
import { type RouteTable, routeTable } from "../../../api/routes/routes.ts";
import { HttpError } from "../../../src/core/errors.ts";
import { isObject } from "../../../src/core/objects.ts";
import { errorResponse } from "../../../src/http/errorResponse.ts";
import { routeEvent } from "../../../src/http/path.ts";
import { toResult } from "../../../src/http/result.ts";

export type AnyHandler = (event: unknown, context: object) => unknown;

/** An API, as far as it is looked at here. It may be of another copy of tsverless. */
interface AnyApi {
  handler: AnyHandler;
  handlers: Readonly<Record<string, AnyHandler>>;
  routes: readonly { method: string; path: string; name: string }[];
  routeTable: Readonly<Record<string, AnyHandler>>;
  openapi?: (options?: object) => unknown;
}

/** What an entry exports, as something to run. */
export interface EntryExports {
  kind: "api" | "routes" | "handlers";
  /** In their order. */
  routes: { key: string; method: string; path: string; name: string; handler: AnyHandler }[];
  /** All that has a name. */
  functions: Map<string, AnyHandler>;
  main: string | undefined;
  other: string | undefined;
  document: ((options: object) => unknown) | undefined;
  /** What the entry exports as `handler` around that of its api: `middy(app.handler).use(…)`. Every route is reached through it. */
  wrapper: AnyHandler | undefined;
}

/** An entry that has nothing to run. */
export class NothingToRun extends Error {}

/** What an entry is taken for that nobody wants to run. */
export const nothingToRun: EntryExports = {
  kind: "handlers",
  routes: [],
  functions: new Map(),
  main: undefined,
  other: undefined,
  document: undefined,
  wrapper: undefined,
};

const isApi = (value: unknown): value is AnyApi =>
  isObject(value) &&
  Array.isArray(value.routes) &&
  isObject(value.routeTable) &&
  typeof value.handler === "function";

const isRoutes = (value: unknown): value is Record<string, AnyHandler> =>
  isObject(value) &&
  Object.keys(value).length > 0 &&
  Object.entries(value).every(([key, handler]) => / |^\$default$/.test(key) && typeof handler === "function");

const isClass = (value: object): boolean => /^class\b/.test(Function.prototype.toString.call(value));

function kindOf(value: unknown): string {
  if (isApi(value)) return "an api";
  if (value === null || Array.isArray(value)) return value === null ? "null" : "an array";
  return typeof value === "function" && isClass(value)
    ? "a class"
    : `a ${typeof value}`.replace(/^a (?=[aeiou])/, "an ");
}

/** A CommonJS file has all under `default` once more. */
function exportsOf(module: Readonly<Record<string, unknown>>): [string, unknown][] {
  const { default: main } = module;
  const named = Object.entries(module).filter(([name]) => name !== "module.exports" && name !== "__esModule");
  const isCommonJs = isObject(main) && !isApi(main) && !isRoutes(main) && named.length === 1;
  return isCommonJs ? Object.entries(main) : named;
}

/** Runs whichever of the routes an event is for. */
function dispatcher(table: RouteTable<AnyHandler>): AnyHandler {
  const locate = router(table, "");
  return function dispatch(event, context) {
    const located = locate(event);
    if (located instanceof HttpError) {
      const { status, headers, body } = errorResponse(located, event);
      return toResult(event, body, { status, headers });
    }
    if ("allow" in located) return toResult(event, { statusCode: 204, headers: located.allow });
    return located.route.handler(routeEvent(event as object, located.parameters), context);
  };
}

function foundRoutes(
  routes: Readonly<Record<string, AnyHandler>>,
  own: Map<string, AnyHandler>,
): EntryExports {
  const list = Object.entries(routes).map(([key, handler]) => {
    const [method = "", path = ""] = key === "$default" ? [] : key.split(" ", 2);
    return { key, method, path, name: key === "$default" ? "handler" : routeName(key), handler };
  });
  const main = dispatcher(routeTable("routes", Object.entries(routes)));
  const functions = new Map([
    ...list.map(({ name, handler }) => [name, handler] as const),
    ...own,
    ["routes", main],
  ]);
  return {
    kind: "routes",
    routes: list,
    functions,
    main: "routes",
    other: onlyOf(own),
    document: undefined,
    wrapper: undefined,
  };
}

const onlyOf = (own: ReadonlyMap<string, AnyHandler>): string | undefined =>
  own.size === 1 ? [...own.keys()][0] : undefined;

function foundApi(api: AnyApi, own: Map<string, AnyHandler>, isMadeByUs: IsMadeByUs): EntryExports {
  const exported = own.get("handler");
  const isWrapper = exported !== undefined && exported !== api.handler && !isMadeByUs(exported, api.handler);
  const main = isWrapper ? exported : api.handler;
  const others = new Map([...own].filter(([, handler]) => handler !== api.handler && handler !== main));
  return {
    kind: "api",
    routes: api.routes.map(({ method, path, name }) => {
      const key = method === "" ? "$default" : `${method} ${path}`;
      return { key, method, path, name, handler: api.routeTable[key] as AnyHandler };
    }),
    functions: new Map([...Object.entries(api.handlers), ...others, ["handler", main]]),
    main: "handler",
    other: others.size === 0 ? "handler" : onlyOf(others),
    document: api.openapi && (options => api.openapi?.(options)),
    wrapper: isWrapper ? exported : undefined,
  };
}

function foundHandlers(own: Map<string, AnyHandler>): EntryExports {
  const main = own.has("handler") ? "handler" : onlyOf(own);
  const handler = main === undefined ? undefined : own.get(main);
  const routes =
    main === undefined || handler === undefined
      ? []
      : [{ key: "$default", method: "", path: "", name: main, handler }];
  return {
    kind: "handlers",
    routes,
    functions: own,
    main,
    other: main,
    document: undefined,
    wrapper: undefined,
  };
}

function chosenApi(exported: readonly (readonly [string, unknown])[]): AnyApi | undefined {
  const apis = exported.filter((pair): pair is [string, AnyApi] => isApi(pair[1]));
  const different = new Set(apis.map(([, api]) => api));
  const [first] = apis;
  if (different.size <= 1) return first?.[1];
  const chosen = apis.find(([name]) => name === "default");
  if (chosen) return chosen[1];
  throw new NothingToRun(
    `It exports several APIs: ${apis.map(([name]) => name).join(", ")}. Export the one that counts as default`,
  );
}

/** Whether the project's own tsverless made a handler for another purpose than to stand around that of an api. */
type IsMadeByUs = (handler: AnyHandler, ofApi: AnyHandler) => boolean;

/**
 * Finds what an entry has to run: an `api(...)`, else handlers by route key (the export `routes`, or the default one),
 * else functions.
 *
 * @param module what it exports
 * @param isMadeByUs distinguishes the handlers of a queue and the like from what stands around the handler of an api
 * @throws NothingToRun naming what was found instead
 */
export function inspect(
  module: Readonly<Record<string, unknown>>,
  isMadeByUs: IsMadeByUs = () => false,
): EntryExports {
  const exported = exportsOf(module);
  const own = new Map(
    exported
      .filter((pair): pair is [string, AnyHandler] => typeof pair[1] === "function" && !isClass(pair[1]))
      .map(([name, handler]) => [name === "default" ? "handler" : name, handler]),
  );
  const api = chosenApi(exported);
  if (api !== undefined) return foundApi(api, own, isMadeByUs);
  const given = new Map(exported);
  const routes = [given.get("routes"), given.get("default")].find(isRoutes);
  if (routes !== undefined) return foundRoutes(routes, own);
  if (own.size > 0) return foundHandlers(own);
  const list = exported.map(([name, value]) => `${name} (${kindOf(value)})`).join(", ");
  throw new NothingToRun(
    `It has nothing to run: it exports ${list || "nothing"}. Export an api(...), handlers by route key as routes, or a handler`,
  );
}
