import type { Column } from "./columns.ts";
import { constraintName } from "./constraintName.ts";
import type { ColumnUse, Dialect } from "./dialect.ts";
import { Sql, sql } from "./sql.ts";
import { keySql, type TableKey } from "./tableKey.ts";

/** What is known of a table. */
export interface TableDefinition {
  /** The model's name, for messages. */
  name: string;
  table: string;
  /** What it would be called without a naming, under which it may be there. */
  former?: string | undefined;
  /** The column of the id. As all that follows, by the name that it has in the table. */
  idKey: string;
  columns: Readonly<Record<string, Column>>;
  unique: readonly (readonly string[])[];
  /** The column that says when a row was deleted: unique are those that are not. */
  softDelete?: string | undefined;
  /** Columns that an index serves, first to last. */
  indexes: readonly (readonly string[])[];
  /** What refers to other tables, where relations say so; asked for when it is needed, since models may refer to each other. */
  foreignKeys?: (() => readonly TableKey<TableDefinition>[]) | undefined;
  /** Whether to create the table when it is missing. */
  create: boolean;
  /** Whether to look, once, if the table that is there is as the model needs it. */
  check: boolean;
}

/** A text in quotes. MySQL takes a backslash for more than itself. */
export function quoted(text: string, dialect: Dialect): string {
  const doubled = text.replaceAll("'", "''");
  return `'${dialect.name === "mysql" ? doubled.replaceAll("\\", "\\\\") : doubled}'`;
}

/** The value that a column holds where nothing is given, as it is stored; `undefined` where there is none. */
export function storedPreset(name: string, { kind, preset }: Column, dialect: Dialect): unknown {
  if (preset === undefined) return undefined;
  const stored = dialect.column(name, kind, undefined).store(preset);
  return stored instanceof Sql ? stored.values[0] : stored;
}

/** What stands behind the type of a column that has a default. */
export function presetText(name: string, column: Column, dialect: Dialect): string {
  const value = storedPreset(name, column, dialect);
  if (value === undefined) return "";
  const text = typeof value === "string" ? quoted(value, dialect) : String(value);
  // MySQL takes an expression alone where the type is a long one.
  return ` default ${dialect.name === "mysql" ? `(${text})` : text}`;
}

const columnsText = (names: readonly string[]): string => names.join();

/** The indexes that a table is to have: those of its definition, and one for each foreign key that none of its own begins with. */
export function indexesOf({
  idKey,
  unique,
  indexes,
  foreignKeys,
}: TableDefinition): readonly (readonly string[])[] {
  const all = [...indexes];
  for (const { columns } of foreignKeys?.() ?? []) {
    const isServed = [[idKey], ...unique, ...all].some(
      group => columnsText(group.slice(0, columns.length)) === columnsText(columns),
    );
    if (!isServed) all.push(columns);
  }
  return all;
}

/** What a column is for in its table. */
export function useOf(name: string, definition: TableDefinition): ColumnUse {
  if (name === definition.idKey) return "id";
  return [...definition.unique, ...indexesOf(definition)].some(group => group.includes(name))
    ? "unique"
    : "plain";
}

/** What stands behind the name of a column in `create table` and `add column`. */
export function columnText(
  name: string,
  definition: TableDefinition,
  dialect: Dialect,
  required: boolean | undefined = definition.columns[name]?.required,
): string {
  const column = definition.columns[name] as Column;
  const use = useOf(name, definition);
  const end = required && use !== "id" ? " not null" : "";
  return `${dialect.columnType(column.kind, use)}${presetText(name, column, dialect)}${end}`;
}

const listed = (names: readonly string[]): Sql => sql.join(names.map(name => sql.id(name)));

/** An index that a definition wants. */
export function indexSql(table: string, columns: readonly string[], ifMissing = false): Sql {
  const name = sql.id(constraintName(table, columns, "idx"));
  const missing = sql.raw(ifMissing ? "if not exists " : "");
  return sql`create index ${missing}${name} on ${sql.table(table)} (${listed(columns)})`;
}

/**
 * The statements that make a table as its definition wants it.
 *
 * @param ifMissing whether it is left as it is where it is there
 * @param keys the foreign keys that it has from the beginning
 */
export function tableSql(
  definition: TableDefinition,
  dialect: Dialect,
  ifMissing: boolean,
  keys: readonly TableKey[] = [],
): Sql[] {
  const { table, unique, softDelete } = definition;
  const indexes = indexesOf(definition);
  const columns = Object.keys(definition.columns).map(
    name => sql`${sql.id(name)} ${sql.raw(columnText(name, definition, dialect))}`,
  );
  // MySQL has no "if not exists" for an index, and ends a transaction with each of these statements.
  const isInside = dialect.name === "mysql";
  const own = isInside
    ? indexes.map(group => sql`index ${sql.id(constraintName(table, group, "idx"))} (${listed(group)})`)
    : [];
  const inside = [...own, ...keys.map(keySql)];
  const others = isInside ? [] : indexes.map(group => indexSql(table, group, ifMissing));
  if (softDelete !== undefined && unique.length > 0) {
    const parts = [...columns, ...inside];
    return [...dialect.createLiving({ table, columns: parts, unique, softDelete, ifMissing }), ...others];
  }
  const missing = sql.raw(ifMissing ? "if not exists " : "");
  const constraints = unique.map(group => sql`unique (${listed(group)})`);
  const create = sql`create table ${missing}${sql.table(table)} (${sql.join([...columns, ...constraints, ...inside])})`;
  return [create, ...others];
}
