import {
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from "kysely";

/** SQLite changes tables within transactions; Kysely leaves that out because of what a driver does here for foreign keys. */
class Adapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

/** How long another process that migrates is waited for, in milliseconds. */
const patience = 600_000;
const pause = 50;

/**
 * A driver of one connection whose transactions may make tables again: they lock the database from their beginning, and look at
 * foreign keys in their end alone.
 *
 * @see https://sqlite.org/lang_altertable.html#otheralter
 */
class MigrationDriver implements Driver {
  readonly #connection: DatabaseConnection;
  #before: { keys: unknown; timeout: unknown } | undefined;

  constructor(connection: DatabaseConnection) {
    this.#connection = connection;
  }

  async #ask(text: string): Promise<unknown[]> {
    return (await this.#connection.executeQuery(CompiledQuery.raw(text))).rows;
  }

  async #valueOf(pragma: string): Promise<unknown> {
    const [row] = await this.#ask(`pragma ${pragma}`);
    return Object.values(row as object)[0];
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection;
  }

  /** Waits for another process that migrates, without holding up what else this one does. */
  async beginTransaction(): Promise<void> {
    this.#before = {
      keys: await this.#valueOf("foreign_keys"),
      timeout: await this.#valueOf("busy_timeout"),
    };
    await this.#ask("pragma foreign_keys = off");
    await this.#ask("pragma busy_timeout = 0");
    for (let waited = 0; ; waited += pause) {
      try {
        await this.#ask("begin immediate");
        await this.#ask(`pragma busy_timeout = ${this.#before.timeout}`);
        return;
      } catch (error) {
        if (waited < patience && String((error as Error).message).includes("database is locked")) {
          await new Promise(resolve => setTimeout(resolve, pause));
          continue;
        }
        await this.#restore();
        throw error;
      }
    }
  }

  async commitTransaction(): Promise<void> {
    const broken = await this.#ask("pragma foreign_key_check");
    if (broken.length > 0) {
      const { table } = broken[0] as { table: string };
      throw new Error(`rows of ${table} would refer to nothing`);
    }
    await this.#ask("commit");
    await this.#restore();
  }

  async rollbackTransaction(): Promise<void> {
    await this.#ask("rollback");
    await this.#restore();
  }

  async #restore(): Promise<void> {
    await this.#ask(`pragma foreign_keys = ${this.#before?.keys}`);
    await this.#ask(`pragma busy_timeout = ${this.#before?.timeout}`);
  }

  async releaseConnection(): Promise<void> {}

  async destroy(): Promise<void> {}
}

/** Runs a function with a Kysely instance for migrations, which holds one connection of the database. */
export function withSqliteTransactions<R>(
  db: Kysely<unknown>,
  run: (db: Kysely<unknown>) => Promise<R>,
): Promise<R> {
  return db.getExecutor().provideConnection(connection =>
    run(
      new Kysely<unknown>({
        dialect: {
          createAdapter: () => new Adapter(),
          createDriver: () => new MigrationDriver(connection),
          createIntrospector: inner => new SqliteIntrospector(inner),
          createQueryCompiler: () => new SqliteQueryCompiler(),
        },
      }),
    ),
  );
}
