import type { Compiled, RemoveAdditional } from "./jsonSchemaObject.ts";
import { schemaKey } from "./schemaKey.ts";
import { reportSchema } from "./schemaListener.ts";

export { equal, formats, ucs2length } from "./validatorParts.ts";

let known: Map<string, Compiled> | undefined;

const mostCharacters = 300;
const cut = (text: string): string =>
  text.length > mostCharacters ? `${text.slice(0, mostCharacters)}…` : text;

/**
 * Takes the validators that `tsverless build` or `tsverless compile` has written, by their keys.
 *
 * @param made what was written
 */
export function takeCompiled(made: Readonly<Record<string, Compiled>>): void {
  known ??= new Map();
  for (const [key, compiled] of Object.entries(made)) known.set(key, compiled);
}

/**
 * Finds the validator of a schema that was compiled ahead: what `#compile` means with the condition `tsverless-compiled`.
 *
 * @throws TypeError naming a schema that was not there when the others were compiled
 */
export function compile(schema: object | boolean, removeAdditional: RemoveAdditional): Compiled {
  const found = known?.get(schemaKey(schema, removeAdditional));
  if (found === undefined) {
    const text = cut(JSON.stringify(schema));
    throw new TypeError(
      known === undefined
        ? `jsonSchema: no schemas were compiled ahead, and the condition tsverless-compiled wants them to be: ${text}. ` +
            "Load the file that `tsverless compile` writes before all else"
        : `jsonSchema: this schema was not there when the others were compiled ahead: ${text}. ` +
            "Make it where its module is loaded, the same each time, and compile again; or leave Ajv in, by --no-compile " +
            "or without the condition tsverless-compiled",
    );
  }
  reportSchema(schema, removeAdditional);
  return found;
}
