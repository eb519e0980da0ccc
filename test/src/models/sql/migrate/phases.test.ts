import type { Kysely } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { one } from "../../../../../src/models/relations/one.ts";
import { planMigration } from "../../../../../src/models/sql/migrate/index.ts";
import { sqlModel } from "../../../../../src/models/sql/sqlModel.ts";
import { sqlite } from "../../../../../src/models/sqlite.ts";
import type { FullModel } from "../../../../../src/models/types.ts";
import { type Changing, runSteps } from "../../../../support/migrations.ts";
import { type PostgresServer, startPostgres } from "../../../../support/postgres.ts";

interface Old {
  id: string;
  title: string;
  assignee: string;
}
interface New {
  id: string;
  title: string;
  state: string;
  due: Date | null;
  size: number;
  project: string | null;
}
interface Project {
  id: string;
  name: string;
}

/** What a process that begins now has; models that have seen a table keep what they know of it. */
const oldCode = (db: Kysely<unknown>): FullModel<Old> =>
  sqlModel<Old>({
    db,
    name: "Task",
    table: "tasks",
    columns: { title: "text", assignee: { kind: "text", required: true } },
  });
const projects = (db: Kysely<unknown>): FullModel<Project> =>
  sqlModel<Project>({ db, name: "Project", table: "projects", columns: { name: "text" } });
const newCode = (db: Kysely<unknown>): FullModel<New> =>
  sqlModel<New>({
    db,
    name: "Task",
    table: "tasks",
    columns: {
      title: { kind: "text", required: true },
      state: { kind: "text", required: true, default: "open" },
      due: "date",
      size: { kind: "integer", required: true },
      project: "text",
    },
    relations: { project: one(projects(db), "project", { onDelete: "cascade" }) } as never,
    unique: ["title"],
    indexes: [["state", "due"]],
  });

let made = 0;

async function serves(model: FullModel<Old>, running: FullModel<Old>): Promise<void> {
  for (const one of [model, running]) {
    const created = await one.create({ title: `old ${made++}`, assignee: "ann" });
    const updated = await one.update(created, { assignee: "bob" });
    expect(await one.objects.get(created.id)).toEqual(updated);
  }
  expect(await model.objects.filter({ assignee: "bob" }).exists()).toBe(true);
}

async function servesNew(model: FullModel<New>): Promise<void> {
  const created = await model.create({ title: `new ${made++}`, size: 1, project: "p" });
  expect(created).toMatchObject({ state: "open", due: null });
  const updated = await model.update(created, { state: "done", due: new Date(0) });
  expect(await model.objects.get(created.id)).toEqual(updated);
}

async function phasesCase(at: Changing): Promise<void> {
  const { db } = at;
  const running = oldCode(db);
  await projects(db).create({ id: "p" });
  await serves(oldCode(db), running);
  await expect(newCode(db).objects.all()).rejects.toThrow("tasks.state is missing");

  const drop = ["tasks.assignee"];
  const { steps } = await planMigration([newCode(db)], { drop });
  const phases = steps.map(({ phase }) => phase);
  expect(phases).toEqual([...phases].sort().reverse());
  expect(new Set(phases)).toEqual(new Set(["expand", "contract"]));
  for (const step of steps.filter(({ phase }) => phase === "expand")) {
    await runSteps(at, [newCode(db)], [step]);
    await serves(oldCode(db), running);
  }
  const runningNew = newCode(db);
  await servesNew(runningNew);
  await serves(oldCode(db), running);
  await servesNew(newCode(db));

  // The new code alone runs from here on, and fills what the old one left.
  for (const task of await runningNew.objects.filter({ size: { isNull: true } }).all())
    await runningNew.update(task, { size: 0 });
  const later = (await planMigration([newCode(db)], { drop })).steps;
  expect(later.map(({ phase }) => phase)).toEqual(later.map(() => "contract"));
  for (const step of later) {
    await runSteps(at, [newCode(db)], [step]);
    await servesNew(runningNew);
    await servesNew(newCode(db));
  }
  expect(await planMigration([newCode(db), projects(db)])).toEqual({ steps: [], notes: [], renames: [] });
  await projects(db).objects.delete();
  expect(await runningNew.objects.filter({ project: "p" }).exists()).toBe(false);
  await expect(oldCode(db).objects.all()).rejects.toThrow("tasks.assignee is missing");
}

describe("old and new code both serve on every schema between", () => {
  const db = sqlite(":memory:");
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(async () => {
    await db.destroy();
    await server?.stop();
  });
  it("on SQLite", () => phasesCase({ engine: "SQLite", db, migrations: {}, tables: 0 }));
  it("on PostgreSQL", () => phasesCase({ engine: "PostgreSQL", db: server.db, migrations: {}, tables: 0 }));
});
