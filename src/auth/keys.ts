import type { JsonWebKeyInput, KeyObject } from "node:crypto";
import type { CryptoKey, JWK } from "jose";
import { nodeCrypto } from "../core/nodeCrypto.ts";
import { algorithmsOfCryptoKey, algorithmsOfKey, algorithmsOfSecret } from "./algorithms.ts";

/**
 * A key: PEM text (SPKI, X.509, PKCS #8), a JWK, or a key object of Node or WebCrypto. Where a public key is wanted, a
 * private one gives its public half.
 */
export type JwtKey = string | JWK | KeyObject | CryptoKey;

/** A key that is ready for use, with the algorithms that fit it. */
export interface ReadyKey {
  readonly key: KeyObject | CryptoKey | Uint8Array;
  readonly fits: readonly string[];
  readonly keyId?: string;
}

/** What a key is to be used for. */
export type KeyUse = "sign" | "verify";

const isCryptoKey = (key: object): key is CryptoKey =>
  (key as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag] === "CryptoKey";

/**
 * Takes a shared secret.
 *
 * @throws TypeError when it is too short, or is the text of a key: everybody may know a public key, and it must not
 * be what signs
 */
export function readSecret(caller: string, secret: string | Uint8Array): ReadyKey {
  const bytes = secretBytes(caller, secret);
  const fits = algorithmsOfSecret(bytes.length);
  if (fits.length === 0) {
    throw new TypeError(`${caller}: a secret must have at least 32 bytes (RFC 7518 section 3.2)`);
  }
  return { key: bytes, fits };
}

/** The bytes of a secret of whatever length. @throws TypeError when it is the text of a key */
export function secretBytes(caller: string, secret: string | Uint8Array): Uint8Array {
  const bytes = typeof secret === "string" ? new TextEncoder().encode(secret) : new Uint8Array(secret);
  if (Buffer.from(bytes).includes("-----BEGIN ")) {
    throw new TypeError(`${caller}: a PEM is not a secret; give it as option "key"`);
  }
  return bytes;
}

function fromSecret(caller: string, key: KeyObject): ReadyKey {
  return readSecret(caller, new Uint8Array(key.export()));
}

function fromKeyObject(caller: string, given: KeyObject, use: KeyUse): ReadyKey {
  if (given.type === "secret") return fromSecret(caller, given);
  if (use === "sign" && given.type !== "private") {
    throw new TypeError(`${caller}: option "key" must be a private key to sign with`);
  }
  const key = use === "verify" && given.type === "private" ? nodeCrypto().createPublicKey(given) : given;
  const fits = algorithmsOfKey(key);
  if (fits.length === 0) {
    throw new TypeError(
      `${caller}: option "key" must be an RSA key of at least 2048 bits, a P-256, P-384 or P-521 key, or an Ed25519 key`,
    );
  }
  return { key, fits };
}

/** A CryptoKey stays what it is, for it may not be extractable, and it is bound to one algorithm. */
function fromCryptoKey(caller: string, key: CryptoKey, use: KeyUse): ReadyKey {
  const fits = algorithmsOfCryptoKey(key.algorithm);
  if (fits.length === 0 || !key.usages.includes(use)) {
    throw new TypeError(
      `${caller}: option "key" is a CryptoKey of an unsupported algorithm, or not made to ${use}`,
    );
  }
  return { key, fits };
}

/**
 * Whether the operations that a JWK is for allow this use (RFC 7517 section 4.3). A private key gives its public half, which
 * verifies what that key may sign.
 */
export function allowsUse(operations: unknown, use: KeyUse): boolean {
  if (operations === undefined) return true;
  if (!Array.isArray(operations)) return false;
  return operations.includes(use) || (use === "verify" && operations.includes("sign"));
}

function fromJwk(caller: string, jwk: JWK, use: KeyUse): ReadyKey {
  if (jwk.use !== undefined && jwk.use !== "sig") {
    throw new TypeError(`${caller}: option "key" is a JWK whose use is not "sig"`);
  }
  if (!allowsUse(jwk.key_ops, use)) {
    throw new TypeError(`${caller}: option "key" is a JWK whose key_ops does not allow to ${use}`);
  }
  const ready =
    jwk.kty === "oct" && typeof jwk.k === "string"
      ? fromSecret(caller, nodeCrypto().createSecretKey(jwk.k, "base64url"))
      : fromKeyObject(caller, read(caller, { key: { ...jwk }, format: "jwk" } as JsonWebKeyInput, use), use);
  const fits = jwk.alg === undefined ? ready.fits : ready.fits.filter(algorithm => algorithm === jwk.alg);
  if (fits.length === 0) throw new TypeError(`${caller}: option "key" is a JWK whose alg does not fit it`);
  return { ...ready, fits, ...(typeof jwk.kid === "string" && { keyId: jwk.kid }) };
}

/** Node's own message may quote the input, so it is left out. */
function read(caller: string, input: string | JsonWebKeyInput, use: KeyUse): KeyObject {
  try {
    const { createPrivateKey, createPublicKey } = nodeCrypto();
    return use === "sign" ? createPrivateKey(input) : createPublicKey(input);
  } catch {
    const wanted =
      use === "sign" ? "an unencrypted private key" : "a public key, a certificate or a private key";
    throw new TypeError(`${caller}: option "key" cannot be read as ${wanted}`);
  }
}

/**
 * Reads a key.
 *
 * @throws TypeError when it cannot be read, is of an unsupported kind or size, or is not what the use needs
 */
export function readKey(caller: string, key: unknown, use: KeyUse): ReadyKey {
  if (typeof key === "string" && key.includes("-----BEGIN ")) {
    return fromKeyObject(caller, read(caller, key, use), use);
  }
  if (key instanceof nodeCrypto().KeyObject) return fromKeyObject(caller, key, use);
  if (typeof key === "object" && key !== null) {
    if (isCryptoKey(key)) return fromCryptoKey(caller, key, use);
    if (typeof (key as JWK).kty === "string") return fromJwk(caller, key as JWK, use);
  }
  throw new TypeError(
    `${caller}: option "key" must be a PEM, a JWK, a KeyObject or a CryptoKey; a shared secret goes into "secret"`,
  );
}
