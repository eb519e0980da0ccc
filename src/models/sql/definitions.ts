import type { QueryExecutorProvider } from "kysely";
import type { TableDefinition } from "./ddl.ts";
import type { Dialect } from "./dialect.ts";
import type { ReferableTable } from "./foreignKeys.ts";

/** The table of a model, and how it is reached. */
export interface DefinedTable {
  readonly db: QueryExecutorProvider;
  readonly dialect: Dialect;
  readonly definition: TableDefinition;
  /** The same, as relations of other models see it. */
  readonly referable: ReferableTable;
}

/** Where it is said which models are made, for whoever listens: `{ model }`. */
const made = "tsverless.model.made";

const tables: WeakMap<object, DefinedTable> = /* @__PURE__ */ new WeakMap();

/** The tables of each database that refer to others, and where those are found by any table of it. */
const referring: WeakMap<object, Set<TableDefinition>> = /* @__PURE__ */ new WeakMap();
const beside: WeakMap<TableDefinition, Set<TableDefinition>> = /* @__PURE__ */ new WeakMap();

/** The tables with foreign keys that are in the database of a table, as far as their models were made. */
export const referringIn = (definition: TableDefinition): Iterable<TableDefinition> =>
  beside.get(definition) ?? [];

/** Notes the table of a model, and says that the model was made. */
export function defineTable(model: object, table: DefinedTable): void {
  tables.set(model, table);
  const { db, definition } = table;
  const own = referring.get(db) ?? new Set();
  if (definition.foreignKeys) own.add(definition);
  referring.set(db, own);
  beside.set(definition, own);
  process.getBuiltinModule("node:diagnostics_channel").channel(made).publish({ model });
}

/** The table of a model; `undefined` for one that is not a `sqlModel`. */
export const tableOf = (model: object): DefinedTable | undefined => tables.get(model);
