import type { JSONWebKeySet } from "jose";
import { readKeySet } from "#jwks";
import type { OptionTable } from "../core/options.ts";
import { secretKeys, settings } from "../core/settings.ts";
import { allowedAlgorithms, isHmac, secretAlgorithms } from "./algorithms.ts";
import type { ClaimRules } from "./claims.ts";
import { type JwtKey, type KeyUse, type ReadyKey, readKey, readSecret } from "./keys.ts";
import { type Recent, recent } from "./recent.ts";
import { type CheckSignature, signatureCheck, type VerifyingKey } from "./verifier.ts";

/** What tokens are verified with: one of `secret`, `key` and `jwks`, else `settings.secretKey`. */
export interface VerifyKeyOptions {
  /** A shared secret for HS256, HS384 or HS512, of at least 32 bytes (RFC 7518 section 3.2). */
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

/** The options that choose a key, and those that say what is asked of claims. */
export const verifyOptionKinds: OptionTable<VerifyKeyOptions & ClaimRules> = {
  secret: ["string", "object"],
  key: ["string", "object"],
  jwks: ["string", "object"],
  algorithms: "names",
  issuer: ["string", "names"],
  audience: ["string", "names", "false"],
  typ: "string",
  requiredClaims: "names",
};

/** The algorithm of a shared secret: that of the settings, when it is one of them. */
export function secretAlgorithm(): string {
  return isHmac(settings.jwtAlgorithm) ? settings.jwtAlgorithm : "HS256";
}

/**
 * Checks what is asked of tokens, for what the options say together.
 *
 * @throws TypeError when a remote key set is not given whose tokens for whom it verifies: such a set signs for all clients of its
 * issuer
 */
export function checkRules(caller: string, options: VerifyKeyOptions & ClaimRules): void {
  const { jwks, issuer, audience } = options;
  const isRemote = typeof jwks === "string" || jwks instanceof URL;
  if (!isRemote) return;
  const missing = issuer === undefined ? "issuer" : audience === undefined ? "audience" : undefined;
  if (missing !== undefined) {
    throw new TypeError(
      `${caller}: a remote key set needs option "${missing}"; it signs for every client of its issuer${missing === "audience" ? " (false takes them all)" : ""}`,
    );
  }
}

/**
 * The key that the settings hold: `secretKey` is a shared secret when `jwtAlgorithm` is HS256, HS384 or HS512, else it
 * is a PEM. `undefined` when there is none.
 */
export function settingsKey(caller: string, use: KeyUse): ReadyKey | undefined {
  const [secretKey] = secretKeys();
  const { jwtAlgorithm } = settings;
  if (secretKey === undefined) return undefined;
  if (!isHmac(jwtAlgorithm)) return readKey(caller, secretKey, use);
  return { key: readSecret("settings.secretKey", secretKey).key, fits: secretAlgorithms };
}

/** Takes the option `secret`. @throws TypeError when it is neither text nor bytes, or empty */
export function readSecretOption(caller: string, secret: unknown): ReadyKey {
  if (typeof secret !== "string" && !(secret instanceof Uint8Array)) {
    throw new TypeError(`${caller}: option "secret" must be a string or a Uint8Array`);
  }
  if (secret.length === 0) throw new TypeError(`${caller}: option "secret" is empty`);
  return readSecret(caller, secret);
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

function checkFor(caller: string, options: VerifyKeyOptions, kind: string | undefined): CheckSignature {
  const given = options.secret ?? options.key ?? options.jwks ?? secretKeys()[0];
  const text = textOfKey(given);
  const name = JSON.stringify([kind, settings.jwtAlgorithm, options.algorithms, text]);
  const checks = text === undefined && typeof given === "object" ? checksOf(given) : byValue;
  const known = checks.get(name);
  if (known !== undefined) return known;
  const check = signatureCheck(verifyingKey(caller, options));
  checks.set(name, check);
  return check;
}

/** The first that finds the signature right says so: keys are changed one after another. */
function anyOf(checks: readonly CheckSignature[]): CheckSignature {
  return async function checkWithAny(token) {
    for (const check of checks) {
      const signed = await check(token);
      if (signed !== undefined) return signed;
    }
    return undefined;
  };
}

/**
 * Gives the check of signatures for a key, or for each of the keys of the settings. Whoever verifies with the same key and
 * algorithms shares one check, and with it the tokens that were verified before.
 *
 * @throws TypeError when more than one key is given, one is unusable, or an algorithm does not fit it
 * @throws Error when there is no key at all
 */
export function signatureCheckFor(caller: string, options: VerifyKeyOptions): CheckSignature {
  const kind = namedKey(caller, options);
  const older = kind === undefined ? secretKeys().slice(1) : [];
  const first = checkFor(caller, options, kind);
  if (older.length === 0) return first;
  const algorithms = options.algorithms ?? [settings.jwtAlgorithm];
  const others = older.map(key => {
    const named = isHmac(settings.jwtAlgorithm) ? { secret: key } : { key };
    return checkFor(caller, { ...named, algorithms }, "older");
  });
  return anyOf([first, ...others]);
}
