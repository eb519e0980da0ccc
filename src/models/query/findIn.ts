import { decimalKey, isDecimal } from "../fields/decimal.ts";
import type { KnownFields } from "../fields/knownFields.ts";
import type { Find } from "./keysetQueryset.ts";
import { matches } from "./matches.ts";
import { comparePositions, type OrderStep, positionOf } from "./ordering.ts";

/** Decimals stand by the number that they write alone, as conditions compare them. */
function standing(object: object, steps: readonly OrderStep[], fields: KnownFields): unknown[] {
  return positionOf(object, steps).map((value, at) => {
    const isNumber = fields?.[steps[at]?.field ?? ""] === "decimal" && typeof value === "string";
    return isNumber && isDecimal(value) ? decimalKey(value) : value;
  });
}

/**
 * Finds what `keysetQueryset` asks for among objects that are in memory: for stores that can only give all they have.
 *
 * @param objects all there are
 * @param request what is asked
 * @param fields what the fields hold
 */
export function findIn<T extends object>(objects: readonly T[], request: Find, fields: KnownFields): T[] {
  const { condition, order, limit, offset } = request;
  return objects
    .filter(object => condition === undefined || matches(condition, object))
    .map(object => ({ object, position: standing(object, order, fields) }))
    .sort((a, b) => comparePositions(a.position, b.position, order, undefined))
    .slice(offset, offset + limit)
    .map(({ object }) => object);
}
