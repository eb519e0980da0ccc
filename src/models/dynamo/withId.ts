import { BadRequest } from "../../core/errors.ts";
import type { Row } from "../../core/types.ts";
import { newId } from "../fields/newId.ts";
import { joinId } from "./ids.ts";
import { partsOf, type TableLayout } from "./layout.ts";

/** Null and absent are one. */
export const isMissing = (value: unknown): boolean => value === undefined || value === null;

/**
 * The row with its id: made where it is not given, or of both keys.
 *
 * @throws BadRequest when a key is missing, or the id is not what the keys make
 */
export function withId({ idKey, idForm, kinds, table }: TableLayout, data: Row): Row {
  const row = { ...data };
  if (idForm === "both") {
    const keys = partsOf([table]).map(({ field }) => field as string);
    const missing = keys.find(field => isMissing(row[field]));
    if (missing !== undefined) throw new BadRequest(`${missing} must be given`, { field: missing });
    const id = joinId(table, row);
    if (!isMissing(row[idKey]) && row[idKey] !== id) {
      throw new BadRequest(`${idKey} must be what ${keys.join(" and ")} make`, { field: idKey });
    }
    row[idKey] = id;
  } else if (isMissing(row[idKey])) {
    const kind = kinds?.[idKey];
    if (kind === "integer" || kind === "bigint") {
      throw new BadRequest(`${idKey} must be given: DynamoDB does not count`, { field: idKey });
    }
    row[idKey] = newId();
  }
  return row;
}
