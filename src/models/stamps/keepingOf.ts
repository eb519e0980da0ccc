import { keeping } from "#stamps";
import type { Keeping } from "./keeping.ts";
import type { ResolvedKeepOptions } from "./types.ts";

/**
 * Reads what a model sets itself of its options.
 *
 * @param factory who takes them, for messages
 * @param given the kinds that an option gives of fields
 * @returns `undefined` where it sets nothing
 * @throws TypeError on a wrong option
 */
export function keepingOf(
  factory: string,
  options: ResolvedKeepOptions,
  idKey: string,
  given: object | undefined,
): Keeping | undefined {
  const { stamps = false, softDelete } = options;
  return stamps === false && softDelete === undefined ? undefined : keeping(factory, options, idKey, given);
}
