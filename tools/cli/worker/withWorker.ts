import { type Bundler, bundleEntry } from "../entry/bundle.ts";
import { type Entry, shownPath } from "../entry/findEntry.ts";
import type { Io } from "../shell/io.ts";
import { withProgress } from "../shell/progress.ts";
import type { WorkerOptions } from "./spawnWorker.ts";
import { type EntryWorker, startWorker } from "./startWorker.ts";

/** Milliseconds that an entry may take to load, when nothing else is said. */
const patience = 30_000;

/** How {@link withWorker} runs an entry. */
export interface WithWorkerOptions
  extends Partial<Pick<WorkerOptions, "env" | "lentKey" | "schemasOnly" | "execArgv">> {
  /** Files of the project whose exports the call `origins` searches. */
  readonly modules?: readonly string[];
  /** What bundles it, if not the project's esbuild. */
  readonly bundler?: Bundler;
  /** What messages call the entry. @default its path from where the user is */
  readonly name?: string;
}

/**
 * Bundles an entry, runs it in a worker, uses it, and tidies up. What it prints goes to stderr.
 *
 * @param entry what `findEntry` found
 * @param use does something with it
 * @returns what `use` gives
 * @throws BundleError and LoadError, which are UserErrors, when it can't be loaded
 * @example
 * const { routes } = await withWorker(io, findEntry(io.cwd, args[0]), async worker => worker.listing);
 */
export async function withWorker<T>(
  io: Io,
  entry: Entry,
  use: (host: EntryWorker) => Promise<T>,
  {
    env = io.env,
    modules,
    bundler,
    name = shownPath(io.cwd, entry.file),
    ...options
  }: WithWorkerOptions = {},
): Promise<T> {
  const bundle = await withProgress(io, `Bundling ${name}`, () =>
    bundleEntry(entry, false, modules, bundler),
  );
  try {
    const host = await withProgress(io, `Loading ${name}`, () =>
      startWorker({
        file: bundle.file,
        entry: name,
        env,
        out: io.err,
        err: io.err,
        timeout: patience,
        ...options,
      }),
    );
    try {
      return await use(host);
    } finally {
      await host.end();
    }
  } finally {
    bundle.remove();
  }
}
