import { missedPart } from "../../src/core/missedPart.ts";

/**
 * Stands in the place of what lets a client choose fields, in bundles of handlers without the option `fields`: what `#sparse` means
 * with the condition `tsverless-no-sparse`.
 *
 * @throws TypeError where the option is given
 */
export function sparseOf(_factory: string, { fields = false }: { fields?: boolean }): undefined {
  if (fields) throw missedPart("sparse", 'The option "fields"');
}
