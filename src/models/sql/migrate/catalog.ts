import type { QueryExecutorProvider } from "kysely";
import type { Dialect, FoundColumn } from "../dialect.ts";
import { type Sql, sql } from "../sql.ts";
import { runOnce } from "../statements.ts";
import { readKeys } from "./keys.ts";
import type { ColumnState, IndexState, TableState } from "./types.ts";

/** One column of an index. */
interface IndexRow {
  name: string;
  /** Null for an expression. */
  part: string | null;
  /** `p` of the primary key, `u` unique, `i` neither. */
  kind: "p" | "u" | "i";
  bound: number | boolean;
  /** What an index of some rows says of them; on SQLite all that made it. */
  only: string | null;
}

const partsOf = (table: string): [name: string, schema: string | null] => {
  const [name = table, schema = null] = table.split(".").toReversed();
  return [name, schema];
};

const indexRows: Record<Dialect["name"], (table: string) => Sql<IndexRow>> = {
  sqlite(table) {
    const [name, schema] = partsOf(table);
    const master = sql.table(schema === null ? "sqlite_master" : `${schema}.sqlite_master`);
    return sql`select l.name as name, i.name as part, case l.origin when 'pk' then 'p' else case l."unique" when 1 then 'u' else 'i' end end as kind,
      l.origin <> 'c' as bound, case l.partial when 1 then (select m.sql from ${master} m where m.name = l.name) end as only from pragma_index_list(${name}, ${schema}) l join pragma_index_info(l.name, ${schema}) i order by l.seq, i.seqno`;
  },
  postgres(table) {
    const name = table
      .split(".")
      .map(part => `"${part.replaceAll('"', '""')}"`)
      .join(".");
    return sql`select c.relname as name, a.attname as part, case when i.indisprimary then 'p' when i.indisunique then 'u' else 'i' end as kind,
      exists (select 1 from pg_catalog.pg_constraint o where o.conindid = i.indexrelid) as bound, pg_get_expr(i.indpred, i.indrelid) as only
      from pg_catalog.pg_index i join pg_catalog.pg_class c on c.oid = i.indexrelid
      cross join generate_series(1, i.indnkeyatts) k
      left join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[k - 1]
      where i.indrelid = to_regclass(${name}) and i.indisvalid order by c.relname, k`;
  },
  mysql(table) {
    const [name, schema] = partsOf(table);
    return sql`select index_name as name, column_name as part, case when index_name = 'PRIMARY' then 'p' when non_unique = 0 then 'u' else 'i' end as kind,
      0 as bound, null as only from information_schema.statistics
      where table_schema = coalesce(${schema}, database()) and table_name = ${name} order by index_name, seq_in_index`;
  },
};

function indexesOf(rows: readonly IndexRow[]): IndexState[] {
  const names = [...new Set(rows.map(({ name }) => name))];
  return names.map(name => {
    const own = rows.filter(row => row.name === name);
    const isPlain = own.every(({ part }) => part !== null);
    const { kind, bound, only } = own[0] as IndexRow;
    const where = only === null ? undefined : (/\)\s*where\b(.*)$/is.exec(only)?.[1] ?? only).trim();
    const columns = isPlain ? own.map(({ part }) => part as string) : [];
    return { name, columns, isUnique: kind !== "i", isConstraint: Boolean(bound), where };
  });
}

/** The types of MySQL in full, for a column that keeps its own while something else of it changes. */
async function fullTypes(table: string, db: QueryExecutorProvider): Promise<Map<string, string>> {
  const [name, schema] = partsOf(table);
  const { rows } = await runOnce(
    sql<{
      name: string;
      full: string;
      charset: string | null;
      collation: string | null;
    }>`select column_name as name,
      column_type as ${sql.id("full")}, character_set_name as charset, collation_name as collation from information_schema.columns
      where table_schema = coalesce(${schema}, database()) and table_name = ${name}`,
    db,
  );
  return new Map(
    rows.map(({ name: column, full, charset, collation }) => [
      column,
      charset === null ? full : `${full} character set ${charset} collate ${collation}`,
    ]),
  );
}

async function madeBy(table: string, db: QueryExecutorProvider): Promise<TableState["made"]> {
  const [name, schema] = partsOf(table);
  const master = sql.table(schema === null ? "sqlite_master" : `${schema}.sqlite_master`);
  const { rows } = await runOnce(
    sql<{
      type: string;
      name: string;
      text: string;
    }>`select type, name, sql as text from ${master} where tbl_name = ${name} collate nocase and sql is not null`,
    db,
  );
  const others = rows.filter(({ type }) => type !== "table").map(({ text }) => text);
  const own = rows.find(({ type }) => type === "table");
  return { name: own?.name, table: own?.text ?? "", others };
}

async function primaryOf(table: string, db: QueryExecutorProvider): Promise<string[]> {
  const [name, schema] = partsOf(table);
  const { rows } = await runOnce(
    sql<{ name: string }>`select name from pragma_table_info(${name}, ${schema}) where pk > 0 order by pk`,
    db,
  );
  return rows.map(one => one.name);
}

function columnOf(found: FoundColumn, { name }: Dialect, full: string | undefined): ColumnState {
  const collated = name === "postgres" && found.collation !== null && found.collation !== "default";
  return {
    name: found.name,
    type: full ?? (collated ? `${found.type} collate "${found.collation}"` : found.type),
    found,
    nullable: found.nullable === "yes",
    preset: found.preset === "NULL" ? null : (found.preset ?? null),
  };
}

/** Reads what a table is from the catalog of its database. */
export async function readTable(
  table: string,
  dialect: Dialect,
  db: QueryExecutorProvider,
): Promise<TableState> {
  const { rows } = await runOnce(dialect.inspect(table), db);
  const { rows: parts } = await runOnce(indexRows[dialect.name](table), db);
  const full = dialect.name === "mysql" ? await fullTypes(table, db) : new Map<string, string>();
  const isLite = dialect.name === "sqlite";
  const primary = isLite
    ? await primaryOf(table, db)
    : parts.filter(({ kind }) => kind === "p").map(({ part }) => part as string);
  const made = isLite ? await madeBy(table, db) : undefined;
  return {
    table,
    columns: rows.map(found => columnOf(found, dialect, full.get(found.name))),
    primary,
    indexes: indexesOf(parts.filter(({ kind }) => kind !== "p")),
    keys: await readKeys(table, dialect, db),
    ...(made && { made }),
  };
}
