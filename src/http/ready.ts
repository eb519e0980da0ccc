import { bytesOf } from "../core/bytes.ts";
import { ServerError } from "../core/errors.ts";
import { isRecord } from "../core/objects.ts";
import { isMarkedResponse } from "./respond.ts";
import { isStream, isStreamBody } from "./streamBody.ts";

/** What is needed of a web `Response`; naming the class itself would load it, which takes 30 ms. */
export interface WebResponse {
  status: number;
  headers: {
    forEach(each: (value: string, name: string) => void): void;
    getSetCookie?(): string[];
  };
  readonly body?: unknown;
  readonly bodyUsed?: boolean;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** Whether a number is the status of a response: those below 200 end nothing. */
export const isStatus = (status: unknown): status is number =>
  Number.isInteger(status) && (status as number) >= 200 && (status as number) <= 599;

/** The status of a ready response: Lambda's integrations take it as text too. */
export function statusOf(code: unknown): number | undefined {
  const status = typeof code === "string" && /^[2-5]\d\d$/.test(code) ? Number(code) : code;
  return isStatus(status) ? status : undefined;
}

/** Lambda's plain form of a response; its status may be text. */
export type Ready = Record<string, unknown> & { statusCode: unknown };

/** The names that Lambda's plain form of a response has, and nothing else may have. */
const responseKeys: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "statusCode",
  "statusDescription",
  "headers",
  "multiValueHeaders",
  "cookies",
  "body",
  "isBase64Encoded",
]);

/** Whether an object has fields of a response alone. */
export function hasResponseKeysAlone(value: object): boolean {
  return Object.keys(value).every(key => responseKeys.has(key));
}

/** An object of a class is in that form when it has a status and a body, and no field of anything else. */
function isPlainWithStatus(value: unknown): value is Ready {
  if (!isRecord(value) || value.statusCode === undefined) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null || Object.getPrototypeOf(prototype) === null) return true;
  return Object.hasOwn(value, "body") && hasResponseKeysAlone(value);
}

/**
 * Whether a value has the plain form of Lambda's results: an object with a `statusCode` from 200 to 599, a number or its
 * text. It is asked only where such a form is a response: nothing that a serializer is about to see is judged by its shape.
 *
 * @throws ServerError when it has that form but for its status: it is never data by mistake
 * @example
 * isReady({ statusCode: 204 }); // true
 */
export function isReady(value: unknown): value is Ready {
  if (!isPlainWithStatus(value)) return false;
  if (statusOf(value.statusCode) !== undefined) return true;
  if ("body" in value || isRecord(value.headers)) throw new ServerError("The response has no valid status");
  return false;
}

/** Whether a value is a response of its own wherever it comes from: of `respond`, or a web `Response`. */
export function isResponse(value: unknown): boolean {
  return isMarkedResponse(value) || isWebResponse(value);
}

/**
 * Whether what a hook gave early is a response as it stands: one of its own, Lambda's plain form, text, bytes, also those
 * that come piece by piece, or nothing at all. Any other value is data.
 */
export function isEarlyResponse(value: unknown): boolean {
  if (value === undefined || value === null || typeof value === "string") return true;
  return isResponse(value) || isReady(value) || isStream(value) || bytesOf(value) !== undefined;
}

/** Whether nothing can be chosen from a body any more: text, bytes, and what comes piece by piece. */
export const isOpaque = (body: unknown): boolean =>
  typeof body === "string" || bytesOf(body) !== undefined || isStream(body);

/** Data where a response was to be, and what stood around it. */
export interface Left {
  data: unknown;
  around: Ready | undefined;
}

/**
 * Finds data in what hooks left as the response: a value in place of it, or an object as the body of a success in Lambda's plain
 * form, as `normalizeHttpResponse` makes of a value. What `respond` made, a web `Response`, text, bytes and errors have none.
 */
export function dataLeft(response: unknown): Left | undefined {
  if (isRecord(response) && typeof response.body === "string" && isReady(response)) return undefined;
  if (!isEarlyResponse(response)) return { data: response, around: undefined };
  if (isResponse(response) || isStream(response) || !isReady(response)) return undefined;
  const { body, statusCode } = response;
  if (body === undefined || body === null || Number(statusCode) >= 400) return undefined;
  if (isOpaque(body) || isStreamBody(body)) return undefined;
  return { data: body, around: response };
}

/** Whether a value is a web `Response`, of whichever copy of it. */
export function isWebResponse(value: unknown): value is WebResponse {
  return (
    isRecord(value) &&
    typeof value.arrayBuffer === "function" &&
    typeof value.status === "number" &&
    isRecord(value.headers) &&
    typeof value.headers.forEach === "function"
  );
}
