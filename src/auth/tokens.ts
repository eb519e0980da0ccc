import type { JSONWebKeySet } from "jose";
import type { OptionKind } from "../options.ts";
import { settings } from "../settings.ts";
import { allowedAlgorithms, isHmac, secretAlgorithms } from "./algorithms.ts";
import { readKeySet } from "./keySets.ts";
import { type JwtKey, type KeyUse, type ReadyKey, readKey, readSecret, secretBytes } from "./keys.ts";
import { type Recent, recent } from "./recent.ts";
import { type CheckSignature, signatureCheck, type VerifyingKey } from "./verifier.ts";

/** What tokens are verified with: one of `secret`, `key` and `jwks`, else `settings.secretKey`. */
export interface VerifyKeyOptions {
  /** A shared secret for HS256, HS384 or HS512; a shorter one than 32 bytes is warned of. */
  secret?: string | Uint8Array;
  /** A public key, or the private one that it can be taken from. */
  key?: JwtKey;
  /** A JSON Web Key Set, or the address that it is fetched from. */
  jwks?: JSONWebKeySet | URL | string;
  /**
   * The algorithms that are accepted; each must fit the key.
   * @default those that fit the key; for a secret the one that tokens are signed with
   */
  algorithms?: readonly string[];
}

/** How `checkOptions` knows the options that choose a key and what is asked of claims. */
export const verifyOptionKinds: Readonly<Record<string, OptionKind | readonly OptionKind[]>> = {
  secret: ["string", "object"],
  key: ["string", "object"],
  jwks: ["string", "object"],
  algorithms: "names",
  issuer: ["string", "names"],
  audience: ["string", "names"],
  typ: "string",
  requiredClaims: "names",
};

/** The algorithm of a shared secret: that of the settings, when it is one of them. */
export function secretAlgorithm(): string {
  return isHmac(settings.jwtAlgorithm) ? settings.jwtAlgorithm : "HS256";
}

let warned = false;

/** A short secret still has to serve where it served before; it is told of once (RFC 7518 section 3.2). */
function warnOfShortSecret(bytes: number): void {
  if (bytes >= 32 || warned) return;
  warned = true;
  process.emitWarning("a secret for tokens has fewer than 32 bytes: whoever sees a token may guess it", {
    code: "TSVERLESS_SHORT_SECRET",
  });
}

/**
 * The key that the settings hold: `secretKey` is a shared secret when `jwtAlgorithm` is HS256, HS384 or HS512, else it
 * is a PEM. `undefined` when there is none.
 */
export function settingsKey(caller: string, use: KeyUse): ReadyKey | undefined {
  const { secretKey, jwtAlgorithm } = settings;
  if (secretKey === undefined || secretKey === "") return undefined;
  if (!isHmac(jwtAlgorithm)) return readKey(caller, secretKey, use);
  const key = secretBytes(caller, secretKey);
  warnOfShortSecret(key.length);
  return { key, fits: secretAlgorithms };
}

/** Takes the option `secret`. @throws TypeError when it is neither text nor bytes, or empty */
export function readSecretOption(caller: string, secret: unknown): ReadyKey {
  if (typeof secret !== "string" && !(secret instanceof Uint8Array)) {
    throw new TypeError(`${caller}: option "secret" must be a string or a Uint8Array`);
  }
  if (secret.length === 0) throw new TypeError(`${caller}: option "secret" is empty`);
  const bytes = secretBytes(caller, secret);
  warnOfShortSecret(bytes.length);
  return bytes.length < 32 ? { key: bytes, fits: secretAlgorithms } : readSecret(caller, secret);
}

/** Imports a secret once for each algorithm; jose would do it again for every token. */
function hmacKeys(ready: ReadyKey): VerifyingKey["key"] {
  const { key } = ready;
  if (!(key instanceof Uint8Array)) return key;
  const imported = new Map<string, ReturnType<typeof crypto.subtle.importKey>>();
  return function findHmacKey({ alg }) {
    const known = imported.get(alg);
    if (known !== undefined) return known;
    const algorithm = { name: "HMAC", hash: `SHA-${alg.slice(2)}` };
    const made = crypto.subtle.importKey("raw", Uint8Array.from(key), algorithm, false, ["verify"]);
    imported.set(alg, made);
    return made;
  };
}

function verifyingKey(caller: string, options: VerifyKeyOptions): VerifyingKey {
  const { secret, key, jwks, algorithms } = options;
  const allowed = (fits: readonly string[], unless: readonly string[]): readonly string[] =>
    allowedAlgorithms(caller, algorithms ?? unless, fits);

  if (jwks !== undefined) {
    const set = readKeySet(caller, jwks);
    return { ...set, algorithms: allowed(set.fits, set.fits) };
  }
  if (secret !== undefined) {
    const ready = readSecretOption(caller, secret);
    return { key: hmacKeys(ready), algorithms: allowed(ready.fits, [secretAlgorithm()]) };
  }
  if (key !== undefined) {
    const ready = readKey(caller, key, "verify");
    return { key: hmacKeys(ready), algorithms: allowed(ready.fits, ready.fits) };
  }
  const ready = settingsKey(caller, "verify");
  if (ready === undefined) throw new Error(`${caller}: no key to verify tokens with; set settings.secretKey`);
  return { key: hmacKeys(ready), algorithms: allowed(ready.fits, [settings.jwtAlgorithm]) };
}

/** Text that stands for a key's value, so that a key whose content was changed is another one. */
function textOfKey(key: unknown): string | undefined {
  if (typeof key === "string") return `text ${key}`;
  if (key instanceof Uint8Array) return `bytes ${Buffer.from(key).toString("base64")}`;
  if (key instanceof URL) return `text ${key.href}`;
  return Object.prototype.toString.call(key) === "[object Object]"
    ? `json ${JSON.stringify(key)}`
    : undefined;
}

const byValue: Recent<CheckSignature> = /* @__PURE__ */ recent(100);
const byObject: WeakMap<object, Map<string, CheckSignature>> = new WeakMap();

function checksOf(object: object): Map<string, CheckSignature> {
  const known = byObject.get(object) ?? new Map<string, CheckSignature>();
  byObject.set(object, known);
  return known;
}

/**
 * The one option that names a key; `undefined` when the settings are to be asked.
 *
 * @throws TypeError when there are several, or when one is named without a value: another key must not step in for a
 * secret that is missing from the environment
 */
export function namedKey(caller: string, options: object): string | undefined {
  const names = ["secret", "key", "jwks"].filter(name => Object.hasOwn(options, name));
  const [name] = names;
  if (names.length > 1) throw new TypeError(`${caller}: takes one of the options ${names.join(", ")}`);
  if (name !== undefined && (options as Record<string, unknown>)[name] === undefined) {
    throw new TypeError(`${caller}: option "${name}" is undefined`);
  }
  return name;
}

/**
 * Gives the check of signatures for a key. Whoever verifies with the same key and algorithms shares one check, and
 * with it the tokens that were verified before.
 *
 * @throws TypeError when more than one key is given, one is unusable, or an algorithm does not fit it
 * @throws Error when there is no key at all
 */
export function signatureCheckFor(caller: string, options: VerifyKeyOptions): CheckSignature {
  const kind = namedKey(caller, options);
  const given = options.secret ?? options.key ?? options.jwks ?? settings.secretKey;
  const text = textOfKey(given);
  const name = JSON.stringify([kind, settings.jwtAlgorithm, options.algorithms, text]);
  const checks = text === undefined && typeof given === "object" ? checksOf(given) : byValue;
  const known = checks.get(name);
  if (known !== undefined) return known;
  const check = signatureCheck(verifyingKey(caller, options));
  checks.set(name, check);
  return check;
}
