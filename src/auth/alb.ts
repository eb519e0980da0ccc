import type { KeyObject } from "node:crypto";
import { Unauthorized } from "../core/errors.ts";
import { nodeCrypto } from "../core/nodeCrypto.ts";
import { checkOptions, isKind } from "../core/options.ts";
import { settings } from "../core/settings.ts";
import { readHeader } from "../http/read.ts";
import { sourceOf } from "../http/source.ts";
import { albKeys } from "./albKeys.ts";
import { type Claims, isTimely, parseClaims } from "./claims.ts";
import { callerOf, type GatewayCaller, tokenNames } from "./identity.ts";
import { type JwtKey, readKey } from "./keys.ts";

/** Whom a load balancer that signs its users in is believed. */
export interface AlbOptions {
  /** The ARN of the load balancer, or of each of several: others sign with keys of the same server. */
  signer: string | readonly string[];
  /**
   * The public key, or what finds it by the id that the token names; `undefined` is 401.
   * @default the key server of the signer's region
   */
  key?: JwtKey | ((keyId: string) => JwtKey | undefined | Promise<JwtKey | undefined>);
}

/** The signed header, as far as it is read. */
interface Head extends Claims {
  kid: string;
  signer: string;
}

/** Says whom the load balancer has signed in; `undefined` where it says nothing. */
export type AlbCaller = (event: unknown) => Promise<GatewayCaller | undefined>;

/** The three parts in base64url, which this one pads, though tokens of RFC 7515 are never padded. */
const padded = /^([\w-]+={0,2})\.([\w-]+={0,2})\.([\w-]+={0,2})$/;

const textOf = (part: string): string => {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(part, "base64url"));
  } catch {
    return "";
  }
};

function readEs256(caller: string, given: unknown): KeyObject {
  const { key, fits } = readKey(caller, given, "verify");
  if (!fits.includes("ES256")) throw new TypeError(`${caller}: option "alb.key" must be a P-256 key`);
  const { KeyObject } = nodeCrypto();
  return key instanceof KeyObject ? key : KeyObject.from(key as Parameters<typeof KeyObject.from>[0]);
}

type FindKey = (keyId: string, signer: string) => KeyObject | Promise<KeyObject>;

/** A key that is given is read once; one that is found, each time. */
function keyFinder(caller: string, { key, signer }: AlbOptions): FindKey {
  if (key === undefined) return albKeys(caller, [signer].flat());
  if (typeof key === "function") {
    return async function findKey(keyId) {
      const found = await key(keyId);
      if (found === undefined) throw new Unauthorized();
      return readEs256(caller, found);
    };
  }
  const ready = readEs256(caller, key);
  return () => ready;
}

function check(caller: string, options: AlbOptions): void {
  const name = `${caller}: option "alb"`;
  checkOptions(name, options, { signer: ["string", "names"], key: ["string", "object", "function"] });
  const signers = [options.signer ?? []].flat();
  if (signers.length === 0 || signers.some(signer => !isKind(signer, "string") || signer === "")) {
    throw new TypeError(`${name} must have the load balancer's ARN as signer`);
  }
  if (Object.hasOwn(options, "key") && options.key === undefined)
    throw new TypeError(`${caller}: option "alb.key" is undefined`);
}

/**
 * Makes what reads `x-amzn-oidc-data`, in which an Application Load Balancer says whom it signed in. It counts when this very load
 * balancer signed it (ES256) and its time holds. The user is the `sub` of its claims; `iss` and `aud` are those of the signed
 * header where the claims have none, `aud` being its `client`.
 *
 * @param caller who asks, for the messages
 * @param idClaim the claim that holds the id; by default `sub`, else `uid`
 * @throws TypeError when an option is wrong, or there is no P-256 key. What it makes throws Unauthorized (401) when the header is
 * there and wrong, and HttpError 503 when the key server fails
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html
 */
export function albCaller(caller: string, options: AlbOptions, idClaim?: string): AlbCaller {
  check(caller, options);
  const signers = [options.signer].flat();
  const findKey = keyFinder(caller, options);
  const { verify } = nodeCrypto();

  /** What the header says, before its signature is looked at; it may then not say more. */
  function headOf(part: string): Head {
    const head = parseClaims(textOf(part));
    const isOurs =
      head?.alg === "ES256" &&
      head.crit === undefined &&
      isKind(head.signer, "string") &&
      signers.includes(head.signer as string);
    if (!isOurs || typeof head?.kid !== "string") throw new Unauthorized();
    return head as Head;
  }

  /** Either part may have the times; all that are there have to hold. */
  function hold(head: Claims, claims: Claims): boolean {
    const leeway = settings.jwtLeeway;
    return isTimely({ exp: claims.exp, ...head }, leeway) && isTimely({ exp: head.exp, ...claims }, leeway);
  }

  async function claimsOf(sent: string): Promise<Claims> {
    const [, first = "", second = "", signature = ""] = padded.exec(sent) ?? [];
    const head = headOf(first);
    const key = await findKey(head.kid, head.signer);
    const signed = Buffer.from(`${first}.${second}`);
    const isRight = verify(
      "sha256",
      signed,
      { key, dsaEncoding: "ieee-p1363" },
      Buffer.from(signature, "base64url"),
    );
    const claims = isRight ? parseClaims(textOf(second)) : undefined;
    if (claims === undefined || !hold(head, claims)) throw new Unauthorized();
    const { iss, client } = head;
    return { ...(iss !== undefined && { iss }), ...(client !== undefined && { aud: client }), ...claims };
  }

  return async function callerOfAlb(event) {
    const source = sourceOf(event);
    const sent =
      source === "alb" || source === "alb-multi" ? readHeader(event, "x-amzn-oidc-data") : undefined;
    return sent === undefined || sent === ""
      ? undefined
      : callerOf(await claimsOf(sent), tokenNames, idClaim);
  };
}
