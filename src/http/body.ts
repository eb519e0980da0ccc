import { BadRequest } from "../errors.ts";
import { isRecord } from "../objects.ts";

/**
 * The body of the request as text. Base64 is decoded, and a byte order mark is left out (RFC 8259 section 8.1).
 *
 * @param event an event of any source
 * @returns the text, `""` when there is no body
 * @throws BadRequest when the event's body is no text
 * @example
 * readBody({ body: "eyJhIjoxfQ==", isBase64Encoded: true }); // '{"a":1}'
 */
export function readBody(event: unknown): string {
  const body = isRecord(event) ? event.body : undefined;
  if (body === undefined || body === null) return "";
  if (typeof body !== "string") throw new BadRequest("Malformed body");
  const { isBase64Encoded, is_base64_encoded } = event as Record<string, unknown>;
  const text =
    isBase64Encoded === true || is_base64_encoded === true ? Buffer.from(body, "base64").toString() : body;
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

/** Bodies of events whose own field no longer tells what was sent. */
const kept: WeakMap<object, unknown> = /* @__PURE__ */ new WeakMap();

/**
 * Keeps an event's body, for a middleware that is about to put something else in its place, such as a schema's output
 * with defaults in it: what {@link sentBody} gives stays the same.
 *
 * @param event the event; a primitive is ignored
 * @example
 * keepBody(event);
 * event.body = { ...event.body, createdAt: new Date() };
 */
export function keepBody(event: unknown): void {
  if (isRecord(event) && !kept.has(event)) kept.set(event, event.body);
}

/**
 * The body as it was read: text, or what the text was parsed into, before a schema changed it.
 *
 * @param event an event of any source
 */
export function sentBody(event: unknown): unknown {
  if (!isRecord(event)) return undefined;
  return kept.has(event) ? kept.get(event) : event.body;
}
