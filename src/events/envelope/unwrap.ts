import { isUtf8 } from "../../core/bytes.ts";
import { BadRequest } from "../../core/errors.ts";
import type { ReadLong } from "../../core/longNumbers.ts";
import { isObject } from "../../core/objects.ts";
import { parseSafely } from "../../core/safeJson.ts";
import { s3Files } from "../s3Files.ts";
import { busEnvelope } from "./busEnvelope.ts";
import { busFile } from "./busFile.ts";
import { isBusEvent, isNotification, isZipped, mayBeEncoded } from "./signs.ts";
import { snsEnvelope } from "./snsEnvelope.ts";
import type { EnvelopeName, Envelopes, SnsEnvelope, UnwrapOptions } from "./types.ts";

/** How payloads are read, for one factory. */
export interface Unwrapping extends UnwrapOptions {
  /** Whether the payload is JSON. */
  readonly isJson: boolean;
  readonly read: ReadLong;
}

/** What was found. */
export interface Payload extends Partial<Envelopes> {
  bytes: Uint8Array;
  text: string;
  /** Where it is JSON. */
  body?: unknown;
}

const mebibyte = 1024 * 1024;

/** Node's own; a plain import of it would be paid by functions that get nothing zipped. */
function unzip(bytes: Uint8Array, maxOutputLength: number): Uint8Array {
  try {
    return process.getBuiltinModule("node:zlib").gunzipSync(bytes, { maxOutputLength });
  } catch (cause) {
    const isLarge = (cause as { code?: unknown }).code === "ERR_BUFFER_TOO_LARGE";
    const reason = isLarge
      ? `has more than ${maxOutputLength} bytes when it is unzipped`
      : "can't be unzipped";
    throw new BadRequest(reason, { cause });
  }
}

function isJsonText(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function bytesIn(given: string | Uint8Array, { encoding, isJson }: Unwrapping): Uint8Array {
  if (typeof given !== "string") return given;
  const isEncoded =
    encoding === undefined
      ? mayBeEncoded(given) && (isJson ? !isJsonText(given) : given.startsWith("H4sI"))
      : encoding !== "text";
  if (!isEncoded) return Buffer.from(given);
  if (!mayBeEncoded(given)) throw new BadRequest("is not base64");
  return Buffer.from(given, "base64");
}

function decoded(given: string | Uint8Array, options: Unwrapping): Payload {
  const { encoding, maxUnzippedBytes = 10 * mebibyte } = options;
  let bytes = bytesIn(given, options);
  // Bytes of a stream that are to be base64 have text in them which is.
  if (typeof given !== "string" && encoding === "base64") {
    bytes = bytesIn(Buffer.from(given).toString(), options);
  }
  if (encoding === "gzip" || (encoding !== "text" && isZipped(bytes))) bytes = unzip(bytes, maxUnzippedBytes);
  if (options.isJson && !isUtf8(bytes)) throw new BadRequest("is not UTF-8");
  return { bytes, text: Buffer.from(bytes).toString() };
}

function objectIn(text: string, read: ReadLong): unknown {
  try {
    return text.trimStart().startsWith("{") ? parseSafely(text, read) : undefined;
  } catch {
    return undefined;
  }
}

function putBus(payload: Payload, event: Record<string, unknown>): void {
  payload.eventBridge = busEnvelope(event);
  if (event.source === "aws.s3") payload.s3 = [busFile(event)];
  payload.body = event.detail;
}

const isOfS3 = (value: unknown): boolean =>
  isObject(value) && Array.isArray(value.Records) && value.Records[0]?.eventSource === "aws:s3";

/** What S3 sends when a bucket is told to notify somebody; no file is meant. */
const isTest = (value: unknown): boolean =>
  isObject(value) && value.Event === "s3:TestEvent" && value.Service === "Amazon S3";

function withEnvelopes(
  given: string | Uint8Array,
  options: Unwrapping,
  sns?: SnsEnvelope,
): Payload | undefined {
  const isQuoted = typeof given === "string" && sns === undefined;
  const outer = isQuoted ? objectIn(given, options.read) : undefined;
  if (isNotification(outer)) return withEnvelopes(outer.Message as string, options, snsEnvelope(outer));
  const payload = decoded(given, options);
  if (sns !== undefined) payload.sns = sns;
  const value = options.isJson
    ? parseSafely(payload.text, options.read)
    : objectIn(payload.text, options.read);
  if (options.isJson) payload.body = value;
  if (sns === undefined && isNotification(value)) {
    return withEnvelopes(value.Message as string, options, snsEnvelope(value));
  }
  if (isTest(value)) return undefined;
  if (isBusEvent(value)) putBus(payload, value);
  else if (isOfS3(value)) payload.s3 = s3Files(value);
  return payload;
}

function plain(given: string | Uint8Array, options: Unwrapping): Payload {
  const payload = decoded(given, options);
  if (options.isJson) payload.body = parseSafely(payload.text, options.read);
  return payload;
}

/**
 * Takes a payload out of what it came in: an SNS notification, an event of EventBridge, base64, gzip. What S3 tells stays as it is;
 * its files are read.
 *
 * @returns `undefined` for the test message of S3
 * @throws BadRequest when it can't be read, or lacks an envelope that is insisted on
 */
export function unwrap(given: string | Uint8Array, options: Unwrapping): Payload | undefined {
  const { envelope } = options;
  if (envelope === false) return plain(given, options);
  const payload = withEnvelopes(given, options);
  const wanted = [envelope ?? []].flat() as EnvelopeName[];
  const missing = payload && wanted.find(name => payload[name] === undefined);
  if (missing !== undefined) throw new BadRequest(`is not in the envelope "${missing}"`);
  return payload;
}
