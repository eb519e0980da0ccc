import type { SqlTag } from "./sqlText.ts";

/** What a statement that reads the first rows of each group is made of. */
export interface EachParts<S> {
  table: S;
  id: S;
  /** What the rows of a group have in common. */
  group: S[];
  order: S;
  where: S | undefined;
  limit: number;
}

/**
 * The condition of the first rows of each group: their ids, by a window function.
 *
 * @param sql a query builder's template
 */
export function firstOfEachSql<S>(sql: SqlTag<S>, name: (name: string) => S, parts: EachParts<S>): S {
  const { table, id, group, order, where, limit } = parts;
  const [each, row, own] = [name("each_of"), name("each_row"), name("each_id")];
  const rows = sql`row_number() over (partition by ${sql.join(group, sql.raw(", "))} order by ${order})`;
  const wanted = where === undefined ? sql.raw("") : sql`where ${where}`;
  const ranked = sql`select ${id} as ${own}, ${rows} as ${row} from ${table} ${wanted}`;
  const most = sql.raw(String(Math.min(limit, Number.MAX_SAFE_INTEGER)));
  return sql`${id} in (select ${own} from (${ranked}) as ${each} where ${row} <= ${most})`;
}
