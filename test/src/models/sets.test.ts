import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as lite from "drizzle-orm/sqlite-core";
import { sql } from "kysely";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import * as z from "zod";
import { BadRequest, Conflict, NotFound } from "../../../src/core/errors.ts";
import { drizzleModel } from "../../../src/models/drizzle/drizzleModel.ts";
import { memoryModel } from "../../../src/models/memory/memoryModel.ts";
import { asQueryset } from "../../../src/models/query/asQueryset.ts";
import { sqlModel } from "../../../src/models/sql/sqlModel.ts";
import { sqlite } from "../../../src/models/sqlite.ts";
import type { FullQueryset, Model } from "../../../src/models/types.ts";
import { drizzleSqlite } from "../../support/drizzle.ts";
import { Wrapped } from "./contract.types.ts";

interface Span {
  id: string;
  first: number;
  last: number;
}

/** It says something of two fields together. */
const schema = z
  .object({ id: z.string(), first: z.int(), last: z.int() })
  .refine(({ first, last }) => first <= last, "first must not be behind last");
/** The same, asynchronous. */
const later = z
  .object({ id: z.string(), first: z.int(), last: z.int() })
  .refine(async ({ first, last }) => first <= last, "first must not be behind last");

const directory = mkdtempSync(join(tmpdir(), "tsverless-sets-"));
const db = sqlite(":memory:");
const drizzled = drizzleSqlite(join(directory, "db.sqlite"));
drizzled.file.exec(
  'create table spans (id text primary key, "first" integer not null, "last" integer not null)',
);
const spans = lite.sqliteTable("spans", {
  id: lite.text().primaryKey(),
  first: lite.integer().notNull(),
  last: lite.integer().notNull(),
});

afterAll(async () => {
  await db.destroy();
  drizzled.file.close();
  rmSync(directory, { recursive: true });
});

const models: [engine: string, model: Model<Span>][] = [
  ["memoryModel", memoryModel<Span>({ name: "Span", schema })],
  ["memoryModel with an asynchronous schema", memoryModel<Span>({ name: "Span", schema: later })],
  ["sqlModel", sqlModel<Span>({ db, table: "spans", schema })],
  ["drizzleModel", drizzleModel(drizzled.db, spans, { schema })],
  [
    "a class of one's own",
    Object.assign(new Wrapped(memoryModel<Span>({ name: "Span", schema })), { schema }),
  ],
];

describe.each(models)("an update of a queryset under a schema, on %s,", (_engine, model) => {
  const objects: FullQueryset<Span> = asQueryset(model.objects, model);
  beforeEach(async () => {
    await objects.delete();
    for (const at of [1, 2, 3]) await model.create({ id: `s${at}`, first: at, last: 40 - 10 * at });
  });

  it("checks whole objects, and changes none where one can't be changed", async () => {
    const before = await objects.orderBy("id").all();
    await expect(objects.update({ first: 15 })).rejects.toThrow(BadRequest);
    expect(await objects.orderBy("id").all()).toEqual(before);
    expect(await objects.filter({ last: { gte: 20 } }).update({ first: 15 })).toBe(2);
    expect((await objects.orderBy("id").all()).map(({ first }) => first)).toEqual([15, 15, 3]);
    expect(await objects.filter({ first: 15 }).update({ first: 15 })).toBe(2);
  });
});

describe("a database's own rules", () => {
  it("refuse nothing where something must be, and removing what others refer to, as a whole", async () => {
    await sql`create table owners (id text primary key, name text not null)`.execute(db);
    await sql`create table pets (id text primary key, owner text references owners)`.execute(db);
    const Owners = sqlModel<{ id: string; name: string }>({ db, table: "owners", columns: { name: "text" } });
    const Pets = sqlModel<{ id: string; owner: string }>({ db, table: "pets", columns: { owner: "text" } });
    for (const id of ["a", "b", "c"]) await Owners.create({ id, name: id });
    await Pets.create({ owner: "b" });
    const missing = new BadRequest("name must not be null", { field: "name" });
    await expect(Owners.objects.update({ name: null as never })).rejects.toThrow(missing);
    await expect(Owners.objects.delete()).rejects.toThrow(Conflict);
    expect(await Owners.objects.all()).toHaveLength(3);
    await expect(Pets.objects.update({ owner: "nobody" })).rejects.toThrow(BadRequest);
    expect(await Owners.objects.filter({ not: { id: "b" } }).delete()).toBe(2);
  });
});

describe("a store that writes one by one", () => {
  interface Note {
    id: string;
    group: string;
    n: number;
  }
  const fields = { group: "text", n: "integer" } as const;
  function filled(count: number): { inner: Model<Note>; model: Model<Note> } {
    const objects = Array.from({ length: count }, (_item, at) => ({ id: `n${at}`, group: "x", n: 0 }));
    const inner = memoryModel<Note>({ name: "Note", fields: { id: "text", ...fields }, objects });
    return { inner, model: new Wrapped(inner) };
  }

  it("looks again at what others have changed, and passes over what is gone or is not meant any more", async () => {
    const { inner, model } = filled(4);
    const { update } = model;
    const meddled = new Set<string>();
    model.update = async (object, changes) => {
      if (!meddled.has(object.id)) {
        meddled.add(object.id);
        const now = (await inner.objects.get(object.id)) as Note;
        if (object.id === "n0") await inner.update(now, { n: 7 });
        if (object.id === "n1") await inner.update(now, { group: "y" });
        if (object.id === "n2") await inner.delete(now);
      }
      return update.call(model, object, changes);
    };
    expect(await asQueryset(model.objects.filter({ group: "x" }), model).update({ n: 1 })).toBe(2);
    expect((await inner.objects.page({})).items).toEqual([
      { id: "n0", group: "x", n: 1 },
      { id: "n1", group: "y", n: 0 },
      { id: "n3", group: "x", n: 1 },
    ]);
  });

  it("gives up on what others keep changing, and begins no further write", async () => {
    const { model } = filled(3);
    let tried = 0;
    model.delete = async () => {
      tried++;
      throw new Conflict();
    };
    await expect(asQueryset(model.objects, model).delete()).rejects.toThrow(Conflict);
    expect(tried).toBe(5);
    tried = 0;
    model.update = async () => {
      tried++;
      throw new Conflict("Duplicate n", { field: "n" });
    };
    await expect(asQueryset(model.objects, model).update({ n: 1 })).rejects.toThrow("Duplicate n");
    expect(tried).toBe(1);
  });

  it("changes 1000 objects at most, and none where there are more", async () => {
    const { inner, model } = filled(1001);
    const objects = asQueryset(model.objects, model);
    await expect(objects.update({ n: 1 })).rejects.toThrow(BadRequest);
    await expect(objects.delete()).rejects.toThrow("More than 1000 objects");
    expect(await inner.objects.filter({ n: 0 }).count()).toBe(1001);
    expect(await objects.filter({ not: { id: "n1" } }).update({ n: 1 })).toBe(1000);
  });

  it("needs the model's own writes", async () => {
    const notes = asQueryset<Note>([{ id: "a", group: "x", n: 1 }], { name: "Note", idKey: "id" });
    await expect(notes.update({ n: 2 })).rejects.toThrow('asQueryset: the model has no "update"');
    await expect(notes.delete()).rejects.toThrow('asQueryset: the model has no "delete"');
    const none = notes.filter({ id: "nobody" });
    await expect(none.update({ n: 2 })).rejects.toThrow('asQueryset: the model has no "update"');
    await expect(none.delete()).rejects.toThrow('asQueryset: the model has no "delete"');
  });

  it("is left to a queryset that has the method, whatever that gives", async () => {
    const { inner, model } = filled(2);
    let calls = 0;
    const objects = {
      ...asQueryset(model.objects, model),
      first: undefined,
      update: () => {
        calls++;
      },
    } as never as typeof inner.objects;
    expect(await asQueryset(objects, model).update({ n: 9 })).toBeUndefined();
    expect([calls, await inner.objects.filter({ n: 9 }).count()]).toEqual([1, 0]);
  });

  it("changes the objects of a list, as they were loaded", async () => {
    const { inner } = filled(3);
    const list = (await inner.objects.page({})).items.slice(0, 2);
    expect(
      await asQueryset(list, inner)
        .filter({ id: ["n0", "n1", "n2"] })
        .update({ n: 5 }),
    ).toBe(2);
    expect(await inner.objects.filter({ n: 5 }).count()).toBe(2);
    await expect(asQueryset(list, inner).update({ n: 6 })).rejects.toThrow(Conflict);
    await inner.delete((await inner.objects.get("n0")) as Note);
    await expect(inner.update(list[0] as Note, { n: 1 })).rejects.toThrow(NotFound);
  });
});
