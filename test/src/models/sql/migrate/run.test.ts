import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Kysely, sql } from "kysely";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  MigrationError,
  type Migrations,
  migrateDown,
  migrateUp,
  migrationStatus,
} from "../../../../../src/models/sql/migrate/index.ts";
import { sqlModel } from "../../../../../src/models/sql/sqlModel.ts";
import { sqlite } from "../../../../../src/models/sqlite.ts";
import { type MysqlServer, startMysql } from "../../../../support/mysql.ts";
import { connect, type PostgresServer, startPostgres } from "../../../../support/postgres.ts";

const modelOf = (db: Kysely<unknown>): object =>
  sqlModel<{ id: string; title: string }>({ db, table: "posts", columns: { title: "text" } });

const posts = {
  "01_posts": {
    up: ["create table posts (id varchar(40) primary key, title varchar(40))"],
    down: ["drop table posts"],
  },
} satisfies Migrations;
const both = {
  ...posts,
  "02_rows": {
    up: [
      "insert into posts (id, title) values ('a', 'A')",
      "insert into posts (id, title) values ('b', 'B')",
    ],
    down: ["delete from posts"],
  },
} satisfies Migrations;

function cases(
  open: () => { db: Kysely<unknown>; again(): Kysely<unknown> },
  isWhole: boolean,
  isFile = false,
): void {
  let db: Kysely<unknown>;
  let models: object[];
  const rows = async (): Promise<number> => (await sql`select * from posts`.execute(db)).rows.length;
  beforeEach(async () => {
    ({ db } = open());
    models = [modelOf(db)];
    for (const table of ["posts", "tsverless_migrations", "tsverless_migrations_lock", "tsverless_checksums"])
      await sql`drop table if exists ${sql.table(table)}`.execute(db);
  });

  it("run once, in the order of their names, and are taken back from the last", async () => {
    expect(await migrationStatus(models, both)).toEqual({ applied: [], pending: ["01_posts", "02_rows"] });
    expect(await migrateUp(models, both)).toEqual(["01_posts", "02_rows"]);
    expect(await migrateUp(models, both)).toEqual([]);
    expect(await rows()).toBe(2);
    expect(await migrationStatus(models, both)).toEqual({ applied: ["01_posts", "02_rows"], pending: [] });
    expect(await migrateDown(models, both)).toBe("02_rows");
    expect(await rows()).toBe(0);
    expect(await migrateDown(models, both)).toBe("01_posts");
    expect(await migrateDown(models, both)).toBeUndefined();
  });

  it("that fail leave nothing behind, and those before them stay", async () => {
    const failing = {
      ...both,
      "03_more": {
        up: ["insert into posts (id, title) values ('c', 'C')", "insert into nowhere values (1)"],
      },
    };
    await expect(migrateUp(models, failing)).rejects.toThrow(/^Migration 03_more: .*nowhere/);
    expect(await rows()).toBe(isWhole ? 2 : 3);
    expect(await migrationStatus(models, failing)).toEqual({
      applied: ["01_posts", "02_rows"],
      pending: ["03_more"],
    });
    await sql`delete from posts where id = 'c'`.execute(db);
    const mended = { ...both, "03_more": { up: ["insert into posts (id, title) values ('c', 'C')"] } };
    expect(await migrateUp(models, mended)).toEqual(["03_more"]);
    await expect(migrateDown(models, mended)).rejects.toThrow(
      "Migration 03_more: it can't be taken back: it has no down",
    );
    expect(await rows()).toBe(3);
  });

  it("do not run where something is found that must not be", async () => {
    const guarded = {
      ...both,
      "03_guarded": {
        up: [{ none: "select 1 from posts where title = 'A'", says: "there is an A" }, "drop table posts"],
      },
    };
    await expect(migrateUp(models, guarded)).rejects.toThrow(
      new MigrationError("Migration 03_guarded: there is an A"),
    );
    expect(await rows()).toBe(2);
  });

  it("that were edited, are gone or come too late are errors before anything runs", async () => {
    await migrateUp(models, { "05_posts": posts["01_posts"] });
    const wrong: [migrations: object, message: string][] = [
      [{ "05_posts": { up: [] } }, "05_posts was applied and has been edited since"],
      [{ "05_posts": { ...posts["01_posts"], down: [] } }, "05_posts was applied and has been edited since"],
      [{ "06_more": posts["01_posts"] }, "05_posts was applied and is not there any more"],
      [{ "05_posts": posts["01_posts"], "04_early": { up: [] } }, "04_early comes before 05_posts"],
      [{ "05_posts": posts["01_posts"], "06_odd": {} }, "06_odd must export up"],
      [{ "05_posts": posts["01_posts"], "06_odd": { up: [1] } }, "06_odd must export up"],
      [{ "05_posts": posts["01_posts"], "06_odd": { up: [{ none: "select 1" }] } }, "06_odd must export up"],
    ];
    for (const [migrations, message] of wrong) {
      for (const run of [migrateUp, migrateDown, migrationStatus]) {
        await expect(run(models, migrations as Migrations), message).rejects.toThrow(message);
      }
    }
    expect(await rows()).toBe(0);
  });

  // Processes that share an SQLite file are in the tests of the command line.
  it.skipIf(isFile)("run once where several processes begin at once", async () => {
    const { again } = open();
    const dbs = [again(), again(), again()];
    const ran = await Promise.all(dbs.map(one => migrateUp([modelOf(one)], both)));
    expect(ran.flat().sort()).toEqual(["01_posts", "02_rows"]);
    expect(await rows()).toBe(2);
    await Promise.all(dbs.map(one => one.destroy()));
  });
}

describe("on SQLite, migrations", () => {
  const folder = mkdtempSync(join(tmpdir(), "migrate-"));
  const file = join(folder, "a.sqlite");
  const db = sqlite(file);
  afterAll(async () => {
    await db.destroy();
    rmSync(folder, { recursive: true });
  });
  cases(() => ({ db, again: () => db }), true, true);

  it("refuse what leaves rows that refer to nothing, and keep the connection as it was", async () => {
    const models = [modelOf(db)];
    await migrateUp(models, both);
    const broken = {
      ...both,
      "03_notes": {
        up: [
          "create table notes (id text primary key, post text references posts(id))",
          "insert into notes values ('n', 'nothing')",
        ],
      },
    };
    await expect(migrateUp(models, broken)).rejects.toThrow("rows of notes would refer to nothing");
    expect((await sql`pragma foreign_keys`.execute(db)).rows).toEqual([{ foreign_keys: 1 }]);
    expect((await sql`select * from sqlite_master where name = 'notes'`.execute(db)).rows).toEqual([]);
  });
});

describe("on PostgreSQL, migrations", () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server?.stop());
  cases(() => ({ db: server.db, again: () => connect(server.url).db }), true);
});

const { MYSQL_URL } = process.env;
if (MYSQL_URL) {
  describe("on the server that MYSQL_URL names, migrations", () => {
    let server: MysqlServer;
    beforeAll(async () => {
      server = await startMysql(MYSQL_URL);
    });
    afterAll(() => server?.stop());
    cases(() => ({ db: server.db, again: () => server.db.withoutPlugins() }), false);
  });
}
