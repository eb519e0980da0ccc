import { isRecord } from "../../src/core/objects.ts";
import { readMethod } from "../../src/http/read.ts";
import { sourceOf } from "../../src/http/source.ts";
import { segmentsOf } from "./paths.ts";

/** The route that a gateway found, as its event says. Events of other sources name none. */
function routeOf(event: Record<string, unknown>): string | undefined {
  const source = sourceOf(event);
  const key = source === "http" ? event.routeKey : undefined;
  const route = source === "rest" || source === "http-v1" ? event.resource : key;
  if (typeof route !== "string" || route === "") return undefined;
  return route === "$default" || route.endsWith(" $default") ? undefined : route;
}

const isVariable = (segment: string): boolean => segment.startsWith("{");
const isGreedy = (segment: string | undefined): boolean => segment?.endsWith("+}") === true;

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const isSameText = (one: string, other: string | undefined): boolean =>
  one === other || decoded(one) === other;

/**
 * Whether one of the gateway's routes is this one, a part of it that the path is in, or a catch-all, whatever the variables are
 * called. A route without variables took the very path.
 */
function leadsTo(gateway: readonly string[], route: readonly string[], path: readonly string[]): boolean {
  if (!gateway.some(isVariable)) return isSameText(gateway.join("/"), path.join("/"));
  for (const [index, segment] of gateway.entries()) {
    const own = route[index] ?? (isGreedy(route.at(-1)) ? route.at(-1) : undefined);
    if (isGreedy(segment)) return true;
    if (own === undefined) return false;
    if (isVariable(segment) ? !isVariable(own) : !isSameText(segment, path[index])) return false;
  }
  return gateway.length === route.length || isGreedy(route.at(-1));
}

/**
 * Whether the gateway let the request through for this route. Where it knows routes it may guard each of them by itself, so
 * that a request which came by another one, `/users/%61dmin` by `/users/{id}`, must not get to `/users/admin`: the route that
 * the event names has to be this one, a part of it, or a catch-all (`$default`, `ANY`, `{proxy+}`).
 *
 * @param event an event of any source
 * @param route the segments of the route that its path leads to
 * @param path the decoded segments of the path, without the base path
 * @param base the segments of the base path, which the gateway's routes may have
 */
export function isMeant(
  event: unknown,
  route: readonly string[],
  path: readonly string[],
  base: readonly string[],
): boolean {
  const found = isRecord(event) ? routeOf(event) : undefined;
  if (found === undefined) return true;
  const space = found.indexOf(" ");
  const method = space < 0 ? "ANY" : found.slice(0, space);
  if (method !== "ANY" && method !== readMethod(event)) return false;
  const segments = segmentsOf(found.slice(space + 1));
  if (leadsTo(segments, route, path)) return true;
  const isBehindBase = base.length > 0 && base.every((part, index) => segments[index] === part);
  return isBehindBase && leadsTo(segmentsOf(segments.slice(base.length).join("/")), route, path);
}
