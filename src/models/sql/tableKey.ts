import type { OnDelete } from "../relations/foreignKey.ts";
import { type Sql, sql } from "./sql.ts";

/** A table that a foreign key leads to. */
export interface KeyTarget {
  readonly table: string;
  readonly idKey: string;
}

/** A foreign key of a table. */
export interface TableKey<To extends KeyTarget = KeyTarget> {
  readonly name: string;
  /** The relations that it is of. */
  readonly relations: readonly string[];
  /** The column that is at fault where it refers to nothing. */
  readonly faulty: string;
  readonly columns: readonly string[];
  readonly to: To;
  readonly references: readonly string[];
  readonly onDelete: OnDelete;
}

const listed = (names: readonly string[]): Sql => sql.join(names.map(name => sql.id(name)));

const actions: Record<OnDelete, string> = {
  noAction: "",
  restrict: " on delete restrict",
  cascade: " on delete cascade",
  setNull: " on delete set null",
};

/** What a statement says of a deletion, behind the rest of a foreign key. */
export const onDeleteText = (onDelete: OnDelete): string => actions[onDelete];

/** A foreign key as it stands in a statement that makes it. */
export function keySql({ name, columns, to, references, onDelete }: TableKey): Sql {
  return sql`constraint ${sql.id(name)} foreign key (${listed(columns)})
    references ${sql.table(to.table)} (${listed(references)})${sql.raw(onDeleteText(onDelete))}`;
}
