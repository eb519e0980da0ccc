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
  /**
   * @param changes at least one field, of those that may be set
   * @returns how many objects there were
   */
  update(condition: ConditionTree | undefined, changes: Row): Promise<number>;
  /** @returns how many objects there were */
  delete(condition: ConditionTree | undefined): Promise<number>;
}

/** What decides which fields of all objects may be set. */
export interface SetRules extends Pick<SetWrites, "version" | "schema"> {
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
 * @throws BadRequest on the id, the version, an unknown field or a value that does not fit
 */
export function setChanges(changes: unknown, { idKey, version, schema, fields }: SetRules): Row | undefined {
  if (!isObject(changes)) throw new BadRequest("Invalid changes: they must be an object");
  const set: Row = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
  for (const field of Object.keys(set)) {
    if (field === idKey) refuse(field, "can't be changed");
    if (field === version) refuse(field, "can't be set: it counts the updates");
    kindOfField(field, fields);
  }
  if (Object.keys(set).length === 0) return undefined;
  return fields === undefined || schema !== undefined ? set : checkKinds(set, fields);
}
