import type { Call, Listing } from "./messages.ts";
import { type Running, spawnWorker, type WorkerOptions } from "./spawnWorker.ts";

/** An entry that runs apart from this process. */
export interface EntryWorker {
  /** What the entry has to offer. */
  readonly listing: Listing;
  /**
   * Asks for something.
   *
   * @returns the result as JSON
   * @throws InvocationError when the handler threw, took too long, or ended its process
   */
  call(call: Call): Promise<string>;
  /** Waits for the calls under way, and ends. */
  end(): Promise<void>;
}

/**
 * Runs a bundle in a worker, with state of its own, and in a new one whenever a handler took the last one down. Nothing
 * that a handler does ends this process.
 *
 * @returns the host, once the entry is loaded
 * @throws LoadError when it can't be
 * @example
 * const worker = await startWorker({ file, entry: "api.ts", env: process.env, out: io.err, err: io.err, timeout: 30_000 });
 */
export async function startWorker(options: WorkerOptions): Promise<EntryWorker> {
  const alive = new Set<Running>();
  let last: Running | undefined;
  let starting: Promise<Running> | undefined;

  async function start(): Promise<Running> {
    try {
      const running = await spawnWorker(options);
      alive.add(running);
      void running.ended.then(() => alive.delete(running));
      last = running;
      return running;
    } finally {
      starting = undefined;
    }
  }
  function current(): Promise<Running> | Running {
    if (last?.isUp) return last;
    starting ??= start();
    return starting;
  }
  const { listing } = await current();
  return {
    listing,
    call: async call => (await current()).call(call),
    async end() {
      await starting?.catch(() => undefined);
      for (const running of alive) running.retire();
      await Promise.all([...alive].map(({ ended }) => ended));
    },
  };
}
