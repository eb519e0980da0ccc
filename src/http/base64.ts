/**
 * Decodes base64 to the letter (RFC 4648 section 4): the standard alphabet, padded, no line breaks, no bits left over.
 * `Buffer.from` takes anything and drops what it does not know.
 *
 * @param text the base64 text
 * @returns the bytes, `undefined` when the text is not base64
 * @example
 * decodeBase64("eyJhIjoxfQ=="); // <Buffer 7b 22 61 22 3a 31 7d>
 */
export function decodeBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, "base64");
  return bytes.toString("base64") === text ? bytes : undefined;
}
