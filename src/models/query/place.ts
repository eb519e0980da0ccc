import { compareValues } from "../fields/values.ts";
import type { FieldKind, PageRequest } from "../types.ts";
import { decodeCursor, encodeCursor, isSealed, malformed, mostIds } from "./cursor.ts";

/**
 * What a cursor holds of the place where a page ended. With a secret key nobody reads it, and it is the whole `position`. Without
 * one it is that only where all of it goes out anyway; else the `ids` of the last objects, by which their values are looked up
 * again, or how many came before, an `offset`, where ids do not go out.
 */
export type PlaceForm = "position" | "ids" | "offset";

/** Which form a cursor has. */
export function placeForm(fields: readonly string[], idKey: string, shows: PageRequest["shows"]): PlaceForm {
  if (isSealed()) return "position";
  const isIdShown = shows?.(idKey) !== false;
  if (fields.every(field => (field === idKey ? isIdShown : shows?.(field) === true))) return "position";
  return isIdShown ? "ids" : "offset";
}

/** A cursor of one form is none of another. */
const marked = (hash: string, form: PlaceForm): string => (form === "position" ? hash : `${hash} ${form}`);

/** Makes a cursor of ids, the last object's first. */
export function encodeIds(hash: string, ids: readonly unknown[]): string {
  return encodeCursor(marked(hash, "ids"), ids.slice(0, mostIds));
}

/** Reads what {@link encodeIds} made. @throws BadRequest when it is none */
export function decodeIds(cursor: unknown, hash: string, kind: FieldKind | undefined): readonly unknown[] {
  return decodeCursor(cursor, marked(hash, "ids"), { each: kind });
}

/** Makes a cursor that counts. */
export function encodeOffset(hash: string, offset: number): string {
  return encodeCursor(marked(hash, "offset"), [offset]);
}

/** Reads what {@link encodeOffset} made. @throws BadRequest when it is none */
export function decodeOffset(cursor: unknown, hash: string): number {
  const [offset] = decodeCursor(cursor, marked(hash, "offset"), ["integer"]);
  if (typeof offset !== "number" || offset < 0) throw malformed();
  return offset;
}

/**
 * The first of these ids that is found; those before it are of objects that are gone.
 *
 * @param indexOf where an id is found; below 0 where it is not
 * @throws BadRequest when all are gone
 */
export function firstStanding(
  ids: readonly unknown[],
  indexOf: (isIt: (id: unknown) => boolean) => number,
): number {
  for (const id of ids) {
    const at = indexOf(other => compareValues(other, id) === 0);
    if (at >= 0) return at;
  }
  throw malformed();
}
