import { afterEach, describe, expect, it, vi } from "vitest";
import type { makeMigrator } from "../../../../../src/models/sql/migrate/migrator.ts";
import { sqlite } from "../../../../../src/models/sqlite.ts";

/** The function as it is beside a Kysely before 0.29: one without a path of migrations, which may have a Migrator itself. */
async function before029(hasMigrator: boolean): Promise<typeof makeMigrator> {
  const { Migrator } = await vi.importActual<typeof import("kysely/migration")>("kysely/migration");
  vi.resetModules();
  vi.doMock("kysely/migration", () => {
    throw new Error("Package subpath './migration' is not defined");
  });
  vi.doMock("kysely", () => ({ Migrator: hasMigrator ? Migrator : undefined }));
  return (await import("../../../../../src/models/sql/migrate/migrator.ts")).makeMigrator;
}

describe("the Migrator of a Kysely before 0.29", () => {
  const db = sqlite(":memory:");
  let ran = 0;
  const provider = { getMigrations: async () => ({ "01_posts": { up: async () => void ran++ } }) };
  afterEach(() => {
    vi.doUnmock("kysely/migration");
    vi.doUnmock("kysely");
    vi.resetModules();
  });

  it("is the one that Kysely itself has", async () => {
    const make = await before029(true);
    const { error, results } = await (await make({ db, provider })).migrateUp();
    expect([error, results?.map(({ migrationName }) => migrationName), ran]).toEqual([
      undefined,
      ["01_posts"],
      1,
    ]);
    await db.destroy();
  });

  it("is an error where it has none, which says what was looked for", async () => {
    const make = await before029(false);
    const failed = await make({ db, provider }).catch((error: Error) => error);
    expect(String((failed as Error).cause ?? failed)).toContain("subpath './migration' is not defined");
  });
});
