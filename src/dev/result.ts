import { validateHeaderName, validateHeaderValue } from "node:http";
import { isObject } from "../objects.ts";

/** What goes out. */
export interface Outgoing {
  status: number;
  headers: [name: string, value: string][];
  body: Buffer;
}

/** Bytes that Lambda takes and gives at most in one invocation. */
export const payloadLimit: number = 6 * 1024 * 1024;

/** Headers of one connection alone (RFC 9110 section 7.6.1), and the length, which is counted here. */
const connectionHeaders = new Set([
  "connection",
  "content-length",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

const malformed = (what: string): TypeError => new TypeError(`Malformed Lambda response: ${what}`);

function statusOf(value: unknown): number {
  if (typeof value !== "number" && typeof value !== "string") throw malformed("statusCode must be a number");
  if (!/^[2-5]\d\d$/.test(String(value))) throw malformed("statusCode must be from 200 to 599");
  return Number(value);
}

function headersOf(headers: unknown, cookies: unknown): Outgoing["headers"] {
  if (!isObject(headers ?? {})) throw malformed("headers must be an object");
  if (!Array.isArray(cookies ?? [])) throw malformed("cookies must be a list");
  const pairs: Outgoing["headers"] = [];
  for (const [name, value] of Object.entries(headers ?? {})) {
    if (!["string", "number", "boolean"].includes(typeof value)) {
      throw malformed(`header "${name}" must be a string, a number or a boolean`);
    }
    if (!connectionHeaders.has(name.toLowerCase())) pairs.push([name, String(value)]);
  }
  for (const cookie of (cookies ?? []) as unknown[]) {
    if (typeof cookie !== "string") throw malformed("cookies must be strings");
    pairs.push(["set-cookie", cookie]);
  }
  for (const [name, value] of pairs) {
    validateHeaderName(name);
    validateHeaderValue(name, value);
  }
  return pairs;
}

function bodyOf(body: unknown, base64: unknown): Buffer {
  if (body === undefined || body === null) return Buffer.alloc(0);
  if (typeof body !== "string") throw malformed("body must be a string");
  if (base64 !== true) return Buffer.from(body);
  if (body.length % 4 !== 0 || !/^[\w+/-]*={0,2}$/.test(body)) throw malformed("body must be base64");
  return Buffer.from(body, "base64");
}

/**
 * Reads what a handler returned as an HTTP API does (payload format 2.0): the value crosses as JSON; one without a
 * `statusCode` is the body of a 200.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 *
 * @param returned whatever the handler returned
 * @returns status, headers and bytes; each cookie is a `set-cookie` of its own
 * @throws TypeError saying what is malformed; RangeError when it is larger than Lambda allows
 */
export function readResult(returned: unknown): Outgoing {
  const json = JSON.stringify(returned) ?? "null";
  if (Buffer.byteLength(json) > payloadLimit) throw new RangeError("Lambda responses may have 6 MB at most");
  const result: unknown = JSON.parse(json);
  if (!isObject(result) || !Object.hasOwn(result, "statusCode")) {
    const body = Buffer.from(typeof result === "string" ? result : json);
    return { status: 200, headers: [["content-type", "application/json"]], body };
  }
  const status = statusOf(result.statusCode);
  const headers = headersOf(result.headers, result.cookies);
  const body = bodyOf(result.body, result.isBase64Encoded);
  if (body.length > 0 && !headers.some(([name]) => name.toLowerCase() === "content-type")) {
    headers.push(["content-type", "text/plain;charset=UTF-8"]);
  }
  return { status, headers, body };
}

/** An answer of the gateway itself. */
export function gatewayAnswer(status: number, message: string): Outgoing {
  const body = Buffer.from(JSON.stringify({ message }));
  return { status, headers: [["content-type", "application/json"]], body };
}
