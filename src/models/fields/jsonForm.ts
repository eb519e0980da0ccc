import { readBigint, readDate } from "../../core/jsonText.ts";
import type { FieldKind } from "../types.ts";
import { readValue, type Value } from "./checkValue.ts";

/**
 * A value of JSON as a field of this kind holds it: a date is ISO text, a bigint and a decimal are digits, which is also what
 * responses have. A value that the field holds already is taken as it is.
 *
 * @param kind what the field holds
 * @returns `undefined` when it does not fit
 */
export function readJson(kind: FieldKind, value: unknown): Value | undefined {
  if (typeof value !== "string") return readValue(kind, value);
  if (kind === "date") return readDate(value);
  return readValue(kind, kind === "bigint" ? readBigint(value) : value);
}
