import type { HeaderBag } from "./headers.ts";

const sniffing = "X-Content-Type-Options";
const storing = "Cache-Control";

/** Names of members that hold tokens in the responses of logins (RFC 6749 section 5.1 and what is usual beside it). */
const tokenMember = /"(?:(?:access|refresh|id)_?)?token":"/i;

/** Whether JSON text has a value that begins as each JWT does: `{"`, in base64url. */
function holdsJwt(body: string): boolean {
  for (let at = body.indexOf("J"); at >= 0; at = body.indexOf("J", at + 1)) {
    if (body.startsWith('"ey', at - 3)) return true;
  }
  return false;
}

/**
 * Whether JSON text holds a token: a member of such a name, or a JWT. Both are looked for by a letter that is rare: a search
 * that begins with a quote stops at every string, and takes as long as all of `JSON.stringify`. The pattern only looks at texts
 * that may have such a member, and is linear.
 */
function carriesToken(body: string): boolean {
  return holdsJwt(body) || (body.includes('ken":"') && tokenMember.test(body));
}

function hasHeader(headers: Readonly<Record<string, string>>, lower: string): boolean {
  for (const name in headers) if (name.length === lower.length && name.toLowerCase() === lower) return true;
  return false;
}

/**
 * Adds what every response of ours says unless the app said it: that nobody may take it for another type than the one it
 * has (Fetch standard, section 3.6), and, where it carries a token, that nobody may keep it (RFC 6749 section 5.1).
 *
 * @param headers the response's own, each once; they are changed
 * @param body as text; empty where it is bytes
 */
export function protectHeaders(headers: Record<string, string>, body: string): void {
  if (!hasHeader(headers, "x-content-type-options")) headers[sniffing] = "nosniff";
  if (carriesToken(body) && !hasHeader(headers, "cache-control")) headers[storing] = "no-store";
}

/** The same for headers that may have several values. A cookie that is set is somebody's own as well. */
export function protectBag(bag: HeaderBag, body: string): void {
  if (!bag.has("x-content-type-options")) {
    bag.set("x-content-type-options", { name: sniffing, values: ["nosniff"] });
  }
  if (!bag.has("cache-control") && (bag.has("set-cookie") || carriesToken(body))) {
    bag.set("cache-control", { name: storing, values: ["no-store"] });
  }
}
