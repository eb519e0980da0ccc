import { mysqlIndexOf } from "../refusals/mysql.ts";
import { fieldsOfColumn, type Problem } from "../refusals/refusal.ts";
import type { Failure } from "./dialect.ts";
import { sql } from "./sql.ts";

/** MySQL says of a duplicate only which index it is of. */
export async function explainMysql(problem: Problem, { error, names, ask }: Failure): Promise<Problem> {
  if (problem.is !== "duplicate" || problem.fields.length > 0) return problem;
  const found = await ask(sql<{
    name: string | null;
  }>`select column_name as name from information_schema.statistics
    where table_schema = database() and table_name = ${names.table} and index_name = ${mysqlIndexOf(error)}
    order by seq_in_index`);
  return { ...problem, fields: found.flatMap(({ name }) => fieldsOfColumn(name, names)) };
}
