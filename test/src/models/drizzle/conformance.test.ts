import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { drizzle } from "drizzle-orm/node-postgres";
import * as pg from "drizzle-orm/pg-core";
import * as lite from "drizzle-orm/sqlite-core";
import { afterAll, beforeAll, describe, it } from "vitest";
import { drizzleModel } from "../../../../src/models/drizzle/drizzleModel.ts";
import { sqliteDecimal } from "../../../../src/models/drizzle/sqlite.ts";
import type { FullModel, Model } from "../../../../src/models/types.ts";
import {
  modelConformance,
  type StampedThing,
  stampedOptions,
  type Thing,
} from "../../../../tools/testing/modelConformance.ts";
import {
  type DrizzleSqlite,
  drizzleSqlite,
  type PostgresPool,
  postgresPool,
} from "../../../support/drizzle.ts";
import { type PostgresServer, startPostgres } from "../../../support/postgres.ts";

let tables = 0;

const stampsSql = (date: string): string =>
  `, "createdAt" ${date}, "updatedAt" ${date}, "createdBy" text, "updatedBy" text, "deletedAt" ${date}`;

describe("drizzleModel on SQLite conforms", () => {
  const directory = mkdtempSync(join(tmpdir(), "tsverless-drizzle-"));
  const { db, file, seen }: DrizzleSqlite = drizzleSqlite(join(directory, "things.sqlite"));
  file.exec("pragma journal_mode = wal; pragma synchronous = off");
  afterAll(() => {
    file.close();
    rmSync(directory, { recursive: true });
  });

  // One connection for all: whatever is asked of it meanwhile is part of a transaction.
  const options = { test: it, statements: () => seen.length, capabilities: { together: false } };
  const columns = () => ({
    id: lite.text().primaryKey(),
    name: lite.text(),
    email: lite.text().unique(),
    group: lite.text(),
    rank: lite.integer(),
    score: lite.real(),
    big: lite.numeric({ mode: "bigint" }),
    price: sqliteDecimal(),
    active: lite.integer({ mode: "boolean" }),
    born: lite.integer({ mode: "timestamp_ms" }),
    data: lite.text({ mode: "json" }).$type<unknown>(),
  });
  const stampColumns = () => ({
    createdAt: lite.integer({ mode: "timestamp_ms" }),
    updatedAt: lite.integer({ mode: "timestamp_ms" }),
    createdBy: lite.text(),
    updatedBy: lite.text(),
    deletedAt: lite.integer({ mode: "timestamp_ms" }),
  });
  function stamped(): FullModel<StampedThing> {
    const name = `things${tables++}`;
    create(name, stampsSql("integer"), "text");
    file.exec(`create unique index ${name}_living on ${name} (email) where "deletedAt" is null`);
    const table = lite.sqliteTable(name, { ...columns(), ...stampColumns() });
    return drizzleModel(db, table, { name: "Thing", ...stampedOptions });
  }
  function create(name: string, more = "", email = "text unique"): void {
    file.exec(`create table ${name} (id text primary key, name text, email ${email}, "group" text,
      rank integer, score real, big numeric, price decimal_text, active integer, born integer, data text${more})`);
  }

  describe("comparing every column", () => {
    modelConformance(
      () => {
        const name = `things${tables++}`;
        create(name);
        const table = lite.sqliteTable(name, columns());
        return drizzleModel(db, table, { name: "Thing" }) satisfies Model<Omit<Thing, "version">>;
      },
      { ...options, stamped },
    );
  });

  describe("with a version", () => {
    modelConformance(() => {
      const name = `things${tables++}`;
      create(name, ", version integer not null");
      const table = lite.sqliteTable(name, { ...columns(), version: lite.integer().notNull() });
      return drizzleModel(db, table, { name: "Thing", version: "version" }) as unknown as Model<Thing>;
    }, options);
  });
});

describe("drizzleModel on PostgreSQL conforms", () => {
  let server: PostgresServer;
  let connections: PostgresPool;
  let pool: PostgresPool["pool"];
  beforeAll(async () => {
    server = await startPostgres();
    connections = postgresPool(server.url);
    ({ pool } = connections);
  });
  afterAll(async () => {
    await connections?.close();
    await server?.stop();
  });

  let asked = 0;
  const logger = {
    logQuery(): void {
      asked++;
    },
  };
  const options = { test: it, statements: () => asked };
  const columns = () => ({
    id: pg.text().primaryKey(),
    name: pg.text(),
    email: pg.varchar().unique(),
    group: pg.text(),
    rank: pg.bigint({ mode: "number" }),
    score: pg.doublePrecision(),
    big: pg.bigint({ mode: "bigint" }),
    price: pg.numeric(),
    active: pg.boolean(),
    born: pg.timestamp({ withTimezone: true }),
    data: pg.jsonb().$type<unknown>(),
  });
  const stampColumns = () => ({
    createdAt: pg.timestamp({ withTimezone: true, precision: 3 }),
    updatedAt: pg.timestamp({ withTimezone: true, precision: 3 }),
    createdBy: pg.text(),
    updatedBy: pg.text(),
    deletedAt: pg.timestamp({ withTimezone: true, precision: 3 }),
  });
  async function stamped(): Promise<FullModel<StampedThing>> {
    const name = `things${tables++}`;
    await create(name, `${stampsSql("timestamptz(3)")}, version integer not null`, "varchar");
    await pool.query(`create unique index on ${name} (email) where "deletedAt" is null`);
    const version = pg.integer().notNull();
    const table = pg.pgTable(name, { ...columns(), ...stampColumns(), version });
    const options = { name: "Thing", version: "version", ...stampedOptions } as const;
    return drizzleModel(drizzle(pool, { logger }), table, options) as unknown as FullModel<StampedThing>;
  }
  const create = (name: string, more = "", email = "varchar unique") =>
    pool.query(`create table ${name} (id text primary key, name text, email ${email}, "group" text,
      rank bigint, score double precision, big bigint, price numeric, active boolean, born timestamptz, data jsonb${more})`);

  describe("comparing every column", () => {
    modelConformance(async () => {
      const name = `things${tables++}`;
      await create(name);
      return drizzleModel(drizzle(pool, { logger }), pg.pgTable(name, columns()), { name: "Thing" });
    }, options);
  });

  describe("with a version", () => {
    modelConformance(
      async () => {
        const name = `things${tables++}`;
        await create(name, ", version integer not null");
        const table = pg.pgTable(name, { ...columns(), version: pg.integer().notNull() });
        return drizzleModel(drizzle(pool, { logger }), table, {
          name: "Thing",
          version: "version",
        }) as unknown as Model<Thing>;
      },
      { ...options, stamped },
    );
  });
});
