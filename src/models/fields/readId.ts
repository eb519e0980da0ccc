import type { FieldKind } from "../types.ts";
import { isStorableText } from "./checkValue.ts";

const longestId = 1000;

/**
 * Reads an id, which paths carry as text, as its field holds it.
 *
 * @param id text or a whole number
 * @param kind what the id's field holds
 * @returns the value; `undefined` for what can be nobody's id
 */
export function readId(id: unknown, kind: FieldKind): string | number | bigint | undefined {
  const text = typeof id === "number" || typeof id === "bigint" ? String(id) : id;
  if (!isStorableText(text) || text.length > longestId) return undefined;
  if (kind === "text") return text;
  const read = /^-?\d{1,19}$/.test(text) ? BigInt(text) : undefined;
  if (read === undefined || String(read) !== text || BigInt.asIntN(64, read) !== read) return undefined;
  if (kind === "bigint") return read;
  return Number.isSafeInteger(Number(read)) ? Number(read) : undefined;
}
