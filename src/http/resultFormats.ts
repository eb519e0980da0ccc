import { isRecord, mapValues } from "../core/objects.ts";
import type { HeaderBag } from "./headers.ts";
import { protectBag, protectHeaders } from "./protect.ts";
import { statusText } from "./status.ts";
import type { HttpResult, Source } from "./types.ts";

/** What a response is, whatever the source. The body of a response with `base64` is base64 text. */
export interface Draft {
  status: number;
  body: string;
  base64: boolean;
}

/**
 * Writes a response of which each header occurs once, and no cookie is set.
 *
 * API Gateway and function URLs take `isBase64Encoded` as false when it is left out; ALB and VPC Lattice want it.
 */
export function writeSimple(
  source: Source | undefined,
  draft: Draft,
  headers: Record<string, string>,
): HttpResult {
  protectHeaders(headers, draft.base64 ? "" : draft.body);
  return write(source, draft, headers);
}

function write(
  source: Source | undefined,
  { status, body, base64 }: Draft,
  headers: Record<string, string>,
): HttpResult {
  switch (source) {
    case "alb":
    case "alb-multi":
    case "lattice-v1":
    case "lattice-v2": {
      const statusDescription = `${status} ${statusText(status)}`;
      const fields = { statusCode: status, statusDescription, body, isBase64Encoded: base64 };
      return source === "alb-multi"
        ? { ...fields, multiValueHeaders: mapValues(headers, value => [value]) }
        : { ...fields, headers };
    }
    default:
      return base64
        ? { statusCode: status, headers, body, isBase64Encoded: true }
        : { statusCode: status, headers, body };
  }
}

/** How often the same header can be said in a map of single values: 9 letters, each of either case. */
const spellings = 2 ** 9;

/** One of the 512 ways to spell `set-cookie`: each set bit makes one letter a capital. */
function spellSetCookie(bits: number): string {
  let letter = 0;
  return "set-cookie".replace(/[a-z]/g, char => ((bits >> letter++) & 1 ? char.toUpperCase() : char));
}

/**
 * Writes a response with whatever headers. Cookies are never joined: REST takes a list of values, HTTP APIs a list of
 * cookies; where there is only a map of single values (ALB, VPC Lattice), the name is spelled differently each time.
 */
export function writeBag(source: Source | undefined, draft: Draft, bag: HeaderBag): HttpResult {
  protectBag(bag, draft.base64 ? "" : draft.body);
  const headers: Record<string, string> = {};
  const lists: Record<string, string[]> = {};
  const listed = source === undefined || source === "rest" || source === "http-v1" || source === "alb-multi";
  let cookies: string[] = [];
  for (const [lower, { name, values }] of bag) {
    if (lower === "set-cookie") cookies = values;
    else if (listed && values.length > 1) lists[name] = values;
    else headers[name] = values.join(", ");
  }
  if (source === "http") {
    const result = write(source, draft, headers);
    return cookies.length > 0 ? { ...result, cookies } : result;
  }
  if (listed) {
    if (cookies.length === 1) headers["Set-Cookie"] = cookies[0] as string;
    if (cookies.length > 1) lists["Set-Cookie"] = cookies;
    const result = write(source, draft, headers);
    if (Object.keys(lists).length === 0) return result;
    return { ...result, multiValueHeaders: { ...result.multiValueHeaders, ...lists } };
  }
  for (const [index, cookie] of cookies.slice(0, spellings).entries()) {
    headers[spellSetCookie(index)] = cookie;
  }
  return write(source, draft, headers);
}

/** A result whose headers stand in `headers` where there is one value of each; ALB's own form has lists alone. */
export function openForm(result: unknown): unknown {
  if (!isRecord(result) || result.headers !== undefined || !isRecord(result.multiValueHeaders)) return result;
  const headers: Record<string, unknown> = {};
  const multiValueHeaders: Record<string, unknown> = {};
  for (const [name, given] of Object.entries(result.multiValueHeaders)) {
    if (Array.isArray(given) && given.length === 1) headers[name] = given[0];
    else multiValueHeaders[name] = given;
  }
  const { multiValueHeaders: _, ...rest } = result;
  return { ...rest, headers, ...(Object.keys(multiValueHeaders).length > 0 && { multiValueHeaders }) };
}
