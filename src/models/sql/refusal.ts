import type { QueryExecutorProvider } from "kysely";
import { codesOf } from "../refusals/driverError.ts";
import { type Operation, type Problem, refusal, type TableNames } from "../refusals/refusal.ts";
import type { SqlTarget } from "./compile.ts";
import type { Sql } from "./sql.ts";
import { runOnce } from "./statements.ts";

/** What a statement does, and the values that it writes. */
export interface RefusedWrite {
  operation: Operation;
  written?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * What the client learns of a problem. Fields that the error leaves open are named as far as the database, or the types of
 * its columns, say.
 *
 * @param name the model's name
 */
export async function sqlRefusal(
  problem: Problem,
  error: unknown,
  { operation, written = {} }: RefusedWrite,
  db: QueryExecutorProvider,
  { dialect, columns }: SqlTarget,
  name: string,
  names: TableNames,
): Promise<Error> {
  const given = Object.keys(written).filter(field => written[field] !== undefined && written[field] !== null);
  const ask = async <R>(query: Sql<R>): Promise<readonly R[]> => (await runOnce(query, db)).rows;
  const isOfValue = problem.is === "tooLong" || problem.is === "invalidValue";
  const explained =
    isOfValue && problem.fields.length === 0
      ? { ...problem, fields: given.filter(field => columns[field]?.accepts?.(written[field]) === false) }
      : await dialect.explained?.(problem, { error, names, operation, written: given, ask });
  return refusal(explained ?? problem, name, operation, codesOf(error));
}
