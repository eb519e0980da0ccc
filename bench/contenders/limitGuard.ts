import { createHmac, timingSafeEqual } from "node:crypto";
import { secret } from "../common/users.ts";

/** Who calls, found out without waiting for anything. */
export type LimitGuard = (authorization: string | undefined) => string | undefined;

const wanted = Buffer.from(JSON.stringify({ alg: "HS256", typ: "JWT" })).toString("base64url");

function claimsOf(payload: string): { sub?: string; exp?: number } {
  try {
    return JSON.parse(Buffer.from(payload, "base64url").toString()) as { sub?: string };
  } catch {
    return {};
  }
}

/** Verifies the Bearer token by itself, each time: one header is taken, and no other algorithm. */
export const guard: LimitGuard = authorization => {
  const [header, payload, signature] = authorization?.startsWith("Bearer ")
    ? authorization.slice(7).split(".")
    : [];
  if (header !== wanted || payload === undefined || signature === undefined) return undefined;
  const made = createHmac("sha256", secret).update(`${header}.${payload}`).digest();
  const given = Buffer.from(signature, "base64url");
  if (given.length !== made.length || !timingSafeEqual(given, made)) return undefined;
  const { sub, exp = 0 } = claimsOf(payload);
  return exp * 1000 > Date.now() ? sub : undefined;
};
