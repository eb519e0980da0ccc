import type { QueryExecutorProvider } from "kysely";
import type { SqlTarget } from "./compile.ts";
import { createTables } from "./createTables.ts";
import { type TableDefinition, tableSql } from "./ddl.ts";
import type { Dialect, FoundColumn } from "./dialect.ts";
import { isAmong } from "./dialectKeys.ts";
import { checkTable, differences } from "./drift.ts";
import { columnFinder } from "./found.ts";
import { sql } from "./sql.ts";
import { runOnce } from "./statements.ts";
import { readColumns } from "./tableQueries.ts";

/** Learns what the columns of a table are, and creates it if need be, through a database or one of its transactions. */
export type OpenTable = (on: QueryExecutorProvider) => Promise<SqlTarget>;

/** The tables of a database that can't be created within a transaction, because that would end it. */
const openers: WeakMap<object, Set<OpenTable>> = /* @__PURE__ */ new WeakMap();

/** Opens the tables that a transaction can't create. */
export async function openTables(db: QueryExecutorProvider): Promise<void> {
  for (const open of openers.get(db) ?? []) await open(db);
}

/**
 * Makes a function that looks for a table, checks it, creates it when it is missing and `create` says so, and gives its columns. The
 * work is done once; after a failure, or in a transaction that may be rolled back, it is done again.
 *
 * @param db a Kysely instance
 */
export function openTable(
  db: QueryExecutorProvider,
  definition: TableDefinition,
  dialect: Dialect,
): OpenTable {
  const { table, create } = definition;
  const find = columnFinder(db, dialect);
  // SQLite makes a table and its partial indexes by statements of their own: another process may be between them, or has ended there.
  // No row is stored before all are there; a table that has rows is another model's, and migrations are what changes it.
  const mayBeHalf = create && definition.softDelete !== undefined && dialect.name === "sqlite";
  const opening = new WeakMap<object, Promise<SqlTarget>>();
  let known: Promise<SqlTarget> | undefined;

  async function found(on: QueryExecutorProvider): Promise<readonly FoundColumn[]> {
    return (await runOnce(dialect.inspect(table, definition.foreignKeys !== undefined), on)).rows;
  }

  async function isHalf(list: readonly FoundColumn[], on: QueryExecutorProvider): Promise<boolean> {
    if (differences(definition, list, dialect, find).length === 0) return false;
    if (differences({ ...definition, unique: [] }, list, dialect, find).length > 0) return false;
    return (await runOnce(sql`select 1 from ${sql.table(table)} limit 1`, on)).rows.length === 0;
  }

  function target(list: readonly FoundColumn[]): SqlTarget {
    const columns = Object.entries(definition.columns).map(([name, { field, kind }]) => {
      return [field, dialect.column(name, kind, find(list, name))] as const;
    });
    const made = { dialect, columns: readColumns(columns) };
    const nameOf = (name: string): string => find(list, name)?.name ?? name;
    const kept = definition
      .foreignKeys?.()
      .filter(key => isAmong(list[0]?.foreigns, key, key.columns.map(nameOf)));
    return kept ? { ...made, kept } : made;
  }

  async function opened(on: QueryExecutorProvider): Promise<SqlTarget> {
    let there = await found(on);
    if (there.length > 0) {
      if (definition.check) {
        if (mayBeHalf && (await isHalf(there, on))) {
          for (const statement of tableSql(definition, dialect, true)) await runOnce(statement, on);
          there = await found(on);
        }
        checkTable(definition, there, dialect, find);
      }
      const made = target(there);
      known = Promise.resolve(made);
      return made;
    }
    if (!create) {
      opening.delete(on);
      return target([]);
    }
    await createTables(definition, dialect, on, on !== db);
    // Another process may have been faster, and its columns may be other than ours.
    const asks = dialect.asksColumns || definition.foreignKeys !== undefined;
    const made = target(asks ? await found(on) : []);
    if (on === db) known = Promise.resolve(made);
    return made;
  }

  function open(on: QueryExecutorProvider): Promise<SqlTarget> {
    const current = known ?? opening.get(on);
    if (current !== undefined) return current;
    const started = opened(on).catch(error => {
      opening.delete(on);
      throw error;
    });
    opening.set(on, started);
    return started;
  }

  if (create && dialect.createCommits) openers.set(db, (openers.get(db) ?? new Set()).add(open));
  return open;
}
