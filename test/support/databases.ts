import { drizzle, type NodePgDatabase } from "drizzle-orm/node-postgres";
import type { Kysely } from "kysely";
import { afterAll, beforeAll } from "vitest";
import type { DynamoModelOptions } from "../../src/models/dynamo/dynamoModel.ts";
import { sqlite } from "../../src/models/sqlite.ts";
import { type DrizzleSqlite, drizzleSqlite, type PostgresPool, postgresPool } from "./drizzle.ts";
import { type LocalDynamo, startDynamo } from "./dynamo.ts";
import { type PostgresServer, startPostgres } from "./postgres.ts";

interface Place<Db> {
  db: Db;
  /** The name of a table that nobody else has. */
  table: string;
}

/** For each engine what its model is made of. */
export interface Databases {
  sqlite(): Place<Kysely<unknown>>;
  postgres(): Place<Kysely<unknown>>;
  /** Makes the table. @param ddl its columns, in brackets */
  drizzleSqlite(ddl: string): Place<DrizzleSqlite["db"]>;
  /** Makes the table. @param ddl its columns, in brackets */
  drizzlePostgres(ddl: string): Promise<Place<NodePgDatabase>>;
  /** The server itself, for tables of another make. */
  dynamoServer(): LocalDynamo;
  /** A table by ids alone, which is scanned. */
  dynamo(): Promise<
    Pick<DynamoModelOptions<object>, "client" | "table" | "allowScan"> & { key: { partition: "id" } }
  >;
}

/**
 * Starts a database of each kind for the tests of a file, and stops them in the end.
 *
 * @param prefix what the names of tables begin with
 */
export function startDatabases(prefix: string): Databases {
  let postgres: PostgresServer;
  let pool: PostgresPool;
  let dynamo: LocalDynamo;
  const db = sqlite(":memory:");
  const file = drizzleSqlite(":memory:");
  let tables = 0;
  const next = (): string => `${prefix}${tables++}`;
  beforeAll(async () => {
    [postgres, dynamo] = await Promise.all([startPostgres(), startDynamo()]);
    pool = postgresPool(postgres.url);
  });
  afterAll(async () => {
    await pool?.close();
    await Promise.all([postgres?.stop(), dynamo?.stop(), db.destroy()]);
  });
  return {
    sqlite: () => ({ db, table: next() }),
    postgres: () => ({ db: postgres.db, table: next() }),
    drizzleSqlite(ddl) {
      const table = next();
      file.file.exec(`create table ${table} ${ddl}`);
      return { db: file.db, table };
    },
    async drizzlePostgres(ddl) {
      const table = next();
      await pool.pool.query(`create table ${table} ${ddl}`);
      return { db: drizzle(pool.pool), table };
    },
    dynamoServer: () => dynamo,
    async dynamo() {
      const table = await dynamo.createTable({ partition: ["id", "S"] });
      return { client: dynamo.client, table, key: { partition: "id" }, allowScan: true };
    },
  };
}
