import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as lite from "drizzle-orm/sqlite-core";
import { afterAll, describe, it } from "vitest";
import { drizzleModel } from "../../../src/models/drizzle.ts";
import { sqliteDecimal } from "../../../src/models/drizzleSqlite.ts";
import type { Model } from "../../../src/models/types.ts";
import { modelConformance, type Thing } from "../../../src/testing/modelConformance.ts";
import { type DrizzleSqlite, drizzleSqlite } from "../../support/drizzle.ts";

let tables = 0;

describe("drizzleModel on SQLite conforms", () => {
  const directory = mkdtempSync(join(tmpdir(), "tsverless-drizzle-"));
  const { db, file }: DrizzleSqlite = drizzleSqlite(join(directory, "things.sqlite"));
  file.exec("pragma journal_mode = wal; pragma synchronous = off");
  afterAll(() => {
    file.close();
    rmSync(directory, { recursive: true });
  });

  const columns = () => ({
    id: lite.text().primaryKey(),
    name: lite.text(),
    email: lite.text().unique(),
    group: lite.text(),
    rank: lite.integer(),
    score: lite.real(),
    big: lite.numeric({ mode: "bigint" }),
    price: sqliteDecimal(),
    active: lite.integer({ mode: "boolean" }),
    born: lite.integer({ mode: "timestamp_ms" }),
    data: lite.text({ mode: "json" }).$type<unknown>(),
  });
  function create(name: string, more = ""): void {
    file.exec(`create table ${name} (id text primary key, name text, email text unique, "group" text,
      rank integer, score real, big numeric, price decimal_text, active integer, born integer, data text${more})`);
  }

  describe("comparing every column", () => {
    modelConformance(
      () => {
        const name = `things${tables++}`;
        create(name);
        const table = lite.sqliteTable(name, columns());
        return drizzleModel(db, table, { name: "Thing" }) satisfies Model<Omit<Thing, "version">>;
      },
      { test: it },
    );
  });

  describe("with a version", () => {
    modelConformance(
      () => {
        const name = `things${tables++}`;
        create(name, ", version integer not null");
        const table = lite.sqliteTable(name, { ...columns(), version: lite.integer().notNull() });
        return drizzleModel(db, table, { name: "Thing", version: "version" }) as unknown as Model<Thing>;
      },
      { test: it },
    );
  });
});
