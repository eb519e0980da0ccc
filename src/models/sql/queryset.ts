import { firstOfEachSql } from "../query/firstOfEach.ts";
import { behindPosition } from "../query/keyset.ts";
import { KeysetQueryset } from "../query/keysetQueryset.ts";
import type { OrderStep } from "../query/ordering.ts";
import type { SetWrites } from "../query/setWrites.ts";
import { both } from "../query/where.ts";
import type { Queryset } from "../types.ts";
import { conditionSql, kyselyText } from "./compile.ts";
import type { ReadColumn } from "./dialect.ts";
import { tableJoins } from "./joins.ts";
import { type Sql, sql } from "./sql.ts";
import type { SqlTable } from "./table.ts";
import type { Read } from "./tableQueries.ts";

/**
 * The objects of a table. Where a column is more precise than what its objects hold, cursors go by what was read.
 *
 * @param name the model's name
 * @param table the statements
 * @param writes how all objects of a queryset are changed
 * @param database the same for all tables of one database
 */
export function sqlQueryset<T extends object>(
  name: string,
  table: SqlTable,
  writes: SetWrites,
  database: unknown,
): Queryset<T> {
  async function columnsOf(order: readonly OrderStep[]): Promise<ReadColumn[]> {
    const { columns } = await table.open();
    return order.map(({ field }) => columns[field] as ReadColumn);
  }
  return new KeysetQueryset<T, Read>({
    name,
    idKey: table.idKey,
    fields: table.kinds,
    writes,
    joins: tableJoins(table, database),
    async kinds(order) {
      return (await columnsOf(order)).map(({ kind, position }) => position?.kind ?? kind);
    },
    async find({ condition, order, limit, offset }, behind) {
      const target = await table.open();
      const { columns, dialect } = target;
      const isNullable = (field: string): boolean => columns[field]?.nullable !== false;
      const asked = behind
        ? both(condition, behindPosition(order, behind, table.kinds, isNullable))
        : condition;
      const where = asked && conditionSql(asked, target);
      if (where === kyselyText.never) return [];
      const steps = order.map(({ field, descending }) =>
        dialect.order(columns[field] as ReadColumn, descending),
      );
      return await table.select({
        where,
        order: steps.length > 0 ? sql.join(steps) : undefined,
        limit,
        offset,
      });
    },
    async findEach({ condition, order }, { fields, limit }) {
      const target = await table.open();
      const { columns, dialect } = target;
      const columnOf = (field: string): ReadColumn => columns[field] as ReadColumn;
      const steps = sql.join(
        order.map(({ field, descending }) => dialect.order(columnOf(field), descending)),
      );
      const where = firstOfEachSql<Sql>(sql, sql.id, {
        table: sql.table(table.table),
        id: sql.id(columnOf(table.idKey).name),
        group: fields.map(field => columnOf(field).key),
        order: steps,
        where: condition && conditionSql(condition, target),
        limit,
      });
      return table.select({ where, order: steps, limit: Number.POSITIVE_INFINITY, offset: 0 });
    },
    count: condition => table.count(condition),
    object: ({ object }) => object as T,
    async position({ object, stored }, order) {
      return (await columnsOf(order)).map((column, at) => {
        const value = object[order[at]?.field as string] ?? null;
        return value === null || !column.position ? value : column.position.of(stored[column.alias]);
      });
    },
  });
}
