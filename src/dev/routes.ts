import type { APIGatewayProxyEventV2, Context } from "aws-lambda";
import { addRoute, createRouter, findAllRoutes, type RouterContext } from "rou3";

/** A Lambda handler of an HTTP API, payload format 2.0. */
export type Handler = (event: APIGatewayProxyEventV2, context: Context) => Promise<unknown>;

/** A handler under its route key. */
export interface Route {
  /** As API Gateway has it: `GET /users/{id}`, `ANY /files/{path+}`, `$default`. */
  key: string;
  handler: Handler;
  /** The path's segments: `users`, `{id}`. */
  segments: readonly string[];
}

/** A route that a request fits, with the decoded variables of its path. */
export interface Found {
  route: Route;
  parameters: Record<string, string>;
}

/** All routes, ready to be searched. */
export interface RouteTable {
  router: RouterContext<Map<string, Route>>;
  fallback: Route | undefined;
}

const methods = "ANY|DELETE|GET|HEAD|OPTIONS|PATCH|POST|PUT";
const keyForm = new RegExp(`^(${methods}) (/|(?:/[^/{}\\s]+|/\\{[\\w.:-]+\\})*(?:/\\{[\\w.:-]+\\+\\})?)$`);

/** One spelling for each segment, in a path as in a route, without the characters that patterns are made of. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, char => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

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
 * @param routes handlers by route key
 * @returns a table for {@link findRoute}
 * @throws TypeError when a key is no route key, when two keys name the same route, or a handler is no function
 */
export function routeTable(routes: Readonly<Record<string, Handler>>): RouteTable {
  const table: RouteTable = { router: createRouter(), fallback: undefined };
  const known = new Map<string, Map<string, Route>>();
  for (const [key, handler] of Object.entries(routes)) {
    if (typeof handler !== "function") {
      throw new TypeError(`serve: the handler of "${key}" must be a function`);
    }
    if (key === "$default") {
      table.fallback = { key, handler, segments: [] };
      continue;
    }
    const [, method, path] = keyForm.exec(key) ?? [];
    if (method === undefined || !path) {
      throw new TypeError(`serve: "${key}" is no route key; write "GET /users/{id}", "ANY /x" or "$default"`);
    }
    const segments = path.slice(1).split("/");
    const names = segments.filter(isVariable).map(nameOf);
    if (new Set(names).size < names.length) throw new TypeError(`serve: "${key}" names a variable twice`);
    const pattern = patternOf(segments);
    let atPath = known.get(pattern);
    if (atPath === undefined) {
      atPath = new Map();
      known.set(pattern, atPath);
      addRoute(table.router, "", pattern, atPath);
    }
    const other = atPath.get(method);
    if (other) throw new TypeError(`serve: "${key}" and "${other.key}" are the same route`);
    atPath.set(method, { key, handler, segments });
  }
  return table;
}

/** The router takes a slash at the end for nothing, an HTTP API does not. */
const isAsLong = (path: readonly string[], { segments }: Route): boolean =>
  isGreedy(segments.at(-1)) ? path.length >= segments.length : path.length === segments.length;

const parametersOf = (path: readonly string[], { segments }: Route): Record<string, string> =>
  Object.fromEntries(
    segments.flatMap((segment, index) => {
      if (!isVariable(segment)) return [];
      return [[nameOf(segment), isGreedy(segment) ? path.slice(index).join("/") : (path[index] as string)]];
    }),
  );

/**
 * Finds the route of a request, the most specific path first; `$default` takes the rest. A slash at the end counts:
 * HTTP APIs know `/users/` only where a greedy variable takes it.
 *
 * @param table what {@link routeTable} made
 * @param path the decoded segments of the path
 * @param pick chooses among the routes of one path
 * @returns the route and the path's variables, `undefined` when there is none
 * @example
 * findRoute(table, ["users", "7"], onPath => onPath.get("GET") ?? onPath.get("ANY"));
 */
export function findRoute(
  table: RouteTable,
  path: readonly string[],
  pick: (onPath: ReadonlyMap<string, Route>) => Route | undefined,
): Found | undefined {
  const encoded = `/${path.map(encode).join("/")}`;
  for (const { data } of findAllRoutes(table.router, "", encoded, { params: false }).reverse()) {
    const route = pick(data);
    if (route && isAsLong(path, route)) return { route, parameters: parametersOf(path, route) };
  }
  return table.fallback && { route: table.fallback, parameters: {} };
}
