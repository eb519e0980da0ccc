import type { FieldKind } from "../types.ts";
import type { FoundColumn } from "./dialect.ts";

/** The types of text, without their lengths. */
export const textTypes: readonly string[] = ["char", "varchar", "tinytext", "text", "mediumtext", "longtext"];

const whole = ["tinyint", "smallint", "mediumint", "int", "bigint"];
const dates = ["datetime", "timestamp", "date"];

/** The types that a kind may have; any other is its owner's matter. */
const holding: Record<FieldKind, readonly string[]> = {
  text: [...textTypes, ...dates, "enum", "set"],
  integer: [...whole, "bit"],
  real: ["float", "double", "decimal"],
  boolean: [...whole, "bit"],
  date: ["bigint", ...dates],
  bigint: [...whole, "bit"],
  decimal: [...textTypes, "decimal"],
  json: ["json", ...textTypes],
};
const known: readonly string[] = [...new Set(Object.values(holding).flat())];

/** Whether a column takes the values of a kind, and gives them back as they were. */
export function holds(kind: FieldKind, { type, scale }: FoundColumn): boolean {
  if (type === "decimal" && (kind === "integer" || kind === "bigint")) return Number(scale ?? 0) === 0;
  return !known.includes(type) || holding[kind].includes(type);
}
