import { _ } from "ajv/dist/2020.js";
import standalone from "ajv/dist/standalone/index.js";
import { walkSchema } from "./jsonSchemaWalk.ts";
import { admitExtensions, makeAjv } from "./makeAjv.ts";
import { ofSchemaKey } from "./schemaKey.ts";

/** What Ajv's code requires of its own package, and what stands for it in ours. */
const parts: readonly (readonly [code: string, name: string])[] = [
  ['require("ajv/dist/runtime/equal").default', "equal"],
  ['require("ajv/dist/runtime/ucs2length").default', "ucs2length"],
];

const header = /^"use strict";export const validate = (\w+);export default \w+;/;

/** The code of one validator, as an expression. */
function codeOf(key: string): string {
  const [schema, removeAdditional] = ofSchemaKey(key);
  const traits = walkSchema(schema);
  const ajv = makeAjv(removeAdditional, { source: true, esm: true, formats: _`formats` });
  admitExtensions(ajv, traits);
  const code = standalone.default(ajv, ajv.compile(schema));
  const [found = "", name = ""] = header.exec(code) ?? [];
  const body = parts.reduce((text, [from, to]) => text.replaceAll(from, to), code.slice(found.length));
  return `{ hasDefaults: ${traits.hasDefaults}, validator: (() => {${body}\nreturn ${name};})() }`;
}

/**
 * Writes the validators of schemas as a module, by Ajv's own generator. It hands them to `compiledAhead`, and exports its
 * `compile`.
 *
 * @param keys what `schemaKey` says of each
 * @param ahead where the module finds `compiledAhead`
 */
export function standaloneCode(keys: readonly string[], ahead: string): string {
  const used = keys.map(key => `  ${JSON.stringify(key)}: ${codeOf(key)},`);
  return [
    `import { compile, equal, formats, takeCompiled, ucs2length } from ${JSON.stringify(ahead)};`,
    `takeCompiled({\n${used.join("\n")}\n});`,
    "export { compile };",
    "",
  ].join("\n");
}
