import type { StandardJSONSchemaV1 } from "@standard-schema/spec";
import { isObject } from "../core/objects.ts";
import { markingOptions, markOf } from "./jsonMarks.ts";
import type { StandardSchemaV1 } from "./standard.ts";

type Json = Record<string, unknown>;

/**
 * The JSON Schema of what a Standard Schema takes: what it says itself (`~standard.jsonSchema`, of Zod, ArkType,
 * `jsonSchema()` and Valibot's `toStandardJsonSchema`), else the keys and plain types that the objects of Valibot and Zod Mini
 * show. Dates and bigints are marked: {@link markingOptions}.
 * Schemas within may refer to themselves as objects in place of a `$ref`.
 *
 * @returns `undefined` when the schema declares nothing
 */
export function inputJsonSchema(schema: StandardSchemaV1): unknown {
  const { jsonSchema } = schema["~standard"] as Partial<StandardJSONSchemaV1["~standard"]>;
  for (const target of ["draft-2020-12", "openapi-3.1", "draft-07"] as const) {
    try {
      const declared = jsonSchema?.input({ target, libraryOptions: options });
      if (declared !== undefined) return declared;
    } catch {
      // It has no words for this dialect, or for something in the schema.
    }
  }
  return sketch(schema, new Map());
}

/** What objects and lists of a schema library look like from inside, as far as it shows keys. */
interface Inside {
  type?: unknown;
  /** Valibot */
  entries?: unknown;
  rest?: unknown;
  wrapped?: unknown;
  options?: unknown;
  item?: unknown;
  items?: unknown;
  pipe?: unknown;
  /** Zod */
  shape?: unknown;
  catchall?: unknown;
  innerType?: unknown;
  in?: unknown;
  left?: unknown;
  right?: unknown;
  element?: unknown;
  /** Both */
  literal?: unknown;
  values?: unknown;
  getter?: unknown;
}

/** What Valibot has no words for stays open, so that the keys are known. */
const options = { ...markingOptions, errorMode: "ignore" };

const scalars: ReadonlySet<unknown> = /* @__PURE__ */ new Set(["string", "number", "boolean", "null"]);
const closed = /^(strict_object|strict_tuple)$/;

function insideOf(schema: unknown): Inside | undefined {
  if (!isObject(schema)) return undefined;
  const zod = isObject(schema._zod) ? schema._zod.def : undefined;
  return (isObject(zod) ? zod : schema) as Inside;
}

/** A schema's keys as JSON Schema; each schema once, so that what refers to itself comes to an end. */
function sketch(schema: unknown, made: Map<unknown, Json>): Json | undefined {
  const inside = insideOf(schema);
  if (inside === undefined) return undefined;
  const before = made.get(schema);
  if (before !== undefined) return before;
  const json: Json = {};
  made.set(schema, json);
  const plain = markOf(inside.type) ?? inside.type;
  if (plain !== inside.type || scalars.has(plain)) json.type = plain;
  const of = (one: unknown): Json => sketch(one, made) ?? {};
  const { type, entries, shape, rest, catchall, options, item, element, left, right } = inside;
  const properties = isObject(entries) ? entries : isObject(shape) ? shape : undefined;
  if (properties !== undefined) {
    json.properties = Object.fromEntries(Object.entries(properties).map(([key, one]) => [key, of(one)]));
    const others = insideOf(rest ?? catchall);
    if (closed.test(String(type)) || others?.type === "never") json.additionalProperties = false;
    else if (others !== undefined && !/^(unknown|any)$/.test(String(others.type))) {
      json.additionalProperties = { ...of(rest ?? catchall), type: String(others.type) };
    }
  }
  if (Array.isArray(options)) json[type === "intersect" ? "allOf" : "anyOf"] = options.map(of);
  if (left !== undefined) json.allOf = [of(left), of(right)];
  if (type === "literal") json.enum = Array.isArray(inside.values) ? inside.values : [inside.literal];
  if (Array.isArray(inside.items)) json.prefixItems = inside.items.map(of);
  if (typeof inside.getter === "function") json.allOf = [of(inside.getter(undefined))];
  if (item !== undefined || element !== undefined) json.items = of(item ?? element);
  const same = inside.wrapped ?? inside.innerType ?? inside.in;
  if (same !== undefined) json.allOf = [of(same)];
  return json;
}
