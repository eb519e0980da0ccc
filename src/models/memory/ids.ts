import { BadRequest } from "../../core/errors.ts";
import type { Row } from "../../core/types.ts";
import { isStorableText } from "../fields/checkValue.ts";
import { newId } from "../fields/newId.ts";
import type { FieldKind } from "../types.ts";

/** @throws BadRequest on what is not an id */
export function checkId(id: unknown, idKey: string): void {
  if (!isStorableText(id) && typeof id !== "number" && typeof id !== "bigint") {
    throw new BadRequest(`${idKey} must be text or a whole number`, { field: idKey });
  }
}

/** The last id that was counted: two that write at once get two. */
export interface LastId {
  last: bigint;
}

/** A UUID, or for numbers the next one, as databases count. */
export function nextId(
  kind: FieldKind,
  rows: ReadonlyMap<string, Row>,
  ids: LastId,
): string | number | bigint {
  if (kind !== "integer" && kind !== "bigint") return newId();
  for (const id of rows.keys()) if (BigInt(id) > ids.last) ids.last = BigInt(id);
  ids.last++;
  return kind === "bigint" ? ids.last : Number(ids.last);
}
