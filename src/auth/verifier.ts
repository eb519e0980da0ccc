import type { CompactJWSHeaderParameters, CompactVerifyGetKey, compactVerify } from "jose";
import { HttpError } from "../core/errors.ts";
import { isCompactToken } from "./claims.ts";
import { type Recent, recent } from "./recent.ts";

/** Finds the key that a token's header means. It throws an HttpError when it is the keys that cannot be had. */
export type FindKey = CompactVerifyGetKey;

/** What verifies signatures. */
export interface VerifyingKey {
  /** One key, or what finds the right one in a set. */
  readonly key: FindKey | Parameters<typeof compactVerify>[1];
  readonly algorithms: readonly string[];
  /** Whether the set may change, so that a token's key must be found again each time. @default false */
  readonly rotates?: boolean;
}

/** A token whose signature is right. */
export interface SignedToken {
  readonly header: CompactJWSHeaderParameters;
  /** JSON, as it was signed. */
  readonly payload: string;
}

/** Checks a token's signature. @returns undefined when it is not right. @throws HttpError 503 without keys */
export type CheckSignature = (token: unknown) => Promise<SignedToken | undefined>;

/** How many verified tokens are remembered for one key, and how long such a token may be. */
const rememberedTokens = 1000;
const longestRemembered = 4096;

/** A verified token with the key that was found for it. */
interface Remembered extends SignedToken {
  readonly key: unknown;
}

const isManyKeys = (error: unknown): error is AsyncIterable<FoundKey> =>
  (error as { code?: unknown }).code === "ERR_JWKS_MULTIPLE_MATCHING_KEYS";

type FoundKey = Parameters<typeof compactVerify>[1];

/** Kept, since even an import of what is loaded takes longer than the rest of a look-up. */
let jose: typeof import("./jose.ts") | undefined;

async function verifyWith(token: string, { key, algorithms }: VerifyingKey): Promise<Remembered> {
  jose ??= await import("./jose.ts");
  const { compactVerify } = jose;
  const verified = await compactVerify(token, key, { algorithms: [...algorithms] });
  const { protectedHeader: header, payload } = verified;
  return { header, payload: new TextDecoder("utf-8", { fatal: true }).decode(payload), key: verified.key };
}

/** Tries every key that a header without a distinct `kid` may mean. */
async function verifyWithAny(token: string, verifying: VerifyingKey): Promise<Remembered> {
  try {
    return await verifyWith(token, verifying);
  } catch (error) {
    if (!isManyKeys(error)) throw error;
    for await (const key of error) {
      const verified = await verifyWith(token, { ...verifying, key }).catch(() => undefined);
      if (verified !== undefined) return verified;
    }
    throw error;
  }
}

/** Whether the set still gives the very key that verified the token; a key that was reloaded is another one. */
async function stillMeant(findKey: FindKey, token: string, { header, key }: Remembered): Promise<boolean> {
  const [first, payload, signature] = token.split(".") as [string, string, string];
  try {
    return key !== undefined && (await findKey(header, { protected: first, payload, signature })) === key;
  } catch (error) {
    if (error instanceof HttpError) throw error;
    return false;
  }
}

/**
 * Makes the check of signatures with one key or set of keys. Whether a signature is right depends on the token and the
 * key alone, so tokens that were verified are remembered; a rotating set is asked for the token's key each time.
 * What depends on the time is not looked at here.
 */
export function signatureCheck(verifying: VerifyingKey): CheckSignature {
  const verified: Recent<Remembered> = recent(rememberedTokens);

  return async function checkSignature(token) {
    if (!isCompactToken(token)) return undefined;
    const known = verified.get(token);
    if (known !== undefined) {
      if (!verifying.rotates || (await stillMeant(verifying.key as FindKey, token, known))) return known;
    }
    try {
      const signed = await verifyWithAny(token, verifying);
      if (token.length <= longestRemembered) verified.set(token, signed);
      return signed;
    } catch (error) {
      if (error instanceof HttpError) throw error;
      return undefined;
    }
  };
}
