import { bytesOf, isUtf8 } from "../core/bytes.ts";
import { ServerError } from "../core/errors.ts";
import { decodeBase64 } from "./base64.ts";
import { isTextual } from "./contentType.ts";
import {
  addHeader,
  fillHeaders,
  type HeaderBag,
  headersOfReady,
  isSimple,
  mergeHeaders,
  overlap,
} from "./headers.ts";
import { toJson } from "./json.ts";
import { isReady, isStatus, isWebResponse, type Ready, statusOf, type WebResponse } from "./ready.ts";
import { isMarkedResponse } from "./respond.ts";
import { type Draft, writeBag, writeSimple } from "./resultFormats.ts";
import { sourceOf } from "./source.ts";
import { isBodiless } from "./status.ts";
import { collect, discard, isStream, isStreamBody, openerOf, type StreamBody } from "./streamBody.ts";
import type { HttpResult } from "./types.ts";

/** How {@link toResult} writes a response. */
export interface ResultOptions {
  /** The status of a value that brings none of its own. @default 200 */
  status?: number;
  /** Headers, unless the value brings its own of that name; `Vary` is merged and cookies are added. */
  headers?: Readonly<Record<string, string>>;
  /** Sends a string as JSON as well. @default false */
  json?: boolean;
  /** The content type of a string. @default "text/plain; charset=utf-8" */
  type?: string;
}

/** Stands in the options of a response whose headers were made here: clean, with no cookie and no content type among them. */
export const areClean: unique symbol = /* @__PURE__ */ Symbol("areClean");

/** How the package itself writes responses. */
export interface OwnResultOptions extends ResultOptions {
  [areClean]?: boolean;
}

type Headers = Readonly<Record<string, string>>;

const jsonType = "application/json";
const textType = "text/plain; charset=utf-8";
const bytesType = "application/octet-stream";

interface Content extends Draft {
  type: string | undefined;
}

function encode(value: unknown, status: number, json: boolean, type: string = textType): Content {
  if (isBodiless(status)) return { status, body: "", base64: false, type: undefined };
  if (typeof value === "string" && !json) return { status, body: value, base64: false, type };
  const bytes = bytesOf(value);
  if (bytes !== undefined) return { status, body: bytes.toString("base64"), base64: true, type: bytesType };
  return { status, body: toJson(value), base64: false, type: jsonType };
}

function writeValue(
  event: unknown,
  value: unknown,
  options: OwnResultOptions | undefined,
  under?: Headers,
): HttpResult {
  const content = encode(value, options?.status ?? 200, options?.json === true, options?.type);
  const over = options?.headers;
  const isClean = over === undefined || options?.[areClean] === true || isSimple(over);
  const simple = isClean && (under === undefined || isSimple(under));
  if (simple && !(under && over && overlap(under, over))) {
    // A spread that comes first is a copy; behind another property it costs several times as much.
    const headers: Record<string, string> = { ...under };
    for (const name in over) headers[name] = over[name] as string;
    if (content.type !== undefined) headers["Content-Type"] = content.type;
    return writeSimple(sourceOf(event), content, headers);
  }
  const bag: HeaderBag = new Map();
  fillHeaders(bag, mergeHeaders(under, over) ?? {});
  if (content.base64) return writeBytes(event, content.status, bag, bytesOf(value) as Buffer);
  if (content.type !== undefined && !bag.has("content-type")) addHeader(bag, "Content-Type", content.type);
  return writeBag(sourceOf(event), content, bag);
}

function encodeReady(status: number, ready: Ready, type?: string): Content {
  const { body } = ready;
  if (isBodiless(status) || body === undefined || body === null) {
    return { status, body: "", base64: false, type: undefined };
  }
  if (typeof body === "string") {
    return { status, body, base64: ready.isBase64Encoded === true, type };
  }
  return encode(body, status, true);
}

function writeReady(
  event: unknown,
  ready: Ready,
  given: Headers | undefined,
  context: unknown,
  type?: string,
): HttpResult | Promise<HttpResult> {
  const bag = headersOfReady(ready);
  const { body } = ready;
  const status = statusOf(ready.statusCode) ?? 500;
  if (isStreamBody(body)) {
    if (given !== undefined) fillHeaders(bag, given);
    return writeStream(event, { status, bag, body, context });
  }
  if (given !== undefined) fillHeaders(bag, given);
  const bytes = bytesOfReady(event, ready, bag);
  if (bytes !== undefined) return writeBytes(event, status, bag, bytes);
  const content = encodeReady(status, ready, type);
  if (content.type !== undefined && !bag.has("content-type")) addHeader(bag, "Content-Type", content.type);
  return writeBag(sourceOf(event), content, bag);
}

function isText(bytes: Buffer, bag: HeaderBag): boolean {
  const type = bag.get("content-type")?.values[0] ?? "";
  return isTextual(type) && !bag.has("content-encoding") && isUtf8(bytes);
}

/**
 * The bytes of a ready response. Its own base64 counts on REST APIs alone, which pass it on as it is unless
 * `binaryMediaTypes` has the type: text had better be text there.
 */
function bytesOfReady(event: unknown, { body, isBase64Encoded }: Ready, bag: HeaderBag): Buffer | undefined {
  if (typeof body !== "string") return bytesOf(body);
  if (isBase64Encoded !== true) return undefined;
  const source = sourceOf(event);
  if (source !== undefined && source !== "rest") return undefined;
  const bytes = decodeBase64(body);
  return bytes !== undefined && isText(bytes, bag) ? bytes : undefined;
}

/** Text goes out as text, whatever it came as: REST APIs need `binaryMediaTypes` for base64, and it is a third longer. */
function writeBytes(event: unknown, status: number, bag: HeaderBag, bytes: Buffer): HttpResult {
  const isEmpty = bytes.length === 0 || isBodiless(status);
  if (!isEmpty && !bag.has("content-type")) addHeader(bag, "Content-Type", bytesType);
  const base64 = !isEmpty && !isText(bytes, bag);
  const body = isEmpty ? "" : bytes.toString(base64 ? "base64" : "utf8");
  return writeBag(sourceOf(event), { status, body, base64 }, bag);
}

interface Streamed {
  status: number;
  bag: HeaderBag;
  body: StreamBody;
  context: unknown;
}

/** Where the invocation streams, the body in the result is not a string but the open stream. */
async function writeStream(event: unknown, { status, bag, body, context }: Streamed): Promise<HttpResult> {
  const open = openerOf(context);
  if (isBodiless(status)) {
    await discard(body);
    return writeBag(sourceOf(event), { status, body: "", base64: false }, bag);
  }
  if (!bag.has("content-type")) addHeader(bag, "Content-Type", bytesType);
  if (open === undefined) return writeBytes(event, status, bag, await collect(body));
  const opened = await open(body);
  const result = writeBag(sourceOf(event), { status, body: "", base64: false }, bag);
  return { ...result, body: opened as unknown as string };
}

async function writeWebResponse(
  event: unknown,
  response: WebResponse,
  given: Headers | undefined,
  context: unknown,
): Promise<HttpResult> {
  const { status, headers } = response;
  if (!isStatus(status)) throw new ServerError("The response has no valid status");
  const bag: HeaderBag = new Map();
  const cookies = headers.getSetCookie?.();
  headers.forEach((value, name) => {
    if (cookies === undefined || name.toLowerCase() !== "set-cookie") addHeader(bag, name, value);
  });
  for (const cookie of cookies ?? []) addHeader(bag, "Set-Cookie", cookie);
  if (given !== undefined) fillHeaders(bag, given);
  const { body, bodyUsed } = response;
  if (openerOf(context) !== undefined && isStreamBody(body) && bodyUsed !== true) {
    return writeStream(event, { status, bag, body, context });
  }
  return writeBytes(event, status, bag, Buffer.from(await response.arrayBuffer()));
}

/**
 * Puts data into the form that the event's source wants. Nothing is judged by its shape: an object with a field `statusCode`
 * becomes JSON like any other. A response of `respond`, a web `Response` and a stream are what they are.
 *
 * @param event the event
 * @param value the data
 * @param options its status and more headers
 * @param under headers that those of the options and of the value win over
 * @param context the context of the invocation; without it streams are collected
 * @throws ServerError when the value cannot be written
 */
export function toDataResult(
  event: unknown,
  value: unknown,
  options?: OwnResultOptions,
  under?: Headers,
  context?: unknown,
): HttpResult | Promise<HttpResult> {
  if (typeof value !== "object" || value === null) return writeValue(event, value, options, under);
  const given = (): Headers | undefined => mergeHeaders(under, options?.headers);
  if (isMarkedResponse(value)) return writeReady(event, { ...value }, given(), context, textType);
  if (isWebResponse(value)) return writeWebResponse(event, value, given(), context);
  if (isStream(value)) {
    return writeReady(event, { statusCode: options?.status ?? 200, body: value }, given(), context);
  }
  return writeValue(event, value, options, under);
}

/**
 * Puts whatever a function returned into the exact form that the event's source wants. JSON values, `undefined` and
 * `null` become JSON; a string is sent as it is, bytes and streams as base64, or as text where their type says text; what `respond` made, a web `Response` and a ready
 * `{ statusCode, headers, multiValueHeaders, cookies, body, isBase64Encoded }` keep their own status and headers.
 * Statuses 204 and 304 have no body. Control characters never reach a header. Streams are collected, unless
 * `stream` runs this invocation: then the result's `body` is the stream itself.
 *
 * @param event the event; one of no known source gets what API Gateway's REST APIs take
 * @param value what the function returned
 * @param options its status and more headers
 * @param under headers that those of the options and of the value win over
 * @param context the context of the invocation; without it streams are collected
 * @returns the result; a promise of it for a web `Response` and for a stream only
 * @throws ServerError when the value cannot be written
 * @example
 * toResult(event, { id: 1 }, { status: 201, headers: { Location: "/users/1" } });
 */
export function toResult(
  event: unknown,
  value: unknown,
  options?: ResultOptions,
  under?: Headers,
  context?: unknown,
): HttpResult | Promise<HttpResult> {
  if (!isMarkedResponse(value) && isReady(value)) {
    return writeReady(event, value, mergeHeaders(under, options?.headers), context);
  }
  return toDataResult(event, value, options, under, context);
}
