import { compile } from "#compile";
import { checkArgument, checkOptions } from "../core/options.ts";
import { type JsonSchema, makeJsonSchema, type RemoveAdditional } from "./jsonSchemaObject.ts";

export type { CompiledValidator, JsonSchema } from "./jsonSchemaObject.ts";
export type { FromSchema, SchemaInput } from "./jsonSchemaTypes.ts";

export interface JsonSchemaOptions {
  /**
   * Turns text into the numbers, booleans, nulls and lists that the schema expects, before the check. `validate` does so
   * for queries, path parameters and headers by itself. @default false
   */
  coerce?: boolean;
  /**
   * Drops properties: `true` those that `additionalProperties: false` forbids, `"all"` every one that is not in
   * `properties`, `"failing"` those that fail the schema in `additionalProperties`. @default false
   */
  removeAdditional?: RemoveAdditional;
}

/**
 * Turns a JSON Schema (draft 2020-12), hand-written or TypeBox, into a Standard Schema of its type, backed by Ajv: all
 * problems at once, formats included, defaults filled in, the input never changed. It is compiled right here, so that a
 * broken schema shows when the program starts; in a bundle whose schemas were compiled ahead, it is looked up. It converts to JSON Schema (`~standard.jsonSchema`) for `draft-2020-12`,
 * `draft-07`, `openapi-3.1` and `openapi-3.2`.
 *
 * @param schema the schema; its type is inferred without `as const` when it is written in place
 * @param options `coerce`, `removeAdditional`
 * @returns a Standard Schema
 * @throws TypeError when the schema is broken (naming the place) or an option is wrong
 * @see https://json-schema.org/draft/2020-12, https://standardschema.dev
 * @example
 * const NewUser = jsonSchema({
 *   type: "object",
 *   properties: { email: { type: "string", format: "email" }, age: { type: "integer", minimum: 0 } },
 *   required: ["email"],
 * });
 */
export function jsonSchema<const Source extends object | boolean>(
  schema: Source,
  options: JsonSchemaOptions = {},
): JsonSchema<Source> {
  checkArgument("jsonSchema", "schema", schema ?? null, ["object", "boolean"]);
  checkOptions("jsonSchema", options, { coerce: "boolean", removeAdditional: ["boolean", "string"] });
  const { coerce = false, removeAdditional = false } = options;
  if (typeof removeAdditional === "string" && removeAdditional !== "all" && removeAdditional !== "failing") {
    throw new TypeError('jsonSchema: option "removeAdditional" must be true, false, "all" or "failing"');
  }
  const { validator, hasDefaults } = compile(schema, removeAdditional);
  return makeJsonSchema(schema, validator, { mutates: hasDefaults || removeAdditional !== false, coerce });
}
