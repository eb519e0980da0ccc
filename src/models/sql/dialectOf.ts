import { MysqlAdapter, PostgresAdapter, type QueryExecutorProvider, SqliteAdapter, sql } from "kysely";
import type { Problem } from "../refusals/refusal.ts";
import type { Dialect } from "./dialect.ts";
import { mysqlDialect } from "./mysql.ts";
import { postgresDialect } from "./postgres.ts";
import { sqliteDialect } from "./sqlite.ts";

/** The databases that `sqlModel` speaks to. MariaDB is `mysql`. */
export type SqlDialect = Dialect["name"];

const dialects: Readonly<Record<SqlDialect, Dialect>> = {
  sqlite: sqliteDialect,
  postgres: postgresDialect,
  mysql: mysqlDialect,
};

/** How a dialect quotes a name and marks a value is what distinguishes it from the others, whatever its classes are called. */
const written: readonly [form: RegExp, dialect: SqlDialect][] = [
  [/^`a`/, "mysql"],
  [/^"a" = \$1$/, "postgres"],
  [/^"a" = \?/, "sqlite"],
];

function named(adapter: unknown): SqlDialect | undefined {
  if (adapter instanceof PostgresAdapter) return "postgres";
  if (adapter instanceof MysqlAdapter) return "mysql";
  return adapter instanceof SqliteAdapter ? "sqlite" : undefined;
}

function recognised(db: QueryExecutorProvider): SqlDialect | undefined {
  const { sql: text } = sql`${sql.id("a")} = ${1}`.compile(db);
  return written.find(([form]) => form.test(text))?.[1] ?? named(db.getExecutor().adapter);
}

/**
 * What the database of a Kysely instance needs.
 *
 * @param dialect what the user says it is
 * @throws TypeError when it is none that is supported
 */
export function dialectOf(db: QueryExecutorProvider, dialect: string | undefined): Dialect {
  const name = dialect ?? recognised(db);
  if (name === undefined) {
    throw new TypeError('sqlModel: the dialect of "db" is not recognised; say it in option "dialect"');
  }
  if (Object.hasOwn(dialects, name)) return dialects[name as SqlDialect];
  throw new TypeError(`sqlModel: option "dialect" must be one of ${Object.keys(dialects).join(", ")}`);
}

const noNames = { table: "", idKey: "", unique: [], fieldOf: () => undefined };

/** What an error means, on whatever database. */
export function problemOn(error: unknown): Problem | undefined {
  for (const dialect of Object.values(dialects)) {
    const problem = error instanceof Error ? dialect.problemOf(error, noNames) : undefined;
    if (problem !== undefined) return { ...problem, fields: [] };
  }
  return undefined;
}
