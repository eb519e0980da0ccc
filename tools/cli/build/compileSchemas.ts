import type { Plugin } from "esbuild";
import { standaloneCode, standaloneModule } from "../../../src/schema/standaloneCode.ts";
import type { MadeSchemas } from "../worker/madeSchemas.ts";
import type { ProjectModules } from "./modules.ts";

/** Validators as code, by the keys of their schemas. */
export type Validators = ReadonlyMap<string, string>;

/** Where a bundle's list of inputs has them. */
export const validatorsFile = "tsverless:validators";

/**
 * Writes the validators of a project's schemas.
 *
 * @param shown a path as the user would write it
 * @returns none where Ajv has to stay, with a note that says why
 */
export function compileSchemas(
  { keys, odd }: MadeSchemas,
  { late }: ProjectModules,
  shown: (path: string) => string,
): { validators: Validators; notes: readonly string[] } {
  const stays = (why: string) => ({
    validators: new Map(),
    notes: [`Schemas are compiled at start, and Ajv stays in the bundle: ${why}.`],
  });
  if (keys.length + odd === 0) return { validators: new Map(), notes: [] };
  if (odd > 0) return stays("a JSON Schema holds what JSON can't write, such as a Date or a bigint");
  if (late.length > 0) {
    return stays(`${late.map(shown).join(", ")} may make more of them when it is loaded, by import()`);
  }
  return { validators: new Map(keys.map(key => [key, standaloneCode(key)])), notes: [] };
}

/** Puts validators in the place of Ajv, where `jsonSchema` asks for it. */
export function compiledPlugin(validators: Validators): Plugin {
  return {
    name: "tsverless-compiled",
    setup(build) {
      build.onResolve({ filter: /^#compile$/ }, ({ importer }) => {
        const [, folder, extension] = /^(.*[\\/]schema)[\\/]jsonSchema(\.[jt]s)$/.exec(importer) ?? [];
        if (folder === undefined) return undefined;
        const pluginData = { folder, ahead: `./compiledAhead${extension}` };
        return { path: "validators", namespace: "tsverless", sideEffects: false, pluginData };
      });
      build.onLoad({ filter: /^validators$/, namespace: "tsverless" }, ({ pluginData }) => ({
        contents: standaloneModule(validators, pluginData.ahead),
        resolveDir: pluginData.folder,
        loader: "js",
      }));
    },
  };
}
