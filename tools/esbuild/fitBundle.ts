import { join } from "node:path";
import type { BuildOptions, PluginBuild } from "esbuild";
import type { CompiledSchemas } from "../cli/build/compileSchemas.ts";
import { useValidators } from "../cli/build/compileSchemas.ts";
import { lacksFiles } from "../cli/build/lateImports.ts";
import { type Bundling, findLeftOut, type LeftOut, leaveOut, nothingLeftOut } from "../cli/build/leaveOut.ts";
import { type Failure, type Loaded, loadApart } from "../cli/build/loadApart.ts";
import { type PartName, partNames } from "../cli/build/parts.ts";
import { BundleError, bundleFile, explained } from "../cli/entry/bundle.ts";
import { packageFolder } from "../cli/entry/packageFolder.ts";
import { UserError } from "../cli/shell/command.ts";
import { readingOptions } from "./readingOptions.ts";

/** What a build leaves out, and what its user should know of that. */
export interface Fit {
  readonly left: LeftOut;
  readonly note?: string;
}

/** What is known of the build that the plugin is in. */
export interface Fitting {
  /** The parts that its user wants to stay. */
  readonly keep: readonly PartName[];
  /** The name of the plugin itself. */
  readonly own: string;
  /** Gives what takes the place of Ajv, if anything is to. */
  readonly schemas: (() => Promise<CompiledSchemas>) | undefined;
}

/** The build itself with nothing but what is left out being another, in memory. */
function bundlingOf({ esbuild, initialOptions }: PluginBuild, { own, schemas }: Fitting): Bundling {
  const { stdin, absWorkingDir: root = process.cwd(), plugins = [] } = initialOptions;
  return {
    esbuild,
    root,
    texts: stdin === undefined ? {} : { [stdin.sourcefile ?? "<stdin>"]: String(stdin.contents) },
    optionsWithout: left => ({
      ...initialOptions,
      logLevel: "silent",
      metafile: true,
      write: false,
      plugins: plugins.map(plugin => {
        if (plugin.name !== own) return plugin;
        return {
          name: own,
          setup(build) {
            leaveOut(build, async () => left);
            if (schemas !== undefined) useValidators(build, schemas);
          },
        };
      }),
    }),
  };
}

/** Makes the bundle as one that runs here, and loads it once. */
async function loadHere(
  { initialOptions }: PluginBuild,
  { esbuild, root, optionsWithout }: Bundling,
  left: LeftOut,
): Promise<Failure | Loaded> {
  const { entryPoints, stdin, packages, plugins } = optionsWithout(left);
  const { define, ...reading } = readingOptions(initialOptions);
  const bundle = bundleFile({ root: packageFolder(root) ?? root }, "");
  try {
    const options: BuildOptions = {
      ...reading,
      entryPoints,
      stdin,
      packages,
      plugins,
      define: { __dirname: "import.meta.dirname", __filename: "import.meta.filename", ...define },
      absWorkingDir: root,
      outdir: bundle.file,
      outExtension: { ".js": ".mjs" },
      bundle: true,
      platform: "node",
      format: "esm",
      target: `node${process.versions.node}`,
      banner: {
        js: 'import { createRequire as $require } from "node:module"; var require = $require(import.meta.url);',
      },
      metafile: true,
      logLevel: "silent",
    };
    const { metafile } = await explained(esbuild.build(options), false, esbuild);
    const made = Object.entries(metafile?.outputs ?? {}).filter(([, { entryPoint }]) => entryPoint);
    const files = made.map(([path]) => join(root, path)).filter(path => path.endsWith(".mjs"));
    return await loadApart(files);
  } catch (error) {
    if (!(error instanceof BundleError)) throw error;
    return { message: "", text: error.message };
  } finally {
    bundle.remove();
  }
}

/** What nobody asks for: neither the code, nor what loads it. */
async function provenLeftOut(
  build: PluginBuild,
  bundling: Bundling,
  keep: readonly PartName[],
): Promise<Fit> {
  const left = await findLeftOut(bundling, keep);
  if (left.parts.length === 0) return { left };
  const said = await loadHere(build, bundling, left);
  const { missed = [] } = said;
  if (missed.length > 0) return provenLeftOut(build, bundling, [...keep, ...missed]);
  if ("schemas" in said) return { left };
  const names = left.parts.join(", ");
  const note = `What no code asks for stays in the bundle (${names}): it can't be loaded here. ${said.text}`;
  return { left: await findLeftOut(bundling, partNames), note };
}

/**
 * Finds what a build can leave out: what its code does not ask for, and nothing that loads it does either.
 *
 * @param build the build
 */
export async function fitBundle(build: PluginBuild, fitting: Fitting): Promise<Fit> {
  const bundling = bundlingOf(build, fitting);
  try {
    const found = await provenLeftOut(build, bundling, fitting.keep);
    const { late, ...rest } = found.left;
    if (late === undefined) return found;
    const options = bundling.optionsWithout(found.left);
    const { metafile } = await explained(bundling.esbuild.build(options), false, bundling.esbuild);
    return metafile !== undefined && lacksFiles(metafile) ? { ...found, left: rest } : found;
  } catch (error) {
    // The build itself says what is wrong with the code.
    if (error instanceof BundleError) return { left: nothingLeftOut };
    if (error instanceof UserError) return { left: nothingLeftOut, note: error.message };
    throw error;
  }
}
