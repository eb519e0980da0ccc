import { canonicalJson } from "../../fields/values.ts";
import { aboutRows } from "../aboutRows.ts";
import type { Column } from "../columns.ts";
import { indexesOf, storedPreset, type TableDefinition } from "../ddl.ts";
import { type Dialect, type FoundColumn, isAlike } from "../dialect.ts";
import type { FindColumn } from "../found.ts";
import { livingColumn } from "../living.ts";
import { keyChanges } from "./keyChanges.ts";
import { isLivingColumn, ruleChanges } from "./rules.ts";
import type { Change, ColumnState, MigrationPlan, TableState } from "./types.ts";

/** What a plan is told besides the models, for one table. */
export interface Wishes {
  /** Columns by their new names. */
  readonly renamed: ReadonlyMap<string, string>;
  /** Columns and indexes that may go. */
  readonly dropped: ReadonlySet<string>;
}

/** The literal in the expression of a default, without what databases write around it. */
function literalOf(preset: string, { name }: Dialect): string {
  const text = preset
    .replace(/::[\w ]+(?:\(\d+\))?$/, "")
    .replace(/^_utf8mb4\\?/, "")
    .replace(/^\\'(.*)\\'$/s, "'$1'");
  if (!/^'.*'$/s.test(text)) return text;
  const inner = text.slice(1, -1).replaceAll("''", "'");
  return name === "mysql" ? inner.replace(/\\(.)/gs, "$1") : inner;
}

function isSamePreset(name: string, column: Column, preset: string | null, dialect: Dialect): boolean {
  if (preset === null) return false;
  const wanted = String(storedPreset(name, column, dialect));
  const found = literalOf(preset, dialect);
  if (wanted === found) return true;
  try {
    if (column.kind === "json") return canonicalJson(JSON.parse(found)) === wanted;
  } catch {
    return false;
  }
  if (column.kind === "boolean") return (found === "1") === (wanted === "true") && dialect.name !== "sqlite";
  if (column.kind === "date")
    return Date.parse(found.replace(/([-+]\d\d)$/, "$1:00")) === (column.preset as Date).getTime();
  return ["integer", "bigint", "real", "decimal"].includes(column.kind) && Number(found) === Number(wanted);
}

function columnChanges(
  field: string,
  column: Column,
  state: ColumnState,
  isKey: boolean,
  dialect: Dialect,
): Change[] {
  const changes: Change[] = [];
  const { name } = state;
  if (!dialect.holds(column.kind, state.found as FoundColumn))
    changes.push({ is: "setType", name, field, column });
  if (column.preset !== undefined && !isSamePreset(field, column, state.preset, dialect))
    changes.push({ is: "setDefault", name, field });
  if (!isKey && column.required !== undefined && column.required === state.nullable)
    changes.push({ is: "setRequired", name, field, required: column.required });
  return changes;
}

/** What comes before the new code is there, in its order, and what comes when the old one is gone. */
const order: readonly Change["is"][] = [
  "createTable",
  "renameTable",
  "renameColumn",
  "addColumn",
  "setType",
  "setDefault",
  "setRequired",
  "addLiving",
  "addUnique",
  "addIndex",
  "addForeignKey",
  "setForeignKey",
  "checkForeignKey",
  "dropForeignKey",
  "dropIndex",
  "dropColumn",
];

/** A column of no model, and one that is missing. */
interface Rename {
  readonly from: string;
  readonly to: string;
}

/** Where two names differ in capitals and underscores alone, nothing else is asked about either. */
function likely(renames: readonly Rename[]): readonly Rename[] {
  const alike = renames.filter(({ from, to }) => isAlike(from, to));
  const isSettled = ({ from, to }: Rename): boolean => alike.some(one => one.from === from || one.to === to);
  return [...alike, ...renames.filter(one => !isSettled(one))];
}

/**
 * What makes of a table what its model wants, and what the table has beside it.
 *
 * @param state the table as it is
 */
export function difference(
  definition: TableDefinition,
  state: TableState,
  dialect: Dialect,
  { renamed, dropped }: Wishes,
  find: FindColumn,
): { changes: Change[] } & Pick<MigrationPlan, "notes" | "renames"> {
  const { table, idKey, columns: wanted, unique, softDelete } = definition;
  const indexes = indexesOf(definition);
  if (state.columns.length === 0)
    return { changes: [{ is: "createTable", keys: [] }], notes: [], renames: [] };
  const changes: Change[] = [];
  const notes: string[] = [];
  const known = new Map<string, ColumnState>();
  for (const [field, column] of Object.entries(wanted)) {
    const old = renamed.get(field);
    const found = find(state.columns, field) ?? state.columns.find(({ name }) => name === old);
    if (found === undefined) {
      const required = column.required === true && column.preset !== undefined;
      changes.push({ is: "addColumn", name: field, column, required });
      if (column.required && !required)
        changes.push({ is: "setRequired", name: field, field, required: true });
      continue;
    }
    known.set(field, found);
    const isRenamed = found.name === old;
    const name = isRenamed ? field : found.name;
    if (isRenamed) changes.push({ is: "renameColumn", name: found.name, to: field });
    changes.push(...columnChanges(field, column, { ...found, name }, field === idKey, dialect));
  }
  const nameOf = (field: string): string => {
    const found = known.get(field)?.name ?? field;
    return found === renamed.get(field) ? field : found;
  };
  const renaming = new Map([...renamed].map(([to, from]) => [from, to]));
  // MySQL renames no column that another is made of: the other, and its rules, are made again.
  const remade = { softDelete: softDelete && renamed.get(softDelete) };
  const kept = state.indexes.filter(index => !index.columns.some(name => isLivingColumn(name, remade)));
  const there = kept.map(index => ({
    ...index,
    columns: index.columns.map(column => renaming.get(column) ?? column),
    where: index.where?.replaceAll(/\w+/g, word => renaming.get(word) ?? word),
  }));
  const called = { softDelete: softDelete && nameOf(softDelete) };
  const rules = ruleChanges(
    unique.map(group => group.map(nameOf)),
    there,
    state.primary,
    called,
  );
  const needsLiving = dialect.name === "mysql" && rules.changes.some(({ is }) => is === "addUnique");
  if (softDelete !== undefined && needsLiving) {
    if (!state.columns.some(({ name }) => isLivingColumn(name, called)))
      changes.push({ is: "addLiving", name: livingColumn(softDelete) });
  }
  const isGoing = (change: Change): boolean => change.is === "dropIndex" && dropped.has(change.index.name);
  changes.push(...rules.changes.filter(change => !isGoing(change)));
  for (const group of indexes) {
    const columns = group.map(nameOf);
    // A longer index serves what begins it.
    const isServed = there.some(
      index =>
        aboutRows(index.where ?? "", [], called.softDelete) !== "some" &&
        columns.every((column, at) => index.columns[at] === column),
    );
    if (!isServed) changes.push({ is: "addIndex", columns });
  }
  const keys = keyChanges(
    definition,
    state.keys.map(key => ({ ...key, columns: key.columns.map(column => renaming.get(column) ?? column) })),
    nameOf,
    dropped,
    dialect,
  );
  changes.push(...keys.changes);
  notes.push(...keys.notes);
  const renames: Rename[] = [];
  const mine = new Set([...known.values()].map(({ name }) => name));
  for (const { name, nullable, preset } of state.columns) {
    if (mine.has(name) || [called, remade].some(one => isLivingColumn(name, one))) continue;
    if (dropped.has(name)) changes.push({ is: "dropColumn", name });
    else notes.push(`${table}.${name} is a column of no model; it stays (--drop ${table}.${name})`);
    const found = state.columns.find(one => one.name === name)?.found as FoundColumn;
    for (const change of changes) {
      if (change.is === "addColumn" && !dropped.has(name) && dialect.holds(change.column.kind, found))
        renames.push({ from: name, to: change.name });
    }
    // Else the new code, which does not know it, could store nothing.
    if (!nullable && preset === null)
      changes.push({ is: "setRequired", name, field: undefined, required: false });
  }
  for (const index of there) {
    if (dropped.has(index.name)) changes.push({ is: "dropIndex", index });
    else if (rules.others.includes(index)) {
      const what = `${index.columns.join(", ") || "an expression"}${index.where ? ", in some rows" : ""}`;
      notes.push(
        `${table} is unique by ${what}, which the model does not say (--drop ${table}.${index.name})`,
      );
    }
  }
  return {
    changes: changes.sort((a, b) => order.indexOf(a.is) - order.indexOf(b.is)),
    notes,
    renames: likely(renames).map(({ from, to }) => ({ from: `${table}.${from}`, to })),
  };
}
