import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type Kysely, sql } from "kysely";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { sqlModel } from "../../../../src/models/sql/sqlModel.ts";
import { transaction } from "../../../../src/models/sql/transaction.ts";
import { sqlite } from "../../../../src/models/sqlite.ts";
import type { Model } from "../../../../src/models/types.ts";

interface Row {
  id: string;
  n: number;
  big: bigint;
}

interface Tables {
  rows: { id: string; n: number };
}

let directory: string;
let path: string;
let db: Kysely<Tables>;
let Rows: Model<Row>;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "tsverless-statements-"));
  path = join(directory, "rows.sqlite");
  db = sqlite<Tables>(path);
  Rows = sqlModel<Row>({ db, table: "rows", columns: { n: "integer", big: "bigint" } });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await db.destroy();
  rmSync(directory, { recursive: true });
});

const all = async (): Promise<unknown[]> =>
  (await sql`select * from rows order by id`.execute(db)).rows.map(row => ({ ...(row as object) }));

describe("kept statements", () => {
  it("are prepared once each, by models, in transactions and in queries of one's own", async () => {
    const round = async (id: string): Promise<void> => {
      await Rows.create({ id, n: 1, big: 1n });
      await Rows.objects.get(id);
      await transaction(db, bind => bind(Rows).objects.get(id));
      await db.selectFrom("rows").selectAll().where("id", "=", id).execute();
    };
    await round("a");
    const prepare = vi.spyOn(DatabaseSync.prototype, "prepare");
    await round("b");
    expect(prepare).not.toHaveBeenCalled();
  });

  it("are bounded in number, and what is used all the time stays", async () => {
    const prepare = vi.spyOn(DatabaseSync.prototype, "prepare");
    const prepared = (text: string): number => prepare.mock.calls.filter(([one]) => one === text).length;
    for (let at = 0; at < 600; at++) {
      await sql.raw(`select ${at}`).execute(db);
      await sql.raw("select 'hot'").execute(db);
    }
    await sql.raw("select 0").execute(db);
    expect([prepared("select 0"), prepared("select 'hot'")]).toEqual([2, 1]);
  });

  it("see the columns that a migration has added, of this connection and of another", async () => {
    const made = await Rows.create({ id: "a", n: 1, big: 2n });
    expect(await all()).toEqual([{ id: "a", n: 1, big: 2 }]);
    await sql`alter table rows add column mine text default 'm'`.execute(db);
    expect(await all()).toEqual([{ id: "a", n: 1, big: 2, mine: "m" }]);
    const other = new DatabaseSync(path);
    other.exec("alter table rows add column others integer default 5");
    other.close();
    expect(await all()).toEqual([{ id: "a", n: 1, big: 2, mine: "m", others: 5 }]);
    expect(await Rows.objects.get("a")).toEqual(made);
    expect(await Rows.update(made, { n: 3 })).toEqual({ ...made, n: 3 });
    expect(await Rows.create({ id: "b", n: 1, big: 2n })).toEqual({ id: "b", n: 1, big: 2n });
    await sql`alter table rows rename column n to other_n`.execute(db);
    await expect(Rows.objects.get("a")).rejects.toThrow("no such column");
    await sql`alter table rows rename column other_n to n`.execute(db);
    expect(await Rows.objects.get("a")).toMatchObject({ n: 3 });
  });

  it("give each integer to the digit, and write once what they give back", async () => {
    const big = 2n ** 62n + 1n;
    const small = await Rows.create({ id: "a", n: 1, big: 1n });
    expect(await Rows.objects.get("a")).toEqual(small);
    const large = await Rows.create({ id: "b", n: Number.MAX_SAFE_INTEGER, big });
    expect(large).toEqual({ id: "b", n: Number.MAX_SAFE_INTEGER, big });
    for (let round = 0; round < 2; round++) {
      expect(await Rows.objects.get("b")).toEqual(large);
      expect(await Rows.objects.get("a")).toEqual(small);
      expect(await all()).toEqual([
        { id: "a", n: 1, big: 1 },
        { id: "b", n: Number.MAX_SAFE_INTEGER, big },
      ]);
    }
    expect((await sql`update rows set n = n + 1 where id = 'b' returning n, big`.execute(db)).rows).toEqual([
      { n: 2n ** 53n, big },
    ]);
    expect(await Rows.objects.filter({ n: { gt: 1 } }).count()).toBe(1);
  });

  it("may be run after a stream of the same text that was left, and one that was read", async () => {
    for (const id of ["a", "b", "c"]) await Rows.create({ id, n: 1, big: 2n ** 60n });
    const query = db.selectFrom("rows").selectAll().orderBy("id");
    const seen: string[] = [];
    for await (const { id } of query.stream()) {
      seen.push(id);
      if (id === "b") break;
    }
    for await (const { id } of query.stream()) seen.push(id);
    expect(seen).toEqual(["a", "b", "a", "b", "c"]);
    expect((await query.execute()).map(({ id }) => id)).toEqual(["a", "b", "c"]);
    await Rows.create({ id: "d", n: 1, big: 1n });
    expect(await Rows.objects.count()).toBe(4);
  });

  it("end with the database", async () => {
    await Rows.create({ id: "a", n: 1, big: 1n });
    await db.destroy();
    for (const ask of [() => Rows.objects.get("a"), () => Rows.create({ id: "b", n: 1, big: 1n }), all]) {
      await expect(ask()).rejects.toThrow("driver has already been destroyed");
    }
  });
});
