import type { QueryResult } from "kysely";
import type { Row } from "../../core/types.ts";

/**
 * Runs a statement at once, past what Kysely does for databases that answer later.
 *
 * @returns `undefined` where it has to wait: somebody else holds the connection, such as a transaction
 */
export type RunNow = (text: string, values: readonly unknown[]) => QueryResult<Row> | undefined;

const runners: WeakMap<object, RunNow> = /* @__PURE__ */ new WeakMap();

/** Notes that the database of a Kysely instance without plugins can run statements at once. */
export function registerRunNow(db: object, run: RunNow): void {
  runners.set(db, run);
}

/** How a database runs statements at once, where it can. */
export const runNowOf = (db: object): RunNow | undefined => runners.get(db);
