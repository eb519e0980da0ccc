import type { JSONWebKeySet } from "jose";
import { HttpError } from "../errors.ts";
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

function remoteSet(url: URL): FindKey {
  const known = remoteSets.get(url.href);
  if (known !== undefined) return known;
  const find = madeLater(({ createRemoteJWKSet }) => createRemoteJWKSet(url));
  const findRemoteKey: FindKey = async (header, token) => {
    try {
      return await find(header, token);
    } catch (cause) {
      if (tokenAtFault.includes((cause as { code?: string }).code ?? "")) throw cause;
      throw new HttpError(503, "Service Unavailable", { cause });
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

/**
 * Takes a JSON Web Key Set: the set itself, or the address that it is fetched from, at the first token and anew after
 * ten minutes or for an unknown `kid`.
 *
 * @throws TypeError when it is no set of public keys, or no http or https address
 */
export function readKeySet(caller: string, jwks: unknown): ReadyKeySet {
  if (typeof jwks === "string" || jwks instanceof URL) {
    const url = URL.parse(String(jwks));
    if (url === null || !/^https?:$/.test(url.protocol)) {
      throw new TypeError(`${caller}: option "jwks" must be a JSON Web Key Set or an https address`);
    }
    return { key: remoteSet(url), fits: asymmetricAlgorithms, rotates: true };
  }
  const set = jwks as JSONWebKeySet;
  const fits = fitsOf(caller, set);
  return { key: madeLater(({ createLocalJWKSet }) => createLocalJWKSet(set)), fits, rotates: false };
}
