import { type Kysely, sql } from "kysely";
import { afterAll, describe, expect, it } from "vitest";
import { Conflict } from "../../../../../src/core/errors.ts";
import {
  MigrationError,
  migrateDown,
  type PlanOptions,
  planMigration,
} from "../../../../../src/models/sql/migrate/index.ts";
import { type SqlModelOptions, sqlModel } from "../../../../../src/models/sql/sqlModel.ts";
import { sqlite } from "../../../../../src/models/sqlite.ts";
import type { FullModel } from "../../../../../src/models/types.ts";
import {
  type ChangeCase,
  type Changing,
  changeCase,
  changingOn,
  runSteps,
} from "../../../../support/migrations.ts";
import { onSqlServers } from "../../../../support/sqlServers.ts";

interface Doc {
  id: string;
  title: string | null;
  org: string | null;
  deletedAt?: Date | null;
}
type Options = Partial<SqlModelOptions<Doc>>;
type Model = FullModel<Doc>;

const columns = { title: "text", org: "text" } as const;
const unique = ["title", ["org", "title"]] as SqlModelOptions<Doc>["unique"] & {};
const living = { softDelete: "deletedAt" } as const;
const nothing = { steps: [], notes: [], renames: [] };
const mysqlColumn = "add the column deletedAt$living, which unique rules among what is not deleted need";

const trips: ChangeCase[] = [
  {
    title: "a table with its rows is changed for what is deleted, and back",
    before: { columns, unique: unique as never },
    rows: [
      { id: "a", title: "A", org: "x" },
      { id: "b", title: "B", org: "x" },
      { id: "c", title: null, org: "x" },
      { id: "d", title: null, org: "x" },
    ],
    after: { columns, unique: unique as never, ...living },
    become: [
      { id: "a", title: "A", org: "x", deletedAt: null },
      { id: "b", title: "B", org: "x", deletedAt: null },
      { id: "c", title: null, org: "x", deletedAt: null },
      { id: "d", title: null, org: "x", deletedAt: null },
    ],
  },
  {
    title: "what is not deleted is kept unique where it is",
    before: { columns, ...living },
    rows: [{ id: "a", title: "A", org: "x" }],
    after: { columns, unique: ["title"] as never, ...living },
  },
  {
    title: "what is not deleted is not kept unique where it is not",
    before: { columns, ...living },
    rows: [
      { id: "a", title: "A", org: "x" },
      { id: "b", title: "A", org: "y" },
    ],
    after: { columns, unique: ["title"] as never, ...living },
    refused: "$ has duplicates of title; make them differ first",
    not: ["MySQL"],
  },
  {
    title: "a column of a rule is renamed",
    before: { columns: { name: "text" }, unique: ["name"] as never, ...living },
    rows: [{ id: "a", name: "A" }],
    after: { columns: { title: "text" }, unique: ["title"] as never, ...living },
    options: { rename: { "$.name": "title" } },
    expand: ["rename the column name to title"],
    become: [{ id: "a", title: "A", deletedAt: null }],
  },
  {
    title: "the column that says what is deleted is renamed",
    before: { columns, unique: ["title"] as never, softDelete: "goneAt" as never },
    rows: [{ id: "a", title: "A", org: "x" }],
    after: { columns, unique: ["title"] as never, ...living },
    options: { rename: { "$.goneAt": "deletedAt" } },
    become: [{ id: "a", title: "A", org: "x", deletedAt: null }],
  },
  {
    title: "a column is required beside rules of what is not deleted",
    before: { columns, unique: unique as never, indexes: ["title"] as never, ...living },
    rows: [{ id: "a", title: "A", org: "x" }],
    after: {
      columns: { ...columns, title: { kind: "text", required: true } },
      unique: unique as never,
      indexes: ["title"] as never,
      ...living,
    },
    contract: ["require the column title"],
  },
];

function cases(of: () => Changing): void {
  const modelOf = (table: string, options: Options = {}): Model =>
    sqlModel<Doc>({ db: of().db, table, name: "Doc", columns, ...options });
  const plan = (table: string, options: Options, more?: PlanOptions) =>
    planMigration([modelOf(table, options)], more);
  const run = async (table: string, options: Options, phase: "expand" | "contract"): Promise<void> => {
    const { steps } = await plan(table, options);
    await runSteps(
      of(),
      [modelOf(table, options)],
      steps.filter(step => step.phase === phase),
    );
  };
  /** Whether rows that are deleted are out of the way, and those that are not are in it. */
  const keepsLiving = async (model: Model, title: string): Promise<void> => {
    const first = await model.create({ title, org: "x" });
    await expect(model.create({ title, org: "y" })).rejects.toThrow(Conflict);
    await model.delete(first);
    const second = await model.create({ title, org: "z" });
    const gone = await model.objects.onlyDeleted?.().get(first.id);
    await expect(model.restore?.(gone as never)).rejects.toThrow(Conflict);
    await model.delete(second);
  };

  it.each(trips)("$title", async one => {
    if (one.not?.includes(of().engine)) return;
    await changeCase(of(), one);
  });

  it("a table that its model has made has nothing to be planned, and none of another model's", async () => {
    const wanted = { unique, indexes: [["org", "title"]], ...living } as Options;
    const Docs = modelOf("born", wanted);
    await keepsLiving(Docs, "A");
    expect(await planMigration([Docs])).toEqual(nothing);
    await keepsLiving(modelOf("born", wanted), "B");
  });

  it("a plain rule gives way to one of what is not deleted, with old and new code on each schema between", async () => {
    const before = { unique: ["title"] } as Options;
    const after = { ...before, ...living };
    const kept = await modelOf("later", before).create({ title: "A", org: "x" });
    await expect(modelOf("later", after).objects.all()).rejects.toThrow("later.deletedAt is missing");
    const isMysql = of().engine === "MySQL";
    const { steps } = await plan("later", after);
    expect(steps.map(({ phase, does }) => `${phase}: ${does.replace(/drop \w+,/, "drop it,")}`)).toEqual([
      "expand: add the column deletedAt (date)",
      ...(isMysql ? [`expand: ${mysqlColumn}`] : []),
      "expand: keep it unique by title",
      "contract: drop it, by which what is deleted stays in the way",
    ]);
    const keeps = async (options: Options): Promise<void> => {
      const again = modelOf("later", options).create({ title: "A", org: "y" });
      await expect(again).rejects.toThrow(new Conflict("Duplicate title", { field: "title" }));
    };
    for (const step of steps.filter(({ phase }) => phase === "expand")) {
      await runSteps(of(), [modelOf("later", after)], [step]);
      await keeps(before);
    }
    await keeps(after);
    const later = await plan("later", after);
    expect(later.steps.map(({ phase }) => phase)).toEqual(["contract"]);
    await run("later", after, "contract");
    expect(await plan("later", after)).toEqual(nothing);
    await keeps(after);
    await keepsLiving(modelOf("later", after), "B");
    expect(await modelOf("later", after).objects.get(kept.id)).toEqual({ ...kept, deletedAt: null });
    const takenBack = () => migrateDown([modelOf("later", after)], of().migrations);
    await expect(takenBack()).rejects.toThrow(MigrationError);
    await modelOf("later", after).objects.onlyDeleted?.().delete();
    const last = Object.keys(of().migrations).at(-1) as string;
    expect(await takenBack()).toBe(last);
    delete of().migrations[last];
    expect((await plan("later", after)).steps.map(({ phase }) => phase)).toEqual(["contract"]);
  });

  it("what is deleted is not in the way of a new rule", async () => {
    const Docs = modelOf("ruled", living);
    await Docs.delete(await Docs.create({ title: "A", org: "x" }));
    await Docs.create({ title: "A", org: "y" });
    const after = { unique: ["title"], ...living } as Options;
    await expect(modelOf("ruled", after).objects.all()).rejects.toThrow(
      "nothing keeps ruled unique by title",
    );
    await run("ruled", after, "expand");
    expect(await plan("ruled", after)).toEqual(nothing);
    await keepsLiving(modelOf("ruled", after), "B");
  });

  it("a model that deletes for good wants a rule of all rows, and the other may go", async () => {
    const before = { unique: ["title"], ...living } as Options;
    await modelOf("back", before).create({ title: "A", org: "x" });
    const after = { unique: ["title"] } as Options;
    await expect(modelOf("back", after).objects.all()).rejects.toThrow("nothing keeps back unique by title");
    const { steps, notes } = await plan("back", after);
    expect(steps.map(({ does }) => does)).toEqual(["keep it unique by title"]);
    expect(notes.join("\n")).toContain("back.deletedAt is a column of no model");
    expect(notes.join("\n")).toMatch(/back is unique by title.*, which the model does not say/);
    await run("back", after, "expand");
    expect((await plan("back", after)).steps).toEqual([]);
    await expect(modelOf("back", after).create({ title: "A", org: "y" })).rejects.toThrow(Conflict);
  });
}

/** On databases that have indexes of some rows. */
function partialCases(of: () => Changing): void {
  const { raw } = sql;
  const modelOf = (db: Kysely<unknown>, options: Options = {}): Model =>
    sqlModel<Doc>({ db, table: "partial", name: "Doc", columns, unique: ["title"], ...options });

  it.each([
    ["title <> 'x'", false, false],
    ["org is not null", false, false],
    ["title is not null", true, true],
    [`"deletedAt" is null`, false, true],
    [`("deletedAt" is null) and title is not null`, false, true],
    [`"deletedAt" is null and org = 'x'`, false, false],
    [`"deletedAt" is null or title is not null`, false, false],
    [`"deletedAt" is not null`, false, false],
  ])("an index of rows with %s keeps unique what it is about", async (where, all, ofLiving) => {
    const { db } = of();
    await raw("drop table if exists partial").execute(db);
    await raw(`create table partial (id varchar(40) not null primary key, title text, org text,
      "deletedAt" ${of().engine === "SQLite" ? "integer" : "timestamptz"})`).execute(db);
    await raw(`create unique index partial_title on partial (title)\n  where ${where}`).execute(db);
    await raw("insert into partial (id) values ('a')").execute(db);
    for (const [options, isKept] of [
      [{}, all],
      [living, ofLiving],
    ] as const) {
      const asked = modelOf(db, options).objects.all();
      if (isKept) expect(await asked).toMatchObject([{ id: "a" }]);
      else await expect(asked).rejects.toThrow("nothing keeps partial unique by title");
      const { steps } = await planMigration([modelOf(db, options)]);
      const isRule = isKept && (options === living) === where.includes("deletedAt");
      expect(steps.some(({ does }) => does === "keep it unique by title")).toBe(!isRule);
    }
  });

  it("an index of some rows is made as it was where a table is made again or a step is taken back", async () => {
    const { db } = of();
    await raw("drop table if exists partial").execute(db);
    await raw(
      "create table partial (id varchar(40) not null primary key, title varchar(40), org text)",
    ).execute(db);
    await raw("create unique index partial_title_x on partial (title) where org = 'x'").execute(db);
    await raw("create unique index partial_title on partial (title)").execute(db);
    await raw("insert into partial values ('a', 'A', 'x')").execute(db);
    const New = modelOf(db, { columns: { ...columns, org: { kind: "text", required: true } } });
    const drop = ["partial.partial_title_x"];
    await runSteps(of(), [New], (await planMigration([New], { drop })).steps);
    expect(await planMigration([New])).toEqual(nothing);
    await migrateDown([New], of().migrations);
    delete of().migrations[Object.keys(of().migrations).at(-1) as string];
    expect((await planMigration([New])).notes).toEqual([
      "partial is unique by title, in some rows, which the model does not say (--drop partial.partial_title_x)",
    ]);
  });
}

describe("on SQLite", () => {
  const at: Changing = { engine: "SQLite", db: sqlite(":memory:"), migrations: {}, tables: 0 };
  afterAll(() => at.db.destroy());
  cases(() => at);
  partialCases(() => at);

  it("a table that a process left without its rules gets them while it is empty", async () => {
    const { db } = at;
    const options = { db, table: "half", name: "Doc", columns, unique: ["title"], ...living } as const;
    const half = sql`create table half (id text not null primary key, title text, org text, "deletedAt" integer)`;
    await half.execute(db);
    await sqlModel<Doc>(options as never).create({ title: "A" });
    expect(await planMigration([sqlModel<Doc>(options as never)])).toEqual(nothing);
  });
});

onSqlServers(
  place => place,
  (db, engine) => {
    const at = changingOn(engine, db);
    cases(at);
    if (engine === "PostgreSQL") partialCases(at);
  },
);
