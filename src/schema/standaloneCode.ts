import { _ } from "ajv/dist/2020.js";
import standalone from "ajv/dist/standalone/index.js";
import { walkSchema } from "./jsonSchemaWalk.ts";
import { admitExtensions, makeAjv } from "./makeAjv.ts";
import { ofSchemaKey } from "./schemaKey.ts";

const header = /^"use strict";export const validate = (\w+);export default \w+;/;

/**
 * Writes the validator of a schema as an expression, by Ajv's own generator.
 *
 * @param key what `schemaKey` says of it
 */
export function standaloneCode(key: string): string {
  const [schema, removeAdditional] = ofSchemaKey(key);
  const traits = walkSchema(schema);
  const ajv = makeAjv(traits, removeAdditional, { source: true, esm: true, formats: _`formats` });
  admitExtensions(ajv, traits);
  const code = standalone.default(ajv, ajv.compile(schema));
  const [found = "", name = ""] = header.exec(code) ?? [];
  return `{ hasDefaults: ${traits.hasDefaults}, validator: (() => {${code.slice(found.length)}\nreturn ${name};})() }`;
}

/**
 * Writes a module that hands validators to `compiledAhead`. It exports nothing: esbuild's `inject` takes what a module
 * exports for global names.
 *
 * @param codes what {@link standaloneCode} wrote, by the schemas' keys
 * @param ahead where the module finds `compiledAhead`
 */
export function standaloneModule(codes: ReadonlyMap<string, string>, ahead: string): string {
  const entries = [...codes].map(([key, code]) => `  ${JSON.stringify(key)}: ${code},`);
  return [
    `import { equal, formats, takeCompiled, ucs2length } from ${JSON.stringify(ahead)};`,
    `takeCompiled({\n${entries.join("\n")}\n});`,
    "",
  ].join("\n");
}

/** Writes what stands for `#compile` in a bundle: {@link standaloneModule}, which exports the `compile` of `compiledAhead`. */
export function compileModule(codes: ReadonlyMap<string, string>, ahead: string): string {
  return `import { compile } from ${JSON.stringify(ahead)};\n${standaloneModule(codes, ahead)}export { compile };\n`;
}
