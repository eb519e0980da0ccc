import { type Column, count as countRows, getTableName, type SQL, sql, type Table } from "drizzle-orm";
import { BadRequest } from "../../core/errors.ts";
import type { Row } from "../../core/types.ts";
import type { Value } from "../fields/checkValue.ts";
import { canonicalJson } from "../fields/values.ts";
import { firstOfEachSql } from "../query/firstOfEach.ts";
import type { StoreJoins } from "../query/joins.ts";
import type { Each, Find } from "../query/keysetQueryset.ts";
import type { ConditionTree } from "../query/where.ts";
import type { Operation } from "../refusals/refusal.ts";
import type { RowTable } from "../rowModel.ts";
import {
  comparable,
  comparedForm,
  type DrizzleColumn,
  type DrizzleColumns,
  lostIn,
  selected,
} from "./columns.ts";
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
  where(condition: SQL | undefined): Write;
  returning(fields: Fields): PromiseLike<Row[]>;
}
interface Builder {
  select(fields: Fields): { from(table: Table): Select };
  insert(table: Table): { values(row: Row): Write };
  update(table: Table): { set(changes: Row): Write };
  delete(table: Table): Write;
}

/** The statements of one table, in terms of its objects. */
export interface DrizzleTable extends RowTable {
  find(request: Find): Promise<Row[]>;
  findEach(request: Find, each: Each): Promise<Row[]>;
  count(condition: ConditionTree | undefined): Promise<number>;
  /** How statements on other tables of the database look into this one. */
  joins(database: unknown): StoreJoins;
}

/** Refuses null where the column takes none; JSON gets its keys in order, so that SQLite finds equal values equal. */
function writable(row: Row, columns: DrizzleColumns): Row {
  const made: Row = {};
  for (const [field, value] of Object.entries(row)) {
    if (value === undefined) continue;
    const found = columns[field] as DrizzleColumn;
    const isNull = value === null;
    if (isNull && found.column.notNull) throw new BadRequest(`${field} must not be null`, { field });
    const reason = isNull ? undefined : lostIn(found, value);
    if (reason !== undefined) throw new BadRequest(`${field} ${reason}`, { field });
    made[field] = found.kind === "json" && !isNull ? JSON.parse(canonicalJson(value)) : value;
  }
  return made;
}

/** The row with null for what nobody makes and its column needs, so that it is refused by name. */
function filled(row: Row, columns: DrizzleColumns, idKey: string): Row {
  const whole = { ...row };
  for (const { name, column } of Object.values(columns)) {
    const isOpen = column.notNull && !column.hasDefault && column.generated === undefined;
    if (isOpen && name !== idKey) whole[name] ??= null;
  }
  return whole;
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
  const kinds = Object.fromEntries(Object.values(columns).map(({ name, kind }) => [name, kind]));
  const where = (condition: ConditionTree): SQL => drizzleCondition(condition, columns);

  /** A condition for the row of this id, while it is as given. */
  function stands(id: unknown, state: Row): ConditionTree {
    const isIt: ConditionTree = { op: "eq", field: idKey, kind: kinds[idKey], value: id as Value };
    const unchanged = Object.entries(state).map(([field, value]): ConditionTree => {
      if (value === null) return { op: "isNull", field };
      return { op: "eq", field, kind: kinds[field], value: value as Value, exact: true };
    });
    return { op: "and", nodes: [isIt, ...unchanged] };
  }

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

  async function find({ condition, order, limit, offset }: Find): Promise<Row[]> {
    let query = builder.select(fields).from(table);
    if (condition) query = query.where(where(condition));
    if (order.length) query = query.orderBy(...order.map(step => drizzleOrder(step, columns)));
    // SQLite takes no offset without a limit; 2^53 - 1 is more than any table holds.
    if (limit !== Number.POSITIVE_INFINITY || offset > 0) {
      query = query.limit(Math.min(limit, Number.MAX_SAFE_INTEGER));
    }
    return run(offset > 0 ? query.offset(offset) : query);
  }

  async function findEach({ condition, order }: Find, { fields: same, limit }: Each): Promise<Row[]> {
    const columnOf = (field: string): DrizzleColumn => columns[field] as DrizzleColumn;
    const steps = order.map(step => drizzleOrder(step, columns));
    const first = firstOfEachSql<SQL>(sql, name => sql`${sql.identifier(name)}`, {
      table: sql`${table}`,
      id: sql`${columnOf(idKey).column}`,
      group: same.map(field => sql`${columnOf(field).column}`),
      order: sql.join(steps, sql.raw(", ")),
      where: condition && where(condition),
      limit,
    });
    return run(
      builder
        .select(fields)
        .from(table)
        .where(first)
        .orderBy(...steps),
    );
  }

  /** Drivers differ in how they count rows; all give them. */
  const idOnly: Fields = { id: fields[idKey] as Column | SQL };

  async function removeAll(condition: ConditionTree | undefined): Promise<number> {
    const statement = builder.delete(table).where(condition && where(condition));
    return (await run(statement.returning(idOnly), "delete")).length;
  }

  async function count(condition: ConditionTree | undefined): Promise<number> {
    const query = builder.select({ total: countRows() }).from(table);
    const [row] = await run(condition ? query.where(where(condition)) : query);
    return Number(row?.total);
  }

  const columnOf = (field: string): DrizzleColumn => columns[field] as DrizzleColumn;
  const joins = (database: unknown): StoreJoins => ({
    database,
    forms: async fields => fields.map(field => comparedForm(columnOf(field))),
    async select(fields, condition) {
      const keys = fields.map(field => comparable(columnOf(field)));
      const isThere = fields.map(field => sql`${columnOf(field).column} is not null`);
      const all = [...(condition ? [where(condition)] : []), ...isThere];
      return sql`select ${sql.join(keys, sql.raw(", "))} from ${table} where ${sql.join(all, sql.raw(" and "))}`;
    },
  });

  return {
    kinds,
    joins,
    makesIds: kinds[idKey] !== "text" || columns[idKey]?.column.hasDefault === true,
    find,
    findEach,
    count,
    get: async id => (await find({ condition: stands(id, {}), order: [], limit: 1, offset: 0 }))[0],
    async insert(row, admit) {
      const made = writable(filled(row, columns, idKey), columns);
      admit?.(made, false);
      const [stored] = await run(builder.insert(table).values(made).returning(fields), "insert", made);
      return stored as Row;
    },
    async update(id, changes, unchanged) {
      const condition = stands(id, unchanged);
      if (Object.keys(changes).length === 0) {
        return (await find({ condition, order: [], limit: 1, offset: 0 }))[0];
      }
      const made = writable(changes, columns);
      const statement = builder.update(table).set(made).where(where(condition)).returning(fields);
      return (await run(statement, "update", made))[0];
    },
    remove: async (id, unchanged) => (await removeAll(stands(id, unchanged))) > 0,
    removeAll,
    matching(condition, limit) {
      return find({ condition, order: [{ field: idKey, descending: false }], limit, offset: 0 });
    },
    async updateAll(condition, changes, counted) {
      const made = writable(changes, columns);
      const { column } = columns[counted ?? idKey] as DrizzleColumn;
      const set = counted === undefined ? made : { ...made, [counted]: sql`coalesce(${column}, 0) + 1` };
      const statement = builder
        .update(table)
        .set(set)
        .where(condition && where(condition));
      return (await run(statement.returning(idOnly), "update", made)).length;
    },
  };
}
