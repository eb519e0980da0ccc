import type { Bundle } from "../entry/bundle.ts";
import type { Entry } from "../entry/findEntry.ts";
import { UserError } from "../shell/command.ts";
import type { WorkerOptions } from "../worker/spawnWorker.ts";
import { type EntryWorker, startWorker } from "../worker/startWorker.ts";
import { watchEntry } from "./watchEntry.ts";

/** An entry that is loaded again whenever its files change. */
export interface DevWorker {
  /** Settles when there is no reload under way. */
  ready(): Promise<void>;
  /** The host in force, or why there is none. */
  current(): EntryWorker | UserError;
  /** No more reloads; one that is under way is given up. */
  settle(): Promise<void>;
  /** Ends what runs, when its calls are done. */
  close(): Promise<void>;
}

/** How a live host runs. */
export interface LiveOptions {
  watch: boolean;
  color: boolean;
  /** Asked for at each load. */
  host(): Omit<WorkerOptions, "file">;
  /** Hears of each load that is over, and how many milliseconds it took, before requests go on. */
  loaded(current: EntryWorker | UserError, ms: number): void;
}

interface Version {
  host: EntryWorker | UserError;
  bundle?: Bundle;
}

function asUserError(error: unknown): UserError {
  if (error instanceof UserError) return error;
  throw error;
}

/**
 * Runs an entry, each version in workers of its own. While a new version is made ready, {@link DevWorker.ready} waits; the
 * old one ends when the new one is there, or has failed, and its calls are done.
 */
export function devWorker(entry: Entry, options: LiveOptions): DevWorker {
  /** What is to be over before all is closed. */
  const tasks = new Set<Promise<void>>();
  const track = (task: Promise<void>): void => {
    const tracked = task.finally(() => tasks.delete(tracked));
    tasks.add(tracked);
  };
  let version: Version = { host: new UserError("Nothing is loaded yet") };
  let reload = {
    ...Promise.withResolvers<void>(),
    isOver: false,
    gone: new AbortController(),
    start: performance.now(),
  };

  function drop({ host, bundle }: Version): void {
    if (host instanceof UserError) {
      bundle?.remove();
      return;
    }
    track(host.end().finally(() => bundle?.remove()));
  }
  function replace(next: Version): void {
    drop(version);
    version = next;
    options.loaded(next.host, performance.now() - reload.start);
    reload.isOver = true;
    reload.resolve();
  }
  async function load(bundle: Bundle): Promise<void> {
    const { signal } = reload.gone;
    const host = await startWorker({ ...options.host(), file: bundle.file, signal }).catch(asUserError);
    if (signal.aborted) drop({ host, bundle });
    else replace({ host, bundle });
  }
  function started(): void {
    const waiting = reload.isOver ? Promise.withResolvers<void>() : reload;
    reload.gone.abort();
    reload = { ...waiting, isOver: false, gone: new AbortController(), start: performance.now() };
  }
  const events = {
    started,
    built: (bundle: Bundle): void => track(load(bundle)),
    failed: (host: UserError): void => replace({ host }),
  };
  const watch = watchEntry(entry, events, options);
  watch.catch((error: unknown) => replace({ host: asUserError(error) }));
  return {
    ready: () => reload.promise,
    current: () => version.host,
    async settle() {
      await (await watch).close();
      reload.gone.abort();
      reload.resolve();
    },
    async close() {
      drop(version);
      while (tasks.size > 0) await Promise.all(tasks);
    },
  };
}
