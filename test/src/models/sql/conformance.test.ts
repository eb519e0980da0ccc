import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { sqlite } from "../../../../src/models/sqlite.ts";
import { conformanceCases } from "../../../support/sqlCases.ts";

const directory = mkdtempSync(join(tmpdir(), "tsverless-sql-"));
const db = sqlite(join(directory, "things.sqlite"));

afterAll(async () => {
  await db.destroy();
  rmSync(directory, { recursive: true });
});

conformanceCases("SQLite", () => db);
