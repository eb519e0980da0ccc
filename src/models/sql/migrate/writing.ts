import type { QueryExecutorProvider } from "kysely";
import { constraintName } from "../constraintName.ts";
import { columnText, indexSql, presetText, type TableDefinition, tableSql } from "../ddl.ts";
import type { Dialect } from "../dialect.ts";
import { livingColumn, livingColumnSql } from "../living.ts";
import { type Sql, sql } from "../sql.ts";
import { textOf } from "../statements.ts";
import type { Change, ColumnState, IndexState, MigrationLine, TableState } from "./types.ts";

/** The statements of a change, and those that take it back. */
export interface Written {
  readonly up: readonly MigrationLine[];
  readonly down: readonly MigrationLine[];
  readonly byHand?: string;
}

/** What statements are written with. */
export interface Writing {
  readonly definition: TableDefinition;
  readonly dialect: Dialect;
  readonly db: QueryExecutorProvider;
  /** The table, quoted. */
  readonly at: string;
  quote(name: string): string;
  text(statement: Sql): string;
}

/** Makes what statements on a table are written with. */
export function writing(definition: TableDefinition, dialect: Dialect, db: QueryExecutorProvider): Writing {
  const text = (statement: Sql): string => textOf(statement, db);
  return {
    definition,
    dialect,
    db,
    at: text(sql.table(definition.table)),
    quote: name => text(sql.id(name)),
    text,
  };
}

/** The columns of a list, quoted. */
export const list = (names: readonly string[], { quote }: Writing): string => names.map(quote).join(", ");

/** A column of a state, as it stands in a statement that makes it. */
export function stateText({ name, type, nullable, preset }: ColumnState, { quote }: Writing): string {
  const end = nullable ? "" : " not null";
  return `${quote(name)} ${type}${preset === null ? "" : ` default (${preset})`}${end}`;
}

/** That no row holds null in a column. */
export const noNulls = (name: string, { at, quote, definition }: Writing): MigrationLine => ({
  none: `select 1 from ${at} where ${quote(name)} is null limit 1`,
  says: `${definition.table}.${name} is null in some rows; fill them first`,
});

/** That a row is not deleted, where rows that are stay. */
const isLiving = ({ quote, definition: { softDelete } }: Writing): string | undefined =>
  softDelete === undefined ? undefined : `${quote(softDelete)} is null`;

/** That no two rows hold the same, of which unique rules speak. */
export function noDuplicates(names: readonly string[], writing: Writing): MigrationLine {
  const { at, quote, definition } = writing;
  const given = [...names.map(name => `${quote(name)} is not null`), isLiving(writing) ?? []].flat();
  return {
    none: `select 1 from ${at} where ${given.join(" and ")} group by ${list(names, writing)} having count(*) > 1 limit 1`,
    says: `${definition.table} has duplicates of ${names.join(", ")}; make them differ first`,
  };
}

/** A name that stands beside its table, in the schema that the table is in. */
const besideTable = (name: string, { definition, text }: Writing): string =>
  text(sql.table([...definition.table.split(".").slice(0, -1), name].join(".")));

/** Makes an index, or a rule that is one, as it was. */
export function makeIndex(
  { name, columns, isUnique, isConstraint, where }: IndexState,
  writing: Writing,
): string {
  const { at, quote, dialect } = writing;
  const on = list(columns, writing);
  if (isConstraint && dialect.name === "postgres")
    return `alter table ${at} add constraint ${quote(name)} unique (${on})`;
  return `create ${isUnique ? "unique " : ""}index ${quote(name)} on ${at} (${on})${where === undefined ? "" : ` where ${where}`}`;
}

/** Drops an index, or a rule that is one. */
export function dropIndex(
  { name, isConstraint }: Pick<IndexState, "name" | "isConstraint">,
  writing: Writing,
): string {
  const { at, quote, dialect } = writing;
  if (dialect.name === "mysql") return `drop index ${quote(name)} on ${at}`;
  return isConstraint && dialect.name === "postgres"
    ? `alter table ${at} drop constraint ${quote(name)}`
    : `drop index ${besideTable(name, writing)}`;
}

/** The unique rule that a model wants. */
export function uniqueState(columns: readonly string[], writing: Writing): IndexState {
  const { definition, dialect } = writing;
  const { table, softDelete } = definition;
  if (softDelete === undefined) {
    const name = constraintName(table, columns, "key");
    return { name, columns, isUnique: true, isConstraint: dialect.name === "postgres" };
  }
  const named = { name: constraintName(table, columns, "living"), isUnique: true, isConstraint: false };
  return dialect.name === "mysql"
    ? { ...named, columns: [...columns, livingColumn(softDelete)] }
    : { ...named, columns, where: isLiving(writing) };
}

/** What all three databases write alike; `undefined` for the rest. */
export function commonStatements(change: Change, state: TableState, writing: Writing): Written | undefined {
  const { definition, dialect, at, quote, text } = writing;
  switch (change.is) {
    case "createTable":
      return { up: tableSql(definition, dialect, false, change.keys).map(text), down: [`drop table ${at}`] };
    case "addColumn": {
      const column = `${quote(change.name)} ${columnText(change.name, definition, dialect, change.required)}`;
      return {
        up: [`alter table ${at} add column ${column}`],
        down: [`alter table ${at} drop column ${quote(change.name)}`],
      };
    }
    case "addLiving":
      return {
        up: [`alter table ${at} add column ${text(livingColumnSql(definition.softDelete as string))}`],
        down: [`alter table ${at} drop column ${quote(change.name)}`],
      };
    case "dropColumn": {
      const column = state.columns.find(({ name }) => name === change.name) as ColumnState;
      return {
        up: [`alter table ${at} drop column ${quote(change.name)}`],
        down: [`alter table ${at} add column ${stateText({ ...column, nullable: true }, writing)}`],
      };
    }
    case "renameTable": {
      const bare = (name: string): string => quote(name.slice(name.lastIndexOf(".") + 1));
      const named = (name: string): string => text(sql.table(name));
      const rename = (from: string, to: string): string =>
        `alter table ${named(from)} rename to ${dialect.name === "mysql" ? named(to) : bare(to)}`;
      return { up: [rename(change.name, change.to)], down: [rename(change.to, change.name)] };
    }
    case "renameColumn": {
      const rename = (from: string, to: string): string =>
        `alter table ${at} rename column ${quote(from)} to ${quote(to)}`;
      return { up: [rename(change.name, change.to)], down: [rename(change.to, change.name)] };
    }
    case "addIndex": {
      const name = constraintName(definition.table, change.columns, "idx");
      return {
        up: [text(indexSql(definition.table, change.columns))],
        down: [dropIndex({ name, isConstraint: false }, writing)],
      };
    }
    case "addUnique": {
      const index = uniqueState(change.columns, writing);
      return {
        up: [noDuplicates(change.columns, writing), makeIndex(index, writing)],
        down: [dropIndex(index, writing)],
      };
    }
    case "dropIndex":
      if (change.index.columns.length === 0) return { up: [dropIndex(change.index, writing)], down: [] };
      return { up: [dropIndex(change.index, writing)], down: [makeIndex(change.index, writing)] };
    default:
      return undefined;
  }
}

/** The default of a field, as it stands behind the word. */
export const wantedPreset = (field: string, { definition, dialect }: Writing): string =>
  presetText(field, definition.columns[field] as never, dialect).replace(/^ default /, "");

/** What a step is that nothing here can write. */
export const byHand = (name: string, type: string, kind: string): Written => ({
  up: [],
  down: [],
  byHand: `no statement makes ${kind} of ${type} in ${name} without loss: add a column, fill it, drop the old one`,
});
