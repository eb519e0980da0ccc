import type { QueryExecutorProvider } from "kysely";
import { Conflict } from "../../core/errors.ts";
import { type TableDefinition, tableSql } from "./ddl.ts";
import type { Dialect, FoundColumn } from "./dialect.ts";
import { checkFormer } from "./drift.ts";
import type { Sql } from "./sql.ts";
import { runOnce } from "./statements.ts";
import type { TableKey } from "./tableKey.ts";

/** How tables are created: through a database, or one of its transactions. */
interface Creating {
  readonly dialect: Dialect;
  readonly on: QueryExecutorProvider;
  readonly isWithin: boolean;
}

/** Runs statements of which each leaves what is there; on PostgreSQL they may meet another process that is as fast. */
async function run(statements: readonly Sql[], { dialect, on, isWithin }: Creating): Promise<void> {
  try {
    for (const statement of statements) await runOnce(statement, on);
  } catch (error) {
    if (!dialect.isCreated?.(error)) throw error;
    // The error has ended the transaction.
    if (isWithin) throw new Conflict("Somebody else was faster", { cause: error });
  }
}

const keysOf = ({ foreignKeys }: TableDefinition): readonly TableKey<TableDefinition>[] =>
  foreignKeys?.() ?? [];

/** All that a table refers to, and what that refers to. */
function referred(
  definition: TableDefinition,
  found: Set<TableDefinition> = new Set(),
): Set<TableDefinition> {
  if (found.has(definition)) return found;
  found.add(definition);
  for (const { to } of keysOf(definition)) referred(to, found);
  return found;
}

/** Those of the tables that are missing and may be created, in an order that is the same for all. */
async function missingOf(definition: TableDefinition, { dialect, on }: Creating): Promise<TableDefinition[]> {
  const columnsOf = async (table: string): Promise<readonly FoundColumn[]> =>
    (await runOnce(dialect.inspect(table), on)).rows;
  const missing: TableDefinition[] = [];
  for (const other of referred(definition)) {
    const isMissing = other === definition || (other.create && (await columnsOf(other.table)).length === 0);
    if (!isMissing) continue;
    await checkFormer(other, columnsOf);
    missing.push(other);
  }
  return missing.sort((one, other) => (one.table < other.table ? -1 : 1));
}

/**
 * Creates a table that is missing, and with it what it refers to, so that tables which refer to each other come with their
 * foreign keys, whichever of them is used first. A foreign key that the database can't have, as to a view or to a table of other
 * types that is there, is left out.
 *
 * @param isWithin whether it is in a transaction
 */
export async function createTables(
  definition: TableDefinition,
  dialect: Dialect,
  on: QueryExecutorProvider,
  isWithin: boolean,
): Promise<void> {
  const creating = { dialect, on, isWithin };
  const missing = await missingOf(definition, creating);
  const { canRefer, addKey } = dialect.keys;
  for (const table of missing) {
    const own: TableKey<TableDefinition>[] = [];
    for (const key of canRefer ? keysOf(table) : []) {
      if (missing.includes(key.to) || (await canRefer?.(key, on))) own.push(key);
    }
    await run(tableSql(table, dialect, true, own), creating);
  }
  if (addKey === undefined) return;
  for (const { table, foreignKeys } of missing) {
    for (const key of foreignKeys?.() ?? []) await addKey(table, key, on, isWithin);
  }
}
