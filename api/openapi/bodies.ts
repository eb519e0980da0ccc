import { isThenable } from "../../src/core/maybePromise.ts";
import type { BodyMetadata } from "../../src/core/operationMetadata.ts";
import { checkIncoming } from "../../src/schema/incoming.ts";
import type { Components } from "./components.ts";
import type { RouteMetadata } from "./gather.ts";
import {
  documentedSource,
  modelShape,
  objectOf,
  orNull,
  pickShape,
  type Shape,
  shapeOf,
  sourceParts,
} from "./modelSchema.ts";
import { pascal } from "./naming.ts";
import { sample } from "./sample.ts";
import { type Parts, resolved, schemaParts, unknownForm } from "./schemas.ts";
import type { ExampleObject, Json, MediaTypeObject, Method, RequestBodyObject } from "./types.ts";

/** RFC 6902, section 4. */
const jsonPatch: Json = {
  title: "JsonPatch",
  description: "A JSON Patch (RFC 6902)",
  type: "array",
  items: {
    type: "object",
    properties: {
      op: { type: "string", enum: ["add", "remove", "replace", "move", "copy", "test"] },
      path: { type: "string" },
      from: { type: "string" },
      value: {},
    },
    required: ["op", "path"],
  },
};

const jsonType = "application/json";

/** The shape that a body is taken from: the schema's, else the model's. */
function sourceOf({ schema, model }: BodyMetadata, name: string): Shape | undefined {
  return schema ? shapeOf(schemaParts(schema, "input", name)) : model && modelShape(model, "input");
}

/** What a body of JSON holds: the listed keys as the schema has them, or all that the schema says. */
function wholeBody(metadata: BodyMetadata, name: string): Parts {
  const { required, optional, schema } = metadata;
  const parts = schema ? schemaParts(schema, "input", name) : unknownForm;
  if (required === undefined && optional === undefined) return parts;
  const keys = [...(required ?? []), ...(optional ?? [])];
  const shape = sourceOf(metadata, name);
  if (schema !== undefined && shape === undefined) {
    const lists = { type: "object", ...(required?.length && { required: [...required] }) };
    return { schema: { allOf: [parts.schema, lists] }, defs: parts.defs };
  }
  const picked = pickShape(shape, keys);
  const needed = keys.filter(key => required?.includes(key) || (schema && shape?.required.includes(key)));
  // Keys that are in no list are dropped before the schema sees them.
  const { additionalProperties, unevaluatedProperties, ...rules } = schema ? resolved(parts) : {};
  const own = objectOf(picked.schema.properties as Record<string, Json>, needed).schema;
  const { required: _, ...rest } = rules;
  return { schema: { ...rest, ...own }, defs: picked.defs };
}

/** The keys that changes may name. */
function changeableKeys(metadata: BodyMetadata, shape: Shape | undefined): string[] {
  return (metadata.required ?? metadata.optional)
    ? [...(metadata.required ?? []), ...(metadata.optional ?? [])]
    : Object.keys(shape?.properties ?? {}).filter(key => key !== metadata.model?.idKey);
}

/** A key that is sent gets what is sent; of one that is not, no default comes in its place. */
const withoutDefault = ({ default: _, ...schema }: Json = {}): Json => schema;

/** Changes as plain JSON: any of the keys. */
function changesBody(metadata: BodyMetadata, name: string): Parts {
  const shape = sourceOf(metadata, name);
  const keys = changeableKeys(metadata, shape);
  const properties = keys.map((key): [string, Json] => [key, withoutDefault(shape?.properties[key])]);
  return objectOf(Object.fromEntries(properties), metadata.demanded ?? [], shape?.defs);
}

/** Changes of one of many objects, with its id. */
function itemBody(metadata: BodyMetadata, name: string): Parts {
  const { model, keys = [], demanded = [] } = metadata;
  const { schema, defs } = changesBody(metadata, name);
  const stored = model && modelShape(model, "output");
  const own = keys.map((key): [string, Json] => [key, stored?.properties[key] ?? {}]);
  const properties = { ...Object.fromEntries(own), ...(schema.properties as Record<string, Json>) };
  return objectOf(
    properties,
    [...keys.slice(0, 1), ...demanded],
    new Map([...(stored?.defs ?? []), ...defs]),
  );
}

/** A merge patch (RFC 7396): any of the keys; null takes away what need not be there. */
function mergePatchBody(metadata: BodyMetadata, name: string): Parts {
  const shape = sourceOf(metadata, name);
  const keys = changeableKeys(metadata, shape);
  const stored = metadata.model && modelShape(metadata.model, "input");
  const isFixed = (key: string): boolean =>
    stored?.required.includes(key) === true ||
    metadata.required?.includes(key) === true ||
    (metadata.schema !== undefined && shape?.required.includes(key) === true);
  const properties = keys.map((key): [string, Json] => {
    const property = withoutDefault(shape?.properties[key]);
    return [key, isFixed(key) ? property : orNull(property)];
  });
  return objectOf(Object.fromEntries(properties), metadata.demanded ?? [], shape?.defs);
}

const suffixes: Readonly<Record<string, string>> = {
  create: "Create",
  createMany: "Create",
  update: "Update",
  updateMany: "BulkChanges",
};

/** The names that the schema of a body may have: after the model and what is done with it, else after the operation. */
function namesOf({ kind: does }: RouteMetadata, name: string, suffix = suffixes[does?.verb ?? ""]): string[] {
  const own = `${pascal(name)}${suffix === "Patch" || suffix === "Changes" ? suffix : "Body"}`;
  return does === undefined || suffix === undefined ? [own] : [`${pascal(does.model.name)}${suffix}`, own];
}

function listed(items: Json, maxItems: number | undefined): Json {
  return { type: "array", items, ...(maxItems !== undefined && { maxItems }) };
}

/** Whether a schema takes an example, as far as it says at once. */
function accepts({ schema, as }: BodyMetadata, example: unknown): boolean {
  if (schema === undefined || as === "changesList") return true;
  const items = as === "list" ? (example as unknown[]) : [example];
  return items.every(item => {
    const result = checkIncoming(schema, item);
    return !isThenable(result) && result.errors === undefined;
  });
}

function documentedExamples({ operation }: RouteMetadata): Record<string, ExampleObject> | undefined {
  const all = { ...(operation.example && { example: operation.example }), ...operation.examples };
  const bodies = Object.entries(all).filter(([, { body }]) => body !== undefined);
  if (bodies.length === 0) return undefined;
  return Object.fromEntries(
    bodies.map(([name, { summary, body }]) => [name, { ...(summary && { summary }), value: body }]),
  );
}

function jsonContent(
  schema: Json,
  metadata: BodyMetadata,
  known: RouteMetadata,
  components: Components,
): MediaTypeObject {
  const examples = documentedExamples(known);
  if (examples !== undefined) return { schema, examples };
  const example = sample(schema, { components });
  if (example === undefined || !accepts(metadata, example)) return { schema };
  return { schema, example };
}

/** The body that a handler reads under a method, as its author says or as its chain knows it; `undefined` when it reads none. */
export function bodyOf(
  known: RouteMetadata,
  operation: string,
  components: Components,
  method?: Method,
): RequestBodyObject | undefined {
  const documented = known.operation.body;
  const metadata = known.body ?? (documented && {});
  if (metadata === undefined) return undefined;
  const { types = [jsonType], as, maxItems } = metadata;
  const content: Record<string, MediaTypeObject> = {};

  const isPatched = method === "patch" && as === "changes" && documented === undefined;
  const names = namesOf(known, operation, isPatched ? "Changes" : undefined);
  const name = names[0] as string;

  function whole(): [schema: Json, isNeeded: boolean] {
    const form = Array.isArray(documented) ? documented[0] : documented;
    const parts =
      form !== undefined
        ? sourceParts(documentedSource(form), "input", name)
        : metadata?.source
          ? sourceParts(metadata.source, "input", name)
          : isPatched
            ? changesBody(metadata as BodyMetadata, name)
            : as === "changesList"
              ? itemBody(metadata as BodyMetadata, name)
              : wholeBody(metadata as BodyMetadata, name);
    const isList = as === "list" || as === "changesList" || Array.isArray(documented);
    const schema = components.add(parts, names);
    const isNeeded = isList || (resolved(parts).required as unknown[] | undefined)?.length !== undefined;
    return [isList ? listed(schema, maxItems) : schema, isNeeded];
  }
  const [schema, required] = whole();
  for (const type of types) {
    if (type === "application/json-patch+json") {
      const { title, ...rest } = jsonPatch;
      components.schemas[title as string] = rest;
      content[type] = { schema: { $ref: `#/components/schemas/${title}` } };
    } else if (type === "application/merge-patch+json") {
      content[type] = {
        schema: components.add(mergePatchBody(metadata, name), namesOf(known, operation, "Patch")),
      };
    } else content[type] = jsonContent(schema, metadata, known, components);
  }
  return { ...(required && { required: true }), content };
}
