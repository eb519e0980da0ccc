import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { checkArgument, checkOptions } from "../core/options.ts";
import { type CompiledValidator, type JsonSchema, makeJsonSchema } from "./jsonSchemaObject.ts";
import { type SchemaTraits, walkSchema } from "./jsonSchemaWalk.ts";

export type { CompiledValidator, JsonSchema } from "./jsonSchemaObject.ts";
export type { FromSchema, SchemaInput } from "./jsonSchemaTypes.ts";

export interface JsonSchemaOptions {
  /**
   * Turns text into the numbers, booleans, nulls and lists that the schema expects, before the check. `validate` does so
   * for queries, path parameters and headers without being told. @default false
   */
  coerce?: boolean;
  /**
   * Drops properties: `true` those that `additionalProperties: false` forbids, `"all"` every one that is not in
   * `properties`, `"failing"` those that fail the schema in `additionalProperties`. @default false
   */
  removeAdditional?: boolean | "all" | "failing";
}

/** One Ajv for each way to remove properties. */
const shared = /* @__PURE__ */ new Map<unknown, Ajv2020>();

/** Notes that OpenAPI and TypeBox put into schemas, and that check nothing. */
const annotations = ["discriminator", "example", "externalDocs", "xml"];

/** What goes before and after the host; the name and the password before it end at the first `@`. */
const urlParts = /^(?:https?|ftp):\/\/(?:[^\s/?#@]+@)?([^\s/?#@:]{1,253})(?::\d{2,5})?(?:\/\S*)?$/i;

/**
 * The format `url`: the package's own takes quadratic time for a long name and password, so it sees the host alone.
 *
 * @see https://www.rfc-editor.org/rfc/rfc3986#section-3.2
 */
function isUrl(text: string): boolean {
  const host = urlParts.exec(text)?.[1];
  return host !== undefined && (formats.default.get("url") as RegExp).test(`http://${host}`);
}

function makeAjv(removeAdditional: boolean | "all" | "failing"): Ajv2020 {
  const ajv = new Ajv2020({
    allErrors: true,
    useDefaults: true,
    removeAdditional,
    // walkSchema stands in for the meta-schema; strict mode refuses unknown keywords and formats.
    meta: false,
    validateSchema: false,
    // These three refuse what is valid JSON Schema: lists of types, tuples of any length, `required` in branches.
    strictTypes: false,
    strictTuples: false,
    strictRequired: false,
    logger: false,
  });
  formats.default(ajv);
  ajv.addFormat("url", isUrl);
  ajv.addVocabulary(annotations);
  return ajv;
}

function ajvFor(traits: SchemaTraits, removeAdditional: boolean | "all" | "failing"): Ajv2020 {
  // Ids are known to a whole Ajv: two schemas may each have their own "user".
  const apart = traits.hasIds;
  const ajv = (apart ? undefined : shared.get(removeAdditional)) ?? makeAjv(removeAdditional);
  if (!apart) shared.set(removeAdditional, ajv);
  for (const keyword of traits.extensions) if (!ajv.getKeyword(keyword)) ajv.addKeyword(keyword);
  return ajv;
}

function compile(schema: object | boolean, options: JsonSchemaOptions): [CompiledValidator, SchemaTraits] {
  try {
    const traits = walkSchema(schema);
    const ajv = ajvFor(traits, options.removeAdditional ?? false);
    return [ajv.compile(schema) as unknown as CompiledValidator, traits];
  } catch (cause) {
    throw new TypeError(`jsonSchema: ${(cause as Error).message}`, { cause });
  }
}

/**
 * Turns a JSON Schema (draft 2020-12), hand-written or TypeBox, into a Standard Schema of its type, backed by Ajv: all
 * problems at once, formats included, defaults filled in, the input never changed. It is compiled right here, so that a
 * broken schema shows when the program starts. It converts to JSON Schema (`~standard.jsonSchema`) for `draft-2020-12`,
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
  const [validator, { hasDefaults }] = compile(schema, options);
  return makeJsonSchema(schema, validator, { mutates: hasDefaults || removeAdditional !== false, coerce });
}
