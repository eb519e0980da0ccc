import { DrizzleQueryError } from "drizzle-orm";
import { codesOf } from "../refusals/driverError.ts";
import { postgresProblem } from "../refusals/postgres.ts";
import { refusal, type TableNames } from "../refusals/refusal.ts";
import { sqliteProblem } from "../refusals/sqlite.ts";
import type { DrizzleDatabase } from "./table.ts";

/** Runs a function within a transaction of a Drizzle database. */
export type WithinTransaction = <R>(run: (inner: DrizzleDatabase) => Promise<R>) => Promise<R>;

/** The part of Drizzle's databases that begins a transaction. Those of SQLite say whether their driver answers at once. */
interface Transacting {
  transaction?<R>(run: (inner: DrizzleDatabase) => Promise<R>): Promise<R>;
  resultKind?: "sync" | "async";
}

/** What a transaction can't commit: others were in the way, or a constraint is looked at only then. */
function commitRefusal(error: unknown, name: string, names: TableNames): unknown {
  const own = error instanceof DrizzleQueryError ? (error.cause ?? error) : error;
  const problem = postgresProblem(own, names) ?? sqliteProblem(own, names);
  return problem === undefined ? error : refusal(problem, name, "commit", codesOf(own));
}

/**
 * How functions run within a transaction. A driver that answers at once, as `better-sqlite3` does, can't wait in one.
 *
 * @param name the model's name, for messages
 * @returns `undefined` where the database can't
 */
export function transactionOf(
  db: DrizzleDatabase,
  name: string,
  names: TableNames,
): WithinTransaction | undefined {
  const { transaction, resultKind } = db as Transacting;
  if (typeof transaction !== "function" || resultKind === "sync") return undefined;
  return async function withinTransaction(run) {
    let isDone = false;
    try {
      return (await (transaction as NonNullable<Transacting["transaction"]>).call(db, async inner => {
        const result = await run(inner);
        isDone = true;
        return result;
      })) as Awaited<ReturnType<typeof run>>;
    } catch (error) {
      throw isDone ? commitRefusal(error, name, names) : error;
    }
  };
}
