import { type QueryExecutorProvider, type RawBuilder, sql } from "kysely";
import type { Field } from "./fields.ts";
import { conditionSql } from "./sqlCompile.ts";
import type { SqlFlavor } from "./sqlFlavor.ts";
import type { FieldKind } from "./types.ts";
import { duplicate } from "./uniqueIndex.ts";
import type { ConditionTree } from "./where.ts";

type Row = Record<string, unknown>;
type Sql = RawBuilder<unknown>;

/** A column: a field of which the kind is known. */
export interface Column extends Field {
  kind: FieldKind;
}

/** What is known of a table. */
export interface TableDefinition {
  table: string;
  idKey: string;
  fields: Readonly<Record<string, Column>>;
  unique: readonly (readonly string[])[];
  /** Whether to create the table when it is missing. */
  create: boolean;
}

/** One table: the statements of a model, in terms of its objects. */
export interface SqlTable {
  readonly idKey: string;
  readonly kinds: Readonly<Record<string, FieldKind>>;
  readonly flavor: SqlFlavor;
  select(condition: Sql | undefined, order: Sql | undefined, limit: number, offset: number): Promise<Row[]>;
  count(condition: ConditionTree | undefined): Promise<number>;
  insert(row: Row): Promise<Row>;
  /** Changes columns of the row where the condition holds; `undefined` when it holds for none. */
  update(changes: Row, condition: Sql): Promise<Row | undefined>;
  /** Removes the row of this id; false when there is none. */
  remove(id: unknown): Promise<boolean>;
  /** That a column holds this value, or null when it is null. */
  same(column: string, value: unknown): Sql;
}

/**
 * The statements of one table. The table is created before the first of them, once; two processes that start at once
 * do each other no harm, because `create table if not exists` is atomic.
 *
 * @param db a Kysely instance or transaction
 */
export function sqlTable(
  db: QueryExecutorProvider,
  definition: TableDefinition,
  flavor: SqlFlavor,
): SqlTable {
  const { idKey, fields } = definition;
  const names = Object.keys(fields);
  const kinds = Object.fromEntries(names.map(name => [name, (fields[name] as Column).kind]));
  const table = sql.table(definition.table);
  const columns = sql.join(names.map(name => sql.id(name)));
  let ready = !definition.create;
  let creating: Promise<unknown> | undefined;

  async function run(statement: RawBuilder<Row>): Promise<{ rows: Row[]; numAffectedRows?: bigint }> {
    if (!ready) await created();
    try {
      return await statement.execute(db);
    } catch (error) {
      const fieldsAtFault = flavor.duplicateOf(error);
      throw fieldsAtFault ? duplicate(fieldsAtFault) : error;
    }
  }

  function created(): Promise<unknown> {
    creating ??= createTable(table, definition, kinds, flavor)
      .execute(db)
      .then(
        () => {
          ready = true;
        },
        error => {
          creating = undefined;
          throw error;
        },
      );
    return creating;
  }

  const encoded = (name: string, value: unknown) => flavor.encode(kinds[name] as FieldKind, value);

  function decoded(stored: Row): Row {
    const row: Row = {};
    for (const name of names) {
      const { kind, absent } = fields[name] as Column;
      const value = stored[name];
      if (value !== null && value !== undefined) row[name] = flavor.decode(kind, value);
      else if (!absent) row[name] = null;
    }
    return row;
  }

  return {
    idKey,
    kinds,
    flavor,
    async select(condition, order, limit, offset) {
      const where = condition ? sql`where ${condition}` : sql``;
      const orderBy = order ? sql`order by ${order}` : sql``;
      const range = limit === Number.POSITIVE_INFINITY && offset === 0 ? sql`` : limitSql(limit, offset);
      const { rows } = await run(sql<Row>`select ${columns} from ${table} ${where} ${orderBy} ${range}`);
      return rows.map(decoded);
    },
    async count(condition) {
      const where = condition ? sql`where ${conditionSql(condition, flavor)}` : sql``;
      const { rows } = await run(sql<Row>`select count(*) as total from ${table} ${where}`);
      return Number(rows[0]?.total);
    },
    async insert(row) {
      const given = Object.keys(row).filter(name => row[name] !== undefined);
      const values = sql.join(given.map(name => encoded(name, row[name])));
      const into = sql.join(given.map(name => sql.id(name)));
      const filled = given.length ? sql`(${into}) values (${values})` : sql`default values`;
      const { rows } = await run(sql<Row>`insert into ${table} ${filled} returning ${columns}`);
      return decoded(rows[0] as Row);
    },
    async update(changes, condition) {
      const set = Object.entries(changes).map(
        ([name, value]) => sql`${sql.id(name)} = ${encoded(name, value)}`,
      );
      const { rows } = await run(
        sql<Row>`update ${table} set ${sql.join(set)} where ${condition} returning ${columns}`,
      );
      return rows[0] && decoded(rows[0]);
    },
    async remove(id) {
      const { numAffectedRows } = await run(
        sql<Row>`delete from ${table} where ${sql.id(idKey)} = ${encoded(idKey, id)}`,
      );
      return Number(numAffectedRows) > 0;
    },
    same: (column, value) => flavor.same(column, encoded(column, value)),
  };
}

/** Some databases take no offset without a limit; 2^53 - 1 is more than any table holds. */
function limitSql(limit: number, offset: number): Sql {
  const most = Math.min(limit, Number.MAX_SAFE_INTEGER);
  return offset === 0 ? sql`limit ${most}` : sql`limit ${most} offset ${offset}`;
}

function createTable(
  table: Sql,
  { idKey, unique }: TableDefinition,
  kinds: Readonly<Record<string, FieldKind>>,
  flavor: SqlFlavor,
): Sql {
  const columns = Object.entries(kinds).map(
    ([name, kind]) => sql`${sql.id(name)} ${sql.raw(flavor.columnType(kind, name === idKey))}`,
  );
  const constraints = unique.map(group => sql`unique (${sql.join(group.map(name => sql.id(name)))})`);
  return sql`create table if not exists ${table} (${sql.join([...columns, ...constraints])})`;
}
