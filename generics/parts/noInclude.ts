import { missedPart } from "../../src/core/missedPart.ts";

/**
 * Stands in the place of what lets a client ask for relations, in bundles of handlers without the option `include`: what `#include`
 * means with the condition `tsverless-no-include`.
 *
 * @throws TypeError where the option is given
 */
export function includingOf(_factory: string, { include }: { include?: readonly string[] }): undefined {
  if (include !== undefined) throw missedPart("include", 'The option "include"');
}
