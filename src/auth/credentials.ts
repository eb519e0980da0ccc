import { Unauthorized } from "../core/errors.ts";
import { isRecord } from "../core/objects.ts";
import { withoutStack } from "../core/withoutStack.ts";
import { readHeader } from "../http/read.ts";
import { isCompactToken } from "./claims.ts";

/** One space, and a token to the letter; the scheme's case does not matter (RFC 9110 section 11.1, RFC 6750 section 2.1). */
const bearer = /^bearer (.+)$/i;

function addLines(lines: Set<unknown>, headers: unknown): void {
  if (!isRecord(headers)) return;
  for (const name in headers) {
    if (name.length !== 13 || name.toLowerCase() !== "authorization") continue;
    for (const line of [headers[name]].flat())
      if (line !== undefined && line !== null && line !== "") lines.add(line);
  }
}

/**
 * Every `Authorization` that was sent, wherever the source puts it: one that is overlooked could contradict the one
 * that is seen.
 */
function authorizations(event: unknown): Set<unknown> {
  const lines = new Set<unknown>();
  if (isRecord(event)) {
    addLines(lines, event.headers);
    addLines(lines, event.multiValueHeaders);
  }
  return lines;
}

/** The tokens of one line. HTTP APIs join repeated headers by commas. */
function tokensOf(line: unknown): string[] {
  if (typeof line !== "string") throw withoutStack(() => new Unauthorized());
  return line.split(/, ?/).map(credentials => {
    const token = bearer.exec(credentials)?.[1];
    if (token === undefined) throw withoutStack(() => new Unauthorized());
    return token;
  });
}

/** Every value of the named cookie, as it was sent; an empty one is how cookies are taken back. */
function cookieTokens(event: unknown, name: string): string[] {
  const sent = readHeader(event, "cookie")?.split(";") ?? [];
  const start = `${name}=`;
  return sent
    .map(pair => pair.trimStart())
    .filter(pair => pair.startsWith(start))
    .map(pair => pair.slice(start.length))
    .filter(token => token !== "");
}

/** A token that was sent, and whether a browser sends it by itself. */
export interface Credential {
  readonly token: string;
  /** Whether it came in a cookie alone, which a page of another site can have sent too. */
  readonly isAmbient: boolean;
}

/** Requests that AWS has checked the signature of bring that signature where tokens are. */
const isSignature = (line: unknown): boolean => typeof line === "string" && line.startsWith("AWS4-");

/**
 * The token of a request: a Bearer token in `Authorization`, or the named cookie.
 *
 * @param event an event of any source
 * @param cookie the cookie's name; without it cookies do not count
 * @param isSigned whether AWS has checked a signature of the request, so that one in `Authorization` is not a credential of ours
 * @returns the token, not verified; `undefined` when there is no credential at all
 * @throws Unauthorized 401 when the credential is malformed or of another scheme, or when there are two different ones
 * @example
 * credentialOf({ headers: { authorization: "Bearer a.b.c" } }); // { token: "a.b.c", isAmbient: false }
 */
export function credentialOf(event: unknown, cookie?: string, isSigned = false): Credential | undefined {
  const tokens = new Set<string>();
  for (const line of authorizations(event)) {
    if (isSigned && isSignature(line)) continue;
    for (const token of tokensOf(line)) tokens.add(token);
  }
  const isAmbient = tokens.size === 0;
  if (cookie !== undefined) for (const token of cookieTokens(event, cookie)) tokens.add(token);
  const [token] = tokens;
  if (tokens.size > 1 || (token !== undefined && !isCompactToken(token)))
    throw withoutStack(() => new Unauthorized());
  return token === undefined ? undefined : { token, isAmbient };
}
