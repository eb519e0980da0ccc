import { type Sql, sql } from "./sql.ts";

/** A table that is to be created, of which rows that are deleted stay. */
export interface LivingTable {
  table: string;
  /** The columns with their types, and what else stands among them. */
  columns: readonly Sql[];
  /** The columns of which no two rows that are not deleted may hold the same. */
  unique: readonly (readonly string[])[];
  /** The column that is null in rows that are not deleted. */
  softDelete: string;
  /** Whether the table is left as it is where it is there. */
  ifMissing: boolean;
}

/** Makes the statements that create a table whose unique rules are about the rows that are not deleted. */
export type CreateLiving = (table: LivingTable) => readonly Sql[];

const listOf = (names: readonly string[]): Sql => sql.join(names.map(name => sql.id(name)));

/** Begins the name of an index that is not made yet, for the table's own schema. */
function indexName(table: string, group: readonly string[]): Sql {
  const dot = table.lastIndexOf(".") + 1;
  return sql.table(`${table.slice(0, dot)}${table.slice(dot)}_${group.join("_")}_living`);
}

/** Each can be run again: where the process ended between two of them the next one goes on. */
export const sqliteLiving: CreateLiving = ({ table, columns, unique, softDelete, ifMissing }) => {
  const missing = sql.raw(ifMissing ? "if not exists " : "");
  const plain = sql.id(table.slice(table.lastIndexOf(".") + 1));
  return [
    sql`create table ${missing}${sql.table(table)} (${sql.join(columns)})`,
    ...unique.map(
      group => sql`create unique index ${missing}${indexName(table, group)} on ${plain} (${listOf(group)})
        where ${sql.id(softDelete)} is null`,
    ),
  ];
};

/** One statement, so that nobody finds the table without its indexes; PostgreSQL names them. */
export const postgresLiving: CreateLiving = ({ table, columns, unique, softDelete }) => {
  const indexes = unique.map(
    group =>
      sql`create unique index on ${sql.table(table)} (${listOf(group)}) where ${sql.id(softDelete)} is null; `,
  );
  const all = sql.join(indexes, sql.raw(""));
  return [
    sql`do $tsverless$ begin create table ${sql.table(table)} (${sql.join(columns)}); ${all}end $tsverless$`,
  ];
};

/** A column of MySQL's that nobody reads: null where the row is deleted, which then collides with none. */
export const livingColumn = (softDelete: string): string => `${softDelete}$living`;

/** That column, as it stands in a statement that makes it. */
export const livingColumnSql = (softDelete: string): Sql =>
  sql`${sql.id(livingColumn(softDelete))} tinyint generated always as (case when ${sql.id(softDelete)} is null then 1 end) virtual
    /*!80023 invisible */ /*M! invisible */`;

/** There are no partial indexes. */
export const mysqlLiving: CreateLiving = ({ table, columns, unique, softDelete, ifMissing }) => {
  const living = sql.id(livingColumn(softDelete));
  const column = livingColumnSql(softDelete);
  const constraints = unique.map(group => sql`unique (${listOf(group)}, ${living})`);
  const missing = sql.raw(ifMissing ? "if not exists " : "");
  return [
    sql`create table ${missing}${sql.table(table)} (${sql.join([...columns, column, ...constraints])})`,
  ];
};
