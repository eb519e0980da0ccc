import type { StandardJSONSchemaV1 } from "@standard-schema/spec";
import { freeName } from "../../src/core/freeName.ts";
import { dereferenced, referenceTokens, targetOf } from "../../src/core/jsonReference.ts";
import { isObject } from "../../src/core/objects.ts";
import { libraryOptions } from "../../src/schema/jsonMarks.ts";
import type { StandardSchemaV1 } from "../../src/schema/standard.ts";
import type { Json } from "./types.ts";
import { mapSchema } from "./walk.ts";

/** A schema, and apart from it those that it refers to as `#/$defs/Name`. */
export interface Parts {
  schema: Json;
  defs: ReadonlyMap<string, Json>;
}

/** Whether a value comes in or goes out. */
export type Direction = "input" | "output";

/** Of this nothing is known. */
export const unknownForm: Parts = { schema: {}, defs: new Map() };

/** No library has a JSON Schema for dates and bigints; these are the forms in which JSON has them here. */
const options = libraryOptions({
  date: { type: "string", format: "date-time" },
  bigint: { type: "string", pattern: "^-?\\d+$" },
});

/** What comes in may be more than Valibot's words say; what goes out may not be something else. */
const inputOptions = { ...options, errorMode: "ignore" };

/** What a Standard Schema says of itself as JSON Schema; `undefined` when it does not. */
function convert(schema: StandardSchemaV1, direction: Direction): unknown {
  const { jsonSchema } = schema["~standard"] as Partial<StandardJSONSchemaV1["~standard"]>;
  for (const target of ["draft-2020-12", "openapi-3.1"] as const) {
    try {
      return jsonSchema?.[direction]({
        target,
        libraryOptions: direction === "input" ? inputOptions : options,
      });
    } catch {
      // It has no words for this dialect, or for something in the schema.
    }
  }
  return undefined;
}

/** A name that the schema has from its author: `$id: "Tree"`. */
const identifierOf = ({ $id, title }: Json): string | undefined =>
  [$id, title].find((each): each is string => typeof each === "string" && /^[A-Z]\w*$/.test(each));

/**
 * Takes a schema apart: whatever it refers to inside of itself gets a name, and no schema holds definitions any more.
 *
 * @param raw a JSON Schema
 * @param usualName for the schema itself, where it refers to itself
 */
export function partsOf(raw: unknown, usualName: string): Parts {
  if (raw === false) return { schema: { not: {} }, defs: new Map() };
  if (!isObject(raw)) return unknownForm;
  const own = identifierOf(raw);
  const name = own ?? usualName;
  const names = new Map<string, string>();
  const defs = new Map<string, Json>();

  function nameFor(reference: string): string | undefined {
    const known = names.get(reference);
    if (known !== undefined) return known;
    const target = targetOf(raw, reference);
    if (target === undefined) return undefined;
    const given = referenceTokens(reference)?.at(-1) ?? name;
    const plain = /^__schema\d+$/.test(given) ? `${name}Part` : given.replace(/[^\w.-]+/g, "");
    const made = freeName(plain === "" ? name : plain, wanted => !defs.has(wanted));
    names.set(reference, made);
    defs.set(made, {});
    defs.set(made, tidy(target));
    return made;
  }

  function localize({ $schema, $defs, definitions, $id, $anchor, ...schema }: Json): Json {
    if (typeof schema.$ref !== "string" || schema.$ref.startsWith("#/components/")) return schema;
    const target = nameFor(schema.$ref);
    const { $ref, ...beside } = schema;
    return target === undefined ? beside : { ...beside, $ref: `#/$defs/${target}` };
  }

  function tidy(schema: unknown): Json {
    if (typeof schema === "boolean") return schema ? {} : { not: {} };
    const { $defs, definitions, ...own } = schema as Json;
    return mapSchema(own, localize) as Json;
  }
  const schema = tidy(own === undefined ? raw : { title: own, ...raw });
  return names.has("#") ? { schema: { $ref: `#/$defs/${names.get("#")}` }, defs } : { schema, defs };
}

/**
 * A Standard Schema as JSON Schema.
 *
 * @param schema of a library that knows JSON Schema (`jsonSchema()`, Zod 4); of another nothing is known
 * @param direction its input, or its output
 * @param name for the schema itself, where it refers to itself
 */
export function schemaParts(schema: StandardSchemaV1, direction: Direction, name: string): Parts {
  const parts = partsOf(convert(schema, direction), name);
  if (direction === "input") return parts;
  const defs = [...parts.defs].map(([part, one]) => [part, mapSchema(one, opened) as Json] as const);
  return { schema: mapSchema(parts.schema, opened) as Json, defs: new Map(defs) };
}

/** That nothing else goes out is not a promise to clients: the next version may have more. */
function opened({ additionalProperties, ...schema }: Json): Json {
  return additionalProperties === undefined || additionalProperties === false
    ? schema
    : { ...schema, additionalProperties };
}

/** The schema, and what it refers to, as one. */
export function resolved({ schema, defs }: Parts): Json {
  return dereferenced({ $defs: Object.fromEntries(defs) }, schema);
}
