import type { Row } from "../../core/types.ts";
import type { SqlTarget } from "./compile.ts";
import { type Dialect, plainName, type ReadColumn, type SqlColumn, type SqlColumns } from "./dialect.ts";
import { type Sql, sql } from "./sql.ts";
import type { MakeQuery, Query } from "./statements.ts";

/** What a statement that reads rows asks for. */
export interface Selection {
  where?: Sql | undefined;
  order?: Sql | undefined;
  limit: number;
  offset: number;
  /** Keeps others from changing the rows until the transaction is over. */
  lock?: boolean;
}

/** A row as an object, and as the database gave it. */
export interface Read {
  object: Row;
  stored: Row;
}

/** The queries of one table; each takes what is behind its first words, and gives rows with all columns. */
export interface TableQueries {
  /** Takes a `where`, an order and a range, each of which may be missing. */
  readonly select: Query;
  /** Takes a `where`, which may be missing; gives a `total`. */
  readonly count: Query;
  /** Takes columns with their values. */
  readonly insert: Query;
  /** Takes assignments and a `where`. */
  readonly update: Query;
  /** Takes the same, and gives no rows. */
  readonly updateAll: Query;
  /** Takes a condition. */
  readonly remove: Query;
}

/** Gives the queries for what is known of the columns. */
export type QueriesOf = (target: SqlTarget) => TableQueries;

/**
 * Names what is read of columns. The name of a column, its own or another's, would hide that from `order by` where something else is read.
 *
 * @param columns by their fields
 */
export function readColumns(columns: readonly (readonly [field: string, SqlColumn])[]): SqlColumns {
  const taken = new Set(columns.map(([, { name }]) => name));
  const named = columns.map(([field, column]): [string, ReadColumn] => {
    if (column.name === field && column.read === column.key) return [field, { ...column, alias: field }];
    // Plugins that rename columns leave it as it is.
    let alias = `${plainName(field)}$`;
    while (taken.has(alias)) alias += "$";
    taken.add(alias);
    return [field, { ...column, alias }];
  });
  return Object.fromEntries(named);
}

/**
 * Makes the queries of a table. Those of the last target are kept: a table has one, but for the time in which it is created.
 *
 * @param table its name
 * @param fields those that it holds
 */
export function tableQueries(
  makeQuery: MakeQuery,
  table: string,
  fields: readonly string[],
  dialect: Dialect,
): QueriesOf {
  const at = sql.table(table);
  const none = sql.raw("");
  let last: { target: SqlTarget; queries: TableQueries } | undefined;

  function made({ columns }: SqlTarget): TableQueries {
    const listed = sql.join(
      fields.map(field => {
        const { read, alias } = columns[field] as ReadColumn;
        return sql`${read} as ${sql.id(alias)}`;
      }),
    );
    const returning: Sql = dialect.returning === "both" ? sql` returning ${listed}` : none;
    const end = dialect.insertEnd?.(listed);
    return {
      select: makeQuery(sql`select ${listed} from ${at} `, none),
      count: makeQuery(sql`select count(*) as total from ${at} `, none),
      insert: makeQuery(sql`insert into ${at} `, end ? sql` ${end}` : returning),
      update: makeQuery(sql`update ${at} set `, returning),
      updateAll: makeQuery(sql`update ${at} set `, none),
      remove: makeQuery(sql`delete from ${at} where `, none),
    };
  }

  return function queriesOf(target) {
    if (last?.target !== target) last = { target, queries: made(target) };
    return last.queries;
  };
}
