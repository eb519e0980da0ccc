import { ServerError } from "../core/errors.ts";
import type { HookRequest } from "../core/middleware.ts";
import { isObject, isRecord } from "../core/objects.ts";
import { hasResponseKeysAlone, isOpaque, isReady, isResponse } from "./ready.ts";
import { notedValue } from "./responseState.ts";
import type { ReadyResponse } from "./types.ts";

/** What a serializer is about to see, and what hooks said of the response that it becomes. */
export interface Unwrapped {
  data: unknown;
  /** Headers, cookies and a status that stand around the data; `undefined` where no hook wrapped it. */
  around: (Omit<ReadyResponse, "body" | "statusCode"> & { statusCode?: number | undefined }) | undefined;
}

/** Whether Middy's `normalizeHttpResponse` would take a value for a response already, and write into it. */
export function looksReady(value: unknown): value is object {
  if (!isRecord(value) || isResponse(value)) return false;
  return value.statusCode !== undefined || value.body !== undefined || value.headers !== undefined;
}

/** A value as Middy's hooks would have wrapped it. */
export const wrapped = (value: unknown): ReadyResponse => ({ statusCode: 200, headers: {}, body: value });

/** Why something is not data for a serializer any more, for the log. */
export const unserializable = (what: string): ServerError =>
  new ServerError(undefined, {
    cause: new Error(
      `${what}. Put that middleware outside of serialize, or return respond({ status, headers, body })`,
    ),
  });

/**
 * Whether a response is a wrapper that hooks made. Where the value that the function gave is known, so is each change of it;
 * elsewhere a wrapper has Lambda's plain form and no field beside it.
 */
function isWrapper(response: unknown, isKnown: boolean): response is ReadyResponse {
  if (!isObject(response) || !isReady(response)) return false;
  if (hasResponseKeysAlone(response)) return true;
  if (isKnown) return response.body !== undefined || isRecord(response.headers);
  const { body, headers } = response;
  if (isRecord(headers) && isRecord(body) && !isOpaque(body)) {
    throw unserializable(
      "serialize: an object with statusCode, headers, body and more may be a response or data",
    );
  }
  return false;
}

/**
 * Finds the data in what the hooks inside a serializer left of it. A foreign `after` hook makes `{ statusCode, headers, body }`
 * of a value: the body is the data still, while headers and a status other than Middy's own stay. In a pipeline the value that
 * the function gave is known, so no field of it is taken for a part of a response.
 *
 * @throws ServerError when a hook made text or bytes of an object, so that it can't be serialized any more, and where a plain
 * `middy()` can't tell a response from data
 */
export function unwrap(request: HookRequest): Unwrapped {
  const { response } = request;
  const noted = notedValue(request);
  if ((noted !== undefined && noted.given === response) || !isWrapper(response, noted !== undefined)) {
    return { data: response, around: undefined };
  }
  const { body, statusCode, ...rest } = response;
  const isGiven = noted !== undefined && noted.given === body;
  if (!isGiven && isOpaque(body)) {
    throw unserializable(
      "serialize: a hook inside the serializer made text of the value, or the function returned a plain response",
    );
  }
  // Middy says 200 of a value, and 500 where there is none.
  const status = Number(statusCode);
  const isOwn = status !== 200 && !(status === 500 && body === undefined);
  return { data: body, around: { ...rest, statusCode: isOwn ? status : undefined } };
}
