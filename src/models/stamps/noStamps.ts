import { missedPart } from "../../core/missedPart.ts";
import type { Keeping } from "./keeping.ts";
import type { ResolvedKeepOptions } from "./types.ts";

/**
 * Stands in the place of what sets stamps and marks what is deleted, in bundles of functions without such a model: what `#stamps`
 * means with the condition `tsverless-no-stamps`.
 *
 * @throws TypeError always
 */
export function keeping(
  _factory: string,
  _options: ResolvedKeepOptions,
  _idKey: string,
  _given: object | undefined,
): Keeping {
  throw missedPart("stamps", 'The option "stamps" or "softDelete"');
}
