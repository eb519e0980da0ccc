import type { StandardSchemaV1 } from "@standard-schema/spec";
import { BadRequest } from "../../core/errors.ts";
import { isObject } from "../../core/objects.ts";
import type { Row } from "../../core/types.ts";
import { checkKinds } from "../fields/checkObject.ts";
import { type KnownFields, kindOfField } from "../fields/knownFields.ts";
import type { ConditionTree } from "./where.ts";

/** How a store changes all objects that meet a condition; of `undefined`, all that it has. */
export interface SetWrites {
  /** The field that counts the updates: nobody sets it. */
  readonly version?: string | undefined;
  /** Describes a whole object. It may take other forms of values than it gives, so that kinds are checked behind it. */
  readonly schema?: StandardSchemaV1 | undefined;
  /** Fields that the model alone sets. */
  readonly own?: readonly string[];
  /** The field that says when an object was deleted. */
  readonly softDelete?: string;
  /**
   * @param changes at least one field, of those that may be set
   * @param isMark whether these are fields of the model's own, of which the schema is not asked
   * @returns how many objects there were
   */
  update(condition: ConditionTree | undefined, changes: Row, isMark?: boolean): Promise<number>;
  /** @returns how many objects there were */
  delete(condition: ConditionTree | undefined): Promise<number>;
  /** Removes for good what is deleted, where `delete` only marks. @returns how many objects there were */
  purge?(condition: ConditionTree | undefined): Promise<number>;
}

/** What decides which fields of all objects may be set. */
export interface SetRules extends Pick<SetWrites, "version" | "schema" | "own"> {
  readonly idKey: string;
  readonly fields: KnownFields;
}

function refuse(field: string, reason: string): never {
  throw new BadRequest(`${field} ${reason}`, { field });
}

/**
 * Checks what is to be set on all objects of a queryset. What is `undefined` stays as it is.
 *
 * @returns the fields; `undefined` where there are none
 * @throws BadRequest on the id, the version, a field of the model's own, an unknown field or a value that does not fit
 */
export function setChanges(
  changes: unknown,
  { idKey, version, schema, own, fields }: SetRules,
): Row | undefined {
  if (!isObject(changes)) throw new BadRequest("Invalid changes: they must be an object");
  const set: Row = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
  for (const field of Object.keys(set)) {
    if (field === idKey) refuse(field, "can't be changed");
    if (field === version) refuse(field, "can't be set: it counts the updates");
    if (own?.includes(field)) refuse(field, "can't be set: the model sets it");
    kindOfField(field, fields);
  }
  if (Object.keys(set).length === 0) return undefined;
  return fields === undefined || schema !== undefined ? set : checkKinds(set, fields);
}
