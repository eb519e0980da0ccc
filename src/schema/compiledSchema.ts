import { checkArgument } from "../core/options.ts";
import { type CompiledValidator, type JsonSchema, makeJsonSchema } from "./jsonSchemaObject.ts";

/**
 * A JSON Schema whose validator was compiled ahead of time, as a Standard Schema: it checks as `jsonSchema` does, but
 * needs no Ajv in the bundle and no compiling at start.
 *
 * @param schema the JSON Schema (draft 2020-12) that the validator was compiled from, or a TypeBox schema
 * @param validate the function that Ajv's standalone code exports; compile it with `allErrors` to report all problems
 * @returns a Standard Schema of the schema's type
 * @throws TypeError when `schema` is not a schema or `validate` no function
 * @see https://ajv.js.org/standalone.html
 * @example
 * import validateUser from "./generated/user.js";
 * const NewUser = compiledSchema({ type: "object", properties: { email: { type: "string" } } }, validateUser);
 */
export function compiledSchema<const Source extends object | boolean>(
  schema: Source,
  validate: CompiledValidator,
): JsonSchema<Source> {
  checkArgument("compiledSchema", "schema", schema ?? null, ["object", "boolean"]);
  checkArgument("compiledSchema", "validate", validate ?? null, "function");
  // How it was compiled is unknown: it may fill in defaults or remove properties.
  return makeJsonSchema(schema, validate, { mutates: true, coerce: false });
}
