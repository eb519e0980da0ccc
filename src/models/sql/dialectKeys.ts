import type { QueryExecutorProvider } from "kysely";
import { mysqlNumber, mysqlProblem } from "../refusals/mysql.ts";
import { postgresState } from "../refusals/postgres.ts";
import { type Sql, sql } from "./sql.ts";
import { runOnce } from "./statements.ts";
import { keySql, type TableKey } from "./tableKey.ts";

/** How a database comes to the foreign keys of a table that is being created. */
export interface DialectKeys {
  /** Where they are made with the table: whether a table that is there can be referred to. */
  canRefer?(key: TableKey, on: QueryExecutorProvider): Promise<boolean>;
  /** Where they are made when both tables are there: adds one, unless it is there or can't be. */
  addKey?(table: string, key: TableKey, on: QueryExecutorProvider, isWithin: boolean): Promise<void>;
  /** All of a table, as text for `FoundColumn`: the columns, the table, what they refer to, with tabs between and a line for each. */
  found(table: string): Sql;
}

const plain = (name: string): string => name.replaceAll("_", "").toLowerCase();
const sorted = (names: readonly string[]): string => names.map(plain).sort().join();

/**
 * Whether a foreign key is among those that a table was found with.
 *
 * @param columns its columns, as the table calls them
 */
export function isAmong(
  found: string | null | undefined,
  { to, references }: TableKey,
  columns: readonly string[],
): boolean {
  const table = plain(to.table.slice(to.table.lastIndexOf(".") + 1));
  const paired = (names: readonly string[], theirs: readonly string[]): string =>
    names
      .map((name, at) => `${name} ${plain(theirs[at] ?? "")}`)
      .sort()
      .join();
  const wanted = paired(columns, references);
  return (found ?? "").split("\n").some(line => {
    const [from = "", other = "", into = ""] = line.split("\t");
    const theirs = into === "" ? [to.idKey] : into.split(",");
    return plain(other) === table && paired(from.split(","), theirs) === wanted;
  });
}

const partsOf = (table: string): [name: string, schema: string | null] => {
  const [name = table, schema = null] = table.split(".").toReversed();
  return [name, schema];
};

/** SQLite looks at what is referred to when rows are written, and then fails for any row. It looks at nothing where a driver has not told it to. */
export const sqliteKeys: DialectKeys = {
  async canRefer({ to, references }, on) {
    const [name, schema] = partsOf(to.table);
    const { rows } = await runOnce(
      sql<{
        rule: string;
        part: string;
      }>`select '' as rule, name as part from pragma_table_info(${name}, ${schema}) where pk > 0
        union all select l.name as rule, i.name as part from pragma_index_list(${name}, ${schema}) l
        join pragma_index_info(l.name, ${schema}) i where l."unique" = 1 and l.partial = 0`,
      on,
    );
    const rules = new Map<string, string[]>();
    for (const { rule, part } of rows) rules.set(rule, [...(rules.get(rule) ?? []), part ?? ""]);
    return [...rules.values()].some(columns => sorted(columns) === sorted(references));
  },
  found(table) {
    const [name, schema] = partsOf(table);
    return sql`select group_concat(line, char(10)) from (select group_concat("from") || char(9) || max("table") || char(9)
      || coalesce(group_concat("to"), '') as line from (select * from pragma_foreign_key_list(${name}, ${schema})
      where (select foreign_keys from pragma_foreign_keys) order by id, seq) group by id)`;
  },
};

/** Some servers that speak its language have no foreign keys, and no blocks. */
const unsupported = "0A000";

/** A block of its own, so that what can't be does not end the transaction. */
export const postgresKeys: DialectKeys = {
  async addKey(table, key, on, isWithin) {
    const block = sql`do $tsverless$ begin alter table ${sql.table(table)} add ${keySql(key)};
      exception when duplicate_object or invalid_foreign_key or datatype_mismatch or wrong_object_type or undefined_table
      or undefined_column or undefined_function or foreign_key_violation or insufficient_privilege or feature_not_supported
      then null; end $tsverless$`;
    try {
      await runOnce(block, on);
    } catch (error) {
      if (isWithin || postgresState(error) !== unsupported) throw error;
    }
  },
  found(table) {
    const name = table
      .split(".")
      .map(part => `"${part.replaceAll('"', '""')}"`)
      .join(".");
    const names = (relation: Sql, numbers: Sql): Sql =>
      sql`(select string_agg(a.attname, ',' order by u.place) from unnest(${numbers}) with ordinality u(number, place)
        join pg_catalog.pg_attribute a on a.attrelid = ${relation} and a.attnum = u.number)`;
    return sql`select string_agg(${names(sql.raw("f.conrelid"), sql.raw("f.conkey"))} || chr(9) || r.relname || chr(9)
      || ${names(sql.raw("f.confrelid"), sql.raw("f.confkey"))}, chr(10)) from pg_catalog.pg_constraint f
      join pg_catalog.pg_class r on r.oid = f.confrelid where f.contype = 'f' and f.conrelid = to_regclass(${name})`;
  },
};

/** It is there already, or can't be, for one of many reasons that servers tell apart; others in the way are none of them. */
export const mysqlKeys: DialectKeys = {
  async addKey(table, key, on) {
    try {
      await runOnce(sql`alter table ${sql.table(table)} add ${keySql(key)}`, on);
    } catch (error) {
      const isRefused = Number.isInteger(mysqlNumber(error));
      const problem = mysqlProblem(error, { table, idKey: "", unique: [], fieldOf: () => undefined });
      if (!isRefused || problem?.is === "busy" || problem?.is === "serializationFailure") throw error;
    }
  },
  found(table) {
    const [name, schema] = partsOf(table);
    return sql`select group_concat(line separator '\n') from (select concat(group_concat(column_name order by ordinal_position), '\t',
      max(referenced_table_name), '\t', group_concat(referenced_column_name order by ordinal_position)) as line
      from information_schema.key_column_usage where table_schema = coalesce(${schema}, database()) and table_name = ${name}
      and referenced_table_name is not null group by constraint_name) referring`;
  },
};
