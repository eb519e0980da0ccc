import { type Kysely, sql } from "kysely";
import { afterAll, describe, expect, it } from "vitest";
import { one } from "../../../../../src/models/relations/one.ts";
import { migrateDown, planMigration } from "../../../../../src/models/sql/migrate/index.ts";
import { type SqlModelOptions, sqlModel } from "../../../../../src/models/sql/sqlModel.ts";
import { sqlite } from "../../../../../src/models/sqlite.ts";
import type { FullModel, Relation } from "../../../../../src/models/types.ts";
import { type Changing, changingOn, runSteps } from "../../../../support/migrations.ts";
import { onSqlServers } from "../../../../support/sqlServers.ts";

type Any = { id: string } & Record<string, unknown>;
type Options = Partial<Omit<SqlModelOptions<Any>, "relations">> & { relations?: Record<string, Relation> };
const text = "text" as const;
const nothing = { steps: [], notes: [], renames: [] };
const ofLater = (does: string): boolean => !does.startsWith("check the ");

function cases(of: () => Changing): void {
  const make = (table: string, options: Options = {}): FullModel<Any> =>
    sqlModel<Any>({ db: of().db, name: table, table, columns: { note: text }, ...options } as never);
  const raw = (statement: string) => sql.raw(statement).execute(of().db as Kysely<unknown>);
  const takeBack = async (models: readonly object[]): Promise<void> => {
    const last = Object.keys(of().migrations).at(-1) as string;
    expect(await migrateDown(models, of().migrations)).toBe(last);
    delete of().migrations[last];
  };

  it("makes tables with their foreign keys, what is referred to first, and those that refer to each other", async () => {
    const A: FullModel<Any> = make("circleA", {
      columns: { b: text, c: text },
      relations: {
        b: one((): FullModel<Any> => B, "b"),
        c: one((): FullModel<Any> => C, "c", { onDelete: "cascade" }),
      },
    });
    const B: FullModel<Any> = make("circleB", {
      columns: { a: text, up: text },
      relations: { a: one((): FullModel<Any> => A, "a"), up: one((): FullModel<Any> => B, "up") },
    });
    const C = make("circleC");
    const models = [A, B, C];
    const { steps } = await planMigration(models);
    const isWhole = of().engine === "SQLite";
    expect(steps.map(({ table, does, risks }) => [table, does, risks])).toEqual([
      ["circleB", "create the table", []],
      ["circleC", "create the table", []],
      ["circleA", "create the table", []],
      ...(isWhole ? [] : [["circleB", "add a foreign key of a to circleA.id", []]]),
    ]);
    await runSteps(of(), models, steps);
    expect(await planMigration(models)).toEqual(nothing);
    await C.create({ id: "c" });
    await A.create({ id: "a", c: "c" });
    await B.create({ id: "b", a: "a", up: "b" });
    await expect(A.create({ b: "z" })).rejects.toMatchObject({ field: "b" });
    await expect(B.create({ a: "z" })).rejects.toMatchObject({ field: "a" });
    await expect(B.create({ up: "z" })).rejects.toMatchObject({ field: "up" });
    await expect(A.objects.delete()).rejects.toThrow("circleA is still referred to by circleB.a");
    await takeBack(models);
    expect((await planMigration(models)).steps.length).toBe(steps.length);
  });

  it("says which foreign key can't be, and why", async () => {
    await raw("create table odd_parents (id integer primary key, code varchar(40))");
    await raw("create table odd (id varchar(40) not null primary key, a varchar(40), b integer)");
    await raw("create index odd_a on odd (a)");
    await raw("create index odd_b on odd (b)");
    const Parents = make("odd_parents", { columns: { code: text }, unique: ["code"], check: false } as never);
    const Missing = make("odd_missing", { columns: { id: "integer" } });
    const Odd = make("odd", {
      columns: { a: text, b: "integer" },
      relations: { a: one(Parents, "a"), b: one(Missing, "b") },
      check: false,
    });
    const { steps } = await planMigration([Odd]);
    const hands = steps.map(({ does, byHand, up }) => [does.replace(/ to .*/, ""), byHand, up]);
    const unlike = /^a is .*, and odd_parents.id is .*: make them alike, or say foreignKey: false$/;
    const isLite = of().engine === "SQLite";
    expect(hands.filter(([, byHand]) => byHand)).toEqual([
      ...(isLite ? [] : [["add a foreign key of a", expect.stringMatching(unlike), []]]),
      ["add a foreign key of b", "odd_missing is not there", []],
    ]);
  });

  it("notes a foreign key that no relation says", async () => {
    const Parents = make("noted_parents");
    const relations = { up: one(Parents, "up") };
    await make("noted", { columns: { up: text }, relations }).objects.all();
    const Noted = make("noted", { columns: { up: text } });
    const { steps, notes } = await planMigration([Parents, Noted]);
    expect([steps, notes]).toEqual([
      [],
      ["noted: up refers to noted_parents.id, which no relation says; it stays (--drop noted.noted_up_fkey)"],
    ]);
    const drop = ["noted_parents", "noted.noted_up_fkey"];
    await expect(planMigration([Parents, Noted], { drop })).rejects.toThrow('called "noted_parents"');
  });

  it("a relation that refuses and one that puts that off are one, and both are found again in tables of others", async () => {
    const Parents = make("alike_parents");
    await Parents.objects.all();
    const type =
      of().engine === "MySQL" ? "varchar(255) character set utf8mb4 collate utf8mb4_nopad_bin" : "text";
    await raw(`create table alike (id ${type} not null primary key, up ${type}, constraint alike_key
      foreign key (up) references alike_parents (id) on delete restrict)`);
    await raw("create index alike_up on alike (up)");
    for (const onDelete of [undefined, "restrict", "noAction"] as const) {
      const relations = { up: one(Parents, "up", onDelete ? { onDelete } : {}) };
      expect(
        (await planMigration([Parents, make("alike", { columns: { up: text }, relations })])).steps,
      ).toEqual([]);
    }
  });

  it("drops a table when it is told to, and makes it again empty", async () => {
    const Users = make("dropped_users");
    const Old = make("dropped_old", {
      columns: {
        id: "integer",
        title: { kind: text, required: true, default: "it's" },
        up: text,
        rank: "real",
      },
      relations: { up: one(Users, "up", { onDelete: "cascade" }) },
      unique: ["title"],
      indexes: [["rank", "title"]],
    } as never);
    await Users.create({ id: "u" });
    await Old.create({ title: "a", up: "u" });
    const drop = ["dropped_old"];
    expect((await planMigration([Users])).steps).toEqual([]);
    const { steps } = await planMigration([Users], { drop });
    expect(steps.map(({ phase, table, does, risks }) => [phase, table, does, risks])).toEqual([
      ["contract", "dropped_old", "drop the table", ["loses data", "code that still uses it fails"]],
    ]);
    await runSteps(of(), [Users], steps);
    await expect(planMigration([Users], { drop })).rejects.toThrow('called "dropped_old"');
    await takeBack([Users]);
    expect(await planMigration([Users, Old])).toEqual(nothing);
    expect(await Old.objects.count()).toBe(0);
    const made = await Old.create({ up: "u" });
    expect([typeof made.id, made.title]).toEqual(["number", "it's"]);
    await expect(Old.create({ title: "it's" })).rejects.toThrow("Duplicate title");
    await expect(Old.create({ title: "b", up: "z" })).rejects.toMatchObject({ field: "up" });
    await expect(planMigration([Users, Old], { drop })).rejects.toThrow("or a model needs it");
    for (const wrong of ["dropped_none", "tsverless_migrations", "nowhere.nothing"])
      await expect(planMigration([Users], { drop: [wrong] })).rejects.toThrow(`called "${wrong}"`);
  });

  it("drops no table that others refer to, unless they do not any more", async () => {
    const Parents = make("held_parents");
    const columns = { up: text };
    const Before = make("held", { columns, relations: { up: one(Parents, "up") } });
    await Before.create({ id: "a" });
    const After = make("held", { columns });
    const held = await planMigration([After], { drop: ["held_parents"] });
    expect(held.steps.map(({ does, byHand, up }) => [does, byHand, up])).toEqual([
      ["drop the table", "held refers to it: drop that first", []],
    ]);
    const drop = ["held_parents", "held.held_up_fkey"];
    const { steps } = await planMigration([After], { drop });
    expect(steps.map(({ does, byHand }) => [does, byHand])).toEqual([
      ["drop the foreign key held_up_fkey", undefined],
      ["drop the table", undefined],
    ]);
    await runSteps(of(), [After], steps);
    expect(await After.objects.all()).toEqual([{ id: "a", up: null }]);
    await takeBack([After]);
    expect((await planMigration([Parents, Before])).steps.map(({ does }) => does).filter(ofLater)).toEqual(
      [],
    );
  });
}

describe("foreign keys and tables, on SQLite, a plan", () => {
  const at: Changing = { engine: "SQLite", db: sqlite(":memory:"), migrations: {}, tables: 0 };
  afterAll(() => at.db.destroy());
  cases(() => at);
});

onSqlServers(
  place => `foreign keys and tables, ${place}, a plan`,
  (db, engine) => cases(changingOn(engine, db)),
);
