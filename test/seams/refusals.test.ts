import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { drizzle } from "drizzle-orm/node-postgres";
import * as pg from "drizzle-orm/pg-core";
import * as lite from "drizzle-orm/sqlite-core";
import { type Kysely, sql } from "kysely";
import { afterAll, beforeAll, describe, it } from "vitest";
import { drizzleModel } from "../../src/models/drizzle/drizzleModel.ts";
import { dynamoModel } from "../../src/models/dynamo/dynamoModel.ts";
import { memoryModel } from "../../src/models/memory/memoryModel.ts";
import { transaction } from "../../src/models/sql/transaction.ts";
import { sqlite } from "../../src/models/sqlite.ts";
import type { Model } from "../../src/models/types.ts";
import { type Refusals, refusalCases } from "../../tools/testing/conformance/refusals.ts";
import { type DrizzleSqlite, drizzleSqlite, type PostgresPool, postgresPool } from "../support/drizzle.ts";
import { dynamoClient, type LocalDynamo, startDynamo } from "../support/dynamo.ts";
import { type MysqlServer, startMysql } from "../support/mysql.ts";
import { connect, type PostgresServer, startPostgres } from "../support/postgres.ts";
import {
  constraintRefusals,
  deadlock,
  locked,
  type Member,
  type Members,
  membersTables,
  type Owner,
  sqlMembers,
  unique,
} from "../support/refusals.ts";

function register(refusals: Refusals): void {
  for (const { name, run } of refusalCases(refusals)) it(name, run);
}

const plain = { hasLimits: false, hasExpressions: true };
const limited = { hasLimits: true, hasExpressions: true };
const mariadb = { hasLimits: true, hasExpressions: false };

const directory = mkdtempSync(join(tmpdir(), "tsverless-refusals-"));
afterAll(() => rmSync(directory, { recursive: true }));

describe("sqlModel on SQLite", () => {
  const path = join(directory, "members.sqlite");
  const db = sqlite(path, { busyTimeout: 50 });
  const other = sqlite(path, { busyTimeout: 50 });
  afterAll(async () => {
    await db.destroy();
    await other.destroy();
  });
  register({
    ...constraintRefusals(plain, () => sqlMembers(db, plain)),
    locked: async () => locked(await sqlMembers(db, plain), other),
    // SQLite lets nobody wait for another: it refuses one who would write what he has read before another wrote it.
    async deadlock() {
      const { db: reached, owners, table } = await sqlMembers(db, plain);
      const owner = await owners.create({ id: unique(), code: null });
      return {
        run: () =>
          transaction(reached, async bind => {
            const loaded = (await bind(owners).objects.get(owner.id)) as Owner;
            await sql`update ${sql.table(table)} set code = ${unique()}`.execute(other);
            await bind(owners).update(loaded, { code: unique() });
          }),
        secrets: [owner.id],
      };
    },
  });
});

const liteTables = (prefix: string) => ({
  owners: lite.sqliteTable(`${prefix}_owners`, { id: lite.text().primaryKey(), code: lite.text() }),
  members: lite.sqliteTable(`${prefix}_members`, {
    id: lite.text().primaryKey(),
    email: lite.text(),
    nick: lite.text(),
    fullName: lite.text("full_name").notNull(),
    score: lite.integer(),
    owner: lite.text(),
    ownerCode: lite.text("owner_code"),
  }),
});

describe("drizzleModel on SQLite", () => {
  const { db, file }: DrizzleSqlite = drizzleSqlite(join(directory, "drizzle.sqlite"));
  const other = sqlite(join(directory, "drizzle.sqlite"));
  afterAll(async () => {
    file.close();
    await other.destroy();
  });
  let made = 0;
  const open = (): Members & { table: string; db: Kysely<unknown> } => {
    const prefix = `drizzled${made++}`;
    for (const text of membersTables(prefix, plain)) file.exec(text);
    const { owners, members } = liteTables(prefix);
    return {
      db: other,
      table: `${prefix}_owners`,
      owners: drizzleModel(db, owners, { name: "Owner" }),
      members: drizzleModel(db, members, { name: "Member" }) as Model<Member>,
    };
  };
  register({
    ...constraintRefusals(plain, open),
    locked: () => locked(open(), other),
  });
});

describe("on PostgreSQL", () => {
  let server: PostgresServer;
  let impatient: ReturnType<typeof connect>;
  let connections: PostgresPool;
  beforeAll(async () => {
    server = await startPostgres();
    impatient = connect(`${server.url}?options=-c%20lock_timeout%3D100`);
    connections = postgresPool(server.url);
  });
  afterAll(async () => {
    await impatient.close();
    await connections.close();
    await server.stop();
  });

  describe("sqlModel", () => {
    register({
      ...constraintRefusals(limited, () => sqlMembers(server.db, limited)),
      locked: async () => locked(await sqlMembers(impatient.db, limited), server.db),
      deadlock: async () => deadlock(await sqlMembers(server.db, limited)),
    });
  });

  describe("drizzleModel", () => {
    let made = 0;
    async function open(): Promise<Members> {
      const prefix = `drizzled${made++}`;
      for (const text of membersTables(prefix, limited)) await connections.pool.query(text);
      const owners = pg.pgTable(`${prefix}_owners`, { id: pg.text().primaryKey(), code: pg.text() });
      const members = pg.pgTable(`${prefix}_members`, {
        id: pg.text().primaryKey(),
        email: pg.text(),
        nick: pg.text(),
        fullName: pg.varchar("full_name", { length: 30 }).notNull(),
        score: pg.smallint(),
        owner: pg.text(),
        ownerCode: pg.text("owner_code"),
      });
      const db = drizzle(connections.pool);
      return {
        owners: drizzleModel(db, owners, { name: "Owner" }),
        members: drizzleModel(db, members, { name: "Member" }) as Model<Member>,
      };
    }
    register(constraintRefusals(limited, open));
  });
});

const { MYSQL_URL } = process.env;

describe.skipIf(!MYSQL_URL)("sqlModel on MySQL or MariaDB", () => {
  let server: MysqlServer;
  beforeAll(async () => {
    server = await startMysql(String(MYSQL_URL));
  });
  afterAll(() => server.stop());
  register({
    ...constraintRefusals(mariadb, () => sqlMembers(server.db, mariadb)),
    async locked() {
      const members = await sqlMembers(server.db, mariadb);
      // Each connection of the pool waits for locks for a second alone.
      await Promise.all(
        Array.from({ length: 20 }, () => sql`set session innodb_lock_wait_timeout = 1`.execute(server.db)),
      );
      return locked(members, server.db);
    },
    deadlock: async () => deadlock(await sqlMembers(server.db, mariadb)),
  });
});

describe("memoryModel", () => {
  register({
    async duplicate() {
      const Owners = memoryModel<Owner>({ name: "Owner", unique: ["code"] });
      const code = unique();
      await Owners.create({ id: unique(), code });
      return { run: () => Owners.create({ id: unique(), code }), field: "code", secrets: [code] };
    },
  });
});

describe("dynamoModel", () => {
  let dynamo: LocalDynamo;
  let server: Server;
  beforeAll(async () => {
    dynamo = await startDynamo();
    server = createServer((request, response) => {
      request.resume().on("end", () => {
        response.writeHead(400, { "content-type": "application/x-amz-json-1.0" });
        const __type = "com.amazonaws.dynamodb.v20120810#ThrottlingException";
        response.end(JSON.stringify({ __type, message: "Rate exceeded" }));
      });
    });
    await new Promise<void>(resolve => {
      server.listen(0, "127.0.0.1", resolve);
    });
  });
  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    await dynamo.stop();
  });

  interface Note {
    id: string;
    author: string;
    text?: string;
    size?: number;
  }
  async function notes(client = dynamo.client): Promise<Model<Note>> {
    const table = await dynamo.createTable({
      partition: ["id", "S"],
      indexes: { byAuthor: { partition: ["author", "S"] } },
    });
    return dynamoModel<Note>({
      client,
      table,
      name: "Note",
      key: { partition: "id" },
      indexes: { byAuthor: { partition: "author" } },
      fields: { id: "text", author: "text", text: "text", size: "real" },
    });
  }
  const creating = (given: () => Partial<Note>, field?: string) => async () => {
    const Notes = await notes();
    const data = { id: unique(), author: unique(), text: unique(), ...given() };
    const attempt = {
      run: () => Notes.create(data as Note),
      secrets: [data.id, data.author, data.text].filter(Boolean),
    };
    return field === undefined ? attempt : { ...attempt, field };
  };
  register({
    async duplicate() {
      const Notes = await notes();
      const note = { id: unique(), author: unique(), text: unique() };
      await Notes.create(note);
      return { run: () => Notes.create({ ...note }), field: "id", secrets: Object.values(note) };
    },
    impossible: creating(() => ({ author: "" }), "author"),
    outOfRange: creating(() => ({ size: 1.2345e200 }), "size"),
    tooLong: creating(() => ({ text: unique().repeat(40_000) }), "text"),
    async throttled() {
      const { port } = server.address() as AddressInfo;
      const Notes = await notes(dynamoClient(`http://127.0.0.1:${port}`, 1));
      const id = unique();
      return { run: () => Notes.create({ id, author: "a" }), secrets: [id] };
    },
  });
});
