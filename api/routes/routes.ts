import { addRoute, createRouter, findAllRoutes, type RouterContext } from "rou3";
import { checkRouteKey } from "./routeKey.ts";

/** A handler under its route key. */
export interface Route<Handler> {
  /** As API Gateway has it: `GET /users/{id}`, `ANY /files/{path+}`, `$default`. */
  key: string;
  handler: Handler;
  /** The path's segments: `users`, `{id}`. */
  segments: readonly string[];
}

/** The routes of one path by method. */
export type OnPath<Handler> = ReadonlyMap<string, Route<Handler>>;

/** A route that a request fits, with the variables of its path. */
export interface RouteMatch<Handler> {
  route: Route<Handler>;
  parameters: Record<string, string>;
}

/** All routes, ready to be searched. */
export interface RouteTable<Handler> {
  router: RouterContext<Map<string, Route<Handler>>>;
  fallback: Route<Handler> | undefined;
}

/** One spelling for each segment, in a path as in a route, without the characters that patterns are made of. */
const encode = (text: string): string =>
  encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    char => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );

const isVariable = (segment: string): boolean => segment.startsWith("{");
const isGreedy = (segment: string | undefined): boolean => segment?.endsWith("+}") === true;
const nameOf = (segment: string): string => segment.slice(1, isGreedy(segment) ? -2 : -1);

/** The path as the router has it. Variables go by their place, for any name will do in a route key. */
const patternOf = (segments: readonly string[]): string =>
  segments
    .map((segment, index) => {
      if (!isVariable(segment)) return `/${encode(segment)}`;
      return isGreedy(segment) ? `/:v${index}(.*)` : `/:v${index}`;
    })
    .join("");

/**
 * Reads route keys as API Gateway writes them.
 *
 * @param factory who asks, for the messages
 * @param routes pairs of a route key and its handler
 * @returns a table for {@link findRoute}
 * @throws TypeError when a key is not a route key, when two keys name the same route, or a handler is not a function
 */
export function routeTable<Handler>(
  factory: string,
  routes: Iterable<readonly [key: string, handler: Handler]>,
): RouteTable<Handler> {
  const table: RouteTable<Handler> = { router: createRouter(), fallback: undefined };
  const known = new Map<string, Map<string, Route<Handler>>>();
  for (const [key, handler] of routes) {
    if (typeof handler !== "function") {
      throw new TypeError(`${factory}: the handler of "${key}" must be a function`);
    }
    if (key === "$default") {
      table.fallback = { key, handler, segments: [] };
      continue;
    }
    const { method, segments } = checkRouteKey(factory, key);
    const names = segments.filter(isVariable).map(nameOf);
    if (new Set(names).size < names.length) {
      throw new TypeError(`${factory}: "${key}" names a variable twice`);
    }
    const pattern = patternOf(segments);
    let atPath = known.get(pattern);
    if (atPath === undefined) {
      atPath = new Map();
      known.set(pattern, atPath);
      addRoute(table.router, "", pattern, atPath);
    }
    const other = atPath.get(method);
    if (other) throw new TypeError(`${factory}: "${key}" and "${other.key}" are the same route`);
    atPath.set(method, { key, handler, segments });
  }
  return table;
}

/** The router takes a slash at the end for nothing, an HTTP API does not. */
const isAsLong = (path: readonly string[], segments: readonly string[]): boolean =>
  isGreedy(segments.at(-1)) ? path.length >= segments.length : path.length === segments.length;

const parametersOf = (path: readonly string[], segments: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    segments.flatMap((segment, index) => {
      if (!isVariable(segment)) return [];
      return [[nameOf(segment), isGreedy(segment) ? path.slice(index).join("/") : (path[index] as string)]];
    }),
  );

/**
 * The routes whose path fits, the most specific path first. A slash at the end counts.
 *
 * @param table what {@link routeTable} made
 * @param path the decoded segments of the path
 */
export function routesAt<Handler>(table: RouteTable<Handler>, path: readonly string[]): OnPath<Handler>[] {
  const encoded = `/${path.map(encode).join("/")}`;
  return findAllRoutes(table.router, "", encoded, { params: false })
    .reverse()
    .map(({ data }) => data)
    .filter(onPath => [...onPath.values()].slice(0, 1).every(({ segments }) => isAsLong(path, segments)));
}

/**
 * Finds the route of a request, the most specific path first; `$default` takes the rest. A slash at the end counts:
 * HTTP APIs know `/users/` only where a greedy variable takes it.
 *
 * @param table what {@link routeTable} made
 * @param path the decoded segments of the path
 * @param pick chooses among the routes of one path
 * @param sent the segments that the variables are taken from
 * @returns the route and the path's variables, `undefined` when there is none
 * @example
 * findRoute(table, ["users", "7"], onPath => onPath.get("GET") ?? onPath.get("ANY"));
 */
export function findRoute<Handler>(
  table: RouteTable<Handler>,
  path: readonly string[],
  pick: (onPath: OnPath<Handler>) => Route<Handler> | undefined,
  sent: readonly string[] = path,
): RouteMatch<Handler> | undefined {
  for (const onPath of routesAt(table, path)) {
    const route = pick(onPath);
    if (route) return { route, parameters: parametersOf(sent, route.segments) };
  }
  return table.fallback && { route: table.fallback, parameters: {} };
}
