import { checkArgument, checkOptions } from "../core/options.ts";
import { isToken } from "../http/token.ts";

/** Options of {@link sessionCookie}. */
export interface SessionCookieOptions {
  /** The cookie's name; `__Host-` goes before it where it does not stand there. @default "__Host-session" */
  name?: string;
  /** Seconds that the cookie lives; without it the browser forgets it when it is closed. */
  maxAge?: number;
  /** `Strict` leaves it out when somebody comes by a link from another site, too. @default "Lax" */
  sameSite?: "Lax" | "Strict";
}

/** The octets of a value of RFC 6265 section 4.1.1. */
const octets = /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*$/;
/** What browsers keep of a name and its value (RFC 6265bis section 5.6). */
const longest = 4096;
const prefix = "__Host-";

function write(caller: string, value: string, options: SessionCookieOptions): string {
  checkOptions(caller, options, { name: "string", maxAge: "count", sameSite: "string" });
  const { name = "session", maxAge, sameSite = "Lax" } = options;
  if (!isToken(name)) throw new TypeError(`${caller}: option "name" must be the name of a cookie`);
  if (sameSite !== "Lax" && sameSite !== "Strict") {
    throw new TypeError(`${caller}: option "sameSite" must be "Lax" or "Strict"`);
  }
  const full = name.startsWith(prefix) ? name : `${prefix}${name}`;
  if (full.length + value.length > longest) {
    throw new TypeError(
      `${caller}: name and value have more than ${longest} characters, which no browser keeps`,
    );
  }
  const age = maxAge === undefined ? "" : `; Max-Age=${maxAge}`;
  return `${full}=${value}; Path=/${age}; HttpOnly; Secure; SameSite=${sameSite}`;
}

/**
 * Writes a `Set-Cookie` value that holds a session: sent over https and to this host alone (`__Host-`, `Secure`, `Path=/`), not
 * shown to scripts (`HttpOnly`), and not sent along by other sites' forms (`SameSite`).
 *
 * @param value what the cookie holds, a token of `signJwt` for example
 * @param options its name and how long it lives
 * @returns the value of one `Set-Cookie` header, for `cookies` of `respond`
 * @throws TypeError when the value or an option can't stand in a cookie; the message does not show the value
 * @see https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-4.1.3.2
 * @example
 * const token = await signJwt({ sub: user.id }, { expiresIn: 3600 });
 * return respond({ status: 204, cookies: [sessionCookie(token, { maxAge: 3600 })] });
 */
export function sessionCookie(value: string, options: SessionCookieOptions = {}): string {
  checkArgument("sessionCookie", "value", value ?? null, "string");
  if (value === "" || !octets.test(value)) {
    throw new TypeError(
      "sessionCookie: value must be text without spaces, quotes, commas, semicolons and backslashes",
    );
  }
  return write("sessionCookie", value, options);
}

/**
 * Writes the `Set-Cookie` value that takes a session back.
 *
 * @param options the name that {@link sessionCookie} was given
 * @throws TypeError when an option is wrong
 * @example
 * return respond({ status: 204, cookies: [clearSessionCookie()] });
 */
export function clearSessionCookie(options: Pick<SessionCookieOptions, "name"> = {}): string {
  checkOptions("clearSessionCookie", options, { name: "string" });
  return write("clearSessionCookie", "", { ...options, maxAge: 0 });
}
