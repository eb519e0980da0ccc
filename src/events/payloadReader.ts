import { parseSafely } from "../core/safeJson.ts";
import type { InferOutput, StandardSchemaV1 } from "../schema/standard.ts";
import { isZipped, mayBeEncoded, mayBeWrapped, withinDetail } from "./envelope/signs.ts";
import type { Envelopes, UnwrapOptions } from "./envelope/types.ts";
import type { Payload, Unwrapping } from "./envelope/unwrap.ts";
import { malformedBy } from "./malformed.ts";
import { checkPayload, longNumbersIn, schemaIn } from "./payload.ts";

/** What the option `json` takes. */
export type JsonOption = boolean | StandardSchemaV1 | undefined;

/** Options of what reads the payloads of records. */
export interface PayloadOptions<Json = JsonOption> extends UnwrapOptions {
  /** Parses each payload as JSON; a Standard Schema also checks it. @default false */
  json?: Json;
}

/** The payload that a message has under `json`. */
export type BodyOf<Json> = Json extends StandardSchemaV1
  ? { /** The payload, parsed and checked. */ body: InferOutput<Json> }
  : Json extends true
    ? { /** The payload, parsed. */ body: unknown }
    : unknown;

/** What a message may get of its payload. */
export interface Filled extends Partial<Envelopes> {
  body?: unknown;
}

/** How the records of a source hold their payloads. */
export interface Holding<Message> {
  /** What they call it, for messages: `body`. */
  readonly what: string;
  /** What messages call a record. */
  placeOf(message: Message): string;
  /** Puts what was unwrapped where it belongs, besides `body` and the envelopes. */
  put(message: Message, payload: Payload): void;
}

/** Fills a message with its payload; `undefined` for one that says nothing. */
export type ReadPayload<Message> = (
  message: Message,
  given: string | Uint8Array,
) => Message | undefined | Promise<Message | undefined>;

/**
 * Makes what reads payloads. What only some of them need, to unwrap and to unzip, is loaded when the first one comes.
 *
 * @param factory the factory's name, for messages
 * @throws TypeError when `json` is not what it should be
 */
export function payloadReader<Message extends Filled>(
  factory: string,
  { json = false, ...options }: PayloadOptions,
  { what, placeOf, put }: Holding<Message>,
): ReadPayload<Message> {
  const schema = schemaIn(json, factory);
  const { envelope, encoding } = options;
  const names: unknown[] = envelope === undefined || envelope === false ? [] : [envelope].flat();
  if (!names.every(name => /^(?:sns|eventBridge|s3)$/.test(String(name)))) {
    throw new TypeError(
      `${factory}: option "envelope" must be "sns", "eventBridge" or "s3", or a list of them`,
    );
  }
  if (encoding !== undefined && !/^(?:text|base64|gzip)$/.test(encoding)) {
    throw new TypeError(`${factory}: option "encoding" must be "text", "base64" or "gzip"`);
  }
  const isJson = json !== false;
  const isInsisting = names.length > 0 || encoding === "base64" || encoding === "gzip";
  const read = envelope === false ? longNumbersIn(schema) : withinDetail(longNumbersIn(schema));
  const settings: Unwrapping = { ...options, isJson, read };

  const check = (message: Message): Message | Promise<Message> =>
    schema === undefined ? message : checkPayload(schema, message, what, placeOf);

  async function unwrapped(message: Message, given: string | Uint8Array): Promise<Message | undefined> {
    const { unwrap } = await import("./envelope/unwrap.ts");
    let payload: Payload | undefined;
    try {
      payload = unwrap(given, settings);
    } catch (cause) {
      throw malformedBy(cause, what, placeOf(message));
    }
    if (payload === undefined) return undefined;
    const { bytes: _, text: __, ...filled } = payload;
    Object.assign(message, filled);
    put(message, payload);
    return isJson ? check(message) : message;
  }

  return function readPayload(message, given) {
    if (isInsisting) return unwrapped(message, given);
    if (typeof given !== "string" && encoding === undefined && isZipped(given)) {
      return unwrapped(message, given);
    }
    if (!isJson) return message;
    const text = typeof given === "string" ? given : Buffer.from(given).toString();
    let body: unknown;
    try {
      body = parseSafely(text, read);
    } catch (cause) {
      if (encoding === undefined && mayBeEncoded(text)) return unwrapped(message, given);
      throw malformedBy(cause, what, placeOf(message));
    }
    if (envelope !== false && mayBeWrapped(body)) return unwrapped(message, given);
    message.body = body;
    return check(message);
  };
}
