import { type IsolationLevel, type Kysely, type QueryExecutorProvider, sql, type Transaction } from "kysely";
import { HttpError } from "../../core/errors.ts";
import { checkOptions } from "../../core/options.ts";
import { codesOf } from "../refusals/driverError.ts";
import { refusal } from "../refusals/refusal.ts";
import type { FullModel, Model } from "../types.ts";
import { openTables } from "./create.ts";
import { problemOn } from "./dialectOf.ts";

/** How a model is reached through a transaction. */
interface Binding {
  db: QueryExecutorProvider;
  within(transaction: QueryExecutorProvider): unknown;
}

const bindings: WeakMap<object, Binding> = /* @__PURE__ */ new WeakMap();
const roots: WeakMap<object, object> = /* @__PURE__ */ new WeakMap();

/** Notes how a model is bound to a transaction. */
export function bindable<M extends object>(
  model: M,
  db: QueryExecutorProvider,
  within: Binding["within"],
): M {
  bindings.set(model, { db, within });
  return model;
}

/** Gives the same model within the transaction. @throws TypeError when it is not a `sqlModel` of this database */
export interface Bind {
  <T>(model: FullModel<T>): FullModel<T>;
  <T>(model: Model<T>): Model<T>;
}

/** Options of {@link transaction}. */
export interface TransactionOptions {
  /** What the transaction sees of others. @default the database's own; SQLite always is `serializable` */
  isolation?: "read committed" | "repeatable read" | "serializable";
}

const isolations: readonly unknown[] = ["read committed", "repeatable read", "serializable"];

function binder(root: object | undefined, inner: QueryExecutorProvider): Bind {
  return <T>(model: Model<T>): FullModel<T> => {
    const binding = bindings.get(model);
    if (binding === undefined || (root !== undefined && binding.db !== root)) {
      throw new TypeError("transaction: bind takes a sqlModel of the same database");
    }
    return binding.within(inner) as FullModel<T>;
  };
}

let savepoints = 0;

/** A part of a transaction that is undone alone. */
async function nested<R>(db: QueryExecutorProvider, run: () => Promise<R>): Promise<R> {
  savepoints++;
  const name = sql.id(`tsverless_${savepoints}`);
  await sql`savepoint ${name}`.execute(db);
  try {
    const result = await run();
    await sql`release savepoint ${name}`.execute(db);
    return result;
  } catch (error) {
    await sql`rollback to savepoint ${name}`.execute(db);
    throw error;
  }
}

/**
 * What can't be put in a row with others may show only when it is committed, and so may constraints that are deferred. What
 * the function has thrown before is its own matter, but for what says that others were in the way.
 */
function refusalOf(error: unknown, isDone: boolean): unknown {
  const problem = error instanceof HttpError ? undefined : problemOn(error);
  if (problem === undefined) return error;
  const isOthers = problem.is === "serializationFailure" || problem.is === "busy";
  return isDone || isOthers ? refusal(problem, "What was changed", "commit", codesOf(error)) : error;
}

/**
 * Runs a function in one transaction: all that the bound models do is kept when it returns, and nothing when it throws.
 * Given a transaction, it runs as a part of it that is undone alone (a savepoint).
 *
 * What the transaction sees of others is as the database has it: PostgreSQL reads what is committed when each statement
 * starts, MySQL and MariaDB see one state from the first read on, SQLite lets one transaction run at a time. An update is
 * guarded as ever, so that nothing is lost on any of them. Deadlocks and failures to serialize are a Conflict, which
 * undoes all; nothing is retried, because the function may do more than talk to the database. On PostgreSQL a statement
 * that fails ends the transaction: what may fail and be survived goes into a nested one.
 *
 * @param db a Kysely instance, or one of its transactions
 * @param fn gets `bind`, which gives a model within the transaction, and Kysely's transaction for queries of your own.
 * Models that are not bound are outside; where the pool has one connection they would wait for ever
 * @param options how much it is kept apart from others
 * @returns what `fn` returns
 * @throws what `fn` throws; TypeError on a model of another database
 * @example
 * const order = await transaction(db, async bind => {
 *   await bind(Stock).update(item, { left: item.left - 1 });
 *   return bind(Orders).create({ item: item.id });
 * });
 * @see https://www.postgresql.org/docs/current/transaction-iso.html
 * @see https://dev.mysql.com/doc/refman/8.4/en/innodb-transaction-isolation-levels.html
 */
export async function transaction<DB, R>(
  db: Kysely<DB>,
  fn: (bind: Bind, transaction: Transaction<DB>) => Promise<R>,
  options: TransactionOptions = {},
): Promise<R> {
  checkOptions("transaction", options, { isolation: "string" });
  const { isolation } = options;
  if (isolation !== undefined && !isolations.includes(isolation)) {
    throw new TypeError(`transaction: option "isolation" must be one of ${isolations.join(", ")}`);
  }
  if (db.isTransaction) {
    const inner = db as Transaction<DB>;
    return nested(inner, () => fn(binder(roots.get(inner), inner), inner));
  }
  await openTables(db);
  const builder = db.transaction();
  const isolated = isolation ? builder.setIsolationLevel(isolation satisfies IsolationLevel) : builder;
  let isDone = false;
  try {
    return await isolated.execute(async inner => {
      roots.set(inner, db);
      const result = await fn(binder(db, inner), inner);
      isDone = true;
      return result;
    });
  } catch (error) {
    throw refusalOf(error, isDone);
  }
}
