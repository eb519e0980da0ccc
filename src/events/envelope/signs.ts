import type { ReadLong } from "../../core/longNumbers.ts";
import { isObject } from "../../core/objects.ts";

/** Whether what was parsed is an event of a bus. */
export const isBusEvent = (value: unknown): value is Record<string, unknown> =>
  isObject(value) &&
  typeof value["detail-type"] === "string" &&
  typeof value.source === "string" &&
  isObject(value.detail);

/** Whether it is what a topic sends to a queue, unless that gets messages raw. */
export const isNotification = (value: unknown): value is Record<string, unknown> =>
  isObject(value) &&
  value.Type === "Notification" &&
  typeof value.TopicArn === "string" &&
  typeof value.Message === "string";

/** Whether something may have been wrapped, or not be a message at all: a look at every message. */
export const mayBeWrapped = (value: unknown): boolean =>
  isObject(value) &&
  ("TopicArn" in value || "detail-type" in value || "Records" in value || value.Event === "s3:TestEvent");

/** Whether text that is not JSON may be a payload in base64. */
export const mayBeEncoded = (text: string): boolean =>
  text.length > 0 && text.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(text);

/** Whether bytes are zipped: RFC 1952 section 2.3.1. */
export const isZipped = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** What becomes of long numbers where a payload may be the detail of an event, whose schema knows nothing of what it stands in. */
export const withinDetail =
  (read: ReadLong): ReadLong =>
  (number, place, root) =>
    place[0] === "detail" && isBusEvent(root)
      ? read(number, place.slice(1), root.detail)
      : read(number, place, root);
