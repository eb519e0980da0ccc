import type { QueryExecutorProvider } from "kysely";
import type { TableDefinition } from "../ddl.ts";
import type { Dialect } from "../dialect.ts";
import { readTable } from "./catalog.ts";
import type { TableState } from "./types.ts";

/** A table that is there under another name than that of its model. */
export interface OldTable {
  readonly name: string;
  /** What it is once it has the new name. */
  readonly state: TableState;
  /** Whether it was said that it is the one; else it may be. */
  readonly isTold: boolean;
}

/** The table under its new name, which the texts of what belongs to it have too. */
function renamed(state: TableState, table: string): TableState {
  const bare = (name: string): string => name.slice(name.lastIndexOf(".") + 1);
  const [from, to] = [bare(state.table), bare(table)];
  const { made } = state;
  const others = made?.others.map(text => text.replaceAll(/\w+/g, word => (word === from ? to : word)));
  return { ...state, table, ...(made && others && { made: { ...made, others } }) };
}

/** The name of a table as the database has it. */
function ownName({ table, made }: TableState): string {
  return made?.name === undefined ? table : `${table.slice(0, table.lastIndexOf(".") + 1)}${made.name}`;
}

/**
 * Looks for the table of a model that is missing under an old name: the one that is said, or that which the model had without a naming.
 *
 * @param rename what was renamed
 * @param others the tables that models have
 * @throws TypeError where the old name that is said is the table's with other capitals
 */
export async function oldTable(
  { table, former }: TableDefinition,
  rename: Readonly<Record<string, string>>,
  others: readonly string[],
  dialect: Dialect,
  db: QueryExecutorProvider,
): Promise<OldTable | undefined> {
  const isColumn = (name: string): boolean => others.some(other => name.startsWith(`${other}.`));
  const told = Object.entries(rename).find(([from, to]) => to === table && !isColumn(from))?.[0];
  const name = told ?? former;
  if (name === undefined || others.includes(name)) return undefined;
  const state = await readTable(name, dialect, db);
  if (state.columns.length === 0) return undefined;
  // SQLite finds it whatever the capitals, but what else a plan says of it goes by its name.
  const own = ownName(state);
  if (told !== undefined && own !== told) {
    throw new TypeError(`planMigration: there is no table "${told}" to rename; its name is "${own}"`);
  }
  if (others.includes(own)) return undefined;
  return { name: own, state: renamed({ ...state, table: own }, table), isTold: told !== undefined };
}
