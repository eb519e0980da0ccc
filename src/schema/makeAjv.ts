import { Ajv2020, type Options } from "ajv/dist/2020.js";
import ajvFormats from "ajv-formats";
import type { RemoveAdditional } from "./jsonSchemaObject.ts";
import type { SchemaTraits } from "./jsonSchemaWalk.ts";
import { formats } from "./schemaFormats.ts";

/** Notes that OpenAPI and TypeBox put into schemas, and that check nothing. */
const annotations = ["discriminator", "example", "externalDocs", "xml"];

/**
 * Makes an Ajv that checks as `jsonSchema` promises, at run time and ahead of it alike.
 *
 * @param code for what is written down in place of being run
 */
export function makeAjv(removeAdditional: RemoveAdditional, code: Options["code"] = {}): Ajv2020 {
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
    code,
  });
  ajvFormats.default(ajv);
  ajv.addFormat("url", formats.url as (text: string) => boolean);
  ajv.addVocabulary(annotations);
  return ajv;
}

/** Lets an Ajv take the extension keywords (`x-…`) of a schema. */
export function admitExtensions(ajv: Ajv2020, { extensions }: SchemaTraits): void {
  for (const keyword of extensions) if (!ajv.getKeyword(keyword)) ajv.addKeyword(keyword);
}
