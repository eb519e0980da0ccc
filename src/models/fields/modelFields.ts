import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { FieldKind } from "../types.ts";
import { checkKind } from "./checkValue.ts";
import { checkFieldNames, type Field, fieldsOfSchema } from "./fields.ts";

/**
 * Checks the fields that an option of a model gives with their kinds.
 *
 * @param factory who takes it, for messages
 * @throws TypeError naming the field whose kind there is not, or whose name is reserved
 */
export function checkFields(factory: string, given: object = {}): void {
  for (const [name, kind] of Object.entries(given)) checkKind(factory, name, kind);
  checkFieldNames(factory, Object.keys(given));
}

/**
 * Joins the fields of a schema with those that an option gives, which overrule them. The id is text where neither says more.
 *
 * @param given checked by {@link checkFields}
 * @returns the fields by name; `undefined` where nothing is known of them
 */
export function modelFields(
  idKey: string,
  schema: StandardSchemaV1 | undefined,
  given: object | undefined,
): Record<string, Field> | undefined {
  const derived = fieldsOfSchema(schema);
  if (derived === undefined && given === undefined) return undefined;
  const fields: Record<string, Field> = { [idKey]: { kind: "text", absent: false }, ...derived };
  for (const [name, kind] of Object.entries((given ?? {}) as Record<string, FieldKind>)) {
    const { absent = false, required } = derived?.[name] ?? {};
    fields[name] = { kind, absent, required };
  }
  return fields;
}

const idKinds: readonly unknown[] = ["text", "integer", "bigint"];

/** Checks that a column can hold ids. @throws TypeError naming it */
export function checkIdKind(factory: string, idKey: string, kind: FieldKind | undefined): void {
  if (!idKinds.includes(kind)) {
    throw new TypeError(`${factory}: column "${idKey}" must be one of ${idKinds.join(", ")}`);
  }
}
