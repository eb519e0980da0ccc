import { type Column, count, getTableName, type SQL, type Table } from "drizzle-orm";
import type { Row } from "../../core/types.ts";
import type { Find } from "../query/keysetQueryset.ts";
import type { ConditionTree } from "../query/where.ts";
import type { Operation } from "../refusals/refusal.ts";
import { type DrizzleColumns, selected } from "./columns.ts";
import { drizzleCondition, drizzleOrder } from "./compile.ts";
import { drizzleRefusal, namesOf } from "./errors.ts";

/** A Drizzle database of SQLite or PostgreSQL, or a transaction of one. */
export interface DrizzleDatabase {
  select(fields: never): unknown;
  insert(table: never): unknown;
  update(table: never): unknown;
  delete(table: never): unknown;
}

type Fields = Readonly<Record<string, Column | SQL>>;

/** The part of Drizzle's query builders that both databases have in common. */
interface Select extends PromiseLike<Row[]> {
  where(condition: SQL | undefined): Select;
  orderBy(...steps: SQL[]): Select;
  limit(limit: number): Select;
  offset(offset: number): Select;
}
interface Write extends PromiseLike<unknown> {
  where(condition: SQL): Write;
  returning(fields: Fields): PromiseLike<Row[]>;
}
interface Builder {
  select(fields: Fields): { from(table: Table): Select };
  insert(table: Table): { values(row: Row): Write };
  update(table: Table): { set(changes: Row): Write };
  delete(table: Table): Write;
}

/** The statements of one table, in terms of its objects. */
export interface DrizzleTable {
  find(request: Find): Promise<Row[]>;
  count(condition: ConditionTree | undefined): Promise<number>;
  insert(row: Row): Promise<Row>;
  /** Changes fields of the row where the condition holds; `undefined` when it holds for none. */
  update(changes: Row, condition: ConditionTree): Promise<Row | undefined>;
  /** Removes the row where the condition holds; false when it holds for none. */
  remove(condition: ConditionTree): Promise<boolean>;
}

/**
 * The statements of one table.
 *
 * @param name the model's name, for messages
 */
export function drizzleTable(
  db: DrizzleDatabase,
  table: Table,
  columns: DrizzleColumns,
  idKey: string,
  name: string,
): DrizzleTable {
  const names = namesOf(getTableName(table), idKey, columns);
  const builder = db as unknown as Builder;
  const fields: Fields = Object.fromEntries(Object.values(columns).map(at => [at.name, selected(at)]));
  const where = (condition: ConditionTree): SQL => drizzleCondition(condition, columns);

  async function run<R>(
    statement: PromiseLike<R>,
    operation: Operation = "select",
    written: Row = {},
  ): Promise<R> {
    try {
      return await statement;
    } catch (error) {
      throw await drizzleRefusal(error, { db, name, names, columns, operation, written });
    }
  }

  return {
    async find({ condition, order, limit, offset }) {
      let query = builder.select(fields).from(table);
      if (condition) query = query.where(where(condition));
      if (order.length) query = query.orderBy(...order.map(step => drizzleOrder(step, columns)));
      // SQLite takes no offset without a limit; 2^53 - 1 is more than any table holds.
      if (limit !== Number.POSITIVE_INFINITY || offset > 0) {
        query = query.limit(Math.min(limit, Number.MAX_SAFE_INTEGER));
      }
      return run(offset > 0 ? query.offset(offset) : query);
    },
    async count(condition) {
      const query = builder.select({ total: count() }).from(table);
      const [row] = await run(condition ? query.where(where(condition)) : query);
      return Number(row?.total);
    },
    async insert(row) {
      const [stored] = await run(builder.insert(table).values(row).returning(fields), "insert", row);
      return stored as Row;
    },
    async update(changes, condition) {
      const statement = builder.update(table).set(changes).where(where(condition)).returning(fields);
      const [row] = await run(statement, "update", changes);
      return row;
    },
    async remove(condition) {
      const { [idKey]: id } = fields as { [name: string]: Column | SQL };
      const rows = await run(
        builder
          .delete(table)
          .where(where(condition))
          .returning({ id: id as Column }),
        "delete",
      );
      return rows.length > 0;
    },
  };
}
