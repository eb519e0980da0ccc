import { createHash, hash } from "node:crypto";
import { gatewayIdentity } from "../auth/identity.ts";
import { BadRequest, HttpError } from "../errors.ts";
import { sentBody } from "../http/body.ts";
import { readPath } from "../http/path.ts";
import { toJson } from "../http/plain.ts";
import { readQuery } from "../http/query.ts";
import { readHeader, readMethod } from "../http/read.ts";
import { isRecord } from "../objects.ts";

const longest = 255;
const control = /\p{Cc}/u;
/** A string of RFC 9651 section 3.3.3. */
const quoted = /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"$/;

/** The draft has the key in quotes, most clients send it without; both are the same key. */
function unquoted(text: string): string | undefined {
  return text.startsWith('"') ? quoted.exec(text)?.[1]?.replace(/\\(.)/g, "$1") : text;
}

/**
 * The key that a header names.
 *
 * @param name the header's name, for the message
 * @throws BadRequest when it is empty, longer than 255 characters, holds control characters, or has a quote too few
 */
export function readKey(sent: string, name: string): string {
  // Bounded before anything else: what follows takes its time with a header of a megabyte.
  if (sent.length > 2 * longest + 100) throw new BadRequest(`${name} is longer than ${longest} characters`);
  const key = unquoted(sent.trim());
  if (key === undefined || key === "" || control.test(key)) throw new BadRequest(`${name} is malformed`);
  if (key.length > longest) throw new BadRequest(`${name} is longer than ${longest} characters`);
  return key;
}

const idOf = (record: unknown, name: string): string | undefined => {
  const value = isRecord(record) && Object.hasOwn(record, name) ? record[name] : undefined;
  if (typeof value === "string") return value === "" ? undefined : value;
  return typeof value === "number" || typeof value === "bigint" ? String(value) : undefined;
};

function gatewayIdOf(event: unknown): string | undefined {
  try {
    return gatewayIdentity(event)?.id;
  } catch (error) {
    // Claims that name nobody; whether that is allowed is for `authUser` to say.
    if (error instanceof HttpError) return undefined;
    throw error;
  }
}

/**
 * Who calls, as well as it is known. Who is signed in stays the same with a new token; of others each credential that
 * was sent counts.
 */
function callerOf(event: unknown, context: unknown): unknown[] {
  const { user, claims }: Record<string, unknown> = isRecord(context) ? context : {};
  const userId = idOf(user, "id");
  if (userId !== undefined) return ["user", userId];
  const subject = idOf(claims, "sub") ?? idOf(claims, "uid");
  if (subject !== undefined) return ["claims", idOf(claims, "iss"), subject];
  const gatewayId = gatewayIdOf(event);
  const authorization = readHeader(event, "authorization");
  // AWS signs each try anew, and has told the gateway who it is.
  const isSigned = gatewayId !== undefined && authorization?.startsWith("AWS4-") === true;
  const sent = [
    isSigned ? "AWS4" : authorization,
    readHeader(event, "cookie"),
    readHeader(event, "x-api-key"),
  ];
  return ["sent", gatewayId, ...sent];
}

/**
 * The id by which a store knows a key. Keys of different callers and scopes have different ids, and an id tells nothing
 * of them.
 */
export function idOfKey(key: string, scope: string, event: unknown, context: unknown): string {
  return hash("sha256", JSON.stringify([scope, callerOf(event, context), key]), "hex");
}

function bytesOfBody(event: unknown): string | Buffer {
  const body = sentBody(event);
  if (typeof body !== "string") return toJson(body);
  const { isBase64Encoded, is_base64_encoded } = event as Record<string, unknown>;
  return isBase64Encoded === true || is_base64_encoded === true ? Buffer.from(body, "base64") : body;
}

/**
 * What tells a request from others: its method, path, query and body.
 *
 * @throws BadRequest when the body can't be written down
 */
export function fingerprintOf(event: unknown): string {
  const head = JSON.stringify([readMethod(event), readPath(event), Object.entries(readQuery(event)).sort()]);
  try {
    return createHash("sha256").update(head).update("\n").update(bytesOfBody(event)).digest("hex");
  } catch (cause) {
    throw new BadRequest("Malformed body", { cause });
  }
}
