import { isRecord } from "../core/objects.ts";
import { sourceOf } from "./source.ts";

function methodOf(event: Record<string, unknown>): unknown {
  switch (sourceOf(event)) {
    case "http": {
      const http = isRecord(event.requestContext) ? event.requestContext.http : undefined;
      return isRecord(http) ? http.method : undefined;
    }
    case "lattice-v1":
    case "lattice-v2":
      return event.method;
    default:
      return event.httpMethod;
  }
}

/**
 * The request's method.
 *
 * @param event an event of any source
 * @returns the method in capitals, `""` when there is none
 * @example
 * readMethod({ httpMethod: "GET" }); // "GET"
 */
export function readMethod(event: unknown): string {
  const method = isRecord(event) ? methodOf(event) : undefined;
  return typeof method === "string" ? method.toUpperCase() : "";
}

/** Lines of one header are joined by commas, those of `Cookie` by semicolons (RFC 9110 section 5.2, RFC 6265 section 5.4). */
function textOf(value: unknown, name: string): string | undefined {
  if (typeof value === "string") return value;
  if (!Array.isArray(value)) return undefined;
  const lines = value.filter(line => typeof line === "string");
  return lines.length > 0 ? lines.join(name === "cookie" ? "; " : ", ") : undefined;
}

function find(headers: unknown, name: string): string | undefined {
  if (!isRecord(headers)) return undefined;
  const direct = textOf(headers[name], name);
  if (direct !== undefined) return direct;
  for (const key in headers) {
    if (key.length === name.length && key.toLowerCase() === name) {
      const text = textOf(headers[key], name);
      if (text !== undefined) return text;
    }
  }
  return undefined;
}

/** HTTP APIs and function URLs take the `Cookie` header apart. */
const cookieField = (event: Record<string, unknown>): string | undefined => textOf(event.cookies, "cookie");

/**
 * One header of the request, whatever the case its name is sent in.
 *
 * @param event an event of any source
 * @param name the header's name in lower case
 * @returns the value, several joined by `", "`; `undefined` when it is not sent
 * @example
 * readHeader({ headers: { "Content-Type": "text/plain" } }, "content-type"); // "text/plain"
 */
export function readHeader(event: unknown, name: string): string | undefined {
  if (!isRecord(event)) return undefined;
  // API Gateway's single-value map has only the last of several values, the other map has them all.
  const sent = find(event.multiValueHeaders, name) ?? find(event.headers, name);
  return sent ?? (name === "cookie" ? cookieField(event) : undefined);
}

/**
 * All headers of the request.
 *
 * @param event an event of any source
 * @returns the values by lower-case name, several joined by `", "`; the object has no prototype
 * @example
 * readHeaders({ multiValueHeaders: { Accept: ["a/b", "c/d"] } }); // { accept: "a/b, c/d" }
 */
export function readHeaders(event: unknown): Record<string, string> {
  const found: Record<string, string> = Object.create(null);
  if (!isRecord(event)) return found;
  for (const headers of [event.multiValueHeaders, event.headers]) {
    if (!isRecord(headers)) continue;
    const taken: Record<string, string> = Object.create(null);
    for (const key in headers) {
      const name = key.toLowerCase();
      // A name that is in lower case already counts first, as it does in `find`.
      if (taken[name] !== undefined && key !== name) continue;
      const text = textOf(headers[key], name);
      if (text !== undefined) taken[name] = text;
    }
    for (const name in taken) found[name] ??= taken[name] as string;
  }
  const cookies = cookieField(event);
  if (found.cookie === undefined && cookies !== undefined) found.cookie = cookies;
  return found;
}

/**
 * The cookies of the request. Values stay as they were sent, without the quotes around them; of several cookies of one
 * name the first counts, since it has the most specific path (RFC 6265 section 5.4).
 *
 * @param event an event of any source
 * @returns the values by name; the object has no prototype
 * @example
 * readCookies({ headers: { Cookie: 'session=abc; theme="dark"' } }); // { session: "abc", theme: "dark" }
 */
export function readCookies(event: unknown): Record<string, string> {
  const cookies: Record<string, string> = Object.create(null);
  for (const part of readHeader(event, "cookie")?.split(";") ?? []) {
    const equals = part.indexOf("=");
    if (equals < 0) continue;
    const name = part.slice(0, equals).trim();
    if (name === "" || cookies[name] !== undefined) continue;
    const value = part.slice(equals + 1).trim();
    cookies[name] = /^".*"$/.test(value) ? value.slice(1, -1) : value;
  }
  return cookies;
}
