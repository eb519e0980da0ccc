import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, it } from "vitest";
import { sqlModel } from "../../../src/models/sql.ts";
import { sqlite } from "../../../src/models/sqlite.ts";
import { modelConformance, type Thing, thingFields } from "../../../src/testing/modelConformance.ts";

const directory = mkdtempSync(join(tmpdir(), "tsverless-sql-"));
const db = sqlite(join(directory, "things.sqlite"));
let tables = 0;

afterAll(async () => {
  await db.destroy();
  rmSync(directory, { recursive: true });
});

describe("sqlModel on SQLite conforms", () => {
  const make = () =>
    sqlModel<Thing>({
      db,
      name: "Thing",
      table: `thing${tables++}`,
      columns: thingFields,
      unique: ["email"],
    });
  modelConformance(make, { test: it });
});

describe("sqlModel on SQLite with a version conforms", () => {
  const columns = { ...thingFields, version: "integer" as const };
  const make = () =>
    sqlModel<Thing>({
      db,
      name: "Thing",
      table: `thing${tables++}`,
      columns,
      unique: ["email"],
      version: "version",
    });
  modelConformance(make, { test: it });
});
