import { BadRequest, HttpError, NotFound } from "../core/errors.ts";
import { isRecord } from "../core/objects.ts";
import { withoutStack } from "../core/withoutStack.ts";
import { basePathOf, beforeRoute, isUnder, mountOf } from "./basePath.ts";
import { copyEvent } from "./body.ts";
import { sourceOf } from "./source.ts";

/** What a path may hold as it is (RFC 3986 section 3.3), percent signs aside. */
const plainPath = /^[\w.~!$&'()*+,;=:@/-]*$/;
const notInPath = /[^\w.~!$&'()*+,;=:@/-]/gu;
const notInEncodedPath = /[^\w.~!$&'()*+,;=:@/%-]/gu;

/** Half of a surrogate pair is not a character; it goes out as U+FFFD. */
const encodeChar = (char: string): string =>
  /\p{Surrogate}/u.test(char) ? "%EF%BF%BD" : encodeURIComponent(char);

const withoutQuery = (path: string): string => {
  const mark = path.indexOf("?");
  return mark < 0 ? path : path.slice(0, mark);
};

const textOr = (value: unknown, other: unknown): string => {
  if (typeof value === "string") return value;
  return typeof other === "string" ? other : "";
};

/** Function URLs send what HTTP APIs send, but keep the path encoded as REST APIs and ALB do. */
function isFunctionUrl(event: Record<string, unknown>): boolean {
  const { domainName } = isRecord(event.requestContext) ? event.requestContext : {};
  return typeof domainName === "string" && domainName.includes(".lambda-url.");
}

/** Whether the path and its parameters come decoded: HTTP APIs alone do that, with either payload format. */
export function isDecoded(event: unknown): boolean {
  if (!isRecord(event)) return false;
  const source = sourceOf(event);
  return source === "http-v1" || (source === "http" && !isFunctionUrl(event));
}

/** The path as the event has it: decoded on HTTP APIs, encoded elsewhere. */
export function pathOf(event: unknown): string {
  if (!isRecord(event)) return "";
  const context = isRecord(event.requestContext) ? event.requestContext : undefined;
  switch (sourceOf(event)) {
    case "http":
      return textOr(event.rawPath, isRecord(context?.http) ? context.http.path : undefined);
    case "lattice-v1":
      return withoutQuery(textOr(event.raw_path, ""));
    case "lattice-v2":
      return withoutQuery(textOr(event.path, ""));
    case "rest":
      return textOr(context?.path, event.path);
    default:
      return textOr(event.path, event.rawPath);
  }
}

/** The path of an event, in which what may not stand in one is escaped. */
const encodePath = (path: string, event: unknown): string =>
  plainPath.test(path) ? path : path.replace(isDecoded(event) ? notInPath : notInEncodedPath, encodeChar);

/** A path that begins with exactly one slash, so that it never names another host. */
function rooted(path: string): string {
  let slashes = 0;
  while (path.charCodeAt(slashes) === 47) slashes += 1;
  return slashes === 1 ? path : `/${path.slice(slashes)}`;
}

/**
 * The path of the request as the client sees it, behind a stage, a base path or an API mapping, in encoded form: fit for
 * `Location` and `Link`. It begins with exactly one slash, so that it never names another host.
 *
 * An HTTP API never says the key of its API mapping: there the base path is put before the path, and a stage that the
 * client does not see is left out. On API Gateway's own domain there is no mapping. `X-Forwarded-Prefix` is not read, since
 * any client may send it.
 *
 * @param event an event of any source
 * @param basePath where a custom domain has the API: `/shop`. By default what `api` was given
 * @returns the path without the query, `"/"` when there is none
 * @example
 * readPath({ httpMethod: "GET", path: "/users", requestContext: { path: "/prod/users" } }); // "/prod/users"
 */
export function readPath(event: unknown, basePath: string = basePathOf(event)): string {
  const path = rooted(encodePath(pathOf(event), event));
  if (!isRecord(event)) return path;
  const { drop, add } = mountOf(event, path, basePath);
  return drop === "" && add === "" ? path : add + rooted(path.slice(drop.length));
}

/**
 * The address of something by its path in the API, as the client has to ask for it: behind the stage, the base path or the
 * API mapping that the request came by. What is there already stays, and so does what is not a path: `https://example.com/x`.
 *
 * @param event the event of the request
 * @param target a path such as `/users/7`, or another address
 * @param basePath where a custom domain has the API
 */
export function resolvePath(event: unknown, target: string, basePath: string = basePathOf(event)): string {
  if (!target.startsWith("/") || target.startsWith("//")) return target;
  const before = beforeRoute(event, readPath(event, basePath), basePath);
  return before === "" || isUnder(target, before) ? target : before + target;
}

function decode(text: string, name: string): string {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw withoutStack(() => new BadRequest("Malformed path", { field: name, cause }));
  }
}

/** ALB and VPC Lattice know no routes, and neither do function URLs and the `$default` route of HTTP APIs. */
function isRouteless(event: Record<string, unknown>): boolean {
  const source = sourceOf(event);
  if (source === "http") return event.routeKey === "$default" || event.routeKey === undefined;
  if (source === "http-v1") return event.resource === "$default" || event.resource === undefined;
  return source !== undefined && source !== "rest";
}

/** Path parameters of events whose own field no longer has what was sent. */
const kept: WeakMap<object, unknown> = /* @__PURE__ */ new WeakMap();

/**
 * Keeps an event's path parameters as they were sent, for a middleware that is about to overwrite them: what
 * {@link pathParameter} gives stays the same.
 *
 * @param event the event; a primitive is ignored
 * @example
 * keepPathParameters(event);
 * event.pathParameters = { id: 5 };
 */
export function keepPathParameters(event: unknown): void {
  if (isRecord(event) && !kept.has(event)) kept.set(event, event.pathParameters);
}

/**
 * Puts a parameter that its source did not give where functions look for it. What {@link pathParameter} gives stays the same.
 *
 * @param event the event; a primitive is ignored
 * @param name the parameter's name in the route
 * @param value what {@link pathParameter} gave
 */
export function putPathParameter(event: unknown, name: string, value: string): void {
  if (!isRecord(event)) return;
  const { pathParameters } = event;
  if (isRecord(pathParameters) && Object.hasOwn(pathParameters, name)) return;
  keepPathParameters(event);
  event.pathParameters = { ...(isRecord(pathParameters) && pathParameters), [name]: value };
}

/** Events whose route was found here: what their parameters lack, no path has. */
const routed: WeakSet<object> = /* @__PURE__ */ new WeakSet();

/**
 * An event with the path parameters of the route that it was found to go to. It is a copy: whoever gave the event may look at
 * it again.
 *
 * @param event an event of any source
 * @param pathParameters in the form of that source
 */
export function routeEvent(event: object, pathParameters: object): object {
  const copy = copyEvent(event, { pathParameters });
  routed.add(copy);
  return copy;
}

/**
 * The parameters as they were sent.
 *
 * @returns `undefined` where there are none, or none but what `@middy/http-event-normalizer` puts where a source has none
 */
export function pathParametersOf(event: unknown): Record<string, unknown> | undefined {
  if (!isRecord(event)) return undefined;
  const given = kept.has(event) ? kept.get(event) : event.pathParameters;
  if (!isRecord(given)) return undefined;
  const isPut = !routed.has(event) && isRouteless(event) && Object.keys(given).length === 0;
  return isPut ? undefined : given;
}

/** Whether a hook decoded the parameter already, as `@middy/http-urlencode-path-parser` does: the path has it encoded. */
function isDecodedAlready(event: unknown, value: string): boolean {
  const path = `${pathOf(event)}/`;
  if (path.includes(`/${value}/`)) return false;
  try {
    return decodeURIComponent(path).includes(`/${value}/`);
  } catch {
    return false;
  }
}

/**
 * A parameter of the path, decoded once on every source: REST APIs keep it encoded, HTTP APIs decode it. Where the
 * source matches no routes and the event has no parameters, it is the last segment of the path that is not empty.
 *
 * @param event an event of any source
 * @param name the parameter's name in the route: `id` for `/users/{id}`
 * @returns the value, `undefined` when there is no such parameter
 * @throws BadRequest when the value is malformed
 * @example
 * pathParameter({ httpMethod: "GET", pathParameters: { id: "a%20b" } }, "id"); // "a b"
 */
export function pathParameter(event: unknown, name: string): string | undefined {
  if (!isRecord(event)) return undefined;
  const pathParameters = pathParametersOf(event);
  if (pathParameters !== undefined) {
    const value = Object.hasOwn(pathParameters, name) ? pathParameters[name] : undefined;
    if (typeof value !== "string") return undefined;
    // Most values have nothing to decode, whatever they came through.
    if (!value.includes("%") || isDecoded(event) || isDecodedAlready(event, value)) return value;
    return decode(value, name);
  }
  if (!isRouteless(event)) return undefined;
  const segment = pathOf(event)
    .split("/")
    .findLast(part => part !== "");
  return segment === undefined || isDecoded(event) ? segment : decode(segment, name);
}

/**
 * The path parameter that names an object. One that is absent, empty or malformed names none.
 *
 * @param event the event; whatever it is
 * @param name the parameter's name in the route
 * @throws NotFound when it names no object
 */
export function objectParameter(event: unknown, name: string): string {
  try {
    const text = pathParameter(event, name);
    if (text !== undefined && text !== "") return text;
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
  }
  throw withoutStack(() => new NotFound());
}
