import type { TableDefinition } from "../ddl.ts";
import type { DefinedTable } from "../definitions.ts";
import type { Dialect } from "../dialect.ts";
import type { TableKey } from "../tableKey.ts";
import { keyHindrance } from "./keyChanges.ts";
import { keyState } from "./keys.ts";
import type { Change, KeyState, TableState } from "./types.ts";

/** Gives tables in an order in which each comes behind those that it refers to, as far as they don't refer to each other. */
export function byReference(tables: readonly DefinedTable[]): DefinedTable[] {
  const done: DefinedTable[] = [];
  const begun = new Set<DefinedTable>();
  function put(table: DefinedTable): void {
    if (begun.has(table)) return;
    begun.add(table);
    for (const { to } of table.definition.foreignKeys?.() ?? []) {
      const other = tables.find(({ definition }) => definition.table === to.table);
      if (other) put(other);
    }
    done.push(table);
  }
  for (const table of tables) put(table);
  return done;
}

/** What is known of other tables when the foreign keys of one are planned. */
export interface Others {
  /** A table as it is. */
  stateOf(table: string): Promise<TableState>;
  /** Whether a table is there when this one is made. */
  isBefore(table: string): boolean;
  /** Whether the plan makes it, if need be. */
  isPlanned(table: string): boolean;
}

/** Says of the foreign keys among the changes of a table which can't be, and which a table has from the beginning. */
export async function plannedKeys(
  changes: readonly Change[],
  definition: TableDefinition,
  state: TableState,
  dialect: Dialect,
  others: Others,
): Promise<Change[]> {
  const wanted = definition.foreignKeys?.() ?? [];
  const toOf = ({ name, table }: Pick<KeyState, "name" | "table">): TableDefinition =>
    (wanted.find(key => key.name === name && key.to.table === table) as TableKey<TableDefinition>).to;

  async function hindranceOf(key: KeyState): Promise<{ hindrance?: string }> {
    const to = toOf(key);
    const theirs = await others.stateOf(to.table);
    if (theirs.columns.length === 0 && to !== definition && !others.isPlanned(to.table))
      return { hindrance: `${to.table} is not there` };
    const types = key.columns.map(name => {
      const type = state.columns.find(column => column.name === name)?.type;
      // A key can't be of a long text of MySQL's, which becomes another type before.
      return type !== undefined && dialect.name === "mysql" && /^\w+text/.test(type) ? undefined : type;
    });
    const hindrance = keyHindrance(key, types, theirs, to, dialect);
    return hindrance === undefined ? {} : { hindrance };
  }

  const planned: Change[] = [];
  for (const change of changes) {
    if (change.is === "addForeignKey" || change.is === "setForeignKey") {
      planned.push({ ...change, ...(await hindranceOf(change.key)) });
      continue;
    }
    if (change.is !== "createTable") {
      planned.push(change);
      continue;
    }
    const keys: TableKey<TableDefinition>[] = [];
    const later: Change[] = [];
    for (const key of wanted) {
      const made = keyState(key);
      const found = await hindranceOf(made);
      const isThere = key.to === definition || dialect.name === "sqlite" || others.isBefore(key.to.table);
      if (isThere && found.hindrance === undefined) keys.push(key);
      else later.push({ is: "addForeignKey", key: made, isNew: true, ...found });
    }
    planned.push({ ...change, keys }, ...later);
  }
  return planned;
}
