import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { drizzle, type SqliteRemoteDatabase } from "drizzle-orm/sqlite-proxy";
import { Pool } from "pg";

/** An SQLite file behind Drizzle, and what was asked of it. */
export interface DrizzleSqlite {
  db: SqliteRemoteDatabase;
  file: DatabaseSync;
  seen: { text: string; parameters: SQLInputValue[] }[];
}

/** Opens a file with Node's SQLite for Drizzle, whole numbers exact. */
export function drizzleSqlite(path: string): DrizzleSqlite {
  const file = new DatabaseSync(path);
  file.exec("pragma foreign_keys = on");
  const seen: DrizzleSqlite["seen"] = [];
  const exact = (value: unknown): unknown =>
    typeof value === "bigint" && Number.isSafeInteger(Number(value)) ? Number(value) : value;
  const db = drizzle(async (text, parameters: SQLInputValue[], method) => {
    seen.push({ text, parameters });
    const statement = file.prepare(text);
    statement.setReturnArrays(true);
    statement.setReadBigInts(true);
    if (method === "run") {
      statement.run(...parameters);
      return { rows: [] };
    }
    const rows = (statement.all(...parameters) as unknown as unknown[][]).map(row => row.map(exact));
    return { rows: method === "get" ? (rows[0] as unknown[]) : rows };
  });
  return { db, file, seen };
}

/** Connections to a PostgreSQL server. */
export interface PostgresPool {
  pool: Pool;
  close(): Promise<void>;
}

/** Opens a pool that is closed only when its connections are: pg does not wait for them, and they would hear of the server's end. */
export function postgresPool(url: string): PostgresPool {
  const closed: Promise<unknown>[] = [];
  const pool = new Pool({ connectionString: url, max: 10 });
  pool.on("connect", client => closed.push(new Promise(resolve => client.once("end", resolve))));
  return {
    pool,
    async close() {
      await pool.end();
      await Promise.all(closed);
    },
  };
}
