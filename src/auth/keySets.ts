import type { JSONWebKeySet } from "jose";
import { HttpError } from "../core/errors.ts";
import { algorithmsOfJwk, asymmetricAlgorithms } from "./algorithms.ts";
import { type Recent, recent } from "./recent.ts";
import type { FindKey } from "./verifier.ts";

/** A set of public keys with the algorithms that fit some of them. */
export interface ReadyKeySet {
  readonly key: FindKey;
  readonly fits: readonly string[];
  readonly rotates: boolean;
}

/** The failures of finding a key that are the token's own fault; any other is the key server's. */
const tokenAtFault = [
  "ERR_JWKS_NO_MATCHING_KEY",
  "ERR_JWKS_MULTIPLE_MATCHING_KEYS",
  "ERR_JOSE_NOT_SUPPORTED",
];

const isTokensFault = (error: unknown): boolean =>
  tokenAtFault.includes((error as { code?: string }).code ?? "");

/** One set for each address, so that all who verify with it share what was fetched. */
const remoteSets: Recent<FindKey> = /* @__PURE__ */ recent(50);

/** A key set that is made when the first key is looked for, since jose is not loaded before. */
function madeLater(make: (jose: typeof import("./jose.ts")) => FindKey): FindKey {
  let find: FindKey | undefined;
  return async function findKey(header, token) {
    const jose = await import("./jose.ts");
    find ??= make(jose);
    return find(header, token);
  };
}

/** For so many milliseconds a key server that failed is left alone, as jose does it after a success. */
const coolDown = 30_000;

function unavailable(cause: unknown): HttpError {
  const headers = { "Retry-After": String(coolDown / 1000) };
  return new HttpError(503, "Service Unavailable", { cause, headers });
}

/**
 * A set that is fetched. While its server fails it is asked once per cool-down, whatever tokens come; keys that were fetched
 * before go on verifying.
 */
function remoteSet(url: URL): FindKey {
  const known = remoteSets.get(url.href);
  if (known !== undefined) return known;
  let failure: { cause: unknown; at: number } | undefined;
  let last: JSONWebKeySet | undefined;
  const find = madeLater(({ createRemoteJWKSet, createLocalJWKSet }) => {
    const remote = createRemoteJWKSet(url);
    return async function findFresh(header, token) {
      if (failure !== undefined && Date.now() - failure.at < coolDown) {
        if (last === undefined) throw failure.cause;
        return createLocalJWKSet(last)(header, token);
      }
      try {
        const key = await remote(header, token);
        failure = undefined;
        last = remote.jwks() ?? last;
        return key;
      } catch (cause) {
        if (!isTokensFault(cause)) failure = { cause, at: Date.now() };
        throw cause;
      }
    };
  });
  const findRemoteKey: FindKey = async (header, token) => {
    try {
      return await find(header, token);
    } catch (cause) {
      throw isTokensFault(cause) ? cause : unavailable(cause);
    }
  };
  remoteSets.set(url.href, findRemoteKey);
  return findRemoteKey;
}

function fitsOf(caller: string, jwks: JSONWebKeySet): string[] {
  const keys: unknown = jwks.keys;
  if (!Array.isArray(keys)) throw new TypeError(`${caller}: option "jwks" must be a JSON Web Key Set`);
  const fits = new Set<string>();
  for (const jwk of keys as Record<string, unknown>[]) {
    if (typeof jwk !== "object" || jwk === null) {
      throw new TypeError(`${caller}: option "jwks" must be a JSON Web Key Set`);
    }
    if (jwk.kty === "oct" || jwk.d !== undefined || jwk.priv !== undefined) {
      throw new TypeError(`${caller}: option "jwks" must hold public keys alone`);
    }
    for (const algorithm of algorithmsOfJwk(jwk)) fits.add(algorithm);
  }
  if (fits.size === 0) throw new TypeError(`${caller}: option "jwks" holds no key that is supported`);
  return [...fits];
}

/** Whoever stands between could put his own keys into what plain http brings, but on this very machine. */
function isTrusted({ protocol, hostname }: URL): boolean {
  const isLoopback =
    hostname === "localhost" || hostname === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(hostname);
  return protocol === "https:" || (protocol === "http:" && isLoopback);
}

/**
 * Takes a JSON Web Key Set: the set itself, or the address that it is fetched from, at the first token and again after
 * ten minutes or for an unknown `kid`.
 *
 * @throws TypeError when it is not a set of public keys, or not an https address, or an http one of this machine
 */
export function readKeySet(caller: string, jwks: unknown): ReadyKeySet {
  if (typeof jwks === "string" || jwks instanceof URL) {
    const url = URL.parse(String(jwks));
    if (url === null || !isTrusted(url)) {
      throw new TypeError(
        `${caller}: option "jwks" must be a JSON Web Key Set or an https address (http for loopback alone)`,
      );
    }
    return { key: remoteSet(url), fits: asymmetricAlgorithms, rotates: true };
  }
  const set = jwks as JSONWebKeySet;
  const fits = fitsOf(caller, set);
  return { key: madeLater(({ createLocalJWKSet }) => createLocalJWKSet(set)), fits, rotates: false };
}
