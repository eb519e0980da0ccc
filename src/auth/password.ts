import { pbkdf2, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { checkOptions } from "../core/options.ts";
import { randomString } from "./random.ts";

/** The default of Django 6.1 (django/contrib/auth/hashers.py). */
export const defaultIterations = 1_500_000;

/** What a stored string may ask for at most: a few seconds of work, so that none can stall a function. */
const maxIterations = 10_000_000;

/** Django's salts have 128 bits of entropy at least, which is 22 characters of its alphabet. */
const saltLength = 22;

const form = /^pbkdf2_sha256\$([1-9]\d{0,7})\$([^$]+)\$([A-Za-z0-9+/]{43}=)$/;

const derive = /* @__PURE__ */ promisify(pbkdf2);

export interface HashPasswordOptions {
  /** Rounds of PBKDF2, from 1 to 10 000 000. @default 1_500_000, as Django 6.1 */
  iterations?: number;
  /** A salt without `$`; leave it out to have a random one made. @default 22 random characters */
  salt?: string;
}

export interface NeedsRehashOptions {
  /** Rounds of PBKDF2 that are wanted at least. @default 1_500_000, as Django 6.1 */
  iterations?: number;
}

interface Encoded {
  iterations: number;
  salt: string;
  hash: string;
}

function decode(encoded: unknown): Encoded | undefined {
  const parts = typeof encoded === "string" ? form.exec(encoded) : null;
  if (parts === null) return undefined;
  const [, count, salt, hash] = parts as unknown as [string, string, string, string];
  const iterations = Number(count);
  return iterations > maxIterations ? undefined : { iterations, salt, hash };
}

const hashOf = (password: string, salt: string, iterations: number): Promise<Buffer> =>
  derive(password, salt, iterations, 32, "sha256");

/** Checks the number of rounds that an option asks for. */
export function checkIterations(caller: string, iterations: number): void {
  if (iterations < 1 || iterations > maxIterations) {
    throw new TypeError(`${caller}: option "iterations" must be from 1 to ${maxIterations}`);
  }
}

/**
 * Hashes a password as Django does by default: PBKDF2 with HMAC-SHA-256, written
 * `pbkdf2_sha256$iterations$salt$hash`. The work runs on another thread.
 *
 * @param password any string, hashed as UTF-8
 * @param options `iterations` and `salt`
 * @returns the string to store
 * @throws TypeError when the password is not a string, the salt is empty or has a `$`, or iterations is out of range
 * @see https://docs.djangoproject.com/en/6.1/topics/auth/passwords/
 * @example
 * await Users.create({ email, password: await hashPassword(password) });
 */
export async function hashPassword(password: string, options: HashPasswordOptions = {}): Promise<string> {
  checkOptions("hashPassword", options, { iterations: "count", salt: "string" });
  const { iterations = defaultIterations, salt = randomString(saltLength) } = options;
  if (typeof password !== "string") throw new TypeError("hashPassword: password must be a string");
  if (salt === "" || salt.includes("$")) {
    throw new TypeError('hashPassword: option "salt" must be a string without "$"');
  }
  checkIterations("hashPassword", iterations);
  const hash = await hashOf(password, salt, iterations);
  return `pbkdf2_sha256$${iterations}$${salt}$${hash.toString("base64")}`;
}

/**
 * Checks a password against a stored hash, in constant time. It never throws: what is not a hash of this form (another
 * of Django's hashers, an unusable password, `null`, more than 10 000 000 iterations) matches no password.
 *
 * @param password what the user typed
 * @param encoded the stored `pbkdf2_sha256$iterations$salt$hash`
 * @returns whether it is the password
 * @example
 * if (!(await verifyPassword(body.password, user.password))) throw new Unauthorized();
 */
export async function verifyPassword(password: string, encoded: string): Promise<boolean> {
  const stored = decode(encoded);
  if (stored === undefined || typeof password !== "string") return false;
  const wanted = await hashOf(password, stored.salt, stored.iterations);
  return timingSafeEqual(Buffer.from(wanted.toString("base64")), Buffer.from(stored.hash));
}

/**
 * Says whether a stored hash is weaker than one made now: fewer iterations, a salt shorter than Django's 22
 * characters, or another form. Ask it after a successful check, while the password is at hand.
 *
 * @param encoded the stored `pbkdf2_sha256$iterations$salt$hash`
 * @param options `iterations` that are wanted
 * @returns whether to hash the password again
 * @throws TypeError when iterations is out of range
 * @example
 * if (needsRehash(user.password)) await Users.update(user, { password: await hashPassword(password) });
 */
export function needsRehash(encoded: string, options: NeedsRehashOptions = {}): boolean {
  checkOptions("needsRehash", options, { iterations: "count" });
  const { iterations = defaultIterations } = options;
  checkIterations("needsRehash", iterations);
  const stored = decode(encoded);
  return stored === undefined || stored.iterations < iterations || stored.salt.length < saltLength;
}

/**
 * Does the work of a check that came out wrong, so that it takes as long as any other: what a stored hash has fewer
 * than `iterations`, or all of them when there is no hash at all.
 */
export async function spendTime(password: string, encoded: unknown, iterations: number): Promise<void> {
  const left = iterations - (decode(encoded)?.iterations ?? 0);
  if (left > 0) await hashOf(password, "stand-in for a real salt", left);
}
