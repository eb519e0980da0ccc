import type { StandardJSONSchemaV1, StandardSchemaV1 } from "@standard-schema/spec";
import { dereferenced } from "../../core/jsonReference.ts";
import { isObject, mapValues } from "../../core/objects.ts";
import { bigintMark, dateMark, type LibraryOptions, markingOptions } from "../../schema/jsonMarks.ts";
import type { FieldKind } from "../types.ts";
import type { KnownFields } from "./knownFields.ts";

/** One field as its schema describes it. */
export interface Field {
  /** `undefined` where the schema computes the value and does not declare of what kind it is. */
  kind: FieldKind | undefined;
  /** Whether the schema lets it be absent, but not null: such a field is left out where the database holds null. */
  absent: boolean;
  /** Whether the schema wants it there, and not null; `undefined` where that is not known. */
  required?: boolean | undefined;
  /** The format of its text, as JSON Schema names it. */
  format?: string | undefined;
}

type Json = Record<string, unknown>;

const reserved: ReadonlySet<string> = /* @__PURE__ */ new Set(["and", "or", "not", "__proto__"]);

/** Names of fields that conditions could not distinguish from their own words are refused. @throws TypeError */
export function checkFieldNames(factory: string, names: Iterable<string>): void {
  for (const name of names) {
    if (name === "" || reserved.has(name))
      throw new TypeError(`${factory}: a field can't be named "${name}"`);
  }
}

const kinds: Record<string, FieldKind> = {
  string: "text",
  integer: "integer",
  number: "real",
  boolean: "boolean",
  object: "json",
  array: "json",
  [dateMark]: "date",
  [bigintMark]: "bigint",
};

const typeOf = (value: unknown): string => (Number.isInteger(value) ? "integer" : typeof value);

/** Every JSON type that the schema lets through; none when it does not say. */
function typesOf(given: unknown, root: Json, depth: number): string[] {
  const schema = dereferenced(root, given);
  if (depth > 8) return [unsaid];
  if ("const" in schema) return [schema.const === null ? "null" : typeOf(schema.const)];
  if (Array.isArray(schema.enum)) return schema.enum.map(item => (item === null ? "null" : typeOf(item)));
  if (schema.type !== undefined) return [schema.type].flat() as string[];
  const branches = schema.anyOf ?? schema.oneOf;
  return Array.isArray(branches) ? branches.flatMap(branch => typesOf(branch, root, depth + 1)) : [unsaid];
}

/** Where a schema lets through whatever JSON can say, null too. */
const unsaid = "tsverless:unsaid";

/** The format that the schema gives a text, beside null too. */
function formatOf(given: unknown, root: Json): string | undefined {
  const schema = dereferenced(root, given);
  if (typeof schema.format === "string") return schema.format;
  const branches = schema.anyOf ?? schema.oneOf;
  const formats = Array.isArray(branches)
    ? branches.map(branch => dereferenced(root, branch)).filter(({ type }) => type !== "null")
    : [];
  return formats.length === 1 && typeof formats[0]?.format === "string" ? formats[0].format : undefined;
}

const transformed = "tsverless:transform";

function kindOf(types: ReadonlySet<string>): FieldKind | undefined {
  if (types.has(transformed)) return undefined;
  const found = new Set([...types].filter(type => type !== "null").map(type => kinds[type] ?? "json"));
  if (found.size === 2 && found.has("integer") && found.has("real")) return "real";
  return found.size === 1 ? ([...found][0] as FieldKind) : "json";
}

/** Of what a schema transforms nothing is known. */
const options = {
  ...markingOptions,
  override(at: Parameters<LibraryOptions["override"]>[0]): void {
    markingOptions.override(at);
    if (at.zodSchema?._zod?.def?.type === "transform") at.jsonSchema.type = transformed;
  },
  overrideAction: ({ valibotAction }: { valibotAction?: { type?: unknown } }): Json | undefined =>
    valibotAction?.type === "transform" ? { type: transformed } : undefined,
  fallback: {
    ...markingOptions.fallback,
    default: ({ base }: { base: Json }): Json => ({ ...base, type: transformed }),
  },
};

/**
 * The fields of a schema, read from its Standard JSON Schema (`~standard.jsonSchema`, which Zod 4 and `jsonSchema()`
 * provide).
 *
 * @returns the fields by name; `undefined` when the schema does not declare them
 */
export function fieldsOfSchema(schema: StandardSchemaV1 | undefined): Record<string, Field> | undefined {
  if (schema === undefined) return undefined;
  if (!read.has(schema)) read.set(schema, readFields(schema));
  return read.get(schema);
}

/** Making JSON Schema of a schema takes long; schemas don't change. */
const read: WeakMap<StandardSchemaV1, Record<string, Field> | undefined> = /* @__PURE__ */ new WeakMap();

function readFields(schema: StandardSchemaV1): Record<string, Field> | undefined {
  const { jsonSchema } = schema["~standard"] as Partial<StandardJSONSchemaV1["~standard"]>;
  const root = jsonSchema && readJsonSchema(jsonSchema);
  if (root === undefined) return undefined;
  const { properties, required: names } = dereferenced(root, root);
  if (!isObject(properties)) return undefined;
  const required = new Set(Array.isArray(names) ? (names as unknown[]) : []);
  const fields: Record<string, Field> = {};
  for (const [name, property] of Object.entries(properties)) {
    const types = new Set(typesOf(property, root, 0));
    const isThere = required.has(name);
    fields[name] = {
      kind: kindOf(types),
      absent: !isThere && !types.has("null"),
      required: isThere && (types.has(unsaid) || types.has(transformed) ? undefined : !types.has("null")),
      format: formatOf(property, root),
    };
  }
  return fields;
}

function readJsonSchema(converter: StandardJSONSchemaV1.Converter): Json | undefined {
  try {
    return converter.output({ target: "draft-2020-12", libraryOptions: options });
  } catch {
    return undefined;
  }
}

/** The kinds alone. */
export function kindsOf(fields: Readonly<Record<string, Field>>): Record<string, FieldKind | undefined> {
  return mapValues(fields, ({ kind }) => kind);
}

/** How a field of a model that holds text writes dates, where its schema says that it does. */
export function dateFormatOf(
  { schema }: { readonly schema?: StandardSchemaV1 },
  field: string,
): "date-time" | "date" | undefined {
  const fields = fieldsOfSchema(schema);
  const format = fields && Object.hasOwn(fields, field) ? fields[field]?.format : undefined;
  return format === "date-time" || format === "date" ? format : undefined;
}

/** What a model says of its fields, itself or through its schema; `undefined` when it says nothing. */
export function fieldsOfModel(model: {
  readonly schema?: StandardSchemaV1;
  readonly fields?: Readonly<Record<string, FieldKind | undefined>>;
}): KnownFields {
  if (model.fields !== undefined) return model.fields;
  const fields = fieldsOfSchema(model.schema);
  return fields && kindsOf(fields);
}
