import { isObject } from "../../src/core/objects.ts";
import type { DocumentedModel, DocumentedSchema, SchemaSource } from "../../src/core/operationMetadata.ts";
import { ownFields } from "../../src/models/fields/ownFields.ts";
import { isStandardSchema } from "../../src/schema/standard.ts";
import type { SerializerForm } from "../../src/serializers/tags.ts";
import { type Direction, type Parts, partsOf, resolved, schemaParts, unknownForm } from "./schemas.ts";
import type { Json } from "./types.ts";

/** What `pick`, `omit` or `fields` made lets out; `undefined` for anything else. */
function formOf(serializer: unknown): SerializerForm | undefined {
  if (typeof serializer !== "function") return undefined;
  return (serializer as unknown as Record<symbol, SerializerForm>)[Symbol.for("tsverless.serializer")];
}

/** What is known of an object's properties. */
export interface Shape {
  properties: Readonly<Record<string, Json>>;
  required: readonly string[];
  /** What the properties refer to. */
  defs: Parts["defs"];
  relations?: DocumentedModel["relations"];
}

/** The one form that a kind of field has in JSON, whether it comes in or goes out. */
const kinds: Readonly<Record<string, Json>> = {
  text: { type: "string" },
  integer: { type: "integer" },
  real: { type: "number" },
  boolean: { type: "boolean" },
  date: { type: "string", format: "date-time" },
  bigint: { type: "string", pattern: "^-?\\d+$" },
  decimal: { type: "string", pattern: "^-?\\d+(\\.\\d+)?$" },
};

/** A field's kind as JSON has its values; of `json` and of no kind nothing is known. */
export const kindSchema = (kind: string | undefined): Json => ({ ...kinds[kind ?? ""] });

/** The schema, and null besides. */
export function orNull(schema: Json): Json {
  const { type, anyOf } = schema;
  const branches: unknown[] = Array.isArray(anyOf) ? anyOf : [];
  const takesNull =
    [type].flat().includes("null") || branches.some(one => isObject(one) && one.type === "null");
  if (takesNull || Object.keys(schema).length === 0) return schema;
  const isPlain = type !== undefined && schema.enum === undefined && schema.const === undefined;
  return isPlain ? { ...schema, type: [type, "null"].flat() } : { anyOf: [schema, { type: "null" }] };
}

/** The properties that a schema of an object declares; `undefined` where it declares none. */
export function shapeOf(parts: Parts): Shape | undefined {
  const schema = resolved(parts);
  if (!isObject(schema.properties)) return undefined;
  const required = Array.isArray(schema.required) ? (schema.required as string[]) : [];
  return { properties: schema.properties as Record<string, Json>, required, defs: parts.defs };
}

/** What a model says of its objects: by its schema, else by the kinds of its fields, any of which but the id may be null. */
export function modelShape(model: DocumentedModel, direction: Direction): Shape | undefined {
  const known = model.schema && shapeOf(schemaParts(model.schema, direction, model.name));
  const fields = Object.entries(model.fields ?? {}).map(([field, kind]): [string, Json] => {
    const schema = kindSchema(kind);
    return [field, field === model.idKey ? schema : orNull(schema)];
  });
  const { relations } = model;
  if (known === undefined && fields.length === 0 && relations === undefined) return undefined;
  const properties = { ...Object.fromEntries(fields), ...known?.properties };
  for (const field of ownFields(model)) {
    if (properties[field] !== undefined) properties[field] = { ...properties[field], readOnly: true };
  }
  return {
    ...(relations && { relations }),
    properties,
    required: known?.required ?? (model.idKey in Object.fromEntries(fields) ? [model.idKey] : []),
    defs: known?.defs ?? new Map(),
  };
}

/** A schema of an object with some of the properties of a shape. */
export function objectOf(
  properties: Readonly<Record<string, Json>>,
  required: readonly string[],
  defs: Parts["defs"] = new Map(),
): Parts {
  return { schema: { type: "object", properties, ...(required.length > 0 && { required }) }, defs };
}

/** Of what a client may choose from, nothing is there for sure. */
export function withoutRequired({ schema: { required, ...schema }, ...rest }: Parts): Parts {
  return { ...rest, schema };
}

/** The schema of an object, of several, or of one or null, whose properties of these paths may be left out. */
function withOptional(schema: Json, paths: readonly string[]): Json {
  if (Array.isArray(schema.anyOf)) {
    return { ...schema, anyOf: schema.anyOf.map(one => withOptional(one as Json, paths)) };
  }
  if (isObject(schema.items)) return { ...schema, items: withOptional(schema.items as Json, paths) };
  if (!isObject(schema.properties)) return schema;
  const { required = [], ...rest } = schema as Json & { required?: readonly string[] };
  const sure = required.filter(name => !paths.includes(name));
  const properties = Object.entries(schema.properties).map(([name, property]): [string, unknown] => {
    const below = paths.filter(path => path.startsWith(`${name}.`)).map(path => path.slice(name.length + 1));
    return [name, below.length > 0 ? withOptional(property as Json, below) : property];
  });
  return {
    ...rest,
    properties: Object.fromEntries(properties),
    ...(sure.length > 0 && { required: sure }),
  };
}

/** The properties of these names; of those that the shape does not know, nothing. */
export function pickShape(shape: Shape | undefined, names: readonly string[]): Parts {
  const properties = Object.fromEntries(names.map(name => [name, shape?.properties[name] ?? {}]));
  const required = names.filter(name => shape?.required.includes(name));
  return objectOf(properties, required, shape?.defs);
}

const listed = (serializer: unknown): { listOf: unknown; limit: number } | undefined => {
  const form = formOf(serializer);
  return form !== undefined && "listOf" in form ? form : undefined;
};

/** What a serializer within `fields` makes of what is related to the object. */
function relatedForm(
  serializer: unknown,
  { kind, model }: NonNullable<DocumentedModel["relations"]>[string],
): Parts {
  const { listOf: item = serializer, limit } = listed(serializer) ?? {};
  const { schema, defs } = serialized(item, modelShape(model, "output"), model.name);
  if (kind === "one") return { schema: orNull(schema), defs };
  return { schema: { type: "array", items: schema, maxItems: limit }, defs };
}

/** What a serializer within `fields` makes of the field of its name. */
function nestedForm(
  serializer: unknown,
  field: Json,
  isSure: boolean,
  defs: Parts["defs"],
  name: string,
): Parts {
  const own = resolved({ schema: field, defs });
  const isList = own.type === "array";
  const isOne = own.type === "object";
  if (!isList && !isOne) return unknownForm;
  const item = isList ? resolved({ schema: (isObject(own.items) ? own.items : {}) as Json, defs }) : own;
  const { listOf = serializer, limit } = listed(serializer) ?? {};
  const made = serialized(listOf, shapeOf({ schema: item, defs }), name);
  const bound = limit === undefined ? {} : { maxItems: limit };
  const schema = isList ? { type: "array", items: made.schema, ...bound } : made.schema;
  return { schema: isSure ? schema : orNull(schema), defs: made.defs };
}

function fieldsForm(map: Readonly<Record<string, unknown>>, shape: Shape | undefined, name: string): Parts {
  const properties: Record<string, Json> = {};
  const required: string[] = [];
  const defs = new Map(shape?.defs);
  for (const [field, source] of Object.entries(map)) {
    const from = source === true ? field : source;
    if (typeof from === "string") {
      properties[field] = shape?.properties[from] ?? {};
      if (shape?.required.includes(from)) required.push(field);
    } else if (isStandardSchema(source) || formOf(source) !== undefined) {
      const isSure = shape?.required.includes(field) === true;
      const relation = shape?.relations?.[field];
      const nested = relation
        ? relatedForm(source, relation)
        : nestedForm(source, shape?.properties[field] ?? {}, isSure, defs, name);
      properties[field] = nested.schema;
      for (const [part, schema] of nested.defs) defs.set(part, schema);
      required.push(field);
    } else properties[field] = {};
  }
  return objectOf(properties, required, defs);
}

/** What a serializer makes of an object of this shape. */
function serialized(serializer: unknown, shape: Shape | undefined, name: string): Parts {
  if (isStandardSchema(serializer)) return schemaParts(serializer, "output", name);
  const form = formOf(serializer);
  if (form === undefined) return unknownForm;
  if ("pick" in form) return pickShape(shape, form.pick);
  if ("fields" in form) return fieldsForm(form.fields, shape, name);
  if ("listOf" in form) return serialized(form.listOf, shape, name);
  const names = Object.keys(shape?.properties ?? {});
  return pickShape(
    shape,
    names.filter(each => !form.omit.includes(each)),
  );
}

/**
 * The JSON Schema of a form.
 *
 * @param form what is known of the value
 * @param direction whether it comes in or goes out
 * @param name for the schema, where it refers to itself
 */
export function sourceParts(form: SchemaSource, direction: Direction, name: string): Parts {
  if ("json" in form) return partsOf(form.json, name);
  if ("schema" in form) return schemaParts(form.schema, direction, name);
  if ("field" in form) {
    const shape = modelShape(form.model, direction);
    return { schema: shape?.properties[form.field] ?? {}, defs: shape?.defs ?? new Map() };
  }
  const shape = form.model && modelShape(form.model, "output");
  const made = serialized(form.serializer, shape, form.model?.name ?? name);
  return form.include === undefined ? made : { ...made, schema: withOptional(made.schema, form.include) };
}

/**
 * The form that a handler's author names.
 *
 * @param documented a schema of any kind, or a model
 * @param serializer that of the chain, for a model
 */
export function documentedSource(documented: DocumentedSchema, serializer?: unknown): SchemaSource {
  if (isStandardSchema(documented)) return { schema: documented };
  if (!("idKey" in documented)) return { json: documented };
  const model = documented as DocumentedModel;
  if (serializer !== undefined) return { model, serializer };
  return model.schema
    ? { schema: model.schema }
    : { json: pickShape(modelShape(model, "output"), Object.keys(model.fields ?? {})).schema };
}
