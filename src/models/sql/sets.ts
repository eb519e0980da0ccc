import type { QueryResult } from "kysely";
import type { Row } from "../../core/types.ts";
import type { ConditionTree } from "../query/where.ts";
import type { SetTable } from "../rowSets.ts";
import { conditionSql, kyselyText, type SqlTarget } from "./compile.ts";
import type { Dialect, SqlColumn } from "./dialect.ts";
import type { RefusedWrite } from "./refusal.ts";
import { type Sql, sql } from "./sql.ts";
import type { Query } from "./statements.ts";
import type { QueriesOf, Read, Selection } from "./tableQueries.ts";

/** What a table does, of which the writes of all its rows are made. */
interface TableParts {
  idKey: string;
  dialect: Dialect;
  open(): Promise<SqlTarget>;
  queriesOf: QueriesOf;
  run(query: Query, middle: Sql, write: RefusedWrite): Promise<QueryResult<Row>>;
  select(selection: Selection): Promise<Read[]>;
  assignments(target: SqlTarget, changes: Row): Sql[];
}

/** The statements that change all rows that meet a condition; one that no row can meet is not sent. */
export function tableSets(parts: TableParts): Omit<SetTable, "kinds"> {
  const { idKey, dialect, open, queriesOf, run, select, assignments } = parts;

  const whereOf = (condition: ConditionTree | undefined, target: SqlTarget): Sql =>
    condition ? conditionSql(condition, target) : kyselyText.all([]);

  return {
    async matching(condition, limit) {
      const target = await open();
      const order = dialect.order(target.columns[idKey] as SqlColumn, false);
      const where = whereOf(condition, target);
      if (where === kyselyText.never) return [];
      return (await select({ where, order, limit, offset: 0, lock: true })).map(({ object }) => object);
    },
    async updateAll(condition, changes, counted) {
      const target = await open();
      const where = whereOf(condition, target);
      if (where === kyselyText.never) return 0;
      const set = assignments(target, changes);
      if (counted !== undefined) {
        const column = sql.id((target.columns[counted] as SqlColumn).name);
        set.push(sql`${column} = coalesce(${column}, 0) + 1`);
      }
      const write: RefusedWrite = { operation: "update", written: changes, where };
      const { numAffectedRows } = await run(
        queriesOf(target).updateAll,
        sql`${sql.join(set)} where ${where}`,
        write,
      );
      return Number(numAffectedRows);
    },
    async removeAll(condition) {
      const target = await open();
      const where = whereOf(condition, target);
      if (where === kyselyText.never) return 0;
      const write: RefusedWrite = { operation: "delete", where };
      return Number((await run(queriesOf(target).remove, where, write)).numAffectedRows);
    },
  };
}
