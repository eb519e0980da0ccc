import type { KeyObject } from "node:crypto";
import { HttpError, Unauthorized } from "../core/errors.ts";
import { nodeCrypto } from "../core/nodeCrypto.ts";
import { type Recent, recent } from "./recent.ts";

const arn =
  /^arn:(aws|aws-us-gov):elasticloadbalancing:([a-z\d-]+):\d{12}:loadbalancer\/app\/[\w-]+\/[\w-]+$/;

/**
 * Where a region has the keys of its load balancers.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html
 */
function serverOf(caller: string, signer: string): string {
  const [, partition, region] = arn.exec(signer) ?? [];
  if (region === undefined) {
    throw new TypeError(
      `${caller}: option "alb.signer" must be a load balancer's ARN of a region whose key server is known, or option "alb.key" be given`,
    );
  }
  return partition === "aws"
    ? `https://public-keys.auth.elb.${region}.amazonaws.com`
    : `https://s3-${region}.amazonaws.com/aws-elb-public-keys-prod-${region}`;
}

/** Ids are UUIDs; nothing else becomes a part of an address. */
const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** For so many milliseconds a server that fails is left alone; and so many ids that it does not know are asked in that time. */
const coolDown = 30_000;
const misses = 10;
const longestWait = 5000;

type FindPem = (keyId: string) => Promise<KeyObject>;

const unavailable = (cause?: unknown): HttpError =>
  new HttpError(503, "Service Unavailable", { cause, headers: { "Retry-After": String(coolDown / 1000) } });

/** Asks for a PEM; `undefined` where the server knows no such key. */
async function ask(url: string): Promise<string | undefined> {
  const response = await fetch(url, { signal: AbortSignal.timeout(longestWait), redirect: "error" });
  if (response.status === 403 || response.status === 404) return undefined;
  if (!response.ok) throw new Error(`the key server answers ${response.status}`);
  return response.text();
}

/** One key server: keys by their ids, which never change. */
function keyServer(address: string): FindPem {
  const keys: Recent<Promise<KeyObject>> = recent(20);
  let failedAt = Number.NEGATIVE_INFINITY;
  let missed: number[] = [];

  async function fetchKey(keyId: string): Promise<KeyObject> {
    const time = Date.now();
    if (time - failedAt < coolDown) throw unavailable();
    missed = missed.filter(at => time - at < coolDown);
    if (missed.length >= misses) throw new Unauthorized();
    missed.push(time);
    try {
      const text = await ask(`${address}/${keyId}`);
      const key = text === undefined ? undefined : nodeCrypto().createPublicKey(text);
      if (key !== undefined) missed = missed.filter(at => at !== time);
      return key ?? Promise.reject(new Unauthorized());
    } catch (cause) {
      failedAt = Date.now();
      throw unavailable(cause);
    }
  }

  return function findPem(keyId) {
    if (!uuid.test(keyId)) return Promise.reject(new Unauthorized());
    const known = keys.get(keyId);
    if (known !== undefined) return known;
    const found = fetchKey(keyId);
    keys.set(keyId, found);
    found.catch(() => keys.delete(keyId));
    return found;
  };
}

/** One for each address, so that all who verify share what was fetched. */
const servers = /* @__PURE__ */ new Map<string, FindPem>();

function serverAt(address: string): FindPem {
  const known = servers.get(address) ?? keyServer(address);
  servers.set(address, known);
  return known;
}

/**
 * Finds the keys of load balancers at the key server of their region. A server that fails is asked once per cool-down.
 *
 * @param caller who asks, for the messages
 * @param signers ARNs of load balancers
 * @returns finds a key by its id and its signer, which is one of these
 * @throws TypeError when one is not an ARN, or of a region whose key server is not known
 */
export function albKeys(
  caller: string,
  signers: readonly string[],
): (keyId: string, signer: string) => Promise<KeyObject> {
  const addresses = new Map(signers.map(signer => [signer, serverOf(caller, signer)]));
  return (keyId, signer) => serverAt(addresses.get(signer) as string)(keyId);
}
