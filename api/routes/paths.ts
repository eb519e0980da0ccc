import { BadRequest } from "../../src/core/errors.ts";
import { isRecord } from "../../src/core/objects.ts";
import { isDecoded, pathOf } from "../../src/http/path.ts";
import { sourceOf } from "../../src/http/source.ts";

/** The path of a request by its segments. */
export interface PathSegments {
  /** As the event has them, which is the form of its path parameters: decoded on HTTP APIs, encoded elsewhere. */
  sent: readonly string[];
  decoded: readonly string[];
}

/** The segments of a path; a slash at the end makes none. */
export function segmentsOf(path: string): string[] {
  const segments = path.replace(/^\//, "").split("/");
  if (segments.length > 1 && segments.at(-1) === "") segments.pop();
  return segments;
}

/** Segments without those that they begin with; never none at all, since the root has an empty one. */
function without(base: readonly string[], segments: readonly string[]): readonly string[] {
  if (base.length === 0 || !base.every((part, index) => segments[index] === part)) return segments;
  return segments.length > base.length ? segments.slice(base.length) : [""];
}

/** The stage that may be the first segment: of a path as the client sees it, behind a named stage. */
function stageOf(event: Record<string, unknown>, source: string | undefined): string[] {
  const { stage } = isRecord(event.requestContext) ? event.requestContext : {};
  const isSeen =
    source === "http" || source === "http-v1" || (source === "rest" && typeof event.path !== "string");
  return isSeen && typeof stage === "string" && stage !== "" && stage !== "$default" ? [stage] : [];
}

/**
 * The segments of a path that came decoded, by the route that the gateway found: there alone it is known that a slash belongs to
 * a variable. Nothing where the route or a variable is missing.
 */
function segmentsOfRoute(event: Record<string, unknown>): string[] | undefined {
  const { routeKey, resource, pathParameters } = event;
  const route = typeof routeKey === "string" ? routeKey.slice(routeKey.indexOf(" ") + 1) : resource;
  if (typeof route !== "string" || !route.startsWith("/") || !isRecord(pathParameters)) return undefined;
  const values = pathParameters;
  const found = segmentsOf(route).map(segment => {
    if (!segment.startsWith("{")) return [segment];
    const isGreedy = segment.endsWith("+}");
    const name = segment.slice(1, isGreedy ? -2 : -1);
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (typeof value !== "string") return [];
    return isGreedy ? value.split("/") : [value];
  });
  return found.some(({ length }) => length === 0) ? undefined : found.flat();
}

/** A reading, or what the route makes of the very same text. */
function routed(reading: readonly string[], route: readonly string[] | undefined): readonly string[] {
  if (route === undefined) return reading;
  const text = route.join("/");
  return text === reading.join("/") || text === `${reading.join("/")}/` ? route : reading;
}

function decodeAll(segments: readonly string[]): readonly string[] {
  try {
    return segments.map(decodeURIComponent);
  } catch (cause) {
    throw new BadRequest("Malformed path", { cause });
  }
}

/**
 * The path of a request without stage and base path. Behind a custom domain the path has no stage, so that a first segment
 * of the same name may as well be the resource's own: then there are two readings, the one without a stage last.
 *
 * @param event an event of any source
 * @param base the segments of the base path, where the request may come through one
 * @returns the readings to try, in order
 * @throws BadRequest when an escape of the path is malformed
 */
export function readingsOf(event: unknown, base: readonly string[]): PathSegments[] {
  const source = sourceOf(event);
  const known = isRecord(event) ? event : {};
  // The path that a REST API's own routes are about; the one in its context has the stage.
  const path = source === "rest" && typeof known.path === "string" ? known.path : pathOf(event);
  const segments = segmentsOf(path);
  const staged = without(stageOf(known, source), segments);
  const readings = staged === segments ? [segments] : [staged, segments];
  const decoded = isDecoded(event);
  const route = decoded ? segmentsOfRoute(known) : undefined;
  return readings.map(reading => {
    // The route has no base path, where the gateway has taken it off.
    const sent = routed(without(base, routed(reading, route)), route);
    return { sent, decoded: decoded ? sent : decodeAll(sent) };
  });
}
