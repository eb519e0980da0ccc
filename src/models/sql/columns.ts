import type { StandardSchemaV1 } from "@standard-schema/spec";
import { isObject } from "../../core/objects.ts";
import { checkOptions, type OptionTable } from "../../core/options.ts";
import { readValue, wantedOf } from "../fields/checkValue.ts";
import { checkFieldNames, type Field } from "../fields/fields.ts";
import { checkFields, checkIdKind, modelFields } from "../fields/modelFields.ts";
import type { FieldKind } from "../types.ts";
import type { Dialect } from "./dialect.ts";
import { type SqlNaming, snakeCase } from "./naming.ts";

/** A column: a field of which the kind is known. */
export interface Column extends Field {
  kind: FieldKind;
  /** The field that it holds. */
  field: string;
  /** What it is called. */
  name: string;
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
  /** What the column is called. @default the field, by the `naming` of the model */
  column?: string;
}

const options: OptionTable<ColumnOptions> = {
  kind: "string",
  required: "boolean",
  default: "any",
  column: "string",
};

function kindIn(name: string, given: FieldKind | ColumnOptions | undefined): FieldKind {
  if (!isObject(given)) return given as FieldKind;
  checkOptions(`sqlModel: column "${name}"`, given, options);
  return (given as ColumnOptions).kind;
}

function completed(
  field: string,
  known: Field,
  given: FieldKind | ColumnOptions | undefined,
  naming: SqlNaming | undefined,
): Column {
  const { kind } = known;
  if (kind === undefined) {
    throw new TypeError(`sqlModel: the schema does not declare what "${field}" holds; name it in columns`);
  }
  const called = naming === "snake" ? snakeCase(field) : field;
  if (!isObject(given)) return { ...known, kind, field, name: called };
  const {
    required = known.required,
    default: preset,
    column: name = called,
  } = given as unknown as ColumnOptions;
  if (name === "") throw new TypeError(`sqlModel: column "${field}": option "column" must be a name`);
  if (preset === undefined) return { ...known, kind, field, name, required };
  const read = preset === null ? undefined : readValue(kind, preset);
  if (read === undefined)
    throw new TypeError(`sqlModel: the default of column "${field}" must be ${wantedOf(kind)}`);
  return { ...known, kind, field, name, required, preset: read };
}

/**
 * The columns of a table by their fields: what its schema declares, completed or overruled by what is given.
 *
 * @throws TypeError naming what is wrong
 */
export function columnsOf(
  idKey: string,
  schema: StandardSchemaV1 | undefined,
  given: Readonly<Record<string, FieldKind | ColumnOptions | undefined>> = {},
  naming?: SqlNaming,
): Record<string, Column> {
  const kinds = Object.fromEntries(Object.entries(given).map(([name, one]) => [name, kindIn(name, one)]));
  checkFields("sqlModel", kinds);
  const fields = modelFields(idKey, schema, Object.keys(kinds).length > 0 ? kinds : undefined);
  if (fields === undefined) {
    throw new TypeError("sqlModel: needs columns, or a schema that gives its JSON Schema");
  }
  checkFieldNames("sqlModel", Object.keys(fields));
  const columns = Object.entries(fields).map(
    ([name, field]) => [name, completed(name, field, given[name], naming)] as const,
  );
  const made = Object.fromEntries(columns);
  checkIdKind("sqlModel", idKey, made[idKey]?.kind);
  return made;
}

/**
 * The columns of fields by their own names, in the order of the fields.
 *
 * @throws TypeError naming two fields that would be one column
 */
export function columnsByName(
  fields: Readonly<Record<string, Column>>,
  { name: dialect }: Dialect,
): Record<string, Column> {
  const taken = new Map<string, string>();
  return Object.fromEntries(
    Object.entries(fields).map(([field, column]) => {
      const { name } = column;
      // PostgreSQL alone tells `Title` and `title` apart.
      const key = dialect === "postgres" ? name : name.toLowerCase();
      const other = taken.get(key);
      if (other !== undefined)
        throw new TypeError(`sqlModel: fields "${other}" and "${field}" would both be the column "${name}"`);
      taken.set(key, field);
      return [name, column];
    }),
  );
}
