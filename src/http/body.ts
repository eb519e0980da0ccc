import { BadRequest } from "../errors.ts";
import { isRecord } from "./source.ts";

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
