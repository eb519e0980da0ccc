import type { StandardSchemaV1 } from "@standard-schema/spec";
import { BadRequest } from "../errors.ts";
import { type CheckResult, checkSchema } from "../schema/standard.ts";
import { isThenable } from "../settle.ts";
import { readValue, wantedOf } from "./checkValue.ts";
import { type KnownFields, kindOfField } from "./where.ts";

type Row = Record<string, unknown>;

function outputOf(result: CheckResult<unknown>): Row {
  if (result.errors) throw new BadRequest("Validation failed", { errors: result.errors });
  return result.value as Row;
}

/**
 * Checks a whole object with a model's schema.
 *
 * @returns the schema's output; a promise only when the schema is asynchronous
 * @throws BadRequest with all that is wrong
 */
export function checkObject(schema: StandardSchemaV1, object: Row): Row | Promise<Row> {
  const result = checkSchema(schema, object);
  return isThenable(result)
    ? Promise.resolve(result as Promise<CheckResult<unknown>>).then(outputOf)
    : outputOf(result as CheckResult<unknown>);
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
