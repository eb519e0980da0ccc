import type { KeyObject } from "node:crypto";

/** Key sizes that RFC 7518 section 3.2 demands: a secret is at least as long as the hash, in bytes. */
const hmac: readonly (readonly [algorithm: string, bytes: number])[] = [
  ["HS256", 32],
  ["HS384", 48],
  ["HS512", 64],
];

const rsa: readonly string[] = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"];
const edwards: readonly string[] = ["EdDSA", "Ed25519"];

/** The names of a curve, in Node and in a JWK or CryptoKey, with the one algorithm that uses it. */
const curves: Readonly<Record<string, string>> = {
  prime256v1: "ES256",
  secp384r1: "ES384",
  secp521r1: "ES512",
  "P-256": "ES256",
  "P-384": "ES384",
  "P-521": "ES512",
};

/** What a key pair can sign with. A shared secret is in none of them, and neither is `none`. */
export const asymmetricAlgorithms: readonly string[] = [...rsa, "ES256", "ES384", "ES512", ...edwards];

/** The algorithms of a shared secret. */
export const secretAlgorithms: readonly string[] = ["HS256", "HS384", "HS512"];

/** True for the algorithms of a shared secret. */
export const isHmac = (algorithm: string): boolean => secretAlgorithms.includes(algorithm);

/** The algorithms for which a shared secret of so many bytes is long enough. */
export function algorithmsOfSecret(bytes: number): string[] {
  return hmac.filter(([, least]) => bytes >= least).map(([name]) => name);
}

/** The algorithms that fit a public or private key; none when it is of a kind or size that is not supported. */
export function algorithmsOfKey(key: KeyObject): readonly string[] {
  const { modulusLength = 0, namedCurve = "" } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === "rsa") return modulusLength >= 2048 ? rsa : [];
  if (key.asymmetricKeyType === "ed25519") return edwards;
  const algorithm = key.asymmetricKeyType === "ec" ? curves[namedCurve] : undefined;
  return algorithm === undefined ? [] : [algorithm];
}

/** The algorithms that fit a member of a JSON Web Key Set, by what it says of itself. */
export function algorithmsOfJwk(jwk: Readonly<Record<string, unknown>>): readonly string[] {
  if (jwk.use !== undefined && jwk.use !== "sig") return [];
  const { key_ops: operations = ["verify"] } = jwk;
  if (!Array.isArray(operations) || !operations.includes("verify")) return [];
  const named = typeof jwk.crv === "string" && Object.hasOwn(curves, jwk.crv) ? curves[jwk.crv] : undefined;
  const byType: Readonly<Record<string, readonly string[]>> = {
    RSA: rsa,
    EC: named === undefined ? [] : [named],
    OKP: jwk.crv === "Ed25519" ? edwards : [],
  };
  const fits = Object.hasOwn(byType, String(jwk.kty)) ? (byType[String(jwk.kty)] ?? []) : [];
  return jwk.alg === undefined ? fits : fits.filter(algorithm => algorithm === jwk.alg);
}

interface CryptoAlgorithm {
  name: string;
  hash?: { name: string };
  namedCurve?: string;
  /** Of an HMAC key, in bits. */
  length?: number;
  modulusLength?: number;
}

/** The algorithm that a CryptoKey was made for. */
export function algorithmsOfCryptoKey(algorithm: object): readonly string[] {
  const { name, hash, namedCurve = "", length = 0, modulusLength = 0 } = algorithm as CryptoAlgorithm;
  const bits = hash?.name.replace("SHA-", "");
  switch (name) {
    case "HMAC":
      return algorithmsOfSecret(length / 8).filter(one => one === `HS${bits}`);
    case "RSASSA-PKCS1-v1_5":
      return modulusLength >= 2048 ? [`RS${bits}`] : [];
    case "RSA-PSS":
      return modulusLength >= 2048 ? [`PS${bits}`] : [];
    case "ECDSA":
      return [curves[namedCurve] ?? []].flat();
    case "Ed25519":
      return edwards;
    default:
      return [];
  }
}

/**
 * Settles which algorithms are allowed: those that are given, when each of them fits the key.
 *
 * @param option the option's name, for the message
 * @throws TypeError when the list is empty or one of them does not fit, such as HS256 with a public key: whoever knows
 * the public key could then sign
 */
export function allowedAlgorithms(
  caller: string,
  given: readonly string[],
  fits: readonly string[],
  option = "algorithms",
): readonly string[] {
  if (given.length === 0) throw new TypeError(`${caller}: option "${option}" must name at least one`);
  for (const algorithm of given) {
    if (!fits.includes(algorithm)) {
      const choice = fits.join(", ");
      throw new TypeError(
        `${caller}: option "${option}": "${algorithm}" does not fit the key, which takes ${choice}`,
      );
    }
  }
  return [...given];
}
