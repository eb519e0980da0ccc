import { applied, needs } from "./applied.ts";
import { conversion } from "./conversions.ts";
import { keyText, noDangling } from "./keys.ts";
import type { Change, ColumnState, MigrationLine, TableState } from "./types.ts";
import {
  byHand,
  commonStatements,
  list,
  makeIndex,
  noNulls,
  stateText,
  type Writing,
  type Written,
} from "./writing.ts";

const isIn = (name: string, { primary, indexes, keys }: TableState): boolean =>
  primary.includes(name) ||
  keys.some(({ columns }) => columns.includes(name)) ||
  indexes.some(index => index.columns.length === 0 || needs(index, name));

const remaking: readonly Change["is"][] = [
  "setType",
  "setRequired",
  "setDefault",
  "addForeignKey",
  "setForeignKey",
  "dropForeignKey",
];

/** Whether SQLite has no statement for a change, so that the table is made again. */
export function needsRebuild(change: Change, state: TableState): boolean {
  if (change.is === "dropColumn") return isIn(change.name, state);
  if (change.is === "dropIndex") return change.index.isConstraint;
  return remaking.includes(change.is);
}

/** What a table has that can't be read from the catalog in parts, so that making it again would lose it. */
const lost: readonly (readonly [RegExp, string])[] = [
  [/\bcheck\s*\(/i, "a check"],
  [/\bgenerated\b|\bas\s*\(/i, "a generated column"],
  [/\bcollate\b/i, "a collation"],
  [/\bstrict\b|\bwithout\s+rowid\b/i, "options of its own"],
  [/\bon\s+conflict\b/i, "a rule for conflicts"],
  [/\bdeferrable\b/i, "a foreign key that is looked at later"],
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
  const references = to.keys.map(key => keyText(key, w));
  const keys = to.primary.length > 1 ? [`primary key (${list(to.primary, w)})`] : [];
  const kept = to.columns.filter(column => from.columns.some(({ name: old }) => old === column.name));
  const names = list(
    kept.map(column => column.name),
    w,
  );
  const read = kept.map(column => values.get(column.name) ?? quote(column.name)).join(", ");
  return [
    `create table ${next} (${[...columns, ...keys, ...unique, ...references].join(", ")})`,
    ...(counts
      ? [
          `insert into sqlite_sequence (name, seq) select 'tsverless_new_${name}', seq from sqlite_sequence where name = '${name}' collate nocase`,
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
    if (change.is === "addForeignKey" || change.is === "setForeignKey")
      checks.push(noDangling(change.key, writing));
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
