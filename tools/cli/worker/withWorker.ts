import { bundleEntry } from "../entry/bundle.ts";
import { type Entry, shownPath } from "../entry/findEntry.ts";
import type { Io } from "../shell/io.ts";
import { withProgress } from "../shell/progress.ts";
import { type EntryWorker, startWorker } from "./startWorker.ts";

/** Milliseconds that an entry may take to load, when nothing else is said. */
const patience = 30_000;

/** How {@link withWorker} runs an entry. */
export interface WithWorkerOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly lentKey?: string;
  /** Files of the project whose exports the call `origins` searches. */
  readonly modules?: readonly string[];
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
  { env = io.env, lentKey, modules }: WithWorkerOptions = {},
): Promise<T> {
  const name = shownPath(io.cwd, entry.file);
  const bundle = await withProgress(io, `Bundling ${name}`, () => bundleEntry(entry, false, modules));
  try {
    const host = await withProgress(io, `Loading ${name}`, () =>
      startWorker({
        file: bundle.file,
        entry: name,
        env,
        out: io.err,
        err: io.err,
        timeout: patience,
        ...(lentKey && { lentKey }),
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
