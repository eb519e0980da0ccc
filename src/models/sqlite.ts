import type { DatabaseSync } from "node:sqlite";
import { type DatabaseConnection, Kysely, type SqliteDatabase, SqliteDialect, SqliteDriver } from "kysely";
import { checkArgument, checkOptions } from "../core/options.ts";
import { open } from "./nodeSqlite/open.ts";
import { directRunner, preparingDatabase } from "./nodeSqlite/statements.ts";
import { registerRunNow } from "./sql/runNow.ts";

/** Options of {@link sqlite}. */
export interface SqliteOptions {
  /** Milliseconds to wait for another process that writes. @default 5000 */
  busyTimeout?: number;
}

/** Knows whether somebody holds the one connection that there is. */
class HeldDriver extends SqliteDriver {
  isHeld = false;

  override async acquireConnection(): Promise<DatabaseConnection> {
    const connection = await super.acquireConnection();
    this.isHeld = true;
    return connection;
  }

  override async releaseConnection(): Promise<void> {
    this.isHeld = false;
    await super.releaseConnection();
  }
}

class HeldDialect extends SqliteDialect {
  readonly #driver: HeldDriver;

  constructor(database: SqliteDatabase, driver: HeldDriver) {
    super({ database });
    this.#driver = driver;
  }

  override createDriver(): HeldDriver {
    return this.#driver;
  }
}

class SqliteKysely<DB> extends Kysely<DB> {
  readonly #database: SqliteDatabase;

  constructor(database: DatabaseSync) {
    const prepared = preparingDatabase(database);
    const driver = new HeldDriver({ database: prepared });
    super({ dialect: new HeldDialect(prepared, driver) });
    this.#database = prepared;
    const run = directRunner(database);
    if (run === undefined) return;
    registerRunNow(this, (text, values) =>
      driver.isHeld || !database.isOpen ? undefined : run(text, values),
    );
  }

  /** Kysely closes what it has used; a database that was opened and never used is closed here. */
  override async destroy(): Promise<void> {
    await super.destroy();
    this.#database.close();
  }
}

/**
 * Opens an SQLite file with the SQLite that is part of Node: no server and no native build. The file and its directory are
 * created when missing. Readers and one writer work side by side (WAL); `await db.destroy()` closes it. Whole
 * numbers beyond 2^53 come as bigints.
 *
 * @param path the file, or `":memory:"`
 * @param options how long to wait for other writers
 * @returns a Kysely instance for `sqlModel` and for queries of your own
 * @throws Error of one line when the file can't be opened or written
 * @see https://sqlite.org/wal.html
 * @example
 * const db = sqlite("./.data/blog.sqlite");
 */
export function sqlite<DB = unknown>(path: string, options: SqliteOptions = {}): Kysely<DB> {
  checkArgument("sqlite", "path", path ?? null, "string");
  checkOptions("sqlite", options, { busyTimeout: "count" });
  let database: DatabaseSync;
  try {
    database = open(path, options.busyTimeout ?? 5000);
  } catch (cause) {
    const [reason] = (cause instanceof Error ? cause.message : String(cause)).split("\n");
    throw new Error(`sqlite: can't open ${path}: ${reason}`, { cause });
  }
  return new SqliteKysely<DB>(database);
}
