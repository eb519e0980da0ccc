import type { Plugin } from "esbuild";
import { checkOptions } from "../../src/core/options.ts";
import { type CompiledSchemas, useValidators } from "../cli/build/compileSchemas.ts";
import { collectSchemas } from "./collectSchemas.ts";

/** What {@link tsverless} may be given. */
export interface TsverlessPluginOptions {
  /** The modules that make the schemas, from the build's folder. @default the build's entry points */
  entry?: string | readonly string[];
}

const pluginName = "tsverless";

/**
 * Makes a plugin of esbuild that compiles JSON Schemas ahead, as `tsverless build` does: the bundle has the validators of its
 * schemas in the place of Ajv. It loads the entry points to see their schemas, again for each rebuild.
 *
 * @param options `entry`, where other modules than the entry points make the schemas
 * @returns the plugin, which any number of builds may share
 * @throws TypeError when an option is wrong. A build fails where its entry points can't be loaded
 * @see https://esbuild.github.io/plugins/
 * @example
 * await build({ entryPoints: ["src/api.ts"], outdir: "dist", bundle: true, platform: "node", plugins: [tsverless()] });
 */
export function tsverless(options: TsverlessPluginOptions = {}): Plugin {
  checkOptions("tsverless", options, { entry: ["string", "names"] });
  const { entry } = options;
  return {
    name: pluginName,
    setup(build) {
      let compiled: Promise<CompiledSchemas> | undefined;
      build.onStart(() => {
        compiled = undefined;
      });
      useValidators(build, () => {
        const entryPoints = entry === undefined ? build.initialOptions.entryPoints : [entry].flat();
        compiled ??= collectSchemas(build, entryPoints, pluginName);
        return compiled;
      });
    },
  };
}
