import { UserError } from "../command.ts";
import type { Bundle } from "../entry/bundle.ts";
import type { Entry } from "../entry/findEntry.ts";
import { type Host, startHost } from "../host/startHost.ts";
import type { HostOptions } from "../host/startWorker.ts";
import { watchEntry } from "./watchEntry.ts";

/** An entry that is loaded anew whenever its files change. */
export interface LiveHost {
  /** Settles when there is no reload under way. */
  ready(): Promise<void>;
  /** The host in force, or why there is none. */
  current(): Host | UserError;
  close(): Promise<void>;
}

/** How a live host runs. */
export interface LiveOptions {
  watch: boolean;
  color: boolean;
  /** Asked for at each load. */
  host(): Omit<HostOptions, "file">;
  /** Is told of each load that is over, before requests go on. */
  loaded(current: Host | UserError): void;
}

/**
 * Runs an entry, each version in workers of its own. While a new version is made ready, {@link LiveHost.ready} waits; the
 * old one ends when the new one is there, or has failed, and its calls are done.
 */
export async function liveHost(entry: Entry, options: LiveOptions): Promise<LiveHost> {
  let current: Host | UserError = new UserError("Nothing is loaded yet");
  let waiting = Promise.withResolvers<void>();
  let isWaiting = true;
  let version = 0;
  const ending = new Set<Promise<void>>();

  function drop(host: Host | UserError, bundle?: Bundle): void {
    if (host instanceof UserError) return bundle?.remove();
    const end = host.end().finally(() => {
      bundle?.remove();
      ending.delete(end);
    });
    ending.add(end);
  }
  let bundleInUse: Bundle | undefined;

  function replace(next: Host | UserError, bundle?: Bundle): void {
    drop(current, bundleInUse);
    current = next;
    bundleInUse = bundle;
    options.loaded(next);
    isWaiting = false;
    waiting.resolve();
  }
  async function load(bundle: Bundle): Promise<void> {
    const mine = version;
    const next = await startHost({ ...options.host(), file: bundle.file }).catch((error: unknown) => {
      if (error instanceof UserError) return error;
      throw error;
    });
    if (mine === version) replace(next, bundle);
    else drop(next, bundle); // There is a newer one.
  }
  const watch = await watchEntry(
    entry,
    {
      started() {
        version += 1;
        if (!isWaiting) waiting = Promise.withResolvers();
        isWaiting = true;
      },
      built: bundle => void load(bundle),
      failed: replace,
    },
    options,
  );
  return {
    ready: () => waiting.promise,
    current: () => current,
    async close() {
      version += 1;
      await watch.close();
      drop(current, bundleInUse);
      await Promise.all(ending);
    },
  };
}
