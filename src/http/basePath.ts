import { isRecord } from "../core/objects.ts";
import { readHeader } from "./read.ts";
import { sourceOf } from "./source.ts";

/** Base paths of the APIs that events came through. */
const kept: WeakMap<object, string> = /* @__PURE__ */ new WeakMap();

/**
 * Keeps the base path of the API that an event comes through, for the addresses that its handlers give.
 *
 * @param event the event; a primitive is ignored
 * @param basePath `/shop`, `""` for none
 * @example
 * keepBasePath(event, "/shop");
 */
export function keepBasePath(event: unknown, basePath: string): void {
  if (isRecord(event) && basePath !== "") kept.set(event, basePath);
}

/** The base path that {@link keepBasePath} kept, `""` where there is none. */
export const basePathOf = (event: unknown): string => (isRecord(event) ? (kept.get(event) ?? "") : "");

/** Whether a path is another, or lies below it. */
export const isUnder = (path: string, base: string): boolean => path === base || path.startsWith(`${base}/`);

const hostOf = (event: Record<string, unknown>): string => {
  const { domainName } = isRecord(event.requestContext) ? event.requestContext : {};
  return (typeof domainName === "string" ? domainName : (readHeader(event, "host") ?? "")).toLowerCase();
};

/** Where no mapping is: API Gateway's own domain, and this machine. */
const isDirect = (host: string): boolean =>
  host.includes(".execute-api.") || /^(?:localhost|127\.[\d.]+|\[::1\]|::1)(?::\d+)?$/.test(host);

/** A name of the user's own. */
const isCustom = (host: string): boolean =>
  host.includes(".") && !isDirect(host) && !/\.(?:lambda-url|vpc-lattice-svcs)\./.test(host);

/** The stage that a path begins with, as a path: `/prod`, `""` where it has none. */
function stageIn(event: Record<string, unknown>, path: string): string {
  const { stage } = isRecord(event.requestContext) ? event.requestContext : {};
  const isNamed = typeof stage === "string" && stage !== "" && stage !== "$default";
  return isNamed && isUnder(path, `/${stage}`) ? `/${stage}` : "";
}

/** What lies before the route in the path that the client sees, and what an event has there instead. */
interface Mount {
  /** Begins the event's path, and is unknown to the client. */
  drop: string;
  /** Begins the client's path, and is not in the event. */
  add: string;
}

/**
 * What makes of an event's path the one that the client sees. REST APIs, HTTP APIs with payload format 1.0, load balancers
 * and VPC Lattice have that path itself. An HTTP API with payload format 2.0 has the stage in its place, on a custom domain
 * too, and never the key of an API mapping. What rewrites paths before a load balancer or a function URL can't be seen.
 *
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-mappings.html
 */
export function mountOf(event: Record<string, unknown>, path: string, basePath: string): Mount {
  const source = sourceOf(event);
  const stage = source === "http" ? stageIn(event, path) : "";
  if (basePath === "" && stage === "") return { drop: "", add: "" };
  const host = hostOf(event);
  const drop = isCustom(host) ? stage : "";
  if (basePath === "" || isDirect(host)) return { drop, add: "" };
  const isSeen = (source === "rest" || source === "http-v1") && isCustom(host);
  const isThere = drop === "" && isUnder(path, basePath);
  return { drop, add: isSeen || isThere ? "" : basePath };
}

/**
 * What the client's path has before the route: the stage on API Gateway's own domain, else the base path.
 *
 * @param path the path that the client sees
 */
export function beforeRoute(event: unknown, path: string, basePath: string): string {
  if (basePath !== "" && isUnder(path, basePath)) return basePath;
  return isRecord(event) && !isCustom(hostOf(event)) ? stageIn(event, path) : "";
}

/** Whether a text is a path of a route without variables: `/v1/users`. */
export const isPlainPath = (text: string): boolean => /^(?:\/[^/{}\s?#]+)+$/.test(text);
