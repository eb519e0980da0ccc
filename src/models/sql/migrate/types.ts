import type { OnDelete } from "../../relations/foreignKey.ts";
import type { Column } from "../columns.ts";
import type { TableKey } from "../tableKey.ts";

/** A column as the database has it. */
export interface ColumnState {
  readonly name: string;
  /** Its type as it stands in a statement that makes it. */
  readonly type: string;
  /** What the dialect is asked of it. */
  readonly found: { readonly name: string; readonly type: string; readonly scale?: number | null };
  readonly nullable: boolean;
  /** The default, as an expression. */
  readonly preset: string | null;
}

/** What keeps rows unique, or an index. */
export interface IndexState {
  readonly name: string;
  /** None for an index of expressions. */
  readonly columns: readonly string[];
  readonly isUnique: boolean;
  /** Whether it is a constraint, which has no statement of its own. */
  readonly isConstraint: boolean;
  /** The condition of an index of some rows. */
  readonly where?: string | undefined;
}

/** A foreign key. */
export interface KeyState {
  readonly name: string;
  readonly columns: readonly string[];
  /** The table that it leads to. */
  readonly table: string;
  /** Its columns; none for its primary key. */
  readonly references: readonly string[];
  /** What stands behind them in a statement. */
  readonly end: string;
  /** `undefined` for what no model can say. */
  readonly onDelete: OnDelete | undefined;
  /** Whether rows that were there before it are known to keep it. */
  readonly isChecked: boolean;
}

/** A table as the database has it; without columns where it is missing. */
export interface TableState {
  readonly table: string;
  readonly columns: readonly ColumnState[];
  readonly primary: readonly string[];
  readonly indexes: readonly IndexState[];
  readonly keys: readonly KeyState[];
  /** SQLite: the table's name with its own capitals, and the statements that made it, its indexes and triggers. */
  readonly made?: {
    readonly name: string | undefined;
    readonly table: string;
    readonly others: readonly string[];
  };
}

/** One difference of a model and its table. */
export type Change =
  /** With the foreign keys that it can have from the beginning. */
  | { readonly is: "createTable"; readonly keys: readonly TableKey[] }
  | { readonly is: "addColumn"; readonly name: string; readonly column: Column; readonly required: boolean }
  | { readonly is: "dropColumn"; readonly name: string }
  | { readonly is: "renameTable"; readonly name: string; readonly to: string }
  | { readonly is: "renameColumn"; readonly name: string; readonly to: string }
  | { readonly is: "setType"; readonly name: string; readonly field: string; readonly column: Column }
  | {
      readonly is: "setRequired";
      readonly name: string;
      readonly field: string | undefined;
      readonly required: boolean;
    }
  | { readonly is: "setDefault"; readonly name: string; readonly field: string }
  /** MySQL: the column that unique rules among what is not deleted have besides their own. */
  | { readonly is: "addLiving"; readonly name: string }
  | { readonly is: "addUnique"; readonly columns: readonly string[] }
  | { readonly is: "addIndex"; readonly columns: readonly string[] }
  /** `isNew` where the table has no rows yet; `hindrance` where the database would not take it. */
  | {
      readonly is: "addForeignKey";
      readonly key: KeyState;
      readonly isNew: boolean;
      readonly hindrance?: string;
    }
  | {
      readonly is: "setForeignKey";
      readonly key: KeyState;
      readonly old: KeyState;
      readonly hindrance?: string;
    }
  /** PostgreSQL: that the rows which were there before keep it. */
  | { readonly is: "checkForeignKey"; readonly key: KeyState }
  | { readonly is: "dropForeignKey"; readonly key: KeyState }
  /** `isReplaced` where another rule keeps what is not deleted unique. */
  | { readonly is: "dropIndex"; readonly index: IndexState; readonly isReplaced?: boolean };

/**
 * A line of a migration: a statement, or what must not be found before the next one runs, and what is said where it is. A statement
 * has no values beside it.
 */
export type MigrationLine = string | { readonly none: string; readonly says: string };

/** One step from the database that is to the one that the models want. */
export interface Step {
  /**
   * `expand` comes before the new code, and leaves what the old code needs; `contract` comes when no old code runs any more.
   */
  readonly phase: "expand" | "contract";
  readonly table: string;
  /** What it does, in words. */
  readonly does: string;
  /** What to mind, in words; none for a step that nobody notices. */
  readonly risks: readonly string[];
  /** Why there is no statement for it, and it is yours to write. */
  readonly byHand?: string;
  readonly up: readonly MigrationLine[];
  readonly down: readonly MigrationLine[];
}

/** What {@link planMigration} found. */
export interface MigrationPlan {
  /** In the order in which they are to run. */
  readonly steps: readonly Step[];
  /** What the database has and no model, which stays. */
  readonly notes: readonly string[];
  /** Columns and tables of no model that could be those that are missing, under old names: `tasks.name` and `title`. */
  readonly renames: readonly { readonly from: string; readonly to: string }[];
}
