import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { memoryModel } from "../../src/models/memory.ts";
import { sqlModel } from "../../src/models/sql.ts";
import { sqlite } from "../../src/models/sqlite.ts";
import type { Model } from "../../src/models/types.ts";
import { type Counter, counterFields, provesIncrements } from "../support/increments.ts";

const folder = mkdtempSync(join(tmpdir(), "tsverless-concurrency-"));
const opened: { destroy(): Promise<void> }[] = [];
afterAll(async () => {
  await Promise.all(opened.map(db => db.destroy()));
  rmSync(folder, { recursive: true });
});

/** Two connections to one file: what one writes is to the other what another process writes. */
function sqliteCounters(name: string, version?: string): Model<Counter>[] {
  return [1, 2].map(() => {
    const db = sqlite(join(folder, `${name}.sqlite`));
    opened.push(db);
    const columns =
      version === undefined ? counterFields : { ...counterFields, [version]: "integer" as const };
    return sqlModel<Counter>({
      db,
      name: "Counter",
      table: "counters",
      columns,
      ...(version !== undefined && { version: version as keyof Counter }),
    });
  });
}

provesIncrements("memoryModel", () => [memoryModel<Counter>({ name: "Counter", fields: counterFields })]);
provesIncrements("sqlModel on an SQLite file", () => sqliteCounters("plain"));
provesIncrements("sqlModel on an SQLite file, with a version", () => sqliteCounters("versioned", "version"));
