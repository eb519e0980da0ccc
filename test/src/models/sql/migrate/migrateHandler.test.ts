import { afterAll, describe, expect, it } from "vitest";
import { memoryModel } from "../../../../../src/models/memory/memoryModel.ts";
import { migrateHandler } from "../../../../../src/models/sql/migrate/index.ts";
import { sqlModel } from "../../../../../src/models/sql/sqlModel.ts";
import { sqlite } from "../../../../../src/models/sqlite.ts";

const db = sqlite(":memory:");
afterAll(() => db.destroy());
const Posts = sqlModel<{ id: string; title: string }>({ db, table: "posts", columns: { title: "text" } });
const migrations = {
  "01_posts": {
    up: ["create table posts (id text not null primary key, title text)"],
    down: ["drop table posts"],
  },
};

describe("migrateHandler", () => {
  it("runs, lists, compares and takes back", async () => {
    const migrate = migrateHandler([Posts], { migrations });
    expect(await migrate({ action: "status" })).toEqual({ applied: [], pending: ["01_posts"] });
    expect(await migrate({ action: "plan" })).toEqual({
      steps: [{ phase: "expand", table: "posts", does: "create the table", risks: [] }],
      notes: [],
    });
    expect(await migrate()).toEqual({ applied: ["01_posts"] });
    expect(await migrate({})).toEqual({ applied: [] });
    expect(await migrate({ action: "plan" })).toEqual({ steps: [], notes: [] });
    expect(await migrate({ action: "down" })).toEqual({ takenBack: ["01_posts"] });
    expect(await migrate({ action: "down" })).toEqual({ takenBack: [] });
    await expect(migrate({ action: "sideways" as never })).rejects.toThrow(
      "action must be up, down, status or plan",
    );
  });

  it("refuses what is wrong when it is made", () => {
    const made =
      (...given: unknown[]) =>
      () =>
        migrateHandler(...(given as Parameters<typeof migrateHandler>));
    expect(made()).toThrow(new TypeError("migrateHandler: models must be an array"));
    expect(made([], { migrations })).toThrow("migrateHandler: needs a model");
    expect(made([memoryModel({ name: "Post" })], { migrations })).toThrow("takes models that sqlModel made");
    expect(made([Posts])).toThrow('option "migrations" must be an object');
    expect(made([Posts], { migrations, dir: 1 })).toThrow('unknown option "dir"');
  });
});
