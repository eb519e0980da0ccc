import type { StoreJoins } from "../query/joins.ts";
import { conditionSql, kyselyText } from "./compile.ts";
import type { SqlColumn } from "./dialect.ts";
import { type Sql, sql } from "./sql.ts";
import type { SqlTable } from "./table.ts";

/** What databases compare of two tables as this package compares it with values. */
function formOf({ kind, form }: SqlColumn): string | undefined {
  if (kind === "integer" || kind === "bigint") return "number";
  return kind === "text" ? (form ?? kind) : undefined;
}

/**
 * How statements on other tables of a database look into a table.
 *
 * @param database the same for all tables of it
 */
export function tableJoins(table: SqlTable, database: unknown): StoreJoins {
  return {
    database,
    async forms(fields) {
      const { columns } = await table.open();
      return fields.map(field => formOf(columns[field] as SqlColumn));
    },
    async select(fields, condition): Promise<Sql> {
      const target = await table.open();
      const { columns, dialect } = target;
      const keys = fields.map(field => (columns[field] as SqlColumn).key);
      const isThere = fields.map(field => sql`${sql.id((columns[field] as SqlColumn).name)} is not null`);
      const where = kyselyText.all([...(condition ? [conditionSql(condition, target)] : []), ...isThere]);
      const from = sql`from ${sql.table(table.table)} where ${where}`;
      if (dialect.name !== "mysql") return sql`select ${sql.join(keys)} ${from}`;
      // MySQL changes no table that the statement also reads, unless what it reads is a table of its own by then.
      const named = keys.map((key, at) => sql`${key} as ${sql.id(`key_${at}`)}`);
      return sql`select * from (select distinct ${sql.join(named)} ${from}) as ${sql.id("related")}`;
    },
  };
}
