import { missedPart } from "../core/missedPart.ts";
import type { ReadyKeySet } from "./keySets.ts";

/**
 * Stands in the place of key sets, in bundles of handlers without the option `jwks`: what `#jwks` means with the condition
 * `tsverless-no-jwks`.
 *
 * @throws TypeError always: no token is believed without its key
 */
export function readKeySet(_caller: string, _jwks: unknown): ReadyKeySet {
  throw missedPart("jwks", 'The option "jwks"');
}
