import type { Plugin } from "esbuild";
import { checkOptions } from "../../src/core/options.ts";
import { type CompiledSchemas, useValidators } from "../cli/build/compileSchemas.ts";
import { leaveOut } from "../cli/build/leaveOut.ts";
import { type PartName, partNames } from "../cli/build/parts.ts";
import { collectSchemas } from "./collectSchemas.ts";
import { type Fit, fitBundle } from "./fitBundle.ts";

/** What {@link tsverless} may be given. */
export interface TsverlessPluginOptions {
  /** The modules that make the schemas, from the build's folder. @default the build's entry points */
  entry?: string | readonly string[];
  /** Whether JSON Schemas are compiled now; `false` leaves Ajv in. @default true */
  compile?: boolean;
  /**
   * Parts that stay where no code asks for them: `"auth"`, `"alb"`, `"jwks"`, `"parents"`, `"sparse"`, `"include"` and `"bulk"`, what the options `auth`,
   * its `alb` and `jwks`, `parent`, `fields`, `include` and `bulk` need, `"arrays"` and `"bounds"`, what `queryset` needs, and `"stamps"`, those of
   * models. With all, nothing is loaded to see whether anything does. @default []
   */
  keep?: readonly PartName[];
}

const pluginName = "tsverless";

/**
 * Makes a plugin of esbuild that makes of a build what `tsverless build` makes: the validators of its JSON Schemas are in the
 * place of Ajv, what nobody asks for is left out, with `splitting` there are no chunks that nothing loads, and of the AWS SDK
 * there is what is used. It loads the entry points to see what they ask for, again for each rebuild.
 *
 * @param options `entry`, where other modules than the entry points make the schemas; `compile` and `keep` leave things in
 * @returns the plugin, which any number of builds may share
 * @throws TypeError when an option is wrong. A build fails where the entry points, with JSON Schemas, can't be loaded
 * @see https://esbuild.github.io/plugins/
 * @example
 * await build({ entryPoints: ["src/api.ts"], outdir: "dist", bundle: true, platform: "node", plugins: [tsverless()] });
 */
export function tsverless(options: TsverlessPluginOptions = {}): Plugin {
  checkOptions("tsverless", options, { entry: ["string", "names"], compile: "boolean", keep: "names" });
  const { entry, compile = true, keep = [] } = options;
  if (keep.some(name => !partNames.includes(name))) {
    throw new TypeError(`tsverless: option "keep" must list some of ${partNames.join(", ")}`);
  }
  return {
    name: pluginName,
    setup(build) {
      let compiled: Promise<CompiledSchemas> | undefined;
      let fitting: Promise<Fit> | undefined;
      const takeCompiled = (): Promise<CompiledSchemas> => {
        const entryPoints = entry === undefined ? build.initialOptions.entryPoints : [entry].flat();
        compiled ??= collectSchemas(build, entryPoints, pluginName);
        return compiled;
      };
      const schemas = compile ? takeCompiled : undefined;
      const takeFit = (): Promise<Fit> => {
        fitting ??= fitBundle(build, { keep, own: pluginName, schemas });
        return fitting;
      };
      build.onStart(() => {
        compiled = undefined;
        fitting = undefined;
      });
      leaveOut(build, async () => (await takeFit()).left);
      if (schemas !== undefined) useValidators(build, schemas);
      build.onEnd(async () => {
        const note = (await fitting)?.note;
        return note === undefined ? undefined : { warnings: [{ text: note }] };
      });
    },
  };
}
