import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import type { QueryResult, SqliteDatabase, SqliteStatement } from "kysely";
import { RecentlyUsed } from "../../core/recentlyUsed.ts";
import type { Row } from "../../core/types.ts";

const keptStatements = 200;
/** Statements with long lists of values are large and hardly come again. */
const longestText = 4000;

type Values = readonly unknown[];

const inputs = (values: Values): SQLInputValue[] => values as SQLInputValue[];

/** Integers are read as bigints, so that none is cut, and those that fit become numbers again. */
function numbered(value: unknown): unknown {
  if (typeof value !== "bigint") return value;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function numberedRow(row: Row): Row {
  for (const key in row) if (typeof row[key] === "bigint") row[key] = numbered(row[key]);
  return row;
}

/** That an integer is too large to be read as a number. */
const tooLarge = "ERR_OUT_OF_RANGE";

/**
 * Reads all rows. A statement that only reads gives numbers, which takes less, until it meets one that is too large for that:
 * then it is run again, and gives bigints from there on. What writes must not write twice.
 */
class Reader {
  readonly #prepared: StatementSync;
  givesBigints: boolean;

  constructor(prepared: StatementSync, text: string) {
    this.#prepared = prepared;
    this.givesBigints = !/^\s*select\b/i.test(text);
    prepared.setReadBigInts(this.givesBigints);
  }

  all(values: Values): unknown[] {
    try {
      return this.#prepared.all(...inputs(values));
    } catch (error) {
      if (this.givesBigints || (error as NodeJS.ErrnoException).code !== tooLarge) throw error;
      this.givesBigints = true;
      this.#prepared.setReadBigInts(true);
      return this.#prepared.all(...inputs(values));
    }
  }
}

function statement(database: DatabaseSync, text: string): SqliteStatement {
  const prepared = database.prepare(text);
  const reader = new Reader(prepared, text);
  return {
    reader: prepared.columns().length > 0,
    all(values) {
      const rows = reader.all(values) as Row[];
      return reader.givesBigints ? rows.map(numberedRow) : rows;
    },
    run: values => prepared.run(...inputs(values)),
    *iterate(values) {
      // A kept statement starts over when it is run again, so that a stream needs one of its own.
      const own = database.prepare(text);
      own.setReadBigInts(true);
      for (const row of own.iterate(...inputs(values))) yield numberedRow(row);
    },
  };
}

/**
 * Gives a database to Kysely's driver. Statements are prepared once and kept; SQLite itself prepares one again when the schema
 * has changed, and closing the database ends them all.
 */
export function preparingDatabase(database: DatabaseSync): SqliteDatabase {
  const kept = new RecentlyUsed<SqliteStatement>(keptStatements, longestText);
  const prepare = (text: string): SqliteStatement => statement(database, text);
  return {
    prepare: text => kept.get(text, prepare),
    close() {
      kept.clear();
      if (database.isOpen) database.close();
    },
  };
}

type Run = (values: Values) => QueryResult<Row>;

/** A statement that names its columns, so that they are known for good. */
function direct(database: DatabaseSync, text: string): Run {
  const prepared = database.prepare(text);
  const names = prepared.columns().map(({ name }) => name);
  if (names.length === 0) {
    return function write(values) {
      const { changes, lastInsertRowid } = prepared.run(...inputs(values));
      return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
    };
  }
  const reader = new Reader(prepared, text);
  prepared.setReturnArrays(true);

  function rowOf(cells: unknown): Row {
    const row: Row = {};
    for (let at = 0; at < names.length; at++) {
      row[names[at] as string] = numbered((cells as unknown[])[at]);
    }
    return row;
  }
  return values => ({ rows: reader.all(values).map(rowOf) });
}

/**
 * Runs statements of a model at once. They name the columns that they give, so that rows can be read as arrays, which takes
 * less than objects.
 *
 * @returns `undefined` where Node is too old to read arrays
 */
export function directRunner(
  database: DatabaseSync,
): ((text: string, values: Values) => QueryResult<Row>) | undefined {
  if (typeof database.prepare("select 1").setReturnArrays !== "function") return undefined;
  const kept = new RecentlyUsed<Run>(keptStatements, longestText);
  const make = (text: string): Run => direct(database, text);
  return (text, values) => kept.get(text, make)(values);
}
