import { DrizzleQueryError, type SQL, sql } from "drizzle-orm";
import { codesOf, withoutValues } from "../refusals/driverError.ts";
import { postgresProblem } from "../refusals/postgres.ts";
import { type Operation, type Problem, refusal, type TableNames } from "../refusals/refusal.ts";
import { explainSqlite, sqliteProblem } from "../refusals/sqlite.ts";
import type { DrizzleColumns } from "./columns.ts";

const folded = (name: string): string => name.replaceAll("_", "").toLowerCase();

/** What names in errors stand for. Drizzle may write the names of columns in another case than those of the fields. */
export function namesOf(table: string, idKey: string, columns: DrizzleColumns): TableNames {
  const all = Object.values(columns);
  return {
    table,
    idKey,
    unique: [],
    fieldOf(name) {
      const found =
        all.find(({ column }) => column.name === name) ??
        all.find(({ column }) => folded(column.name) === folded(name));
      return found?.name;
    },
  };
}

/** A unique constraint of one column may have a name that its user gave it. */
function constrained(error: object, columns: DrizzleColumns): string[] {
  const { constraint, constraint_name } = error as Record<string, unknown>;
  const name = constraint ?? constraint_name;
  const found = Object.values(columns).find(({ column }) => column.isUnique && column.uniqueName === name);
  return found ? [found.name] : [];
}

/** The fields whose values are longer or greater than their columns take. */
function invalidValues(written: Readonly<Record<string, unknown>>, columns: DrizzleColumns): string[] {
  return Object.entries(written).flatMap(([name, value]) => {
    const { column } = columns[name] ?? {};
    const { length } = (column ?? {}) as { length?: unknown };
    const isLong =
      typeof value === "string" && typeof length === "number" && Array.from(value).length > length;
    const most = { PgSmallInt: 32_767, PgInteger: 2_147_483_647 }[column?.columnType ?? ""];
    const isGreat = most !== undefined && typeof value === "number" && (value > most || value < -most - 1);
    return isLong || isGreat ? [name] : [];
  });
}

/** A statement of one table that failed. */
export interface DrizzleFailure {
  readonly db: object;
  /** The model's name. */
  readonly name: string;
  readonly names: TableNames;
  readonly columns: DrizzleColumns;
  readonly operation: Operation;
  /** The values that it wrote. */
  readonly written: Readonly<Record<string, unknown>>;
}

/**
 * What to throw for an error of Drizzle's: the contract's error where the database refused, else the driver's own without
 * values. Drizzle's carries the statement and all values in its message, and would put them into the log.
 */
export async function drizzleRefusal(error: unknown, failure: DrizzleFailure): Promise<unknown> {
  const { names, name, operation } = failure;
  const isOurs = error instanceof DrizzleQueryError;
  const own = isOurs ? (error.cause ?? new Error("The statement failed")) : error;
  const problem = postgresProblem(own, names) ?? sqliteProblem(own, names);
  if (problem === undefined) return withoutValues(own, isOurs ? error.params : []);
  return refusal(await explained(problem, own, failure), name, operation, codesOf(own));
}

/** The part of Drizzle's SQLite databases that runs a query of one's own; some drivers give lists, some objects. */
interface SqliteDatabase {
  all(query: SQL): unknown[] | Promise<unknown[]>;
}

const isSqlite = (db: object): db is SqliteDatabase => "all" in db && typeof db.all === "function";

/** Names the fields that an error leaves open, as far as the database or its table name them. */
async function explained(problem: Problem, error: unknown, failure: DrizzleFailure): Promise<Problem> {
  const { db, names, columns, operation, written } = failure;
  const { is, fields } = problem;
  if (isSqlite(db)) {
    const first = async (query: SQL): Promise<string[]> =>
      (await db.all(query)).map(row => String(Object.values(row as object)[0]));
    const given = Object.keys(written).filter(field => written[field] !== null);
    return explainSqlite(problem, error, operation, given, names, {
      indexText: async index => (await first(sql`select sql from sqlite_master where name = ${index}`))[0],
      references: table => first(sql`select "from" from pragma_foreign_key_list(${table})`),
    });
  }
  if (fields.length > 0) return problem;
  if (is === "duplicate") return { is, fields: constrained(error as object, columns) };
  return is === "tooLong" || is === "invalidValue"
    ? { is, fields: invalidValues(written, columns) }
    : problem;
}
