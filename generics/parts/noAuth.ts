import type { AnyMiddleware } from "../../src/core/middleware.ts";
import { missedPart } from "../../src/core/missedPart.ts";

/**
 * Stands in the place of `authUser` in bundles of handlers without the option `auth`: what `#auth` means with the condition
 * `tsverless-no-auth`.
 *
 * @throws TypeError always: a handler that asks for a user must not go without
 */
export function authUser(_options: object): AnyMiddleware {
  throw missedPart("auth", 'The option "auth"');
}
