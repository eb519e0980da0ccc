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
  const late = [...closure(inputs, main, () => true)].filter(
    path => isCode(path) && !closures.has(path) && inputs[path]?.imports.some(isOurs),
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
    late: late.map(absolute),
    closureOf: path => sorted.get(path) ?? new Set(),
  };
}
