import { createHash, hash } from "node:crypto";
import { gatewayCaller } from "../auth/identity.ts";
import { BadRequest } from "../core/errors.ts";
import { isRecord } from "../core/objects.ts";
import { sentRawBody } from "../http/body.ts";
import { toJson } from "../http/json.ts";
import { readPath } from "../http/path.ts";
import { readQuery } from "../http/query.ts";
import { readHeader, readMethod } from "../http/read.ts";

const longest = 255;
const control = /\p{Cc}/u;
/** A string of RFC 9651 section 3.3.3. */
const quoted = /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"$/;

const isSpace = (char: string | undefined): boolean => char === " " || char === "\t";

/** Without the whitespace that HTTP allows around a value (RFC 9110 section 5.6.3); any other character is part of the key. */
function withoutSpaceAround(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && isSpace(text[from])) from++;
  while (to > from && isSpace(text[to - 1])) to--;
  return text.slice(from, to);
}

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
  const key = unquoted(withoutSpaceAround(sent));
  if (key === undefined || key === "" || control.test(key)) throw new BadRequest(`${name} is malformed`);
  if (key.length > longest) throw new BadRequest(`${name} is longer than ${longest} characters`);
  return key;
}

const idOf = (record: unknown, name: string): string | undefined => {
  const value = isRecord(record) && Object.hasOwn(record, name) ? record[name] : undefined;
  if (typeof value === "string") return value === "" ? undefined : value;
  return typeof value === "number" || typeof value === "bigint" ? String(value) : undefined;
};

/** Names under which claims and users say whose tenant they are: the same person may be in several. */
const tenantNames =
  /^(?:custom:)?(?:tid|realm|(?:tenant|org|organi[sz]ation|account|company|workspace|team)(?:_?id)?)$/i;

/** Whose tenant a record names, in the order of the names. */
const tenantsOf = (record: unknown): string[][] =>
  Object.keys(isRecord(record) ? record : {})
    .filter(name => tenantNames.test(name))
    .sort()
    .flatMap(name => [[name, idOf(record, name)]])
    .filter((pair): pair is string[] => pair[1] !== undefined);

/**
 * Who calls, as well as it is known. Who is signed in stays the same with a new token; of others each credential that
 * was sent counts. `undefined` for callers without any: nothing distinguishes one from another.
 */
function callerOf(event: unknown, context: unknown): unknown[] | undefined {
  const { user, claims }: Record<string, unknown> = isRecord(context) ? context : {};
  // Users of two issuers, or of two tenants, may have the same id.
  const whose = [idOf(claims, "iss"), tenantsOf(claims), tenantsOf(user)];
  const userId = idOf(user, "id");
  if (userId !== undefined) return ["user", ...whose, userId];
  const subject = idOf(claims, "sub") ?? idOf(claims, "uid");
  if (subject !== undefined) return ["claims", ...whose, subject];
  const gatewayId = gatewayCaller(event)?.id;
  const authorization = readHeader(event, "authorization");
  // AWS signs each try afresh, and has shown the gateway who it is.
  const isSigned = gatewayId !== undefined && authorization?.startsWith("AWS4-") === true;
  const sent = [
    isSigned ? "AWS4" : authorization,
    readHeader(event, "cookie"),
    readHeader(event, "x-api-key"),
  ];
  const isNobody = gatewayId === undefined && sent.every(one => one === undefined || one === "");
  return isNobody ? undefined : ["sent", gatewayId, ...sent];
}

/**
 * The id by which a store knows a key. Keys of different callers and scopes have different ids, and an id reveals nothing
 * of them.
 *
 * @param sharesUnknown whether callers without any credential are taken for one
 * @returns `undefined` for a caller of whom nothing is known, unless such callers share their keys
 */
export function idOfKey(
  key: string,
  scope: string,
  { event, context }: { event: unknown; context: unknown },
  sharesUnknown: boolean,
): string | undefined {
  const caller = callerOf(event, context);
  if (caller === undefined && !sharesUnknown) return undefined;
  return hash("sha256", JSON.stringify([scope, caller ?? ["nobody"], key]), "hex");
}

function bytesOfBody(event: unknown): string | Buffer {
  const body = sentRawBody(event);
  if (typeof body !== "string") return toJson(body);
  const { isBase64Encoded, is_base64_encoded } = event as Record<string, unknown>;
  return isBase64Encoded === true || is_base64_encoded === true ? Buffer.from(body, "base64") : body;
}

/**
 * What distinguishes a request from others: its method, path, query, content type and body.
 *
 * @throws BadRequest when the body can't be written down
 */
export function fingerprintOf(event: unknown): string {
  const query = Object.entries(readQuery(event)).sort();
  const type = readHeader(event, "content-type")?.trim().toLowerCase();
  const head = JSON.stringify([readMethod(event), readPath(event), query, type]);
  try {
    return createHash("sha256").update(head).update("\n").update(bytesOfBody(event)).digest("hex");
  } catch (cause) {
    throw new BadRequest("Malformed body", { cause });
  }
}
