import { BadRequest, HttpError, NotFound } from "../errors.ts";
import { isRecord } from "../objects.ts";
import { sourceOf } from "./source.ts";

/** What a path may hold as it is (RFC 3986 section 3.3), percent signs aside. */
const plainPath = /^[\w.~!$&'()*+,;=:@/-]*$/;
const notInPath = /[^\w.~!$&'()*+,;=:@/-]/gu;
const notInEncodedPath = /[^\w.~!$&'()*+,;=:@/%-]/gu;

/** Half of a surrogate pair is no character; it goes out as U+FFFD. */
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

/** Whether the path and its parameters come decoded: HTTP APIs alone do that. */
export const isDecoded = (event: unknown): boolean =>
  isRecord(event) && sourceOf(event) === "http" && !isFunctionUrl(event);

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

/**
 * The path of the request as the client sees it, a stage or base path included, in encoded form: fit for `Location` and
 * `Link`. It begins with exactly one slash, so that it never names another host.
 *
 * @param event an event of any source
 * @returns the path without the query, `"/"` when there is none
 * @example
 * readPath({ httpMethod: "GET", path: "/users", requestContext: { path: "/prod/users" } }); // "/prod/users"
 */
export function readPath(event: unknown): string {
  const path = pathOf(event);
  const encoded = plainPath.test(path)
    ? path
    : path.replace(isDecoded(event) ? notInPath : notInEncodedPath, encodeChar);
  return encoded.startsWith("/") && !encoded.startsWith("//") ? encoded : `/${encoded.replace(/^\/+/, "")}`;
}

function decode(text: string, name: string): string {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new BadRequest("Malformed path", { field: name, cause });
  }
}

/** ALB and VPC Lattice know no routes, and neither do function URLs and the `$default` route of HTTP APIs. */
function isRouteless(event: Record<string, unknown>): boolean {
  const source = sourceOf(event);
  if (source === "http") return event.routeKey === "$default" || event.routeKey === undefined;
  return source !== undefined && source !== "rest";
}

/** Path parameters of events whose own field no longer tells what was sent. */
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
  const decoded = isDecoded(event);
  const pathParameters = kept.has(event) ? kept.get(event) : event.pathParameters;
  if (isRecord(pathParameters)) {
    const value = Object.hasOwn(pathParameters, name) ? pathParameters[name] : undefined;
    if (typeof value !== "string") return undefined;
    return decoded ? value : decode(value, name);
  }
  if (!isRouteless(event)) return undefined;
  const segment = pathOf(event)
    .split("/")
    .findLast(part => part !== "");
  return segment === undefined || decoded ? segment : decode(segment, name);
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
  throw new NotFound();
}
