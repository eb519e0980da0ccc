import type { Row } from "../../core/types.ts";
import type { SqlTarget } from "./compile.ts";
import { aliasOf, type Dialect, type SqlColumn } from "./dialect.ts";
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
 * Makes the queries of a table. Those of the last target are kept: a table has one, but for the time in which it is created.
 *
 * @param table its name
 * @param names its columns
 */
export function tableQueries(
  makeQuery: MakeQuery,
  table: string,
  names: readonly string[],
  dialect: Dialect,
): QueriesOf {
  const at = sql.table(table);
  const none = sql.raw("");
  let last: { target: SqlTarget; queries: TableQueries } | undefined;

  function made({ columns }: SqlTarget): TableQueries {
    const listed = sql.join(
      names.map(name => {
        const column = columns[name] as SqlColumn;
        return sql`${column.read} as ${sql.id(aliasOf(column))}`;
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
