import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Kysely } from "kysely";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { sqlStore } from "../../../src/idempotency/sql.ts";
import type { Claim } from "../../../src/idempotency/types.ts";
import { sqlite } from "../../../src/models/sqlite.ts";
import { type MysqlServer, startMysql } from "../../support/mysql.ts";
import { type PostgresServer, startPostgres } from "../../support/postgres.ts";
import { storeCases } from "./storeCases.ts";

interface Stored {
  idempotency: { id: string; response: string | null };
}

const folder = mkdtempSync(join(tmpdir(), "tsverless-idempotency-"));
const path = join(folder, "keys.sqlite");
const connections = [sqlite<Stored>(path), sqlite<Stored>(path)] as const;
const [db] = connections;

afterEach(() => vi.restoreAllMocks());
afterAll(async () => {
  await Promise.all(connections.map(connection => connection.destroy()));
  rmSync(folder, { recursive: true });
});

const claimOf = (id: string, now: number): Claim => ({
  id,
  fingerprint: "f",
  owner: "o",
  now,
  expires: now + 1000,
});

describe("sqlStore on one SQLite file through two connections", () => {
  let turn = 0;
  storeCases(() => sqlStore({ db: connections[turn++ % 2] as Kysely<Stored> }));

  it("removes now and then what expired a while ago", async () => {
    const store = sqlStore({ db });
    vi.spyOn(Math, "random").mockReturnValue(0.5);
    await store.claim(claimOf("old", 0));
    await store.claim(claimOf("recent", 1_000_000));
    await store.claim(claimOf("other", 1_500_000));
    const ids = async () => (await db.selectFrom("idempotency").select("id").execute()).map(({ id }) => id);
    expect(await ids()).toEqual(expect.arrayContaining(["old", "recent", "other"]));
    vi.mocked(Math.random).mockReturnValue(0);
    await store.claim(claimOf("last", 1_800_000));
    const left = await ids();
    expect(left).toEqual(expect.arrayContaining(["recent", "other", "last"]));
    expect(left).not.toContain("old");
  });

  it("creates its own table, of whatever name, and has an index on what purges search by", async () => {
    await sqlStore({ db, table: "my keys" }).claim(claimOf("x", 0));
    const { rows } = await db.executeQuery<{ name: string; type: string }>({
      ...db.selectFrom("idempotency").select("id").compile(),
      sql: "select name, type from sqlite_master where tbl_name = 'my keys' and name not like 'sqlite%'",
      parameters: [],
    });
    expect(rows.map(({ name, type }) => [type, name]).sort()).toEqual([
      ["index", "my keys_expires"],
      ["table", "my keys"],
    ]);
  });

  it("tries to open its table again after a failure", async () => {
    const gone = sqlite(":memory:");
    await gone.destroy();
    const store = sqlStore({ db: gone });
    for (const id of ["1", "2"]) await expect(store.claim(claimOf(id, 0))).rejects.toThrow();
  });

  it("refuses options that are none", () => {
    for (const [options, message] of [
      [undefined, "sqlStore: options must be an object"],
      [{}, 'sqlStore: option "db" must be a Kysely instance'],
      [{ db: {} }, 'sqlStore: option "db" must be a Kysely instance'],
      [{ db, table: 1 }, 'sqlStore: option "table" must be a string'],
      [{ db, tabel: "a" }, 'sqlStore: unknown option "tabel"; it takes db, table'],
    ] as const) {
      expect(() => sqlStore(options as never)).toThrow(new TypeError(message));
    }
  });
});

describe("sqlStore on PostgreSQL", () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());
  storeCases(() => sqlStore({ db: server.db }));

  it("is opened by many at the same time", async () => {
    const claims = Array.from({ length: 10 }, (_, index) =>
      sqlStore({ db: server.db, table: "public.together" }).claim(claimOf(`${index}`, 0)),
    );
    expect(await Promise.all(claims)).toEqual(Array(10).fill(undefined));
  });
});

describe.skipIf(!process.env.MYSQL_URL)("sqlStore on MySQL", () => {
  let server: MysqlServer;
  beforeAll(async () => {
    server = await startMysql(process.env.MYSQL_URL as string);
  });
  afterAll(() => server.stop());
  storeCases(() => sqlStore({ db: server.db }));
});
