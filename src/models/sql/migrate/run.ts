import { createHash } from "node:crypto";
import { CompiledQuery, type Kysely } from "kysely";
import type { MigrationResultSet, Migrator } from "kysely/migration";
import { sql } from "../sql.ts";
import { runOnce } from "../statements.ts";
import { makeMigrator } from "./migrator.ts";
import { tablesOf } from "./plan.ts";
import { withSqliteTransactions } from "./sqliteTransactions.ts";
import type { MigrationLine } from "./types.ts";

/** What a file of migrations exports. */
export interface Migration {
  /** What makes the change. */
  readonly up: readonly MigrationLine[];
  /** What takes it back. @default it can't be taken back */
  readonly down?: readonly MigrationLine[];
}

/** Migrations by name; they run in the order of their names. */
export type Migrations = Readonly<Record<string, Migration>>;

/** Which migrations a database has, and which are yet to run. */
export interface MigrationStatus {
  readonly applied: readonly string[];
  readonly pending: readonly string[];
}

const names = {
  migrationTableName: "tsverless_migrations",
  migrationLockTableName: "tsverless_migrations_lock",
} as const;
const checksums = sql.table("tsverless_checksums");

/** A migration that can't run, or should not. Its message is for whoever runs it. */
export class MigrationError extends Error {
  override readonly name: string = "MigrationError";
}

const checksumOf = ({ up, down = [] }: Migration): string =>
  createHash("sha256")
    .update(JSON.stringify([up, down]))
    .digest("hex");

async function hasTable(db: Kysely<unknown>, table: string): Promise<boolean> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  return tables.some(({ name }) => name === table);
}

/** What has run, in its order, with its checksums. */
async function readApplied(db: Kysely<unknown>): Promise<{ name: string; checksum: string | null }[]> {
  if (!(await hasTable(db, names.migrationTableName)) || !(await hasTable(db, "tsverless_checksums")))
    return [];
  const { rows } = await runOnce(
    sql<{
      name: string;
      checksum: string | null;
    }>`select m.name as name, c.checksum as checksum from ${sql.table(names.migrationTableName)} m
      left join ${checksums} c on c.name = m.name order by m.timestamp, m.name`,
    db,
  );
  return [...rows];
}

function isLine(line: unknown): boolean {
  if (typeof line === "string") return line.trim() !== "";
  const { none, says } = (line ?? {}) as Partial<Exclude<MigrationLine, string>>;
  return typeof none === "string" && typeof says === "string";
}

function checkMigrations(migrations: Migrations): void {
  for (const [name, migration] of Object.entries(migrations)) {
    const { up, down = [] } = (migration ?? {}) as Partial<Migration>;
    if (!Array.isArray(up) || !Array.isArray(down) || ![...up, ...down].every(isLine)) {
      throw new MigrationError(
        `Migration ${name} must export up, a list of SQL statements or { none, says }, and may export down, another`,
      );
    }
  }
}

/** What has run must be there as it was, and what is new must come behind it. */
async function statusOf(db: Kysely<unknown>, migrations: Migrations): Promise<MigrationStatus> {
  checkMigrations(migrations);
  const applied = await readApplied(db);
  for (const { name, checksum } of applied) {
    const migration = Object.hasOwn(migrations, name) ? migrations[name] : undefined;
    if (migration === undefined)
      throw new MigrationError(`Migration ${name} was applied and is not there any more`);
    if (checksum !== null && checksum !== checksumOf(migration)) {
      throw new MigrationError(
        `Migration ${name} was applied and has been edited since: put it back, and write a new one`,
      );
    }
  }
  const done = applied.map(({ name }) => name);
  const pending = Object.keys(migrations)
    .filter(name => !done.includes(name))
    .sort();
  const last = [...done].sort().at(-1);
  const early = last === undefined ? undefined : pending.find(name => name < last);
  if (early !== undefined) {
    throw new MigrationError(
      `Migration ${early} comes before ${last}, which was applied: give it a later name`,
    );
  }
  return { applied: done, pending };
}

async function runLines(lines: readonly MigrationLine[], db: Kysely<unknown>): Promise<void> {
  for (const line of lines) {
    if (typeof line === "string") await db.executeQuery(CompiledQuery.raw(line));
    else if ((await db.executeQuery(CompiledQuery.raw(line.none))).rows.length > 0)
      throw new MigrationError(line.says);
  }
}

function migratorOf(db: Kysely<unknown>, migrations: Migrations): Promise<Migrator> {
  const made = Object.entries(migrations).map(([name, migration]) => [
    name,
    {
      async up(inner: Kysely<unknown>) {
        await runLines(migration.up, inner);
        await runOnce(sql`delete from ${checksums} where name = ${name}`, inner);
        await runOnce(
          sql`insert into ${checksums} (name, checksum) values (${name}, ${checksumOf(migration)})`,
          inner,
        );
      },
      async down(inner: Kysely<unknown>) {
        if (migration.down === undefined) throw new MigrationError("it can't be taken back: it has no down");
        await runLines(migration.down, inner);
        await runOnce(sql`delete from ${checksums} where name = ${name}`, inner);
      },
    },
  ]);
  return makeMigrator({ db, provider: { getMigrations: async () => Object.fromEntries(made) }, ...names });
}

/** One step of the Migrator. @returns the name of the migration that ran */
function nameIn({ error, results = [] }: MigrationResultSet): string | undefined {
  if (error === undefined) return results[0]?.migrationName;
  const failed = results.find(({ status }) => status === "Error")?.migrationName;
  const reason = error instanceof Error ? error.message : String(error);
  throw new MigrationError(failed === undefined ? reason : `Migration ${failed}: ${reason}`, {
    cause: error,
  });
}

/** Runs a function with the database of models, ready for migrations. */
async function withDatabase<R>(
  caller: string,
  models: readonly object[],
  run: (db: Kysely<unknown>) => Promise<R>,
): Promise<R> {
  const [{ db: given, dialect }] = tablesOf(caller, models);
  const db = (given as Kysely<unknown>).withoutPlugins();
  return dialect.name === "sqlite" ? withSqliteTransactions(db, run) : run(db);
}

async function makeChecksums(db: Kysely<unknown>): Promise<void> {
  if (await hasTable(db, "tsverless_checksums")) return;
  try {
    await runOnce(
      sql`create table if not exists ${checksums} (name varchar(255) not null primary key, checksum varchar(64) not null)`,
      db,
    );
  } catch (error) {
    // PostgreSQL says so where another process is as fast.
    if (!(await hasTable(db, "tsverless_checksums"))) throw error;
  }
}

/**
 * Runs the migrations that a database does not have yet, in the order of their names, by Kysely's Migrator: under its lock, so that of
 * two processes one waits, and each in a transaction of its own (MySQL and MariaDB have none for tables).
 *
 * @param models models of `sqlModel`, whose database it is
 * @param migrations all of them by name, those that have run too
 * @returns the names of those that ran
 * @throws MigrationError when one that ran is gone or was edited, one comes too late in the order, or one fails: those before it stay
 * @example
 * await migrateUp([Posts], { "20260101120000_posts": await import("./migrations/20260101120000_posts.ts") });
 */
export function migrateUp(models: readonly object[], migrations: Migrations): Promise<string[]> {
  return withDatabase("migrateUp", models, async db => {
    await makeChecksums(db);
    const done: string[] = [];
    for (;;) {
      await statusOf(db, migrations);
      const name = nameIn(await (await migratorOf(db, migrations)).migrateUp());
      if (name === undefined) return done;
      done.push(name);
    }
  });
}

/**
 * Takes back the migration that ran last.
 *
 * @returns its name; `undefined` where none has run
 * @throws MigrationError as {@link migrateUp}, and where it has no `down`
 * @example
 * await migrateDown([Posts], migrations);
 */
export function migrateDown(models: readonly object[], migrations: Migrations): Promise<string | undefined> {
  return withDatabase("migrateDown", models, async db => {
    await makeChecksums(db);
    const { applied } = await statusOf(db, migrations);
    if (applied.length === 0) return undefined;
    return nameIn(await (await migratorOf(db, migrations)).migrateDown());
  });
}

/**
 * Says which migrations a database has, and which are yet to run. It changes nothing.
 *
 * @throws MigrationError as {@link migrateUp}
 * @example
 * const { pending } = await migrationStatus([Posts], migrations);
 */
export function migrationStatus(models: readonly object[], migrations: Migrations): Promise<MigrationStatus> {
  return withDatabase("migrationStatus", models, db => statusOf(db, migrations));
}
