import { isUtf8 } from "../core/bytes.ts";
import { BadRequest, PayloadTooLarge } from "../core/errors.ts";
import { isRecord } from "../core/objects.ts";
import { type PrivateField, privateField } from "../core/privateField.ts";
import { withoutStack } from "../core/withoutStack.ts";
import { decodeBase64 } from "./base64.ts";

/** How many bytes Lambda takes at most. */
export const mostBytes = 6_291_456;

/** What an event had for a body when it came in. */
interface Sent {
  readonly body: unknown;
  readonly base64: boolean;
}

interface Kept extends Sent {
  /** What a middleware of ours put in its place. */
  put: unknown;
  /** Whether it counts whatever the event's body is now. */
  readonly sealed: boolean;
}

/** What came in with events whose own field no longer has it. */
const kept: PrivateField<Kept> = /* @__PURE__ */ privateField();

const isBase64 = ({ isBase64Encoded, is_base64_encoded }: Record<string, unknown>): boolean =>
  isBase64Encoded === true || is_base64_encoded === true;

function sentOf(event: Record<string, unknown>): Sent {
  const found = kept.get(event);
  // Text that no middleware of ours put there is a body of its own: events are used again, in tests above all.
  if (found && (found.sealed || typeof event.body !== "string" || event.body === found.put)) return found;
  return { body: event.body, base64: isBase64(event) };
}

const malformed = (): BadRequest => withoutStack(() => new BadRequest("Malformed body"));

function bytesOf(body: string, base64: boolean): Buffer {
  const bytes = base64 ? decodeBase64(body) : Buffer.from(body);
  if (bytes === undefined) throw malformed();
  return bytes;
}

/**
 * The bytes of the request's body as the client sent them: what a webhook's signature is made of. Base64 is decoded, a byte
 * order mark stays. They are the same before and after `jsonBody`, `formBody`, `multipart`, `requireKeys` and `validate`,
 * and, in a pipeline or a generic, after parsers of other packages.
 *
 * API Gateway's REST APIs hand over bytes that are not UTF-8 only where `binaryMediaTypes` has their type.
 *
 * @param event an event of any source
 * @returns a new buffer, empty when there is no body
 * @throws BadRequest (400) `Malformed body` when the event says base64 and its body is not
 * @throws TypeError when the body was parsed already by what does not keep it, such as another package's parser in a plain
 *   `middy()`; call it before that
 * @example
 * const signature = createHmac("sha256", secret).update(rawBody(event)).digest("hex");
 */
export function rawBody(event: unknown): Buffer {
  if (!isRecord(event)) return Buffer.alloc(0);
  const { body, base64 } = sentOf(event);
  if (body === undefined || body === null) return Buffer.alloc(0);
  if (typeof body === "string") return bytesOf(body, base64);
  throw new TypeError(
    "rawBody: the body is parsed already, and its bytes are gone; call rawBody before that",
  );
}

/**
 * Refuses a body with more bytes than that, without decoding it.
 *
 * @throws PayloadTooLarge (413)
 */
export function checkSize(event: Readonly<Record<string, unknown>>, body: string, maxBytes: number): void {
  // No text has fewer bytes than UTF-16 units, nor more than three times as many.
  if (body.length * 3 <= maxBytes) return;
  const size = Buffer.byteLength(body, isBase64(event) ? "base64" : "utf8");
  if (size > maxBytes) throw withoutStack(() => new PayloadTooLarge());
}

/**
 * The body of the request as text. Base64 is decoded, and a byte order mark is left out (RFC 8259 section 8.1).
 *
 * @param event an event of any source
 * @returns the text, `""` when there is no body
 * @throws BadRequest (400) `Malformed body` when the event's body is not text, its base64 is none, or its bytes are not UTF-8
 * @example
 * readBody({ body: "eyJhIjoxfQ==", isBase64Encoded: true }); // '{"a":1}'
 */
export function readBody(event: unknown): string {
  const { body, base64 } = isRecord(event) ? sentOf(event) : { body: undefined, base64: false };
  if (body === undefined || body === null) return "";
  if (typeof body !== "string") throw malformed();
  let text = body;
  if (base64) {
    const bytes = bytesOf(body, true);
    if (!isUtf8(bytes)) throw malformed();
    text = bytes.toString();
  } else if (!body.isWellFormed()) throw malformed();
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

/**
 * Puts something in the place of an event's body, such as what its text was parsed into, or a schema's output: what
 * {@link rawBody} gives stays the same.
 *
 * @param event the event
 * @param value the new `event.body`
 * @example
 * putBody(event, JSON.parse(readBody(event)));
 */
export function putBody(event: Record<string, unknown>, value: unknown): void {
  const sent = sentOf(event);
  const found = kept.get(event);
  if (found === sent) found.put = value;
  else kept.set(event, { ...sent, put: value, sealed: false });
  event.body = value;
}

/** Keeps the body that an event comes in with for {@link rawBody}, whatever parses it in this invocation. */
export function keepRawBody(event: unknown): void {
  if (!isRecord(event) || typeof event.body !== "string") return;
  const { body } = event;
  if (kept.get(event)?.put === body) return;
  kept.set(event, { body, base64: isBase64(event), put: undefined, sealed: true });
}

/**
 * A copy of an event with other fields; {@link rawBody} knows what was sent with it.
 *
 * @param event the event
 * @param changes the fields that are other
 */
export function copyEvent<Event extends object, Changes extends object>(
  event: Event,
  changes: Changes,
): Event & Changes {
  const copy: Event & Changes = { ...event, ...changes };
  const found = kept.get(event);
  if (found !== undefined) kept.set(copy, { ...found });
  return copy;
}

/**
 * The body as it was sent: text, or whatever a direct invocation gave.
 *
 * @param event an event of any source
 */
export function sentRawBody(event: unknown): unknown {
  return isRecord(event) ? sentOf(event).body : undefined;
}
