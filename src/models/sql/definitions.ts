import type { QueryExecutorProvider } from "kysely";
import type { TableDefinition } from "./ddl.ts";
import type { Dialect } from "./dialect.ts";

/** The table of a model, and how it is reached. */
export interface DefinedTable {
  readonly db: QueryExecutorProvider;
  readonly dialect: Dialect;
  readonly definition: TableDefinition;
}

/** Where it is said which models are made, for whoever listens: `{ model }`. */
const made = "tsverless.model.made";

const tables: WeakMap<object, DefinedTable> = /* @__PURE__ */ new WeakMap();

/** Notes the table of a model, and says that the model was made. */
export function defineTable(model: object, table: DefinedTable): void {
  tables.set(model, table);
  process.getBuiltinModule("node:diagnostics_channel").channel(made).publish({ model });
}

/** The table of a model; `undefined` for one that is not a `sqlModel`. */
export const tableOf = (model: object): DefinedTable | undefined => tables.get(model);
