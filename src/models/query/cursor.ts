import { BadRequest } from "../../core/errors.ts";
import { nodeCrypto } from "../../core/nodeCrypto.ts";
import { secretKeys } from "../../core/settings.ts";
import { readValue } from "../fields/checkValue.ts";
import { isPlainObject } from "../fields/values.ts";
import type { FieldKind } from "../types.ts";

/** Where a page ended: the order values and the id of its last object. */
export type Position = readonly unknown[];

/** Keeps what is derived of the secret key for cursors from standing in for anything else. */
const purpose = "tsverless cursor";
const cipherName = "aes-256-gcm";
const nonceBytes = 12;
const tagBytes = 16;
/** Texts are filled up to a multiple of this, so that the length of a cursor reveals little of the values in it. */
const blockBytes = 32;

/** A cursor that is none. */
export const malformed = (): BadRequest => new BadRequest("Invalid cursor", { field: "cursor" });

/** Dates and bigints, which JSON has no form for, are wrapped so that they survive. */
function wrap(value: unknown): unknown {
  if (value === undefined) return null;
  if (typeof value === "bigint") return { bigint: String(value) };
  if (value instanceof Date) return { date: value.getTime() };
  if (Array.isArray(value)) return value.map(wrap);
  if (!isPlainObject(value)) return value;
  return { object: Object.entries(value).map(([key, item]) => [key, wrap(item)]) };
}

function unwrap(value: unknown): unknown {
  if (!isPlainObject(value)) {
    if (typeof value === "object" && value !== null) throw malformed();
    return value;
  }
  if (typeof value.bigint === "string" && /^-?\d{1,30}$/.test(value.bigint)) return BigInt(value.bigint);
  const date = new Date(typeof value.date === "number" ? value.date : Number.NaN);
  if (Number.isNaN(date.getTime())) throw malformed();
  return date;
}

/**
 * A text that is the same for the same query and different for any other.
 *
 * @param query the model's name, the condition and the ordering, as plain data
 */
export function queryHash(query: readonly unknown[]): string {
  const { createHash } = nodeCrypto();
  return createHash("sha256")
    .update(JSON.stringify(wrap(query)))
    .digest("base64url")
    .slice(0, 22);
}

interface Keys {
  cipher: Buffer;
  nonce: Buffer;
}
let derived: { secret: string; keys: Keys }[] = [];

/** The keys of a secret, derived once (HKDF, RFC 5869). */
function keysOf(secret: string): Keys {
  const found = derived.find(one => one.secret === secret);
  if (found !== undefined) return found.keys;
  if (Buffer.byteLength(secret) < 32) {
    throw new TypeError('settings: "secretKey" must have at least 32 bytes (RFC 7518 section 3.2)');
  }
  const bytes = Buffer.from(nodeCrypto().hkdfSync("sha256", secret, "", purpose, 64));
  const keys = { cipher: bytes.subarray(0, 32), nonce: bytes.subarray(32) };
  derived = [{ secret, keys }, ...derived].slice(0, 8);
  return keys;
}

/** Whether cursors are encrypted, so that nobody reads what they hold. */
export function isSealed(): boolean {
  return secretKeys().length > 0;
}

/**
 * Encrypts by AES-256-GCM, and binds to the query. The nonce is made of what is encrypted: the same place has the same cursor,
 * on every source and at any time, and no nonce serves two texts.
 */
function seal(payload: Buffer, hash: string, secret: string): Buffer {
  const { createCipheriv, createHmac } = nodeCrypto();
  const { cipher: key, nonce: nonceKey } = keysOf(secret);
  const nonce = createHmac("sha256", nonceKey)
    .update(`${hash}\0`)
    .update(payload)
    .digest()
    .subarray(0, nonceBytes);
  const cipher = createCipheriv(cipherName, key, nonce, { authTagLength: tagBytes });
  cipher.setAAD(Buffer.from(hash));
  return Buffer.concat([nonce, cipher.update(payload), cipher.final(), cipher.getAuthTag()]);
}

function unseal(bytes: Buffer, hash: string, secret: string): Buffer | undefined {
  const { createDecipheriv } = nodeCrypto();
  const decipher = createDecipheriv(cipherName, keysOf(secret).cipher, bytes.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  });
  decipher.setAAD(Buffer.from(hash));
  decipher.setAuthTag(bytes.subarray(-tagBytes));
  const payload = decipher.update(bytes.subarray(nonceBytes, -tagBytes));
  try {
    return Buffer.concat([payload, decipher.final()]);
  } catch {
    return undefined;
  }
}

/** Where there is no key: a checksum against accidents, which binds to the query as well. */
function checksum(payload: Buffer, hash: string): Buffer {
  const { createHash } = nodeCrypto();
  return createHash("sha256").update(`${purpose}\0${hash}\0`).update(payload).digest().subarray(0, tagBytes);
}

function opened(bytes: Buffer, hash: string): Buffer | undefined {
  const keys = secretKeys();
  if (bytes.length < nonceBytes + tagBytes) return undefined;
  if (keys.length === 0) {
    const payload = bytes.subarray(tagBytes);
    const isSame = nodeCrypto().timingSafeEqual(bytes.subarray(0, tagBytes), checksum(payload, hash));
    return isSame ? payload : undefined;
  }
  for (const secret of keys) {
    const payload = unseal(bytes, hash, secret);
    if (payload !== undefined) return payload;
  }
  return undefined;
}

/**
 * Makes an opaque cursor: encrypted with a key derived of the first of `settings.secretKey`. Without one anybody can read it:
 * give it what shows nothing that does not go out.
 *
 * @param hash the {@link queryHash} that it belongs to
 * @param position where the page ended
 */
export function encodeCursor(hash: string, position: Position): string {
  const text = JSON.stringify(position.map(wrap));
  const length = Buffer.byteLength(text);
  const payload = Buffer.alloc(Math.ceil(length / blockBytes) * blockBytes, " ");
  payload.write(text);
  const [secret] = secretKeys();
  const bytes =
    secret === undefined ? Buffer.concat([checksum(payload, hash), payload]) : seal(payload, hash, secret);
  return bytes.toString("base64url");
}

/** Without a secret key anybody can make a cursor: its values must be such that the database can compare them. */
function fits(value: unknown, kind: FieldKind | undefined): boolean {
  if (value === null || kind === undefined) return true;
  return kind === "text" ? typeof value === "string" : readValue(kind, value) !== undefined;
}

/**
 * Reads a cursor of {@link encodeCursor}, whichever of the secret keys it was made with.
 *
 * @param hash the query that it must belong to
 * @param kinds what the values of its position must be, one by one; a single kind for one to {@link mostIds} of that kind
 * @throws BadRequest when it is malformed, tampered with, or another query's
 */
export function decodeCursor(
  cursor: unknown,
  hash: string,
  kinds: readonly (FieldKind | undefined)[] | { each: FieldKind | undefined },
): Position {
  if (typeof cursor !== "string") throw malformed();
  const bytes = Buffer.from(cursor, "base64url");
  const payload = bytes.toString("base64url") === cursor ? opened(bytes, hash) : undefined;
  if (payload === undefined) throw malformed();
  const values = parse(payload).map(unwrap);
  const isOfLength =
    "each" in kinds ? values.length >= 1 && values.length <= mostIds : values.length === kinds.length;
  const kindAt = (at: number): FieldKind | undefined => ("each" in kinds ? kinds.each : kinds[at]);
  if (!isOfLength || !values.every((value, at) => fits(value, kindAt(at)))) throw malformed();
  return values;
}

/** How many ids a cursor holds where it holds ids: the last object of the page may be gone when the next is asked for. */
export const mostIds = 3;

function parse(payload: Buffer): unknown[] {
  try {
    const parsed: unknown = JSON.parse(payload.toString("utf8"));
    if (Array.isArray(parsed)) return parsed as unknown[];
  } catch {}
  throw malformed();
}
