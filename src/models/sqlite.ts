import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import { Kysely, type SqliteDatabase, SqliteDialect, type SqliteStatement } from "kysely";
import { checkArgument, checkOptions } from "../core/options.ts";

/** Options of {@link sqlite}. */
export interface SqliteOptions {
  /** Milliseconds to wait for another process that writes. @default 5000 */
  busyTimeout?: number;
}

const keptStatements = 200;

/** Where it is said which files are opened, for whoever listens: `{ path }`. */
const opened = "tsverless.sqlite.open";

/** Node 22 says of its SQLite that it is experimental, each time a process loads it; users can't act on that. */
function loadSqlite(): typeof import("node:sqlite") {
  const { emitWarning } = process;
  process.emitWarning = ((warning: string | Error, ...rest: never[]) => {
    if (!String(warning).startsWith("SQLite is an experimental feature")) emitWarning(warning, ...rest);
  }) as typeof emitWarning;
  try {
    return process.getBuiltinModule("node:sqlite");
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** Integers are read as bigints, so that none is cut, and those that fit become numbers again. */
function numbered(row: Record<string, unknown>): Record<string, unknown> {
  for (const key in row) {
    const value = row[key];
    if (typeof value !== "bigint") continue;
    const number = Number(value);
    if (Number.isSafeInteger(number)) row[key] = number;
  }
  return row;
}

function statement(database: DatabaseSync, text: string): SqliteStatement {
  const prepared: StatementSync = database.prepare(text);
  prepared.setReadBigInts(true);
  const bound = (parameters: readonly unknown[]): SQLInputValue[] => parameters as SQLInputValue[];
  return {
    reader: prepared.columns().length > 0,
    all: parameters => prepared.all(...bound(parameters)).map(numbered),
    run: parameters => prepared.run(...bound(parameters)),
    *iterate(parameters) {
      // A kept statement starts over when it is run again, so that a stream needs one of its own.
      const own = database.prepare(text);
      own.setReadBigInts(true);
      for (const row of own.iterate(...bound(parameters))) yield numbered(row);
    },
  };
}

/** Statements are prepared once and kept; the one that was not used for longest makes room. */
function withStatements(database: DatabaseSync): SqliteDatabase {
  const kept = new Map<string, SqliteStatement>();
  return {
    prepare(text) {
      const found = kept.get(text) ?? statement(database, text);
      kept.delete(text);
      kept.set(text, found);
      if (kept.size > keptStatements) kept.delete(kept.keys().next().value as string);
      return found;
    },
    close() {
      kept.clear();
      if (database.isOpen) database.close();
    },
  };
}

const pause = (milliseconds: number): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
};

const sqliteBusy = 5;

/** Switching to WAL needs the file for itself, and SQLite does not wait for that by `busy_timeout`. */
function useWal(database: DatabaseSync, timeout: number): void {
  for (let waited = 0; ; waited += 20) {
    try {
      database.exec("pragma journal_mode = wal");
      return;
    } catch (error) {
      const code = Number((error as { errcode?: unknown }).errcode) & 0xff;
      if (code !== sqliteBusy || waited >= timeout) throw error;
      pause(20);
    }
  }
}

/**
 * Creates a directory and those above it. Node's own `recursive` never returns where the system lets nobody create any,
 * as under `/proc`.
 */
function makeDirectory(path: string): void {
  const { existsSync, mkdirSync } = process.getBuiltinModule("node:fs");
  const { dirname } = process.getBuiltinModule("node:path");
  if (existsSync(path)) return;
  const parent = dirname(path);
  if (parent !== path) makeDirectory(parent);
  try {
    mkdirSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

function open(path: string, timeout: number): DatabaseSync {
  const { dirname, resolve } = process.getBuiltinModule("node:path");
  if (path !== ":memory:") makeDirectory(dirname(resolve(path)));
  const { DatabaseSync } = loadSqlite();
  const database = new DatabaseSync(path);
  try {
    database.exec(`pragma busy_timeout = ${timeout}`);
    useWal(database, timeout);
    database.exec("pragma synchronous = normal");
    database.exec("pragma foreign_keys = on");
    process.getBuiltinModule("node:diagnostics_channel").channel(opened).publish({ path });
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

class SqliteKysely<DB> extends Kysely<DB> {
  readonly #database: SqliteDatabase;

  constructor(database: SqliteDatabase) {
    super({ dialect: new SqliteDialect({ database }) });
    this.#database = database;
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
  return new SqliteKysely<DB>(withStatements(database));
}
