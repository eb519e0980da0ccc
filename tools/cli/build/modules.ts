import { join } from "node:path";
import type { Metafile } from "esbuild";
import { bundleOptions, explained } from "../entry/bundle.ts";
import { loadEsbuild } from "../entry/esbuild.ts";
import type { Entry } from "../entry/findEntry.ts";

/** The files that an entry is made of: its own, no packages. */
export interface ProjectModules {
  /** The module of the entry itself. */
  readonly entry: string;
  /** Those that are loaded with the entry, the one that needs the fewest bytes first. */
  readonly paths: readonly string[];
  /** All that is loaded with a module, itself included. */
  closureOf(path: string): ReadonlySet<string>;
}

type Inputs = Metafile["inputs"];

function closure(inputs: Inputs, start: string): Set<string> {
  const seen = new Set<string>();
  const visit = (path: string): void => {
    const input = inputs[path];
    if (input === undefined || seen.has(path)) return;
    seen.add(path);
    for (const { path: next, kind, external } of input.imports) {
      if (!external && kind !== "dynamic-import") visit(next);
    }
  };
  visit(start);
  return seen;
}

const isCode = (path: string): boolean => /\.[cm]?[jt]sx?$/.test(path) && !/(^|\/)node_modules\//.test(path);

/**
 * Finds the modules of a project, without running them.
 *
 * @throws BundleError where the code can't be read
 */
export async function projectModules(entry: Entry): Promise<ProjectModules> {
  const esbuild = await loadEsbuild();
  const { metafile } = await explained(
    esbuild.build({
      ...bundleOptions(entry),
      stdin: undefined,
      entryPoints: [entry.file],
      outdir: entry.root,
      metafile: true,
      write: false,
    }),
  );
  const { inputs, outputs } = metafile;
  const main = Object.values(outputs).find(({ entryPoint }) => entryPoint !== undefined)
    ?.entryPoint as string;
  const closures = new Map(
    [...closure(inputs, main)].filter(isCode).map(path => [path, closure(inputs, path)]),
  );
  const bytes = ([, all]: [string, Set<string>]): number =>
    [...all].reduce((sum, path) => sum + (inputs[path]?.bytes ?? 0), 0);
  const absolute = (path: string): string => join(entry.root, path);
  const sorted = new Map(
    [...closures]
      .sort((a, b) => bytes(a) - bytes(b))
      .map(([path, all]) => [absolute(path), new Set([...all].map(absolute))]),
  );
  return {
    entry: absolute(main),
    paths: [...sorted.keys()],
    closureOf: path => sorted.get(path) ?? new Set(),
  };
}
