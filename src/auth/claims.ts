import { isObject } from "../core/objects.ts";

/** What a token or a gateway says of the caller. */
export type Claims = Record<string, unknown>;

/** What is asked of a token's claims. */
export interface ClaimRules {
  /** Who must have issued it: the `iss` claim is this, or one of these. */
  issuer?: string | readonly string[];
  /**
   * Whom it must be for: the `aud` claim is this or has it, or one of these. A token that names an audience which was not
   * asked for is refused (RFC 7519 section 4.1.3); `false` takes it whomever it is for.
   */
  audience?: string | readonly string[] | false;
  /**
   * What the `typ` header must be, whatever its case, with or without `application/` (RFC 7515 section 4.1.9).
   * @default none, `JWT` or `at+jwt`
   */
  typ?: string;
  /** Claims that must be there. */
  requiredClaims?: readonly string[];
}

/** Seconds since the epoch, as tokens count them (RFC 7519 section 2). */
export const now = (): number => Math.floor(Date.now() / 1000);

/**
 * JWS compact serialization: base64url without padding, and nothing around it (RFC 7515 section 7.1). In this alphabet
 * an unencoded payload (RFC 7797) is never a JSON object, so such a token is refused as well.
 */
const compact = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** Whether this has the form of a signed token, taken to the letter. */
export const isCompactToken = (token: unknown): token is string =>
  typeof token === "string" && compact.test(token);

/** What a token may be when nothing else is asked for; a logout token or a reset link is none of them (RFC 8725 section 3.11). */
const usualTypes: readonly string[] = ["application/jwt", "application/at+jwt"];

const mediaType = (typ: string): string => (typ.includes("/") ? typ : `application/${typ}`).toLowerCase();

const oneOf = (wanted: string | readonly string[], given: unknown): boolean =>
  typeof given === "string" && (typeof wanted === "string" ? wanted === given : wanted.includes(given));

/** Whether the `typ` header is the one that is wanted, or one of the usual ones. */
function isOfType(typ: unknown, wanted: string | undefined): boolean {
  if (typ === undefined) return wanted === undefined;
  if (typeof typ !== "string") return false;
  return wanted === undefined ? usualTypes.includes(mediaType(typ)) : mediaType(typ) === mediaType(wanted);
}

const isOptionalNumber = (value: unknown): value is number | undefined =>
  value === undefined || typeof value === "number";

/** The claims of a signed payload. @returns undefined when it is not a JSON object (RFC 7519 section 7.2) */
export function parseClaims(payload: string): Claims | undefined {
  try {
    const claims: unknown = JSON.parse(payload);
    return isObject(claims) ? claims : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Whether the times of a token hold now (RFC 7519 section 4.1.4 to 4.1.6): `exp` is exclusive, `nbf` inclusive. A token that
 * never expires is refused.
 */
export function isTimely({ exp, nbf, iat }: Claims, leeway: number): boolean {
  if (typeof exp !== "number" || !isOptionalNumber(nbf) || !isOptionalNumber(iat)) return false;
  const time = now();
  return exp > time - leeway && (nbf === undefined || nbf <= time + leeway);
}

/**
 * Whether claims say what is asked of them, a token's or a gateway's.
 *
 * @param isMeant whether claims that name an audience which nobody asked for are refused
 */
export function rulesHold(claims: Claims, rules: ClaimRules, isMeant: boolean): boolean {
  const { issuer, audience, requiredClaims = [] } = rules;
  const audiences: readonly unknown[] = Array.isArray(claims.aud) ? claims.aud : [claims.aud];
  const isForUs =
    audience === undefined
      ? !isMeant || claims.aud === undefined
      : audience === false || audiences.some(one => oneOf(audience, one));
  return (
    isForUs &&
    requiredClaims.every(claim => Object.hasOwn(claims, claim)) &&
    (issuer === undefined || oneOf(issuer, claims.iss))
  );
}

/** Whether anything is asked of claims that only claims can satisfy. */
export const asksOfClaims = ({ issuer, audience, requiredClaims }: ClaimRules): boolean =>
  issuer !== undefined || (audience !== undefined && audience !== false) || (requiredClaims ?? []).length > 0;

/**
 * Checks everything of a token but its signature.
 *
 * @param leeway seconds by which clocks may differ
 */
export function claimsHold(claims: Claims, typ: unknown, rules: ClaimRules, leeway: number): boolean {
  return isTimely(claims, leeway) && isOfType(typ, rules.typ) && rulesHold(claims, rules, true);
}
