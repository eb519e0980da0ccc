import type { QueryExecutorProvider } from "kysely";
import { type Dialect, isAlike } from "./dialect.ts";
import { sql } from "./sql.ts";
import { areSteady, textOf } from "./statements.ts";

/** Finds the column that statements mean by a name, among those that a table has. */
export type FindColumn = <C extends { readonly name: string }>(
  columns: readonly C[],
  name: string,
) => C | undefined;

/** What the database gets to read where a statement has a name: plugins of Kysely may write another. */
function writtenName(name: string, db: QueryExecutorProvider): string {
  const text = textOf(sql.id(name), db);
  const quote = text.slice(-1);
  return text.slice(1, -1).replaceAll(quote + quote, quote);
}

/** Makes a {@link FindColumn} for a database. */
export function columnFinder(db: QueryExecutorProvider, dialect: Dialect): FindColumn {
  const hasPlugins = db.getExecutor().plugins.length > 0;
  // What somebody else's plugins write may differ each time, and they expect a result of each question.
  const isKnown = !hasPlugins || areSteady(db);
  const asked = (name: string): string => (isKnown && hasPlugins ? writtenName(name, db) : name);
  // PostgreSQL alone tells capitals apart.
  const plain = (name: string): string => (dialect.name === "postgres" ? name : name.toLowerCase());
  return function findColumn(columns, name) {
    const wanted = plain(asked(name));
    const found = columns.find(one => plain(one.name) === wanted);
    return isKnown ? found : (found ?? columns.find(one => isAlike(one.name, name)));
  };
}
