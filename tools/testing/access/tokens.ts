import { createHmac, randomBytes } from "node:crypto";
import { secretAlgorithm } from "../../../src/auth/tokens.ts";
import { secretKeys, settings } from "../../../src/core/settings.ts";
import { canary } from "./canaries.ts";
import type { AccessRoute } from "./routes.ts";

/** What `authUser` was given, as far as tokens are concerned. */
export interface AuthAsked {
  readonly model?: unknown;
  readonly secret?: string | Uint8Array;
  readonly key?: unknown;
  readonly jwks?: unknown;
  readonly algorithms?: readonly string[];
  readonly issuer?: string | readonly string[];
  readonly audience?: string | readonly string[] | false;
  readonly typ?: string;
  readonly requiredClaims?: readonly string[];
  readonly idClaim?: string;
  readonly gateway?: boolean;
}

export const askedBy = ({ auth }: AccessRoute): AuthAsked => (auth?.options ?? {}) as AuthAsked;

type Json = Readonly<Record<string, unknown>>;

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

/** A token that is signed with a shared secret, or not at all. */
function signed(header: Json, claims: Json, secret: string | Uint8Array | undefined): string {
  const content = `${part(header)}.${part(claims)}`;
  if (secret === undefined) return `${content}.`;
  const hash = `sha${String(header.alg).slice(2)}`;
  return `${content}.${createHmac(hash, secret).update(content).digest("base64url")}`;
}

/** The secret that tokens are verified with; none where that is another kind of key, which can't be signed with here. */
function secretOf({ secret, key, jwks }: AuthAsked): string | Uint8Array | undefined {
  if (secret !== undefined) return secret;
  if (key !== undefined || jwks !== undefined || !settings.jwtAlgorithm.startsWith("HS")) return undefined;
  return secretKeys()[0];
}

const firstOf = (value: unknown): unknown => (Array.isArray(value) ? value[0] : value);

/** What a good token says. */
function goodClaims({ issuer, audience, requiredClaims = [], idClaim = "sub" }: AuthAsked, id: string): Json {
  const now = Math.floor(Date.now() / 1000);
  return {
    ...Object.fromEntries(requiredClaims.map(name => [name, "x"])),
    ...(issuer !== undefined && { iss: firstOf(issuer) }),
    ...(audience !== undefined && audience !== false && { aud: firstOf(audience) }),
    iat: now,
    exp: now + 600,
    [idClaim]: id,
  };
}

/** A token and what is wrong with it. */
export interface BadToken {
  readonly what: string;
  readonly token: string;
}

/** Good and bad tokens of a user, as far as they can be made. */
export function tokensFor(asked: AuthAsked, id: string): { good: string | undefined; bad: BadToken[] } {
  const { audience, issuer, typ = "JWT", idClaim = "sub", model } = asked;
  const secret = secretOf(asked);
  const hasKey = secret !== undefined || asked.key !== undefined || asked.jwks !== undefined;
  if (!hasKey && secretKeys().length === 0) return { good: undefined, bad: [] };
  const alg = asked.algorithms?.find(name => name.startsWith("HS")) ?? secretAlgorithm();
  const header = { alg, typ };
  const claims = goodClaims(asked, id);
  const now = Math.floor(Date.now() / 1000);
  const bad: BadToken[] = [
    { what: "that is none", token: canary() },
    { what: "that nobody signed", token: signed({ ...header, alg: "none" }, claims, undefined) },
    { what: "without its signature", token: signed(header, claims, undefined) },
    { what: "of another key", token: signed(header, claims, randomBytes(64)) },
  ];
  if (typeof asked.key === "string") {
    const token = signed({ ...header, alg: "HS256" }, claims, asked.key);
    bad.push({ what: "whose secret is the public key", token });
  }
  if (secret === undefined) return { good: undefined, bad };
  const add = (what: string, change: Json, type: Json = {}): void => {
    bad.push({ what, token: signed({ ...header, ...type }, { ...claims, ...change }, secret) });
  };
  add("that has expired", { iat: now - 90_000, exp: now - 86_400 });
  add("that never expires", { exp: undefined });
  add("that is not valid yet", { nbf: now + 86_400 });
  add("of another type", {}, { typ: typ === "logout+jwt" ? "reset+jwt" : "logout+jwt" });
  add("without an id", { [idClaim]: undefined, sub: undefined, uid: undefined });
  if (audience !== false) add("for another audience", { aud: "https://other.example.com" });
  if (issuer !== undefined) add("of another issuer", { iss: "https://other.example.com" });
  if (model !== undefined || settings.userModel !== undefined)
    add("of a user who is not there", { [idClaim]: canary() });
  return { good: signed(header, claims, secret), bad };
}
