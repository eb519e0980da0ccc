import type { Column } from "../columns.ts";
import { constraintName, useOf } from "../ddl.ts";
import { conversion } from "./conversions.ts";
import type { Change, ColumnState, IndexState, MigrationLine, TableState } from "./types.ts";
import {
  byHand,
  commonStatements,
  list,
  makeIndex,
  noNulls,
  stateText,
  uniqueState,
  type Writing,
  type Written,
  wantedPreset,
} from "./writing.ts";

const names = (text: string | undefined): readonly string[] => text?.match(/\w+/g) ?? [];

/** Whether an index is of a column, or of rows by what is in it. */
const needs = ({ columns, where }: IndexState, name: string): boolean =>
  columns.includes(name) || names(where).includes(name);

const isIn = (name: string, { primary, indexes }: TableState): boolean =>
  primary.includes(name) || indexes.some(index => index.columns.length === 0 || needs(index, name));

/** Whether SQLite has no statement for a change, so that the table is made again. */
export function needsRebuild(change: Change, state: TableState): boolean {
  if (change.is === "dropColumn") return isIn(change.name, state);
  if (change.is === "dropIndex") return change.index.isConstraint;
  return ["setType", "setRequired", "setDefault"].includes(change.is);
}

/** What a table has that can't be read from the catalog in parts, so that making it again would lose it. */
const lost: readonly (readonly [RegExp, string])[] = [
  [/\bcheck\s*\(/i, "a check"],
  [/\bgenerated\b|\bas\s*\(/i, "a generated column"],
  [/\bcollate\b/i, "a collation"],
  [/\bstrict\b|\bwithout\s+rowid\b/i, "options of its own"],
  [/\bon\s+conflict\b/i, "a rule for conflicts"],
  [/\breferences\b/i, "foreign keys"],
];

const closing: Readonly<Record<string, string>> = { "'": "'", '"': '"', "`": "`", "[": "]" };

/** SQL without what stands in quotes; a doubled quote ends one and begins the next. */
function unquoted(text: string): string {
  let bare = "";
  let end: string | undefined;
  for (const character of text) {
    if (end === undefined) {
      end = closing[character];
      bare += end === undefined ? character : " x ";
    } else if (character === end) end = undefined;
  }
  return bare;
}

function hindrance({ made }: TableState): string | undefined {
  const bare = unquoted(made?.table ?? "");
  return lost.find(([pattern]) => pattern.test(bare))?.[1];
}

/** An index of columns alone, in their order, which is all that a state holds of it. */
const simple = /^create\s+(?:unique\s+)?index\s+\S+\s+on\s+\S+\s*\([^()]*\)$/i;
const isSimple = (text: string): boolean => simple.test(text) && !/\b(?:collate|desc)\b/i.test(text);

/** Whether a text makes the index of a name; SQLite writes what is before the name itself. */
function makes(name: string, text: string): boolean {
  const rest = text.replace(/^create (?:unique )?index /i, "");
  const quoted = [`"${name.replaceAll('"', '""')}"`, `\`${name}\``, `[${name}]`, `'${name}'`];
  return rest.split(/\s/, 1)[0] === name || quoted.some(one => rest.startsWith(one));
}

/** The statements that make what stands beside a table and goes with it: indexes and triggers. */
function othersOf({ indexes, made }: TableState, writing: Writing): string[] {
  const texts = made?.others ?? [];
  const own = indexes.filter(({ isConstraint }) => !isConstraint);
  const lines = own.map(index => {
    const text = texts.find(one => makes(index.name, one));
    return text === undefined || isSimple(text) ? makeIndex(index, writing) : text;
  });
  return [...lines, ...texts.filter(text => /^create\s+trigger/i.test(text))];
}

/** A table under a new name, filled from the old one, in whose place it comes. */
function rebuild(
  from: TableState,
  to: TableState,
  values: ReadonlyMap<string, string>,
  { at, quote, ...writing }: Writing,
): string[] {
  const w: Writing = { at, quote, ...writing };
  const { table } = writing.definition;
  const name = table.slice(table.lastIndexOf(".") + 1);
  const next = quote(`tsverless_new_${name}`);
  const counts = /\bautoincrement\b/i.test(from.made?.table ?? "");
  const [key] = to.primary;
  const columns = to.columns.map(column => {
    const isKey = to.primary.length === 1 && column.name === key;
    return `${stateText(column, w)}${isKey ? ` primary key${counts ? " autoincrement" : ""}` : ""}`;
  });
  const rules = to.indexes.filter(({ isConstraint }) => isConstraint);
  const unique = rules.map(({ columns: group }) => `unique (${list(group, w)})`);
  const keys = to.primary.length > 1 ? [`primary key (${list(to.primary, w)})`] : [];
  const kept = to.columns.filter(column => from.columns.some(({ name: old }) => old === column.name));
  const names = list(
    kept.map(column => column.name),
    w,
  );
  const read = kept.map(column => values.get(column.name) ?? quote(column.name)).join(", ");
  return [
    `create table ${next} (${[...columns, ...keys, ...unique].join(", ")})`,
    ...(counts
      ? [
          `insert into sqlite_sequence (name, seq) select 'tsverless_new_${name}', seq from sqlite_sequence where name = '${name}'`,
        ]
      : []),
    `insert into ${next} (${names}) select ${read} from ${at}`,
    `drop table ${at}`,
    // Else what refers to the table would follow the new one's first name.
    "pragma legacy_alter_table = on",
    `alter table ${next} rename to ${quote(name)}`,
    "pragma legacy_alter_table = off",
    ...othersOf(to, w),
  ];
}

/** The state of a table behind a change. */
export function applied(change: Change, state: TableState, writing: Writing): TableState {
  const { definition, dialect } = writing;
  const changed = (name: string, parts: Partial<ColumnState>): TableState => ({
    ...state,
    columns: state.columns.map(one => (one.name === name ? { ...one, ...parts } : one)),
  });
  const typeOf = (field: string, { kind }: Column): string =>
    dialect.columnType(kind, useOf(field, definition));
  switch (change.is) {
    case "addColumn": {
      const { name, column, required } = change;
      const type = typeOf(name, column);
      const preset = column.preset === undefined ? null : wantedPreset(name, writing);
      const made: ColumnState = { name, type, found: { name, type }, nullable: !required, preset };
      return { ...state, columns: [...state.columns, made] };
    }
    case "dropColumn":
      return {
        ...state,
        columns: state.columns.filter(({ name }) => name !== change.name),
        indexes: state.indexes.filter(index => !needs(index, change.name)),
      };
    case "renameColumn": {
      const renamed = (text: string): string =>
        text.replaceAll(/\w+/g, word => (word === change.name ? change.to : word));
      const { made } = state;
      return {
        ...changed(change.name, { name: change.to }),
        primary: state.primary.map(name => (name === change.name ? change.to : name)),
        indexes: state.indexes.map(index => ({
          ...index,
          columns: index.columns.map(name => (name === change.name ? change.to : name)),
          where: index.where && renamed(index.where),
        })),
        ...(made && { made: { ...made, others: made.others.map(renamed) } }),
      };
    }
    case "addUnique":
      return { ...state, indexes: [...state.indexes, uniqueState(change.columns, writing)] };
    case "addIndex": {
      const name = constraintName(definition.table, change.columns, "idx");
      const index = { name, columns: change.columns, isUnique: false, isConstraint: false };
      return { ...state, indexes: [...state.indexes, index] };
    }
    case "setType": {
      const type = typeOf(change.field, change.column);
      return changed(change.name, { type, found: { name: change.name, type } });
    }
    case "setRequired":
      return changed(change.name, { nullable: !change.required });
    case "setDefault":
      return changed(change.name, { preset: wantedPreset(change.field, writing) });
    case "dropIndex":
      return { ...state, indexes: state.indexes.filter(({ name }) => name !== change.index.name) };
    default:
      return state;
  }
}

/** One rebuild for all changes of a table that need it. */
export function rebuilding(changes: readonly Change[], state: TableState, writing: Writing): Written {
  const { definition, dialect, at, quote } = writing;
  const reason = hindrance(state);
  if (reason !== undefined)
    return {
      up: [],
      down: [],
      byHand: `SQLite has no statement for it, and ${definition.table} has ${reason}, which making it again would lose`,
    };
  const checks: MigrationLine[] = [];
  const values = new Map<string, string>();
  let to = state;
  for (const change of changes) {
    if (change.is === "setRequired" && change.required) checks.push(noNulls(change.name, writing));
    if (change.is === "setType") {
      const { type } = state.columns.find(({ name }) => name === change.name) as ColumnState;
      const conversed = conversion(quote(change.name), type, change.column.kind, dialect);
      if (conversed === undefined)
        return byHand(`${definition.table}.${change.name}`, type, change.column.kind);
      values.set(change.name, conversed.using);
      if (conversed.refuses)
        checks.push({
          none: `select 1 from ${at} where ${conversed.refuses} limit 1`,
          says: `${definition.table}.${change.name} has values that are no ${change.column.kind}`,
        });
    }
    to = applied(change, to, writing);
  }
  return {
    up: [...checks, ...rebuild(state, to, values, writing)],
    down: rebuild({ ...to, ...(state.made && { made: state.made }) }, state, new Map(), writing),
  };
}

/** The statements of a change that SQLite has some for. */
export const sqliteStatements = (change: Change, state: TableState, writing: Writing): Written =>
  commonStatements(change, state, writing) as Written;
