import { aboutRows } from "../aboutRows.ts";
import type { TableDefinition } from "../ddl.ts";
import { livingColumn } from "../living.ts";
import type { Change, IndexState } from "./types.ts";

const sorted = (names: readonly string[]): string => [...names].sort().join();

/**
 * Whether a column is the one that unique rules of MySQL among what is not deleted have besides their own.
 *
 * @param softDelete the column that says what is deleted, as the table calls it
 */
export function isLivingColumn(name: string, { softDelete }: Pick<TableDefinition, "softDelete">): boolean {
  return softDelete !== undefined && name.toLowerCase() === livingColumn(softDelete).toLowerCase();
}

/** What a unique index keeps apart. */
interface Rule {
  readonly index: IndexState;
  readonly group: string;
  readonly about: "all" | "living" | "some";
}

function ruleOf(index: IndexState, definition: Pick<TableDefinition, "softDelete">): Rule {
  const columns = index.columns.filter(name => !isLivingColumn(name, definition));
  const group = sorted(columns);
  if (columns.length < index.columns.length) return { index, group, about: "living" };
  return { index, group, about: aboutRows(index.where ?? "", columns, definition.softDelete) };
}

/**
 * Compares what is kept unique with what a model wants. A rule for all rows, where one for those that are not deleted is wanted, goes
 * when that is there.
 *
 * @param wanted the groups of columns, by their names in the table, as all that is of the definition
 * @returns the changes, and the indexes that keep what the model does not say
 */
export function ruleChanges(
  wanted: readonly (readonly string[])[],
  indexes: readonly IndexState[],
  primary: readonly string[],
  definition: Pick<TableDefinition, "softDelete">,
): { changes: Change[]; others: IndexState[] } {
  const about = definition.softDelete === undefined ? "all" : "living";
  const rules = indexes.filter(({ isUnique }) => isUnique).map(index => ruleOf(index, definition));
  const groups = wanted.filter(columns => sorted(columns) !== sorted(primary));
  const missing = groups.filter(
    columns => !rules.some(rule => rule.about === about && rule.group === sorted(columns)),
  );
  const names = new Set(wanted.map(sorted));
  const replaced = rules.filter(rule => about === "living" && rule.about === "all" && names.has(rule.group));
  const others = rules.filter(
    rule => !replaced.includes(rule) && !(rule.about === about && names.has(rule.group)),
  );
  return {
    changes: [
      ...missing.map((columns): Change => ({ is: "addUnique", columns })),
      ...replaced.map(({ index }): Change => ({ is: "dropIndex", index, isReplaced: true })),
    ],
    others: others.map(({ index }) => index),
  };
}
