import type { OnResolveResult, PluginBuild } from "esbuild";
import { compileModule, standaloneCode } from "../../../src/schema/standaloneCode.ts";
import { UserError } from "../shell/command.ts";
import type { MadeSchemas } from "../worker/madeSchemas.ts";
import type { ProjectModules } from "./modules.ts";

/** Validators as code, by the keys of their schemas. */
export type Validators = ReadonlyMap<string, string>;

/** Where a bundle's list of inputs has them. */
export const validatorsFile = "tsverless:validators";

/** What takes the place of Ajv, or why it has to stay. */
export interface CompiledSchemas {
  readonly validators: Validators;
  /** Why schemas can't be compiled ahead; there are no validators then. */
  readonly hindrance?: string;
}

/**
 * Says why schemas may be missing among those that were seen, if so.
 *
 * @param late modules that are loaded later
 * @param shown a path as the user would write it
 */
export const lateHindrance = (
  late: readonly string[],
  shown: (path: string) => string,
): string | undefined =>
  late.length > 0
    ? `${late.map(shown).join(", ")} may make more of them when it is loaded, by import()`
    : undefined;

/**
 * Writes the validators of a project's schemas.
 *
 * @param shown a path as the user would write it
 */
export function compileSchemas(
  { keys, odd }: MadeSchemas,
  { late }: Pick<ProjectModules, "late">,
  shown: (path: string) => string,
): CompiledSchemas {
  const stays = (hindrance: string): CompiledSchemas => ({ validators: new Map(), hindrance });
  if (keys.length + odd === 0) return { validators: new Map() };
  if (odd > 0) return stays("a JSON Schema holds what JSON can't write, such as a Date or a bigint");
  const hindrance = lateHindrance(late, shown);
  if (hindrance !== undefined) return stays(hindrance);
  return { validators: new Map(keys.map(key => [key, standaloneCode(key)])) };
}

/** Says that a bundle has Ajv, for a {@link CompiledSchemas.hindrance}. */
export const ajvStays = (hindrance: string): string =>
  `Schemas are compiled at start, and Ajv stays in the bundle: ${hindrance}.`;

const failed = (error: unknown): OnResolveResult => {
  if (error instanceof UserError) return { errors: [{ text: error.message }] };
  throw error;
};

const ajv = ({ hindrance }: CompiledSchemas): OnResolveResult | undefined =>
  hindrance === undefined ? undefined : { warnings: [{ text: ajvStays(hindrance) }] };

/**
 * Puts validators in the place of Ajv, where `jsonSchema` asks for it.
 *
 * @param take gives the validators, once something asks; Ajv stays where there are none. A UserError of it fails the build
 */
export function useValidators(build: PluginBuild, take: () => Promise<CompiledSchemas>): void {
  build.onResolve({ filter: /^#compile$/ }, async ({ importer }) => {
    const [, folder, extension] = /^(.*[\\/]schema)[\\/]jsonSchema(\.[jt]s)$/.exec(importer) ?? [];
    if (folder === undefined) return undefined;
    const use = (compiled: CompiledSchemas): OnResolveResult | undefined => {
      const { validators } = compiled;
      if (validators.size === 0) return ajv(compiled);
      const pluginData = { folder, ahead: `./compiledAhead${extension}`, validators };
      return { path: "validators", namespace: "tsverless", sideEffects: false, pluginData };
    };
    return take().then(use, failed);
  });
  build.onLoad({ filter: /^validators$/, namespace: "tsverless" }, ({ pluginData }) => ({
    contents: compileModule(pluginData.validators, pluginData.ahead),
    resolveDir: pluginData.folder,
    loader: "js",
  }));
}
