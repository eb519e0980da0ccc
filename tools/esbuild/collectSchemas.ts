import { existsSync } from "node:fs";
import { dirname } from "node:path";
import type { BuildOptions, PluginBuild } from "esbuild";
import { type CompiledSchemas, compileSchemas } from "../cli/build/compileSchemas.ts";
import { entryModules } from "../cli/build/modules.ts";
import type { Bundler } from "../cli/entry/bundle.ts";
import { shownPath } from "../cli/entry/findEntry.ts";
import { packageFolder } from "../cli/entry/packageFolder.ts";
import { UserError } from "../cli/shell/command.ts";
import { guestIo } from "../cli/shell/io.ts";
import type { MadeSchemas } from "../cli/worker/madeSchemas.ts";
import { withWorker } from "../cli/worker/withWorker.ts";
import { readingOptions } from "./readingOptions.ts";

/** What bundles the entries to be loaded here, as the build bundles them. */
function bundlerOf({ esbuild, initialOptions }: PluginBuild, folder: string, own: string): Bundler {
  const options: BuildOptions = {
    ...readingOptions(initialOptions),
    absWorkingDir: folder,
    plugins: (initialOptions.plugins ?? []).filter(({ name }) => name !== own),
  };
  return { esbuild, options };
}

/**
 * Loads the entry points of a build, and compiles the schemas that they make.
 *
 * @param build the build
 * @param entryPoints modules that make its schemas, as esbuild takes them
 * @param own the name of the plugin itself
 * @throws UserError when they can't be loaded
 */
export async function collectSchemas(
  build: PluginBuild,
  entryPoints: BuildOptions["entryPoints"],
  own: string,
): Promise<CompiledSchemas> {
  const folder = build.initialOptions.absWorkingDir ?? process.cwd();
  const bundler = bundlerOf(build, folder, own);
  const { entries, late } = await entryModules(entryPoints, folder, bundler);
  const shown = (path: string): string => shownPath(folder, path);
  const [first, ...others] = entries;
  const missing = entries.find(path => !existsSync(path));
  if (first === undefined || missing !== undefined) {
    const what = missing === undefined ? "The build has no entry point that is" : `${shown(missing)} is not`;
    throw new UserError(`${what} a file of code: the option entry says which modules make the schemas`);
  }
  const entry = { file: first, root: packageFolder(dirname(first)) ?? dirname(first) };
  const text = await withWorker(guestIo(folder), entry, ({ call }) => call({ type: "schemas" }), {
    schemasOnly: true,
    modules: others,
    bundler,
    name: entries.map(shown).join(", "),
  });
  return compileSchemas(JSON.parse(text) as MadeSchemas, { late }, shown);
}
