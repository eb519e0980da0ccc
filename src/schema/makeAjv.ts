import { _, Ajv2020, type Options } from "ajv/dist/2020.js";
import ajvEqual from "ajv/dist/runtime/equal.js";
import ajvLength from "ajv/dist/runtime/ucs2length.js";
import ajvFormats from "ajv-formats";
import type { RemoveAdditional } from "./jsonSchemaObject.ts";
import type { SchemaTraits } from "./jsonSchemaWalk.ts";
import { equal, formats, ucs2length } from "./validatorParts.ts";

/** What a CommonJS module exports as `default`: some loaders have taken it out already. */
const unwrapped = <T>(module: { default: T }): T => module.default ?? (module as T);

/** Notes that OpenAPI and TypeBox put into schemas, and that check nothing. */
const annotations = ["discriminator", "example", "externalDocs", "xml"];

/** What Ajv follows, and calls unknown all the same. */
const unlisted = ["$anchor"];

/**
 * Makes an Ajv that checks as `jsonSchema` promises, at run time and ahead of it alike.
 *
 * @param traits what the schema is like that it shall compile
 * @param code for what is written down in place of being run
 */
export function makeAjv(
  { namesInherited }: SchemaTraits,
  removeAdditional: RemoveAdditional,
  code: Options["code"] = {},
): Ajv2020 {
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
    // Costs a call for each property: not for schemas that cannot mistake what is inherited for what was sent.
    ownProperties: namesInherited,
    logger: false,
    code,
  });
  ajvFormats.default(ajv);
  ajv.addFormat("url", formats.url as (text: string) => boolean);
  ajv.addVocabulary([...annotations, ...unlisted]);
  // Ajv's code gets these by the names that compiled code imports, and ours in place of Ajv's own.
  ajv.scope.value("func", { key: unwrapped(ajvEqual), ref: equal, code: _`equal` });
  ajv.scope.value("func", { key: unwrapped(ajvLength), ref: ucs2length, code: _`ucs2length` });
  return ajv;
}

/** Lets an Ajv take the extension keywords (`x-…`) of a schema. */
export function admitExtensions(ajv: Ajv2020, { extensions }: SchemaTraits): void {
  for (const keyword of extensions) if (!ajv.getKeyword(keyword)) ajv.addKeyword(keyword);
}
