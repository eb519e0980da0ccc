import { isUtf8 } from "node:buffer";
import { ServerError } from "../errors.ts";
import { isRecord } from "../objects.ts";
import { type Draft, writeBag, writeSimple } from "./forms.ts";
import {
  addHeader,
  fillHeaders,
  type HeaderBag,
  headersOfReady,
  isSimple,
  mergeHeaders,
  overlap,
} from "./headers.ts";
import { bytesOf, toJson } from "./plain.ts";
import { sourceOf } from "./source.ts";
import { isBodiless } from "./status.ts";
import type { HttpResult } from "./types.ts";

/** How {@link toResult} answers. */
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

/** What is needed of a web `Response`; naming the class itself would load it, which takes 30 ms. */
interface WebResponse {
  status: number;
  headers: {
    forEach(each: (value: string, name: string) => void): void;
    getSetCookie?(): string[];
  };
  arrayBuffer(): Promise<ArrayBuffer>;
}

type Headers = Readonly<Record<string, string>>;

const jsonType = "application/json";
const textType = "text/plain; charset=utf-8";
const bytesType = "application/octet-stream";

const isStatus = (status: unknown): status is number =>
  Number.isInteger(status) && (status as number) >= 200 && (status as number) <= 599;

/**
 * Whether a value is a ready response: a plain object with a whole `statusCode` from 200 to 599; those below are no answers.
 *
 * @example
 * isReady({ statusCode: 204 }); // true
 */
export function isReady(value: unknown): value is Record<string, unknown> & { statusCode: number } {
  if (!isRecord(value) || !isStatus(value.statusCode)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/**
 * Whether a value is an answer by itself, which no serializer may touch: a ready response, a web `Response`, a string or
 * bytes.
 */
export function isAnswer(value: unknown): boolean {
  return typeof value === "string" || isReady(value) || isWebResponse(value) || bytesOf(value) !== undefined;
}

function isWebResponse(value: unknown): value is WebResponse {
  return (
    isRecord(value) &&
    typeof value.arrayBuffer === "function" &&
    typeof value.status === "number" &&
    isRecord(value.headers) &&
    typeof value.headers.forEach === "function"
  );
}

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
  options: ResultOptions | undefined,
  under?: Headers,
): HttpResult {
  const content = encode(value, options?.status ?? 200, options?.json === true, options?.type);
  const over = options?.headers;
  const simple = (under === undefined || isSimple(under)) && (over === undefined || isSimple(over));
  if (simple && !(under && over && overlap(under, over))) {
    // A spread that comes first is a copy; behind another property it costs several times as much.
    const headers: Record<string, string> = { ...under };
    for (const name in over) headers[name] = over[name] as string;
    if (content.type !== undefined) headers["Content-Type"] = content.type;
    return writeSimple(sourceOf(event), content, headers);
  }
  const bag: HeaderBag = new Map();
  fillHeaders(bag, mergeHeaders(under, over) ?? {});
  if (content.type !== undefined && !bag.has("content-type")) addHeader(bag, "Content-Type", content.type);
  return writeBag(sourceOf(event), content, bag);
}

function encodeReady(ready: Record<string, unknown> & { statusCode: number }): Content {
  const { statusCode: status, body } = ready;
  if (isBodiless(status) || body === undefined || body === null) {
    return { status, body: "", base64: false, type: undefined };
  }
  if (typeof body === "string") {
    return { status, body, base64: ready.isBase64Encoded === true, type: undefined };
  }
  return encode(body, status, true);
}

function writeReady(
  event: unknown,
  ready: Record<string, unknown> & { statusCode: number },
  given: Headers | undefined,
): HttpResult {
  const bag = headersOfReady(ready);
  const content = encodeReady(ready);
  if (given !== undefined) fillHeaders(bag, given);
  if (content.type !== undefined && !bag.has("content-type")) addHeader(bag, "Content-Type", content.type);
  return writeBag(sourceOf(event), content, bag);
}

const textual =
  /^(?:text\/|application\/(?:[\w.-]+\+)?(?:json|xml|javascript|x-www-form-urlencoded)\b|image\/svg\+xml)/i;

function isText(bytes: Buffer, bag: HeaderBag): boolean {
  const type = bag.get("content-type")?.values[0] ?? "";
  return textual.test(type) && !bag.has("content-encoding") && isUtf8(bytes);
}

async function writeWebResponse(
  event: unknown,
  response: WebResponse,
  given: Headers | undefined,
): Promise<HttpResult> {
  const { status, headers } = response;
  if (!isStatus(status)) throw new ServerError("The response has no valid status");
  const bag: HeaderBag = new Map();
  const cookies = headers.getSetCookie?.();
  headers.forEach((value, name) => {
    if (cookies === undefined || name.toLowerCase() !== "set-cookie") addHeader(bag, name, value);
  });
  for (const cookie of cookies ?? []) addHeader(bag, "Set-Cookie", cookie);
  const bytes = Buffer.from(await response.arrayBuffer());
  const base64 = bytes.length > 0 && !isText(bytes, bag);
  if (given !== undefined) fillHeaders(bag, given);
  const body = isBodiless(status) ? "" : bytes.toString(base64 ? "base64" : "utf8");
  return writeBag(sourceOf(event), { status, body, base64: base64 && body !== "" }, bag);
}

/**
 * Puts whatever a function returned into the exact form that the event's source wants. JSON values, `undefined` and
 * `null` become JSON; a string is sent as it is and bytes as base64; a web `Response` and a ready
 * `{ statusCode, headers, multiValueHeaders, cookies, body, isBase64Encoded }` keep their own status and headers.
 * Statuses 204 and 304 have no body. Control characters never reach a header.
 *
 * @param event the event; one of no known source is answered as API Gateway's REST APIs are
 * @param value what the function returned
 * @param options its status and more headers
 * @param under headers that those of the options and of the value win over
 * @returns the result; a promise of it for a web `Response` only
 * @throws ServerError when the value cannot be written
 * @example
 * toResult(event, { id: 1 }, { status: 201, headers: { Location: "/users/1" } });
 */
export function toResult(
  event: unknown,
  value: unknown,
  options?: ResultOptions,
  under?: Headers,
): HttpResult | Promise<HttpResult> {
  if (isReady(value)) return writeReady(event, value, mergeHeaders(under, options?.headers));
  if (isWebResponse(value)) return writeWebResponse(event, value, mergeHeaders(under, options?.headers));
  return writeValue(event, value, options, under);
}
