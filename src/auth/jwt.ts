import type { JWTPayload } from "jose";
import { Unauthorized } from "../core/errors.ts";
import { checkArgument, checkOptions } from "../core/options.ts";
import { settings } from "../core/settings.ts";
import { allowedAlgorithms } from "./algorithms.ts";
import { type ClaimRules, claimsHold, now, parseClaims } from "./claims.ts";
import { type JwtKey, type ReadyKey, readKey } from "./keys.ts";
import {
  checkRules,
  namedKey,
  readSecretOption,
  secretAlgorithm,
  settingsKey,
  signatureCheckFor,
  type VerifyKeyOptions,
  verifyOptionKinds,
} from "./tokens.ts";

export interface SignJwtOptions {
  /** Seconds, or text such as `"15 minutes"` or `"2h"`. @default the payload's `exp`, else settings.jwtExpiry */
  expiresIn?: number | string;
  /** A shared secret; of at least 32 bytes. @default settings.secretKey, the first of them */
  secret?: string | Uint8Array;
  /** A private key instead of a secret: PKCS #8 PEM, JWK (its `kid` goes into the header), KeyObject or CryptoKey. */
  key?: JwtKey;
  /** @default settings.jwtAlgorithm, where it fits the key, else the first that does */
  algorithm?: string;
  /** The `iss` claim. */
  issuer?: string;
  /** The `aud` claim. */
  audience?: string | readonly string[];
  /** The `sub` claim. */
  subject?: string;
  /** Seconds from now, or text such as `"5m"`, before which the token does not hold. */
  notBefore?: number | string;
  /** The `typ` header. @default "JWT" */
  typ?: string;
  /** The `kid` header. @default the JWK's own */
  keyId?: string;
}

export interface VerifyJwtOptions extends VerifyKeyOptions, ClaimRules {
  /** Seconds by which clocks may differ. @default settings.jwtLeeway */
  leeway?: number;
}

export interface IsExpiredOptions {
  /** Seconds by which clocks may differ. @default 0 */
  leeway?: number;
}

/** Loaded with the first token that is signed. */
let jose: typeof import("jose/jwt/sign") | undefined;

function signingKey(options: SignJwtOptions): ReadyKey {
  const { secret, key } = options;
  namedKey("signJwt", options);
  if (secret !== undefined) return readSecretOption("signJwt", secret);
  const ready = key === undefined ? settingsKey("signJwt", "sign") : readKey("signJwt", key, "sign");
  if (ready === undefined) {
    throw new TypeError(
      'signJwt: no key to sign with; set settings.secretKey or give option "secret" or "key"',
    );
  }
  return ready;
}

function signingAlgorithm({ secret, key, algorithm }: SignJwtOptions, fits: readonly string[]): string {
  const chosen = algorithm ?? (secret === undefined ? settings.jwtAlgorithm : secretAlgorithm());
  if (algorithm === undefined && key !== undefined && !fits.includes(chosen)) return fits[0] as string;
  return allowedAlgorithms("signJwt", [chosen], fits, "algorithm")[0] as string;
}

const fromNow = (time: number | string): number | string => (typeof time === "number" ? now() + time : time);

/**
 * Signs a token. It says when it was made (`iat`) and when it expires (`exp`).
 *
 * @param payload the claims, such as `{ sub: user.id }`
 * @param options how long it lives and what it is signed with
 * @returns the token: a JWT in compact form (RFC 7519)
 * @throws TypeError when there is no key, the key is unusable, the algorithm does not fit it, or an
 * option is wrong
 * @example
 * const token = await signJwt({ sub: user.id }, { expiresIn: "2h" });
 */
export async function signJwt(payload: JWTPayload, options: SignJwtOptions = {}): Promise<string> {
  checkArgument("signJwt", "payload", payload ?? null, "object");
  checkOptions("signJwt", options, {
    expiresIn: ["number", "string"],
    secret: ["string", "object"],
    key: ["string", "object"],
    algorithm: "string",
    issuer: "string",
    audience: ["string", "names"],
    subject: "string",
    notBefore: ["number", "string"],
    typ: "string",
    keyId: "string",
  });
  const { key, fits, keyId } = signingKey(options);
  const alg = signingAlgorithm(options, fits);
  const { issuer, audience, subject, notBefore, expiresIn, typ = "JWT" } = options;
  const kid = options.keyId ?? keyId;

  jose ??= await import("jose/jwt/sign");
  const token = new jose.SignJWT(payload).setProtectedHeader({ alg, typ, ...(kid !== undefined && { kid }) });
  if (payload.iat === undefined) token.setIssuedAt();
  if (expiresIn !== undefined || payload.exp === undefined) {
    token.setExpirationTime(fromNow(expiresIn ?? settings.jwtExpiry));
  }
  if (notBefore !== undefined) token.setNotBefore(fromNow(notBefore));
  if (issuer !== undefined) token.setIssuer(issuer);
  if (audience !== undefined) token.setAudience(typeof audience === "string" ? audience : [...audience]);
  if (subject !== undefined) token.setSubject(subject);
  return token.sign(key);
}

/**
 * Verifies a token: its signature, its times, and what the options ask of it. It is taken to the letter: no padding,
 * no whitespace. `none` is not an algorithm. One without `exp`, one for another audience, and one of another `typ` than `JWT`,
 * `at+jwt` or the one that is asked for is refused: a link that resets a password is not a session.
 *
 * @param token the JWT in compact form
 * @param options what it is verified with, and what it must say
 * @returns the claims
 * @throws Unauthorized 401 `Unauthorized`, whatever is wrong with the token
 * @throws TypeError when an option is wrong, such as an algorithm that does not fit the key
 * @throws Error when there is no key at all
 * @throws HttpError 503 when a remote key set cannot be fetched
 * @example
 * const { sub } = await verifyJwt(token, { audience: "api" });
 */
export async function verifyJwt(token: string, options: VerifyJwtOptions = {}): Promise<JWTPayload> {
  checkOptions("verifyJwt", options, { ...verifyOptionKinds, leeway: "count" });
  const { leeway = settings.jwtLeeway } = options;
  const check = signatureCheckFor("verifyJwt", options);
  checkRules("verifyJwt", options);
  const signed = await check(token);
  const claims = signed && parseClaims(signed.payload);
  if (!claims || !claimsHold(claims, signed.header.typ, options, leeway)) throw new Unauthorized();
  return claims;
}

/**
 * Says whether a token's time is over, as `verifyJwt` does: at the second of `exp` it is.
 *
 * @param exp seconds since the epoch, or the claims that hold them; claims without `exp` never expire
 * @param options `leeway` in seconds
 * @returns whether it is over; an `exp` that is not a number is
 * @throws TypeError when an option is wrong
 * @example
 * isExpired(claims.exp) // true once it is over
 */
export function isExpired(exp: number | JWTPayload, options: IsExpiredOptions = {}): boolean {
  checkOptions("isExpired", options, { leeway: "count" });
  const { leeway = 0 } = options;
  const isClaims = typeof exp === "object" && exp !== null;
  if (isClaims && exp.exp === undefined) return false;
  const time: unknown = isClaims ? exp.exp : exp;
  return typeof time !== "number" || !(time > now() - leeway);
}
