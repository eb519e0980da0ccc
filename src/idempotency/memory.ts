import type { IdempotencyRecord, IdempotencyStore } from "./types.ts";

interface Entry extends IdempotencyRecord {
  readonly owner: string;
  readonly expires: number;
}

const fewest = 1000;

/**
 * Keeps claims and responses in this process: for tests, demos and servers of a single process. On Lambda each instance of a
 * function has a memory of its own, so that a retry may not find what the first try left.
 *
 * @returns a store for `idempotent`
 * @example
 * idempotent({ store: memoryStore(), ttl: 3600 });
 */
export function memoryStore(): IdempotencyStore {
  const entries = new Map<string, Entry>();
  let sweepAt = fewest;

  /** It runs when the entries have doubled since the last time, so that a claim costs the same on average. */
  function sweep(now: number): void {
    for (const [id, { expires }] of entries) if (expires <= now) entries.delete(id);
    sweepAt = Math.max(fewest, entries.size * 2);
  }

  return {
    async claim({ id, fingerprint, owner, now, expires }) {
      const found = entries.get(id);
      if (found !== undefined && found.expires > now) {
        return { fingerprint: found.fingerprint, response: found.response };
      }
      if (entries.size >= sweepAt) sweep(now);
      entries.set(id, { fingerprint, owner, expires });
      return undefined;
    },
    async complete({ id, fingerprint, owner }, response, expires) {
      if (entries.get(id)?.owner === owner) entries.set(id, { fingerprint, owner, response, expires });
    },
    async release({ id, owner }) {
      if (entries.get(id)?.owner === owner) entries.delete(id);
    },
  };
}
