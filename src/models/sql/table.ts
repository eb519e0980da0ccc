import type { QueryExecutorProvider, QueryResult } from "kysely";
import { BadRequest } from "../../core/errors.ts";
import { mapValues } from "../../core/objects.ts";
import type { Row } from "../../core/types.ts";
import type { ConditionTree } from "../query/where.ts";
import { withoutValues } from "../refusals/driverError.ts";
import type { TableNames } from "../refusals/refusal.ts";
import type { SetTable } from "../rowSets.ts";
import type { Column } from "./columns.ts";
import { conditionSql, type SqlTarget, sameSql } from "./compile.ts";
import { type OpenTable, openTable } from "./create.ts";
import type { TableDefinition } from "./ddl.ts";
import { type Dialect, nameAmong, type Operand, type ReadColumn, type SqlColumn } from "./dialect.ts";
import { type RefusedWrite, sqlRefusal } from "./refusal.ts";
import { tableSets } from "./sets.ts";
import { type Sql, sql } from "./sql.ts";
import { type Query, queryMaker } from "./statements.ts";
import { type QueriesOf, type Read, type Selection, tableQueries } from "./tableQueries.ts";

/** One table: the statements of a model, in terms of its objects. */
export interface SqlTable extends SetTable {
  readonly idKey: string;
  /** Its name. */
  readonly table: string;
  /** Creates the table if need be and learns what its columns are, once. */
  open(): Promise<SqlTarget>;
  select(selection: Selection): Promise<Read[]>;
  count(condition: ConditionTree | undefined): Promise<number>;
  insert(row: Row): Promise<Row>;
  /** Changes columns of a row that is still as given; `undefined` when it is not. */
  update(id: unknown, changes: Row, unchanged: Row, next: Row): Promise<Row | undefined>;
  /** The row of this id, whatever it holds. */
  get(id: unknown): Promise<Row | undefined>;
  /** Removes the row of this id where it is still as given; false when it is not. */
  remove(id: unknown, unchanged: Row): Promise<boolean>;
  /** The same table, reached through a transaction. */
  within(transaction: QueryExecutorProvider): SqlTable;
}

const none: Sql = /* @__PURE__ */ sql.raw("");

/**
 * Some databases take no offset without a limit; 2^53 - 1 is more than any table holds. SQLite plans a statement again for each
 * limit that is bound, since its plans go by it: a limit is text. Offsets, of which there are many, are bound.
 *
 * @throws RangeError on a limit that is not a whole number
 */
function rangeSql({ limit, offset }: Selection): Sql {
  if (limit === Number.POSITIVE_INFINITY && offset === 0) return none;
  const most = Math.min(limit, Number.MAX_SAFE_INTEGER);
  if (!Number.isSafeInteger(most) || most < 0) throw new RangeError("limit must be a whole number");
  const text = sql.raw(`limit ${most}`);
  return offset === 0 ? text : sql`${text} offset ${offset}`;
}

/**
 * The statements of one table.
 *
 * @param db a Kysely instance
 */
export function sqlTable(db: QueryExecutorProvider, definition: TableDefinition, dialect: Dialect): SqlTable {
  const fields = Object.values(definition.columns).map(({ field }) => field);
  const queriesOf = tableQueries(queryMaker(db), definition.table, fields, dialect);
  return tableOn(db, definition, dialect, openTable(db, definition, dialect), queriesOf, false);
}

function tableOn(
  db: QueryExecutorProvider,
  definition: TableDefinition,
  dialect: Dialect,
  openOn: OpenTable,
  queriesOf: QueriesOf,
  isBound: boolean,
): SqlTable {
  const fields = Object.fromEntries(Object.values(definition.columns).map(column => [column.field, column]));
  const names = Object.keys(fields);
  const idKey = (definition.columns[definition.idKey] as Column).field;
  const kinds = mapValues(fields, ({ kind }) => kind);
  const ids = mapValues(fields, ({ name }) => sql.id(name));
  const columns = Object.keys(definition.columns);
  const tableNames: TableNames = {
    table: definition.table.slice(definition.table.lastIndexOf(".") + 1),
    idKey: definition.idKey,
    unique: definition.unique,
    fieldOf: column => nameAmong(columns, column),
  };
  const open = (): Promise<SqlTarget> => openOn(db);

  /** A statement outside of a transaction that collided with others left nothing behind, and is tried once more. */
  async function run(
    query: Query,
    middle: Sql,
    write: RefusedWrite = { operation: "select" },
    tries: number = isBound ? 1 : 2,
  ): Promise<QueryResult<Row>> {
    try {
      return await query(middle, db);
    } catch (error) {
      const problem = dialect.problemOf(error, tableNames);
      if (problem === undefined) throw withoutValues(error, middle.values);
      if (problem.is === "serializationFailure" && tries > 1) return run(query, middle, write, tries - 1);
      throw await sqlRefusal(problem, error, write, db, await open(), definition, tableNames);
    }
  }

  function decoded(stored: Row, { columns }: SqlTarget): Row {
    const row: Row = {};
    for (const name of names) {
      const column = columns[name] as ReadColumn;
      const value = stored[column.alias];
      if (value !== null && value !== undefined) row[name] = column.decode(value);
      else if (!fields[name]?.absent) row[name] = null;
    }
    return row;
  }

  /** An object as its row would be read, where the database does not give it back. */
  function completed(row: Row): Row {
    const whole: Row = {};
    for (const name of names) {
      if (row[name] !== undefined && row[name] !== null) whole[name] = row[name];
      else if (!fields[name]?.absent) whole[name] = null;
    }
    return whole;
  }

  function stored({ columns }: SqlTarget, name: string, value: unknown): Operand {
    if (value === null) return sql`null`;
    const column = columns[name] as SqlColumn;
    const reason = column.loses?.(value);
    if (reason !== undefined) throw new BadRequest(`${name} ${reason}`, { field: name });
    return column.store(value);
  }
  const assignments = (target: SqlTarget, changes: Row): Sql[] =>
    Object.entries(changes).map(([name, value]) => sql`${ids[name]} = ${stored(target, name, value)}`);
  const same = ({ columns }: SqlTarget, name: string, value: unknown): Sql =>
    sameSql(columns[name] as SqlColumn, value);

  /** That the row of this id is as given. */
  const stands = (target: SqlTarget, id: unknown, state: Row): Sql =>
    sql.join(
      [same(target, idKey, id), ...Object.entries(state).map(([name, value]) => same(target, name, value))],
      sql.raw(" and "),
    );

  async function select(selection: Selection): Promise<Read[]> {
    const target = await open();
    const where = selection.where ? sql`where ${selection.where} ` : none;
    const order = selection.order ? sql`order by ${selection.order} ` : none;
    const end = selection.lock ? dialect.lock : none;
    const { rows } = await run(queriesOf(target).select, sql`${where}${order}${rangeSql(selection)}${end}`);
    return rows.map(row => ({ object: decoded(row, target), stored: row }));
  }

  async function first(where: Sql): Promise<Row | undefined> {
    const [read] = await select({ where, limit: 1, offset: 0 });
    return read?.object;
  }

  async function insert(row: Row): Promise<Row> {
    const target = await open();
    const given = names.filter(name => row[name] !== undefined);
    const into = sql.join(given.map(name => ids[name]));
    const values = sql.join(given.map(name => stored(target, name, row[name])));
    const filled = given.length ? sql`(${into}) values (${values})` : dialect.noValues;
    const { rows, insertId } = await run(queriesOf(target).insert, filled, {
      operation: "insert",
      written: row,
    });
    if (rows[0]) return decoded(rows[0], target);
    const id = row[idKey] ?? (kinds[idKey] === "bigint" ? insertId : Number(insertId));
    return (await first(same(target, idKey, id))) ?? completed({ ...row, [idKey]: id });
  }

  /**
   * Without `returning` the row is read after it was changed. It counts only if it has the changes: where others have
   * changed it again meanwhile, it is given as it was between.
   */
  async function update(id: unknown, changes: Row, unchanged: Row, next: Row): Promise<Row | undefined> {
    const target = await open();
    const holds = (state: Row): Sql => stands(target, id, state);
    const set = assignments(target, changes);
    if (set.length === 0) return first(holds(unchanged));
    const where = holds(unchanged);
    const { rows, numAffectedRows } = await run(
      queriesOf(target).update,
      sql`${sql.join(set)} where ${where}`,
      { operation: "update", written: changes, where },
    );
    if (dialect.returning === "both") return rows[0] && decoded(rows[0], target);
    if (Number(numAffectedRows) === 0) return undefined;
    return (await first(holds(changes))) ?? completed(next);
  }

  return {
    idKey,
    table: definition.table,
    kinds,
    open,
    select,
    insert,
    update,
    async count(condition) {
      const target = await open();
      const where = condition ? sql`where ${conditionSql(condition, target)}` : none;
      const { rows } = await run(queriesOf(target).count, where);
      return Number(rows[0]?.total);
    },
    get: async id => first(same(await open(), idKey, id)),
    async remove(id, unchanged) {
      const target = await open();
      const where = stands(target, id, unchanged);
      const { numAffectedRows } = await run(queriesOf(target).remove, where, { operation: "delete", where });
      return Number(numAffectedRows) > 0;
    },
    ...tableSets({ idKey, dialect, open, queriesOf, run, select, assignments }),
    within: transaction => tableOn(transaction, definition, dialect, openOn, queriesOf, true),
  };
}
