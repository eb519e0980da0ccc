import type { StandardSchemaV1 } from "@standard-schema/spec";
import { BadRequest } from "../../core/errors.ts";
import { mapMaybePromise } from "../../core/maybePromise.ts";
import type { Row } from "../../core/types.ts";
import { type CheckResult, checkSchema } from "../../schema/standard.ts";
import { readValue, wantedOf } from "./checkValue.ts";
import { fieldsOfSchema } from "./fields.ts";
import { type KnownFields, kindOfField } from "./knownFields.ts";

function storableOrError(result: CheckResult<unknown>): Row {
  if (result.errors) throw new BadRequest("Validation failed", { errors: result.errors });
  return result.value as Row;
}

/** Fields that are null to say that they are gone: the schema lets them be absent, but not null. */
function goneFields(schema: StandardSchemaV1, object: Row): string[] {
  const nulls = Object.keys(object).filter(field => object[field] === null);
  if (nulls.length === 0) return nulls;
  const fields = fieldsOfSchema(schema) ?? {};
  return nulls.filter(field => Object.hasOwn(fields, field) && fields[field]?.absent);
}

/** The object without the fields that are null where its schema wants them absent. */
export function withoutGone(schema: StandardSchemaV1, object: Row): Row {
  const gone = goneFields(schema, object);
  if (gone.length === 0) return object;
  return Object.fromEntries(Object.entries(object).filter(([field]) => !gone.includes(field)));
}

/**
 * Checks a whole object with a model's schema. A field that is null where the schema wants it absent is checked as absent,
 * and stays null for the database.
 *
 * @returns the schema's output; a promise only when the schema is asynchronous
 * @throws BadRequest with all that is wrong
 */
export function checkObject(schema: StandardSchemaV1, object: Row): Row | Promise<Row> {
  const gone = goneFields(schema, object);
  if (gone.length === 0) return checkWhole(schema, object);
  const nulls = Object.fromEntries(gone.map(field => [field, null]));
  const output = checkWhole(schema, withoutGone(schema, object));
  return mapMaybePromise(output, found => ({ ...nulls, ...found }));
}

function checkWhole(schema: StandardSchemaV1, object: Row): Row | Promise<Row> {
  return mapMaybePromise(checkSchema(schema, object), storableOrError);
}

/**
 * Checks the values of an object against the kinds of its fields; `null` and `undefined` pass.
 *
 * @throws BadRequest naming the first field that is unknown, or whose value does not fit
 */
export function checkKinds(object: Row, fields: NonNullable<KnownFields>): Row {
  for (const field of Object.keys(object)) {
    const value = object[field];
    if (value === null || value === undefined) continue;
    const kind = kindOfField(field, fields);
    if (kind === undefined) continue;
    const read = readValue(kind, value);
    if (read === undefined) throw new BadRequest(`${field} must be ${wantedOf(kind)}`, { field });
    object[field] = read;
  }
  return object;
}

/**
 * Checks a whole object by its model's schema, where there is one, and by the kinds of its fields, as far as they are known.
 *
 * @returns the object itself where there is no schema, else one of its own
 * @throws BadRequest with what is wrong
 */
export async function checkRow(
  schema: StandardSchemaV1 | undefined,
  fields: KnownFields,
  object: Row,
): Promise<Row> {
  const row = schema ? { ...(await checkObject(schema, object)) } : object;
  return fields ? checkKinds(row, fields) : row;
}
