import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as lite from "drizzle-orm/sqlite-core";
import { afterAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { drizzleModel } from "../../../src/models/drizzle/drizzleModel.ts";
import { memoryModel } from "../../../src/models/memory/memoryModel.ts";
import { sqlModel } from "../../../src/models/sql/sqlModel.ts";
import { sqlite } from "../../../src/models/sqlite.ts";
import type { Model } from "../../../src/models/types.ts";
import { drizzleSqlite } from "../../support/drizzle.ts";

interface Note {
  id: string;
  text: string;
  mark: string | null;
}

/** A schema that makes nothing of a mark that is empty. */
const schema = z.object({
  id: z.string(),
  text: z.string(),
  mark: z
    .string()
    .nullish()
    .transform(mark => mark || undefined),
}) as unknown as z.ZodType<Note>;

const directory = mkdtempSync(join(tmpdir(), "tsverless-rows-"));
const db = sqlite(":memory:");
const drizzled = drizzleSqlite(join(directory, "db.sqlite"));
drizzled.file.exec("create table notes (id text primary key, text text not null, mark text)");
const notes = lite.sqliteTable("notes", {
  id: lite.text().primaryKey(),
  text: lite.text().notNull(),
  mark: lite.text(),
});

afterAll(async () => {
  await db.destroy();
  drizzled.file.close();
  rmSync(directory, { recursive: true });
});

const models: [engine: string, model: Model<Note>][] = [
  ["memoryModel", memoryModel<Note>({ name: "Note", schema })],
  ["sqlModel", sqlModel<Note>({ db, table: "notes", schema, columns: { mark: "text" } })],
  ["drizzleModel", drizzleModel(drizzled.db, notes, { schema })],
];

describe.each(models)("%s", (_engine, model) => {
  it("holds null where a schema makes a value undefined, after a create as after an update", async () => {
    const made = await model.create({ text: "a", mark: "red" });
    expect(made).toEqual({ id: made.id, text: "a", mark: "red" });
    const updated = await model.update(made, { mark: "" });
    expect(updated.mark ?? null).toBeNull();
    const found = await model.objects.get(made.id);
    expect(found?.mark ?? null).toBeNull();
    const empty = await model.create({ text: "b", mark: "" });
    expect(empty.mark ?? null).toBeNull();
  });

  it("takes what is undefined in a new object for absent", async () => {
    const made = await model.create({ id: undefined, text: "c", mark: undefined } as Partial<Note>);
    expect(made).toEqual({ id: expect.any(String), text: "c", ...("mark" in made && { mark: null }) });
  });
});
