import { join } from "node:path";
import type { BuildOptions, Metafile } from "esbuild";
import { type Bundler, bundleOptions, explained } from "../entry/bundle.ts";
import { loadEsbuild } from "../entry/esbuild.ts";
import type { Entry } from "../entry/findEntry.ts";

/** The files that an entry is made of: its own, no packages. */
export interface ProjectModules {
  /** The module of the entry itself. */
  readonly entry: string;
  /** Those that are loaded with the entry, the one that needs the fewest bytes first. */
  readonly paths: readonly string[];
  /** Those that are loaded later, by `import()`, and use tsverless. */
  readonly late: readonly string[];
  /** All that is loaded with a module, itself included. */
  closureOf(path: string): ReadonlySet<string>;
}

type Inputs = Metafile["inputs"];
type Import = Inputs[string]["imports"][number];

const isEarly = ({ kind }: Import): boolean => kind !== "dynamic-import";
const isOurs = ({ path, original = path }: Import): boolean => /^tsverless(\/|$)/.test(original);

function closure(inputs: Inputs, start: string, follows = isEarly): Set<string> {
  const seen = new Set<string>();
  const visit = (path: string): void => {
    const input = inputs[path];
    if (input === undefined || seen.has(path)) return;
    seen.add(path);
    for (const found of input.imports) if (!found.external && follows(found)) visit(found.path);
  };
  visit(start);
  return seen;
}

const isCode = (path: string): boolean => /\.[cm]?[jt]sx?$/.test(path) && !/(^|\/)node_modules\//.test(path);

/** Those of the code that some entries may load late, and that use tsverless. */
function lateOf(inputs: Inputs, mains: readonly string[]): string[] {
  const early = new Set(mains.flatMap(main => [...closure(inputs, main)]));
  const all = new Set(mains.flatMap(main => [...closure(inputs, main, () => true)]));
  return [...all].filter(path => isCode(path) && !early.has(path) && inputs[path]?.imports.some(isOurs));
}

/** The paths of the entry points of a build. */
export const entriesOf = ({ outputs }: Metafile): string[] =>
  Object.values(outputs).flatMap(({ entryPoint }) => entryPoint ?? []);

/** The files that the entry points of a build mean. */
export interface EntryModules extends Pick<ProjectModules, "late"> {
  readonly entries: readonly string[];
}

/**
 * Finds the modules that a build begins with, without running them.
 *
 * @param entryPoints as esbuild takes them, with patterns
 * @param folder what paths are relative to
 * @throws BundleError where the code can't be read
 */
export async function entryModules(
  entryPoints: BuildOptions["entryPoints"],
  folder: string,
  { esbuild, options }: Bundler,
): Promise<EntryModules> {
  const { metafile } = await explained(
    esbuild.build({
      ...bundleOptions({ file: folder, root: folder }),
      ...options,
      stdin: undefined,
      entryPoints,
      outdir: folder,
      metafile: true,
      write: false,
    }),
    false,
    esbuild,
  );
  const mains = entriesOf(metafile).filter(isCode);
  const absolute = (path: string): string => join(folder, path);
  return { entries: mains.map(absolute), late: lateOf(metafile.inputs, mains).map(absolute) };
}

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
  const { inputs } = metafile;
  const [main] = entriesOf(metafile) as [string];
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
    late: lateOf(inputs, [main]).map(absolute),
    closureOf: path => sorted.get(path) ?? new Set(),
  };
}
