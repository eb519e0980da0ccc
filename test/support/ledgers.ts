import { drizzle } from "drizzle-orm/node-postgres";
import * as pg from "drizzle-orm/pg-core";
import * as lite from "drizzle-orm/sqlite-core";
import { afterAll, beforeAll, describe } from "vitest";
import { drizzleModel } from "../../src/models/drizzle/drizzleModel.ts";
import { sqliteDecimal } from "../../src/models/drizzle/sqlite.ts";
import { dynamoModel } from "../../src/models/dynamo/dynamoModel.ts";
import { memoryModel } from "../../src/models/memory/memoryModel.ts";
import { sqlModel } from "../../src/models/sql/sqlModel.ts";
import { sqlite } from "../../src/models/sqlite.ts";
import type { Model } from "../../src/models/types.ts";
import { drizzleSqlite, postgresPool } from "./drizzle.ts";
import { startDynamo } from "./dynamo.ts";
import { startMysql } from "./mysql.ts";
import { startPostgres } from "./postgres.ts";

/** An object with a field of each kind of which JSON has no values of its own, and some of which it has. */
export interface Entry {
  id: string;
  at: Date | null;
  big: bigint | null;
  price: string | null;
  score: number | null;
  count: number | null;
  data: unknown;
}

export const kinds = {
  at: "date",
  big: "bigint",
  price: "decimal",
  score: "real",
  count: "integer",
  data: "json",
} as const;

type Register = (open: () => Model<Entry>) => void;

const sqlOn = (db: Parameters<typeof sqlModel>[0]["db"]): Model<Entry> =>
  sqlModel<Entry>({ db, name: "Entry", table: "entries", columns: kinds });

/** Runs tests over an empty model of each engine. */
export function overEngines(register: Register): void {
  describe("memoryModel", () => {
    const model = memoryModel<Entry>({ name: "Entry", fields: kinds });
    register(() => model);
  });

  describe("sqlModel on SQLite", () => {
    const db = sqlite(":memory:");
    afterAll(() => db.destroy());
    const model = sqlOn(db);
    register(() => model);
  });

  describe("drizzleModel on SQLite", () => {
    const { db, file } = drizzleSqlite(":memory:");
    afterAll(() => file.close());
    file.exec(
      "create table entries (id text primary key, at integer, big numeric, price decimal_text, score real, count integer, data text)",
    );
    const entries = lite.sqliteTable("entries", {
      id: lite.text().primaryKey(),
      at: lite.integer({ mode: "timestamp_ms" }),
      big: lite.numeric({ mode: "bigint" }),
      price: sqliteDecimal(),
      score: lite.real(),
      count: lite.integer(),
      data: lite.text({ mode: "json" }),
    });
    const model = drizzleModel(db, entries, { name: "Entry" }) as Model<Entry>;
    register(() => model);
  });

  describe("on PostgreSQL", () => {
    let server: Awaited<ReturnType<typeof startPostgres>>;
    let connections: ReturnType<typeof postgresPool>;
    let drizzled: Model<Entry>;
    let sqled: Model<Entry>;
    beforeAll(async () => {
      server = await startPostgres();
      connections = postgresPool(server.url);
      sqled = sqlOn(server.db);
      await connections.pool.query(
        "create table drizzled (id text primary key, at timestamptz, big bigint, price numeric, score double precision, count bigint, data jsonb)",
      );
      const entries = pg.pgTable("drizzled", {
        id: pg.text().primaryKey(),
        at: pg.timestamp({ withTimezone: true }),
        big: pg.bigint({ mode: "bigint" }),
        price: pg.numeric(),
        score: pg.doublePrecision(),
        count: pg.bigint({ mode: "number" }),
        data: pg.jsonb(),
      });
      drizzled = drizzleModel(drizzle(connections.pool), entries, { name: "Entry" }) as Model<Entry>;
    });
    afterAll(async () => {
      await connections.close();
      await server.stop();
    });
    describe("sqlModel", () => register(() => sqled));
    describe("drizzleModel", () => register(() => drizzled));
  });

  const { MYSQL_URL } = process.env;
  describe.skipIf(!MYSQL_URL)("sqlModel on MySQL or MariaDB", () => {
    let server: Awaited<ReturnType<typeof startMysql>>;
    let model: Model<Entry>;
    beforeAll(async () => {
      server = await startMysql(String(MYSQL_URL));
      model = sqlOn(server.db);
    });
    afterAll(() => server.stop());
    register(() => model);
  });

  describe("dynamoModel", () => {
    let dynamo: Awaited<ReturnType<typeof startDynamo>>;
    let model: Model<Entry>;
    beforeAll(async () => {
      dynamo = await startDynamo();
      const table = await dynamo.createTable({ partition: ["id", "S"] });
      model = dynamoModel<Entry>({
        client: dynamo.client,
        table,
        name: "Entry",
        key: { partition: "id" },
        fields: { id: "text", ...kinds },
        allowScan: true,
      });
    });
    afterAll(() => dynamo.stop());
    register(() => model);
  });
}
