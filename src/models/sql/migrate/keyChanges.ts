import type { TableDefinition } from "../ddl.ts";
import type { Dialect } from "../dialect.ts";
import { keyState } from "./keys.ts";
import type { Change, KeyState, TableState } from "./types.ts";

const bare = (name: string): string => name.replaceAll("_", "").toLowerCase();
const sorted = (names: readonly string[]): string => names.map(bare).sort().join();
const unqualified = (table: string): string => bare(table.slice(table.lastIndexOf(".") + 1));

const pairs = ({ columns, references }: KeyState, primary: readonly string[]): string =>
  columns
    .map((column, at) => `${column} ${bare((references.length > 0 ? references : primary)[at] ?? "")}`)
    .sort()
    .join();

/** Where a key leads to. */
export const targetOf = ({ table, references }: KeyState): string =>
  references.length > 0 ? references.map(name => `${table}.${name}`).join(", ") : table;

const keeps = ({ onDelete }: KeyState): boolean => onDelete === "noAction" || onDelete === "restrict";

/** Whether a deletion does the same; what forbids it, at once or in the end, is one. */
const isSameAction = (key: KeyState, found: KeyState): boolean =>
  key.onDelete === found.onDelete || (keeps(key) && keeps(found));

/** The family of a type, within which keys may refer to each other. */
function familyOf(type: string, { name }: Dialect): string {
  const text = type.toLowerCase();
  if (name === "sqlite") return "";
  if (name === "postgres") {
    if (/^(?:text|character|varchar)/.test(text)) return "text";
    return /^(?:smallint|integer|bigint|numeric)/.test(text) ? "number" : text;
  }
  if (!/^(?:var)?char|text/.test(text)) return text.replace(/\(\d+\)/, "");
  return /nopad_bin|0900_bin/.test(text) ? "text" : `text ${/collate (\w+)/.exec(text)?.[1]}`;
}

/**
 * Why a database would not take a foreign key.
 *
 * @param types the types of its columns
 * @param to the table that it leads to, as it is
 */
export function keyHindrance(
  key: KeyState,
  types: readonly (string | undefined)[],
  to: TableState,
  wanted: TableDefinition,
  dialect: Dialect,
): string | undefined {
  if (to.columns.length === 0) return undefined;
  const rules = [
    to.primary,
    ...to.indexes
      .filter(({ isUnique, where }) => isUnique && where === undefined)
      .map(index => index.columns),
    ...wanted.unique,
  ];
  if (!rules.some(columns => sorted(columns) === sorted(key.references)))
    return `nothing keeps ${to.table} unique by ${key.references.join(", ")}`;
  for (const [at, reference] of key.references.entries()) {
    const theirs = to.columns.find(({ name }) => bare(name) === bare(reference))?.type;
    const mine = types[at];
    // One that has a new name is of the type that it had.
    if (mine !== undefined && theirs !== undefined && familyOf(mine, dialect) !== familyOf(theirs, dialect))
      return `${key.columns[at]} is ${mine}, and ${to.table}.${reference} is ${theirs}: make them alike, or say foreignKey: false`;
  }
  return undefined;
}

/**
 * Compares the foreign keys of a table with what its model wants.
 *
 * @param there those of the table, by the new names of columns
 * @param nameOf the column of a field, as the table calls it
 * @param dropped what may go
 */
export function keyChanges(
  { table, foreignKeys }: TableDefinition,
  there: readonly KeyState[],
  nameOf: (field: string) => string,
  dropped: ReadonlySet<string>,
  dialect: Dialect,
): { changes: Change[]; notes: string[] } {
  const changes: Change[] = [];
  const mine = new Set<KeyState>();
  const checks = dialect.name === "postgres";
  for (const wanted of foreignKeys?.() ?? []) {
    const key = keyState({ ...wanted, columns: wanted.columns.map(nameOf) });
    const leads = (found: KeyState): boolean => unqualified(found.table) === unqualified(key.table);
    const same = there.find(found => leads(found) && pairs(found, [wanted.to.idKey]) === pairs(key, []));
    const old =
      same ?? there.find(found => !mine.has(found) && sorted(found.columns) === sorted(key.columns));
    if (old) mine.add(old);
    if (same && isSameAction(key, same)) {
      if (!same.isChecked) changes.push({ is: "checkForeignKey", key: same });
      continue;
    }
    changes.push(old ? { is: "setForeignKey", key, old } : { is: "addForeignKey", key, isNew: false });
    if (checks) changes.push({ is: "checkForeignKey", key });
  }
  const notes: string[] = [];
  for (const key of there) {
    if (mine.has(key) || key.columns.some(name => dropped.has(name))) continue;
    if (dropped.has(key.name)) changes.push({ is: "dropForeignKey", key });
    else {
      const what = `${key.columns.join(", ")} refers to ${targetOf(key)}`;
      notes.push(`${table}: ${what}, which no relation says; it stays (--drop ${table}.${key.name})`);
    }
  }
  return { changes, notes };
}
