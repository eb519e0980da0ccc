import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/**
 * Makes a random string from the system's secure source. Every character is equally likely: random values that would
 * favour the alphabet's first characters are thrown away.
 *
 * @param length how many characters, a whole number of at least 0
 * @param alphabet the 1 to 65536 different UTF-16 characters to choose from; a-z, A-Z and 0-9 unless given, which is
 * 5.95 bits of entropy a character
 * @returns the string
 * @throws TypeError when the length is not a whole number, or the alphabet is empty or names a character twice
 * @example
 * const code = randomString(6, "0123456789");
 */
export function randomString(length: number, alphabet: string = letters): string {
  if (!Number.isSafeInteger(length) || length < 0) {
    throw new TypeError("randomString: length must be a whole number of at least 0");
  }
  if (typeof alphabet !== "string" || alphabet === "" || new Set(alphabet.split("")).size < alphabet.length) {
    throw new TypeError("randomString: alphabet must be a string of different characters");
  }
  const fair = 65536 - (65536 % alphabet.length);
  let text = "";
  while (text.length < length) {
    const bytes = randomBytes(Math.min(2 * (length - text.length), 4096));
    for (let at = 0; at < bytes.length; at += 2) {
      const value = bytes.readUInt16LE(at);
      if (value < fair) text += alphabet[value % alphabet.length];
    }
  }
  return text;
}

const digest = (value: string | Uint8Array): Buffer => createHash("sha256").update(value).digest();

/**
 * Compares two secrets in a time that reveals nothing of where they differ, or whether their lengths do: it compares
 * digests of one length.
 *
 * @param a text (compared as UTF-8) or bytes
 * @param b text (compared as UTF-8) or bytes
 * @returns whether they are the same
 * @throws TypeError when one is neither text nor bytes
 * @example
 * if (!constantTimeEqual(given, expected)) throw new Unauthorized();
 */
export function constantTimeEqual(a: string | Uint8Array, b: string | Uint8Array): boolean {
  for (const value of [a, b]) {
    if (typeof value !== "string" && !(value instanceof Uint8Array)) {
      throw new TypeError("constantTimeEqual: takes strings or Uint8Arrays");
    }
  }
  return timingSafeEqual(digest(a), digest(b));
}
