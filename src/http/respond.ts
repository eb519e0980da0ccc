import { isRecord } from "../core/objects.ts";
import type { ReadyResponse } from "./types.ts";

/** What {@link respond} takes. */
export interface ResponseInit<Body = unknown> {
  /** A whole number from 200 to 599. @default 200 */
  status?: number;
  /** Values by name; a list where a header occurs more than once. */
  headers?: NonNullable<ReadyResponse["headers"]>;
  /** Whole `Set-Cookie` values. */
  cookies?: readonly string[];
  /**
   * Text as it is, bytes as base64, any other value as JSON. The pieces of a `Readable`, a `ReadableStream` or an async
   * generator are collected; `stream` sends them as they come. @default no body
   */
  body?: Body;
}

/**
 * It is the same symbol in every copy of this package, and it stands on the object itself: nothing that a client sends, and
 * nothing that a database gives, can have it.
 */
const mark: unique symbol = /* @__PURE__ */ Symbol.for("tsverless.response") as never;

/** A response that {@link respond} made, in the plain form that Middy's hooks know, and marked. */
export interface MarkedResponse<Body = unknown> extends ReadyResponse {
  body?: Body;
  readonly [mark]: true;
}

/**
 * Makes a response of one's own: it goes out as it is, with its status, headers and cookies, past the serializer of the chain.
 * Everything else that a function, a step or a queryset gives is data, whatever its fields are called.
 *
 * @param init status, headers, cookies and body; none is needed
 * @returns what to return from a function, a step or a hook
 * @throws TypeError when the status is not a whole number from 200 to 599
 * @example
 * pipeline([errors(), loadObject(Files), serialize(pick("id"))], (_event, { object }) =>
 *   object.isGone ? respond({ status: 410, body: { gone: true } }) : object,
 * );
 */
export function respond<const Body = undefined>(init: ResponseInit<Body> = {}): MarkedResponse<Body> {
  const { status = 200, headers, cookies, body } = init;
  if (!Number.isInteger(status) || status < 200 || status > 599) {
    throw new TypeError("respond: status must be a whole number from 200 to 599");
  }
  return {
    statusCode: status,
    // A copy, for hooks add to it.
    headers: { ...headers },
    ...(cookies !== undefined && { cookies }),
    ...(body !== undefined && { body }),
    [mark]: true,
  };
}

/** Whether a value was made by {@link respond}. */
export function isMarkedResponse(value: unknown): value is MarkedResponse {
  return isRecord(value) && value[mark as never] === true;
}
