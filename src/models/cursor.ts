import { BadRequest } from "../errors.ts";
import { settings } from "../settings.ts";
import { readValue } from "./checkValue.ts";
import { nodeCrypto } from "./nodeCrypto.ts";
import type { FieldKind } from "./types.ts";
import { isPlainObject } from "./values.ts";

/** Where a page ended: the order values and the id of its last object. */
export type Position = readonly unknown[];

const hashBytes = 16;

/** Keeps a cursor's signature from standing in for another thing that is signed with the same key. */
const purpose = /* @__PURE__ */ Buffer.from("tsverless cursor\0");

const malformed = (): BadRequest => new BadRequest("Invalid cursor", { field: "cursor" });

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

/** Signed with `settings.secretKey` where there is one, else a checksum against accidents. */
function tag(payload: Buffer): Buffer {
  const { createHmac, hash } = nodeCrypto();
  const { secretKey } = settings;
  const text = Buffer.concat([purpose, payload]);
  const bytes = secretKey
    ? createHmac("sha256", secretKey).update(text).digest()
    : hash("sha256", text, "buffer");
  return bytes.subarray(0, hashBytes);
}

/**
 * Makes an opaque cursor. What it holds is not encrypted: don't order by what the caller may not see.
 *
 * @param hash the {@link queryHash} that it belongs to
 * @param position where the page ended
 */
export function encodeCursor(hash: string, position: Position): string {
  const payload = Buffer.from(JSON.stringify([hash, ...position.map(wrap)]));
  return Buffer.concat([tag(payload), payload]).toString("base64url");
}

/** Without a secret key anybody can make a cursor: its values must be such that the database can compare them. */
function fits(value: unknown, kind: FieldKind | undefined): boolean {
  if (value === null || kind === undefined) return true;
  return kind === "text" ? typeof value === "string" : readValue(kind, value) !== undefined;
}

/**
 * Reads a cursor of {@link encodeCursor}.
 *
 * @param hash the query that it must belong to
 * @param kinds what the values of its position must be, one by one
 * @throws BadRequest when it is malformed, tampered with, or another query's
 */
export function decodeCursor(
  cursor: unknown,
  hash: string,
  kinds: readonly (FieldKind | undefined)[],
): Position {
  if (typeof cursor !== "string") throw malformed();
  const bytes = Buffer.from(cursor, "base64url");
  if (bytes.length <= hashBytes || bytes.toString("base64url") !== cursor) throw malformed();
  const payload = bytes.subarray(hashBytes);
  const { timingSafeEqual } = nodeCrypto();
  if (!timingSafeEqual(bytes.subarray(0, hashBytes), tag(payload))) throw malformed();
  const [found, ...position] = parse(payload);
  if (found !== hash || position.length !== kinds.length) throw malformed();
  const values = position.map(unwrap);
  if (!values.every((value, at) => fits(value, kinds[at]))) throw malformed();
  return values;
}

function parse(payload: Buffer): unknown[] {
  try {
    const parsed: unknown = JSON.parse(payload.toString("utf8"));
    if (Array.isArray(parsed)) return parsed as unknown[];
  } catch {}
  throw malformed();
}
