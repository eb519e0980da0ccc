import { sql } from "kysely";
import { afterAll, describe, expect, it } from "vitest";
import { memoryModel } from "../../../../../src/models/memory/memoryModel.ts";
import { planMigration } from "../../../../../src/models/sql/migrate/index.ts";
import { sqlModel } from "../../../../../src/models/sql/sqlModel.ts";
import { sqlite } from "../../../../../src/models/sqlite.ts";
import { type Changing, changeCase, changeCases, changingOn } from "../../../../support/migrations.ts";
import { onSqlServers } from "../../../../support/sqlServers.ts";

const isFor = (engine: string): typeof changeCases =>
  changeCases.filter(({ not = [] }) => !not.includes(engine));

describe("on SQLite, a migration", () => {
  const at: Changing = { engine: "SQLite", db: sqlite(":memory:"), migrations: {}, tables: 0 };
  afterAll(() => at.db.destroy());
  it.each(isFor("SQLite"))("$title", one => changeCase(at, one));

  it("keeps foreign keys, indexes, triggers and the count of ids where a table is made again", async () => {
    const { db } = at;
    await sql`create table logged (id text)`.execute(db);
    const columns = { id: "integer", title: "text" } as const;
    const options = { db, table: "parents", columns, indexes: ["title"], unique: ["title"] } as const;
    const Parents = sqlModel<{ id: number; title: string }>(options as never);
    const first = await Parents.create({ title: "a" });
    await Parents.delete(await Parents.create({ title: "b" }));
    await sql`create table children (id text primary key, parent integer references parents(id) on delete cascade)`.execute(
      db,
    );
    await sql`insert into children values ('c', ${first.id})`.execute(db);
    await sql`create trigger parents_log after update on parents begin insert into logged values (new.title); end`.execute(
      db,
    );
    const New = sqlModel<{ id: number; title: string }>({
      ...options,
      columns: { id: "integer", title: { kind: "text", required: true } },
    } as never);
    const { steps } = await planMigration([New]);
    const { runSteps } = await import("../../../../support/migrations.ts");
    await runSteps(at, [New], steps);
    expect((await planMigration([New])).steps).toEqual([]);
    await New.update((await New.objects.get(String(first.id))) as never, { title: "c" });
    expect((await sql`select * from logged`.execute(db)).rows).toEqual([{ id: "c" }]);
    expect((await New.create({ title: "d" })).id).toBe(3);
    await expect(sql`insert into children values ('x', 99)`.execute(db)).rejects.toThrow("FOREIGN KEY");
    await New.delete((await New.objects.get(String(first.id))) as never);
    expect((await sql`select * from children`.execute(db)).rows).toEqual([]);
  });

  it("does not make a table again that has what would be lost", async () => {
    await sql`create table checked (id text primary key, size text check (size <> ''))`.execute(at.db);
    const Checked = sqlModel<{ id: string; size: number }>({
      db: at.db,
      table: "checked",
      columns: { size: "integer" },
    });
    const { steps } = await planMigration([Checked]);
    expect(steps.map(({ byHand, up }) => [byHand, up])).toEqual([
      ["SQLite has no statement for it, and checked has a check, which making it again would lose", []],
    ]);
  });

  it("notes what no model has, and drops nothing by itself", async () => {
    await sql`create table noted (id text not null primary key, title text unique, old text not null)`.execute(
      at.db,
    );
    const Noted = sqlModel<{ id: string; title: string }>({
      db: at.db,
      table: "noted",
      columns: { title: "text" },
    });
    const { steps, notes } = await planMigration([Noted]);
    expect(steps.map(({ does }) => does)).toEqual(["do not require the column old"]);
    expect(notes).toEqual([
      "noted.old is a column of no model; it stays (--drop noted.old)",
      "noted is unique by title, which the model does not say (--drop noted.sqlite_autoindex_noted_2)",
    ]);
  });

  it("refuses what it can't compare", async () => {
    const Things = sqlModel<{ id: string; title: string }>({
      db: at.db,
      table: "things",
      columns: { title: "text" },
    });
    const other = sqlite(":memory:");
    const Others = sqlModel<{ id: string; title: string }>({
      db: other,
      table: "o",
      columns: { title: "text" },
    });
    await expect(planMigration([])).rejects.toThrow("planMigration: needs a model");
    await expect(planMigration([Things, Others])).rejects.toThrow("the models must be of one database");
    await expect(planMigration([memoryModel({ name: "Thing" })])).rejects.toThrow(
      "takes models that sqlModel made",
    );
    await expect(planMigration([Things], { rename: { "things.x": "title" } })).rejects.toThrow(
      'called "things.x"',
    );
    await expect(planMigration([Things], { drop: ["things.title"] })).rejects.toThrow(
      'called "things.title"',
    );
    await other.destroy();
  });
});

onSqlServers(
  place => `${place}, a migration`,
  (db, engine) => {
    const at = changingOn(engine, db);
    it.each(isFor(engine))("$title", one => changeCase(at(), one));
  },
);
