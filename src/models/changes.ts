import { BadRequest, Conflict } from "../core/errors.ts";
import type { Row } from "../core/types.ts";
import { sameValue } from "./fields/values.ts";

/** What an update gets when the object was changed since it was loaded, on every engine. */
export function changedSince(name: string): Conflict {
  return new Conflict(`${name} was changed by somebody else`);
}

/** What guards an update. */
export interface Guard {
  /** The model's name, for messages. */
  name: string;
  idKey: string;
  /** The field that counts versions, when there is one. */
  version: string | undefined;
}

/**
 * The object as an update would leave it: what is `undefined` in the changes stays, and the version goes up.
 *
 * @throws BadRequest when the id is to change, Conflict when the changes were made for another version
 */
export function applyChanges(object: Row, changes: Row, { name, idKey, version }: Guard): Row {
  const next = { ...object };
  for (const [field, value] of Object.entries(changes)) {
    if (value === undefined) continue;
    if (field === idKey && !sameValue(value, object[idKey])) {
      throw new BadRequest(`${idKey} can't be changed`, { field: idKey });
    }
    if (field === version && !sameValue(value, object[version])) throw changedSince(name);
    next[field] = value;
  }
  if (version !== undefined) next[version] = Number(object[version] ?? 0) + 1;
  return next;
}

/** Whether two states of an object are the same: by version where it has one, else by every value. */
export function sameState(a: Row, b: Row, version: string | undefined): boolean {
  if (version !== undefined) return sameValue(a[version], b[version]);
  for (const key in a) if (a[key] !== b[key] && !sameValue(a[key], b[key])) return false;
  for (const key in b) if (!(key in a) && !sameValue(undefined, b[key])) return false;
  return true;
}

/** Whether an object is deleted, where a field says so. */
export function isDeleted(object: Row, softDelete: string | undefined): boolean {
  return softDelete !== undefined && (object[softDelete] ?? null) !== null;
}

/** Whether of two states of an object one is deleted: for whom has the one, the other does not exist. */
export function areApart(a: Row, b: Row, softDelete: string | undefined): boolean {
  return isDeleted(a, softDelete) !== isDeleted(b, softDelete);
}
