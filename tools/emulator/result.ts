import { isObject } from "../../src/core/objects.ts";
import { isToken } from "../../src/http/token.ts";
import { resultLimit } from "./payload.ts";
import { type GatewaySource, isGateway } from "./sources.ts";
import type { GatewayResponse } from "./types.ts";

type HeaderPairs = GatewayResponse["headers"];

/** Headers of one connection alone (RFC 9110 section 7.6.1), and the length, which is counted again. */
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

/** What no value of a header may hold: control characters but the tab, and what is not a byte (RFC 9110 section 5.5). */
const notInValue = /[^\t -~\xa0-\xff]/;

const malformed = (what: string): TypeError => new TypeError(`Malformed Lambda response: ${what}`);

const isApi = (source: GatewaySource): boolean => isGateway(source) || source === "url";

function statusOf(source: GatewaySource, value: unknown): number {
  const isText = typeof value === "string" && isApi(source);
  if (typeof value !== "number" && !isText) throw malformed("statusCode must be a number");
  if (!/^[2-5]\d\d$/.test(String(value))) throw malformed("statusCode must be from 200 to 599");
  return Number(value);
}

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html */
function checkDescription(description: unknown, status: number): void {
  if (description === undefined) return;
  if (typeof description !== "string" || !/^\d{3} [ -~]+$/.test(description)) {
    throw malformed('statusDescription must be like "200 OK"');
  }
  if (!description.startsWith(`${status} `)) throw malformed("statusDescription says another status");
}

function headerText(name: string, value: unknown): string {
  if (!["string", "number", "boolean"].includes(typeof value)) {
    throw malformed(`header "${name}" must be a string, a number or a boolean`);
  }
  return String(value);
}

function singlesOf(headers: unknown): HeaderPairs {
  if (!isObject(headers ?? {})) throw malformed("headers must be an object");
  return Object.entries(headers ?? {}).map(([name, value]) => [name, headerText(name, value)]);
}

function listsOf(headers: unknown): HeaderPairs {
  if (!isObject(headers ?? {})) throw malformed("multiValueHeaders must be an object");
  return Object.entries(headers ?? {}).flatMap(([name, values]) => {
    if (!Array.isArray(values)) throw malformed(`multiValueHeaders "${name}" must be a list`);
    return values.map((value): [string, string] => [name, headerText(name, value)]);
  });
}

function cookiesOf(cookies: unknown): HeaderPairs {
  if (!Array.isArray(cookies ?? [])) throw malformed("cookies must be a list");
  return ((cookies ?? []) as unknown[]).map(cookie => {
    if (typeof cookie !== "string") throw malformed("cookies must be strings");
    return ["set-cookie", cookie];
  });
}

/**
 * A REST API puts both maps together; a pair that both have counts once. So does an HTTP API with payload format 1.0.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 */
function merged(singles: HeaderPairs, multiples: HeaderPairs): HeaderPairs {
  const key = ([name, value]: HeaderPairs[number]): string => `${name.toLowerCase()}: ${value}`;
  const known = new Set(multiples.map(key));
  return [...singles.filter(pair => !known.has(key(pair))), ...multiples];
}

/** Each source reads headers of its own fields, and takes no notice of the others. */
function headersOf(source: GatewaySource, result: Record<string, unknown>): HeaderPairs {
  switch (source) {
    case "rest":
    case "http-v1":
      return merged(singlesOf(result.headers), listsOf(result.multiValueHeaders));
    case "http":
    case "url":
      return [...singlesOf(result.headers), ...cookiesOf(result.cookies)];
    case "alb-multi":
      if (!isObject(result.multiValueHeaders)) throw malformed("multiValueHeaders must be there");
      return listsOf(result.multiValueHeaders);
    default:
      if (!isObject(result.headers)) throw malformed("headers must be there");
      return singlesOf(result.headers);
  }
}

function checked(headers: HeaderPairs): HeaderPairs {
  for (const [name, value] of headers) {
    if (!isToken(name)) throw malformed(`${JSON.stringify(name)} is not a name of a header`);
    if (notInValue.test(value)) throw malformed(`header "${name}" holds what no header may hold`);
  }
  return headers.filter(([name]) => !connectionHeaders.has(name.toLowerCase()));
}

function bodyOf(body: unknown, base64: unknown): Buffer {
  if (body === undefined || body === null) return Buffer.alloc(0);
  if (typeof body !== "string") throw malformed("body must be a string");
  if (base64 !== true) return Buffer.from(body);
  if (body.length % 4 !== 0 || !/^[\w+/-]*={0,2}$/.test(body)) throw malformed("body must be base64");
  return Buffer.from(body, "base64");
}

/** What a REST API knows; one field more is a 502. */
const restFields = ["statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"];

function checkFields(source: GatewaySource, result: Record<string, unknown>): void {
  const unknown = Object.keys(result).find(field => !restFields.includes(field));
  if (source === "rest" && unknown !== undefined) throw malformed(`unknown field "${unknown}"`);
  const { isBase64Encoded } = result;
  if (typeof isBase64Encoded === "boolean" || (isApi(source) && (isBase64Encoded ?? null) === null)) return;
  throw malformed("isBase64Encoded must be true or false");
}

/**
 * What a handler returned, as the source reads it, and before it adds anything.
 *
 * @throws TypeError saying what is malformed; RangeError when it is larger than the source allows
 */
export function readSent(source: GatewaySource, returned: unknown): GatewayResponse {
  const json = JSON.stringify(returned) ?? "null";
  const limit = resultLimit(source);
  if (Buffer.byteLength(json) > limit) {
    throw new RangeError(`Lambda responses may have ${limit / 1024 / 1024} MB at most`);
  }
  const result: unknown = JSON.parse(json);
  if (!isObject(result) || !Object.hasOwn(result, "statusCode")) {
    if (source !== "http" && source !== "url") throw malformed("statusCode must be there");
    const body = Buffer.from(typeof result === "string" ? result : json);
    return { status: 200, headers: [["content-type", "application/json"]], body };
  }
  checkFields(source, result);
  const status = statusOf(source, result.statusCode);
  if (!isApi(source)) checkDescription(result.statusDescription, status);
  const headers = checked(headersOf(source, result));
  return { status, headers, body: bodyOf(result.body, result.isBase64Encoded) };
}

/** The type of a body that comes without one. */
const defaultTypes: Partial<Record<GatewaySource, string>> = {
  rest: "application/json",
  http: "text/plain;charset=UTF-8",
  "http-v1": "text/plain;charset=UTF-8",
  url: "text/plain;charset=UTF-8",
};

/**
 * Makes the response that a source makes of what a handler returned; the value crosses as JSON. HTTP APIs and function
 * URLs take one without a `statusCode` for the body of a 200.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 *
 * @param source the source
 * @param returned whatever the handler returned
 * @returns status, headers and bytes; each cookie is a `set-cookie` of its own
 * @throws TypeError saying what is malformed; RangeError when it is larger than the source allows
 */
export function readResult(source: GatewaySource, returned: unknown): GatewayResponse {
  const { status, headers, body } = readSent(source, returned);
  const type = defaultTypes[source];
  const isTyped = headers.some(([name]) => name.toLowerCase() === "content-type");
  if (type !== undefined && body.length > 0 && !isTyped) headers.push(["content-type", type]);
  return { status, headers, body };
}
