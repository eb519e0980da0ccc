import type { StandardSchemaV1 } from "@standard-schema/spec";
import { isObject } from "../../core/objects.ts";
import { checkOptions, type OptionTable } from "../../core/options.ts";
import { readValue, wantedOf } from "../fields/checkValue.ts";
import { checkFieldNames, type Field } from "../fields/fields.ts";
import { checkFields, checkIdKind, modelFields } from "../fields/modelFields.ts";
import type { FieldKind } from "../types.ts";

/** A column: a field of which the kind is known. */
export interface Column extends Field {
  kind: FieldKind;
  /** What it holds where nothing is given. */
  preset?: unknown;
}

/** A column of {@link SqlModelOptions} with more than its kind. */
export interface ColumnOptions<V = unknown> {
  kind: FieldKind;
  /** Whether it must hold something: NOT NULL. @default what the schema requires; without one it may be null */
  required?: boolean;
  /** What it holds where `create` is given nothing, filled in by the database. */
  default?: NonNullable<V>;
}

const options: OptionTable<ColumnOptions> = { kind: "string", required: "boolean", default: "any" };

function kindIn(name: string, given: FieldKind | ColumnOptions | undefined): FieldKind {
  if (!isObject(given)) return given as FieldKind;
  checkOptions(`sqlModel: column "${name}"`, given, options);
  return (given as ColumnOptions).kind;
}

function completed(name: string, field: Field, given: FieldKind | ColumnOptions | undefined): Column {
  const { kind } = field;
  if (kind === undefined) {
    throw new TypeError(`sqlModel: the schema does not declare what "${name}" holds; name it in columns`);
  }
  if (!isObject(given)) return { ...field, kind };
  const { required = field.required, default: preset } = given as unknown as ColumnOptions;
  if (preset === undefined) return { ...field, kind, required };
  const read = preset === null ? undefined : readValue(kind, preset);
  if (read === undefined)
    throw new TypeError(`sqlModel: the default of column "${name}" must be ${wantedOf(kind)}`);
  return { ...field, kind, required, preset: read };
}

/**
 * The columns of a table: what its schema declares, completed or overruled by what is given.
 *
 * @throws TypeError naming what is wrong
 */
export function columnsOf(
  idKey: string,
  schema: StandardSchemaV1 | undefined,
  given: Readonly<Record<string, FieldKind | ColumnOptions | undefined>> = {},
): Record<string, Column> {
  const kinds = Object.fromEntries(Object.entries(given).map(([name, one]) => [name, kindIn(name, one)]));
  checkFields("sqlModel", kinds);
  const fields = modelFields(idKey, schema, Object.keys(kinds).length > 0 ? kinds : undefined);
  if (fields === undefined) {
    throw new TypeError("sqlModel: needs columns, or a schema that gives its JSON Schema");
  }
  checkFieldNames("sqlModel", Object.keys(fields));
  const columns = Object.entries(fields).map(
    ([name, field]) => [name, completed(name, field, given[name])] as const,
  );
  const made = Object.fromEntries(columns);
  checkIdKind("sqlModel", idKey, made[idKey]?.kind);
  return made;
}
