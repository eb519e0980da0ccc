import type { DatabaseSync } from "node:sqlite";

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

/**
 * Opens a file, which is created with its directories where it is missing, for readers and a writer side by side.
 *
 * @param timeout milliseconds to wait for another process that writes
 */
export function open(path: string, timeout: number): DatabaseSync {
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
