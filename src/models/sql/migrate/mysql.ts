import { columnText } from "../ddl.ts";
import { livingColumnSql } from "../living.ts";
import { conversion } from "./conversions.ts";
import { isLivingColumn } from "./rules.ts";
import type { Change, ColumnState, MigrationLine, TableState } from "./types.ts";
import {
  byHand,
  commonStatements,
  dropIndex,
  makeIndex,
  noNulls,
  stateText,
  type Writing,
  type Written,
} from "./writing.ts";

const columnOf = (state: TableState, name: string): ColumnState =>
  state.columns.find(one => one.name === name) as ColumnState;

const isLong = ({ found }: ColumnState): boolean => /text$/.test(found.type);

/** A key can't be of a long text: a column that is one becomes shorter, if its values do. */
function shortened(columns: readonly string[], state: TableState, writing: Writing): MigrationLine[] {
  const { at, quote, definition, dialect } = writing;
  const long = columns
    .map(name => columnOf(state, name))
    .filter(column => column !== undefined && isLong(column));
  const short = dialect.columnType("text", "unique");
  const tooLong = long.map(
    ({ name }): MigrationLine => ({
      none: `select 1 from ${at} where char_length(${quote(name)}) > 255 limit 1`,
      says: `${definition.table}.${name} has values of more than 255 characters, which no key takes`,
    }),
  );
  const modify = long.map(
    column => `alter table ${at} modify ${stateText({ ...column, type: short }, writing)}`,
  );
  return [...tooLong, ...modify];
}

/** The statements of a change on MySQL and MariaDB. Where a column changes, all of it is said again. */
export function mysqlStatements(change: Change, state: TableState, writing: Writing): Written {
  const { at, quote, definition, dialect } = writing;
  const modify = (column: ColumnState): string => `alter table ${at} modify ${stateText(column, writing)}`;
  if (change.is === "addUnique" || change.is === "addIndex") {
    const { up, down } = commonStatements(change, state, writing) as Written;
    return { up: [...shortened(change.columns, state, writing), ...up], down };
  }
  if (change.is === "renameColumn") {
    const isMade = (name: string): boolean => isLivingColumn(name, { softDelete: change.name });
    const living = state.columns.find(({ name }) => isMade(name));
    const { up, down } = commonStatements(change, state, writing) as Written;
    if (living === undefined) return { up, down };
    const rules = state.indexes.filter(({ columns }) => columns.some(isMade));
    const made = writing.text(livingColumnSql(change.name));
    return {
      up: [
        ...rules.map(rule => dropIndex(rule, writing)),
        `alter table ${at} drop column ${quote(living.name)}`,
        ...up,
      ],
      down: [...down, `alter table ${at} add column ${made}`, ...rules.map(rule => makeIndex(rule, writing))],
    };
  }
  if (change.is === "setType") {
    const { name, field, column } = change;
    const found = columnOf(state, name);
    const to = conversion(quote(name), found.found.type, column.kind, dialect);
    if (to === undefined) return byHand(`${definition.table}.${name}`, found.type, column.kind);
    const refused: MigrationLine[] = to.refuses
      ? [
          {
            none: `select 1 from ${at} where ${to.refuses} limit 1`,
            says: `${definition.table}.${name} has values that are no ${column.kind}`,
          },
        ]
      : [];
    const text = columnText(field, definition, dialect, !found.nullable);
    return { up: [...refused, `alter table ${at} modify ${quote(name)} ${text}`], down: [modify(found)] };
  }
  if (change.is === "setRequired") {
    const found = columnOf(state, change.name);
    const check = change.required ? [noNulls(change.name, writing)] : [];
    return { up: [...check, modify({ ...found, nullable: !change.required })], down: [modify(found)] };
  }
  if (change.is === "setDefault") {
    const found = columnOf(state, change.name);
    const text = columnText(change.field, definition, dialect, !found.nullable);
    return { up: [`alter table ${at} modify ${quote(change.name)} ${text}`], down: [modify(found)] };
  }
  return commonStatements(change, state, writing) as Written;
}
