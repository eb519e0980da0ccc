import { readdirSync, rmdirSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type * as Esbuild from "esbuild";
import type { BuildFailure, BuildOptions, Message } from "esbuild";
import { UserError } from "../shell/command.ts";
import { makeFolders } from "../shell/makeFolders.ts";
import { loadEsbuild } from "./esbuild.ts";
import type { Entry } from "./findEntry.ts";

/** What an entry became: one file, for as long as it is wanted. */
export interface Bundle {
  readonly file: string;
  remove(): void;
}

/** An entry that can't be bundled: a syntax error, a file that is not there. The message has file, line and code. */
export class BundleError extends UserError {
  override readonly name: string = "BundleError";
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
};

/** Files of runs that did not get to tidy up. */
function removeLeftovers(folder: string): void {
  for (const name of readdirSync(folder)) {
    const pid = Number(/^(\d+)-\d+(?:\.mjs)?$/.exec(name)?.[1]);
    if (pid > 0 && !isAlive(pid)) rmSync(join(folder, name), { force: true, recursive: true });
  }
}

let count = 0;

/** What bundles a project in a build of its user's own. */
export interface Bundler {
  /** The esbuild that runs the build. */
  readonly esbuild: Pick<typeof Esbuild, "build" | "formatMessages">;
  /** How it reads files: loaders, definitions, plugins and the like. */
  readonly options: BuildOptions;
}

/**
 * Makes room for one bundle of a project, where its packages are found.
 *
 * @param extension that of its file; none for a folder
 */
export function bundleFile({ root }: Pick<Entry, "root">, extension = ".mjs"): Bundle {
  const folder = join(root, "node_modules/.tsverless");
  try {
    makeFolders(folder);
    removeLeftovers(folder);
  } catch (error) {
    throw new UserError(`Can't write to ${folder}: ${(error as Error).message}`);
  }
  count += 1;
  const file = join(folder, `${process.pid}-${count}${extension}`);
  return {
    file,
    remove() {
      rmSync(file, { force: true, recursive: true });
      for (const empty of [folder, dirname(folder)]) {
        try {
          rmdirSync(empty);
        } catch {
          return; // It is not empty, or another run was faster.
        }
      }
    },
  };
}

/**
 * Loads tsverless first, the project's own copy, so that settings can be made before the entry is loaded, and handlers
 * explained. A project may do without it.
 */
const wrapper = (name: string, modules: readonly string[]): string => `
export const tsverless = () => import("tsverless").catch(() => undefined);
export const entry = () => import(${JSON.stringify(`./${name}`)});
export const modules = {
${modules.map(path => `  ${JSON.stringify(path)}: () => import(${JSON.stringify(path)}),`).join("\n")}
};`;

/**
 * How an entry is bundled to be run here: packages stay outside, all other files become one, and stack traces name the
 * sources.
 *
 * @param modules files that are to be looked at one by one besides
 */
export function bundleOptions({ file, root }: Entry, modules: readonly string[] = []): BuildOptions {
  return {
    stdin: {
      contents: wrapper(basename(file), modules),
      resolveDir: dirname(file),
      sourcefile: ".tsverless/entry.js",
    },
    absWorkingDir: root,
    bundle: true,
    platform: "node",
    format: "esm",
    target: `node${process.versions.node}`,
    packages: "external",
    sourcemap: "inline",
    sourcesContent: false,
    logLevel: "silent",
    // What CommonJS files of the project require stays outside too, and needs a `require`.
    banner: {
      js: 'import { createRequire as $require } from "node:module"; var require = $require(import.meta.url);',
    },
  };
}

/** Errors of esbuild as a person reads them, with the line of code. */
export async function bundleError(
  errors: readonly Message[],
  color: boolean,
  { formatMessages }: Pick<Bundler["esbuild"], "formatMessages">,
): Promise<BundleError> {
  const texts = await formatMessages([...errors], { kind: "error", color });
  return new BundleError(texts.map(text => text.trim()).join("\n\n"));
}

/**
 * Waits for a build.
 *
 * @throws BundleError where esbuild can't read the code
 */
export async function explained<T>(
  build: Promise<T>,
  color = false,
  esbuild?: Bundler["esbuild"],
): Promise<T> {
  try {
    return await build;
  } catch (error) {
    const { errors } = error as Partial<BuildFailure>;
    throw errors === undefined ? error : await bundleError(errors, color, esbuild ?? (await loadEsbuild()));
  }
}

/**
 * Makes one file of an entry, which finds its packages as the entry does.
 *
 * @param modules files that are to be looked at one by one besides
 * @param bundler what bundles it, if not the project's esbuild
 * @throws BundleError where the code can't be read
 */
export async function bundleEntry(
  entry: Entry,
  color = false,
  modules: readonly string[] = [],
  bundler?: Bundler,
): Promise<Bundle> {
  const esbuild = bundler?.esbuild ?? (await loadEsbuild());
  const bundle = bundleFile(entry);
  const options = { ...bundleOptions(entry, modules), ...bundler?.options, outfile: bundle.file };
  try {
    await explained(esbuild.build(options), color, esbuild);
    return bundle;
  } catch (error) {
    bundle.remove();
    throw error;
  }
}
