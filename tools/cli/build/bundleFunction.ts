import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { BuildOptions, BuildResult, OutputFile } from "esbuild";
import { explained } from "../entry/bundle.ts";
import { loadEsbuild } from "../entry/esbuild.ts";
import { writeText } from "../shell/shared.ts";
import { useValidators, type Validators, validatorsFile } from "./compileSchemas.ts";
import type { FunctionSource } from "./functions.ts";
import { lacksFiles } from "./lateImports.ts";
import { findLeftOut, type LeftOut, leaveOut } from "./leaveOut.ts";
import type { PartName } from "./parts.ts";

/** How functions are bundled. */
export interface BundleOptions {
  /** The folder of the project's `package.json`. */
  readonly root: string;
  readonly minify: boolean;
  readonly sourcemap: boolean;
  readonly splitting: boolean;
  /** Packages that the Lambda runtime or a layer brings. */
  readonly external: readonly string[];
  /** What takes the place of Ajv; it stays where there is none. */
  readonly validators: Validators;
  /** Parts of tsverless that the function asks for, which its code does not tell. */
  readonly keep?: readonly PartName[];
}

/** A function as it is going to be on disk. */
export interface FunctionBundle {
  readonly source: FunctionSource;
  readonly folder: string;
  readonly files: readonly OutputFile[];
  readonly metafile: NonNullable<BuildResult["metafile"]>;
  /** As a person reads them. */
  readonly warnings: readonly string[];
  /** The schemas whose validators it carries, by their keys. */
  readonly compiled: readonly string[];
}

/** What CommonJS packages require of Node has no `require` in an ES module. */
const requireBanner =
  'import { createRequire as $createRequire } from "node:module"; const require = $createRequire(import.meta.url);';

const needsRequire = ({ outputFiles }: BuildResult<{ write: false }>): boolean =>
  outputFiles.some(({ text }) => text.includes("Dynamic require of"));

type Bundled = BuildResult<BuildOptions & { write: false; metafile: true }>;

/** Bundles with a `require` where there is code that needs one. */
async function bundled(options: BuildOptions): Promise<Bundled> {
  const esbuild = await loadEsbuild();
  const asked = { ...options, write: false, metafile: true } as const;
  const first = await explained(esbuild.build(asked));
  return needsRequire(first) ? esbuild.build({ ...asked, banner: { js: requireBanner } }) : first;
}

/**
 * Bundles one function, in memory.
 *
 * @param source its module
 * @param folder where it is going to be: `index.mjs`, and `chunks` that are loaded later
 * @throws BundleError where the code can't be read
 */
export async function bundleFunction(
  source: FunctionSource,
  folder: string,
  { root, minify, sourcemap, splitting, external, validators, keep = [] }: BundleOptions,
): Promise<FunctionBundle> {
  const esbuild = await loadEsbuild();
  const entry = `.tsverless/${source.name}.ts`;
  const common = {
    stdin: { contents: source.stub, resolveDir: root, sourcefile: entry, loader: "ts" },
    absWorkingDir: root,
    outdir: folder,
    entryNames: "index",
    chunkNames: "chunks/[name]-[hash]",
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node22",
    // CommonJS packages have these, an ES module has not. They name the bundle, which is where such a package is now.
    define: { __dirname: "import.meta.dirname", __filename: "import.meta.filename" },
    minify,
    sourcemap,
    splitting,
    external: [...external],
    logLevel: "silent",
  } satisfies BuildOptions;
  const optionsWithout = (left: LeftOut): BuildOptions => ({
    ...common,
    plugins: [
      {
        name: "tsverless",
        setup(build) {
          leaveOut(build, async () => left);
          useValidators(build, async () => ({ validators }));
        },
      },
    ],
  });
  const left = await findLeftOut({ esbuild, optionsWithout, root, texts: { [entry]: "" } }, keep);
  const result = await bundled(optionsWithout(left));
  const { outputFiles, metafile, warnings } = lacksFiles(result.metafile)
    ? await bundled(optionsWithout({ ...left, late: undefined }))
    : result;
  const texts = await esbuild.formatMessages(warnings, { kind: "warning" });
  const carries = Object.values(metafile.outputs).some(({ inputs }) => validatorsFile in inputs);
  return {
    source,
    folder,
    files: outputFiles,
    metafile,
    warnings: texts.map(text => text.trim()),
    compiled: carries ? [...validators.keys()] : [],
  };
}

/** Writes a function to its folder, in place of the one that is there. */
export async function writeBundle({ folder, files }: FunctionBundle): Promise<void> {
  if (existsSync(join(folder, "index.mjs"))) {
    for (const old of ["index.mjs", "index.mjs.map", "chunks"]) {
      await rm(join(folder, old), { recursive: true, force: true });
    }
  }
  for (const { path, contents } of files) writeText(folder, path, contents);
}
