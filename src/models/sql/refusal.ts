import type { QueryExecutorProvider } from "kysely";
import { codesOf } from "../refusals/driverError.ts";
import { type Operation, type Problem, refusal, type TableNames } from "../refusals/refusal.ts";
import type { SqlTarget } from "./compile.ts";
import type { TableDefinition } from "./ddl.ts";
import type { SqlColumn } from "./dialect.ts";
import { explainKeys } from "./explainKeys.ts";
import type { Sql } from "./sql.ts";
import { runOnce } from "./statements.ts";

/** What a statement does, and the values that it writes. */
export interface RefusedWrite {
  operation: Operation;
  written?: Readonly<Record<string, unknown>> | undefined;
  /** Which rows it changes. */
  where?: Sql;
}

/**
 * What the client learns of a problem. Fields that the error leaves open are named as far as the database, or the types of
 * its columns, say.
 *
 * @param names of columns: a problem is of these, until it is said of fields
 */
export async function sqlRefusal(
  problem: Problem,
  error: unknown,
  { operation, written = {}, where }: RefusedWrite,
  db: QueryExecutorProvider,
  target: SqlTarget,
  definition: TableDefinition,
  names: TableNames,
): Promise<Error> {
  const { dialect, columns } = target;
  const nameOf = (field: string): string => (columns[field] as SqlColumn).name;
  const given = Object.keys(columns).filter(field => (written[field] ?? null) !== null);
  const ask = async <R>(query: Sql<R>): Promise<readonly R[]> => (await runOnce(query, db)).rows;
  const isOfValue = problem.is === "tooLong" || problem.is === "invalidValue";
  const unfit = given.filter(field => columns[field]?.accepts?.(written[field]) === false);
  const explained =
    isOfValue && problem.fields.length === 0
      ? { ...problem, fields: unfit.map(nameOf) }
      : await dialect.explained?.(problem, { error, names, operation, written: given.map(nameOf), ask });
  const found = explained ?? problem;
  const isOfKey = found.is === "reference" || found.is === "referred";
  const { is, fields, by } = isOfKey
    ? await explainKeys(found, definition, target, { error, operation, written, where, ask })
    : found;
  const named = fields.map(column => definition.columns[column]?.field ?? column);
  return refusal({ is, fields: named, ...(by && { by }) }, definition.name, operation, codesOf(error));
}
