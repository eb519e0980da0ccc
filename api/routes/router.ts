import { BadRequest, HttpError, MethodNotAllowed, NotFound } from "../../src/core/errors.ts";
import { withoutStack } from "../../src/core/withoutStack.ts";
import { readHeader, readMethod } from "../../src/http/read.ts";
import { sourceOf } from "../../src/http/source.ts";
import { acceptPatchOf } from "./acceptPatch.ts";
import { isMeant } from "./guard.ts";
import { type PathSegments, readingsOf, segmentsOf } from "./paths.ts";
import { preflightRoute } from "./preflight.ts";
import { findRoute, type OnPath, type Route, type RouteMatch, type RouteTable, routesAt } from "./routes.ts";

/** The headers by which a path answers `OPTIONS`. */
interface Allowed {
  allow: Readonly<Record<string, string>>;
}

/** What a request comes to: a route, the methods that an `OPTIONS` request asks for, or why there is neither. */
type Located<Handler> = RouteMatch<Handler> | Allowed | HttpError;

/** Finds what serves an event. */
type Locate<Handler> = (event: unknown) => Located<Handler>;

const notFound = (): NotFound => withoutStack(() => new NotFound());

const order = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/** The methods of a path as `Allow` lists them (RFC 9110 section 10.2.1). */
function allowOf<Handler>(maps: readonly OnPath<Handler>[]): string {
  const methods = new Set(maps.flatMap(onPath => [...onPath.keys()]));
  if (methods.has("GET")) methods.add("HEAD");
  methods.add("OPTIONS");
  return order.filter(method => methods.has(method) || methods.has("ANY")).join(", ");
}

/** The method that a browser's preflight request is about (Fetch standard, section 4.8). */
function askedOf(event: unknown): string | undefined {
  if (readHeader(event, "origin") === undefined) return undefined;
  return readHeader(event, "access-control-request-method");
}

/** `GET` serves `HEAD` as well (RFC 9110 section 9.3.2). */
const routeFor = <Handler>(onPath: OnPath<Handler>, method: string): Route<Handler> | undefined =>
  onPath.get(method) ?? (method === "HEAD" ? onPath.get("GET") : undefined) ?? onPath.get("ANY");

/**
 * Makes what finds the route of an event of any source.
 *
 * @param table the routes
 * @param basePath where a custom domain has the function, `""` for its root
 * @returns gives 400, 404 and 405 as errors, which it does not throw
 */
export function router<Handler extends object>(
  table: RouteTable<Handler>,
  basePath: string,
): Locate<Handler> {
  const base = basePath === "" ? [] : segmentsOf(basePath);

  /** A route that the gateway may guard is not reached by another one of the gateway's. */
  function asMeant(event: unknown, found: RouteMatch<Handler>, path: readonly string[]): Located<Handler> {
    const { route } = found;
    return route === table.fallback || isMeant(event, route.segments, path, base) ? found : notFound();
  }

  function at(event: unknown, { sent, decoded }: PathSegments): Located<Handler> | undefined {
    const method = readMethod(event);
    const found = findRoute(table, decoded, onPath => routeFor(onPath, method), sent);
    if (found && found.route !== table.fallback) return asMeant(event, found, decoded);
    const maps = routesAt(table, decoded);
    if (method === "OPTIONS" && maps.length > 0) {
      const asked = askedOf(event);
      const pick = (onPath: OnPath<Handler>): Route<Handler> | undefined =>
        asked === undefined ? undefined : preflightRoute(onPath, asked);
      const preflight = findRoute(table, decoded, pick, sent);
      if (preflight !== undefined) return asMeant(event, preflight, decoded);
      const acceptPatch = acceptPatchOf(maps);
      return { allow: { Allow: allowOf(maps), ...(acceptPatch && { "Accept-Patch": acceptPatch }) } };
    }
    if (found === undefined && maps.length > 0) {
      return withoutStack(() => new MethodNotAllowed(undefined, { headers: { Allow: allowOf(maps) } }));
    }
    return found;
  }

  /** Not by `$default`, which takes what no reading of the path has a route for. */
  const isServed = (located: Located<Handler> | undefined): located is Located<Handler> =>
    located !== undefined &&
    !(located instanceof HttpError) &&
    !("route" in located && located.route === table.fallback);

  return function locate(event) {
    if (sourceOf(event) === undefined) return new BadRequest("The event is not an HTTP request");
    try {
      let second: Located<Handler> | undefined;
      for (const reading of readingsOf(event, base)) {
        const located = at(event, reading);
        if (isServed(located)) return located;
        second ??= located;
      }
      return second ?? notFound();
    } catch (error) {
      if (error instanceof HttpError) return error;
      throw error;
    }
  };
}
