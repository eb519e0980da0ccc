import { availableParallelism } from "node:os";
import type { Entry } from "../entry/findEntry.ts";
import type { RouteInfo } from "../worker/messages.ts";
import { type BundleOptions, bundleFunction, type FunctionBundle, writeBundle } from "./bundleFunction.ts";
import { type Look, loadOnce } from "./loadOnce.ts";
import { takeFiles } from "./takeFiles.ts";

/** Functions that were written and loaded, and what the user should know of them. */
export interface Finished {
  readonly bundles: readonly FunctionBundle[];
  readonly notes: readonly string[];
}

/** Loads a function that was written; makes it again where it lacks what it asks for, or has validators that it does not look up. */
async function loadAndFit(
  bundle: FunctionBundle,
  options: BundleOptions,
  look: (bundle: FunctionBundle) => Promise<Look>,
): Promise<Look & { bundle: FunctionBundle }> {
  const first = await look(bundle);
  const { used, missed } = first;
  const isFit = used === undefined || bundle.compiled.every(key => used.has(key));
  if (isFit && missed.length === 0) return { ...first, bundle };
  const keep = [...(options.keep ?? []), ...missed];
  const validators = isFit
    ? options.validators
    : new Map([...options.validators].filter(([key]) => used.has(key)));
  const fit = { ...options, validators, keep };
  const again = await bundleFunction(bundle.source, bundle.folder, fit);
  await writeBundle(again);
  return missed.length > 0 ? loadAndFit(again, fit, look) : { ...(await look(again)), bundle: again };
}

/**
 * Writes the functions, with what they read, and loads each once.
 *
 * @param made as they were bundled with all validators of the project
 * @param filesOf what a function reads of packages when it runs, by its name
 * @param cwd what paths are relative to
 * @throws UserError saying which can't be loaded, and why
 */
export async function finish(
  made: readonly FunctionBundle[],
  { root }: Entry,
  options: BundleOptions,
  filesOf: (name: string) => RouteInfo["files"],
  cwd: string,
): Promise<Finished> {
  const missing = new Set<string>();
  for (const bundle of made) {
    await writeBundle(bundle);
    const { folder, source } = bundle;
    for (const name of await takeFiles(root, folder, filesOf(source.name))) missing.add(name);
  }
  const notes = [...missing].map(
    name => `${name} is not installed, and some function needs it: npm install ${name}`,
  );
  const bundles = [...made];
  const waiting = [...made.entries()];
  const loadAll = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, one] = next;
      const { bundle, note } = await loadAndFit(one, options, it => loadOnce(it, cwd, options.external));
      bundles[index] = bundle;
      if (note !== undefined) notes.push(note);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, loadAll));
  return { bundles, notes };
}
