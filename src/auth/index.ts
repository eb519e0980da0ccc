export { type AuthenticateOptions, authenticate } from "./authenticate.ts";
export type { Claims } from "./claims.ts";
export {
  type IsExpiredOptions,
  isExpired,
  type SignJwtOptions,
  signJwt,
  type VerifyJwtOptions,
  verifyJwt,
} from "./jwt.ts";
export type { JwtKey } from "./keys.ts";
export {
  type HashPasswordOptions,
  hashPassword,
  type NeedsRehashOptions,
  needsRehash,
  verifyPassword,
} from "./password.ts";
export { constantTimeEqual, randomString } from "./random.ts";
export { clearSessionCookie, type SessionCookieOptions, sessionCookie } from "./sessionCookie.ts";
