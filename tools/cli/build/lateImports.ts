import type { Metafile, OnLoadResult, OnResolveResult, Plugin, PluginBuild } from "esbuild";
import { type Bundler, explained } from "../entry/bundle.ts";
import { entriesOf } from "./modules.ts";
import { resolveElse } from "./resolveElse.ts";

const namespace = "tsverless-late";
const leftOut = "tsverless:left-out";

interface LateImport {
  /** The file that is imported. */
  readonly path: string;
  readonly resolveDir: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** Says what becomes of each `import()` of a file. What is external, or not there, is left to esbuild. */
function onLateImport(
  build: PluginBuild,
  become: (late: LateImport) => OnResolveResult | undefined | Promise<OnResolveResult | undefined>,
): void {
  build.onResolve({ filter: /./ }, async args => {
    const found = args.kind === "dynamic-import" ? await resolveElse(build, namespace, args) : undefined;
    if (found === undefined) return undefined;
    return become({ path: found.path, resolveDir: args.resolveDir, attributes: args.with });
  });
}

/** Puts a module of its own behind each `import()`, that is in the bundle where the code is that imports, and only there. */
const marked: Plugin = {
  name: "tsverless-marked",
  setup(build) {
    onLateImport(build, late => ({ path: late.path, namespace, pluginData: late }));
    build.onLoad({ filter: /./, namespace }, ({ pluginData }): OnLoadResult => {
      const { path, resolveDir, attributes } = pluginData as LateImport;
      const given = Object.keys(attributes).length > 0 ? ` with ${JSON.stringify(attributes)}` : "";
      return {
        contents: `import * as all from ${JSON.stringify(path)}${given}; console.log(all);`,
        resolveDir,
      };
    });
  },
};

/** What a function is made of. */
export interface Survey {
  /** All files that esbuild reads. */
  readonly inputs: Metafile["inputs"];
  /** Where it begins. */
  readonly entries: readonly string[];
  /** Those that the function may really load late. */
  readonly late: ReadonlySet<string>;
}

/**
 * Finds what a bundle is made of, and what it may really load late. esbuild makes a chunk of each `import()` that it reads, also where the code
 * around it is in no bundle, and chunks of what these have in common with the function, which are then loaded at start.
 * Where it does not split, only what can be reached is there.
 *
 * @param options how it is bundled
 * @throws BundleError where the code can't be read
 */
export async function survey({ esbuild, options }: Bundler): Promise<Survey> {
  const { metafile } = await explained(
    esbuild.build({
      ...options,
      splitting: false,
      sourcemap: false,
      plugins: [marked, ...(options.plugins ?? [])],
      metafile: true,
      write: false,
    }),
    false,
    esbuild,
  );
  const { inputs, outputs } = metafile;
  const made = Object.values(outputs).flatMap(output => Object.entries(output.inputs));
  const present = made.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([path]) => path);
  const prefix = `${namespace}:`;
  const late = present.filter(path => path.startsWith(prefix)).map(path => path.slice(prefix.length));
  return { inputs, entries: entriesOf(metafile), late: new Set(late) };
}

/**
 * Makes no chunk of any other file. What is not split has none.
 *
 * @param find gives what {@link survey} found; nothing where every file may be one
 */
export function onlyLate(build: PluginBuild, find: () => Promise<ReadonlySet<string> | undefined>): void {
  onLateImport(build, async ({ path }) => {
    const files = build.initialOptions.splitting === true ? await find() : undefined;
    return files === undefined || files.has(path) ? undefined : { path: leftOut, external: true };
  });
}

/** Whether a bundle imports what was left out, as where esbuild finds more to be reachable when it splits. */
export function lacksFiles({ outputs }: Metafile): boolean {
  return Object.values(outputs).some(({ imports }) => imports.some(({ path }) => path === leftOut));
}
