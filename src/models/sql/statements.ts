import {
  CamelCasePlugin,
  CompiledQuery,
  type KyselyPlugin,
  sql as kysely,
  ParseJSONResultsPlugin,
  type QueryExecutorProvider,
  type QueryResult,
  type RawBuilder,
  WithSchemaPlugin,
} from "kysely";
import { RecentlyUsed } from "../../core/recentlyUsed.ts";
import type { Row } from "../../core/types.ts";
import { runNowOf } from "./runNow.ts";
import { mark, Sql } from "./sql.ts";

/** How many texts are kept of each kind of statement of a model: lists that may be filtered in many ways have many. */
const keptTexts = 100;
/** Texts with long lists of values hardly come again. */
const longestText = 4000;

/** Runs a statement of which the ends are known; the middle has the values. */
export type Query = (middle: Sql, on: QueryExecutorProvider) => Promise<QueryResult<Row>>;

/** Makes a {@link Query} of what its statements begin and end with, which is without values. */
export type MakeQuery = (before: Sql, after: Sql) => Query;

type Executor = ReturnType<QueryExecutorProvider["getExecutor"]>;

/** The statement for Kysely, whose plugins may rename what stands in it. */
function kyselyOf<R>({ text, values }: Sql<R>): RawBuilder<R> {
  let bound = 0;
  const pieces = text.split(mark).map((piece, index) => {
    if (index % 2 === 0) return kysely.raw(piece);
    if (piece === "?") return kysely.val(values[bound++]);
    const name = piece.slice(1);
    return piece.startsWith("t") ? kysely.table(name) : kysely.id(name);
  });
  return kysely<R>`${kysely.join(pieces, kysely.raw(""))}`;
}

/** Runs a statement that is not worth keeping. */
export function runOnce<R>(statement: Sql<R>, on: QueryExecutorProvider): Promise<QueryResult<R>> {
  return kyselyOf(statement).execute(on);
}

/** The text of a statement without values, as the database reads it. */
export function textOf(statement: Sql, db: QueryExecutorProvider): string {
  return kyselyOf(statement).compile(db).sql;
}

/** They write the same for the same shape each time; a plugin of somebody else may go by who asks. */
const steady: ReadonlySet<unknown> = /* @__PURE__ */ new Set([
  CamelCasePlugin,
  ParseJSONResultsPlugin,
  WithSchemaPlugin,
]);

/** Whether values are bound as they are: dialects over HTTP may put them into forms of their own, or into the text. */
function bindsValues(db: QueryExecutorProvider): boolean {
  const values = ["a", 1, 1n, true];
  try {
    const { parameters } = kysely`${kysely.join(values)}`.compile(db);
    return parameters.length === values.length && values.every((one, index) => parameters[index] === one);
  } catch {
    return false;
  }
}

/** Whether all plugins of a database write the same each time, so that it may be asked beforehand. */
export function areSteady(db: QueryExecutorProvider): boolean {
  return db.getExecutor().plugins.every(plugin => steady.has(plugin.constructor));
}

const samePlugins = (some: readonly KyselyPlugin[], others: readonly KyselyPlugin[]): boolean =>
  some === others || (some.length === others.length && some.every((plugin, at) => plugin === others[at]));

/**
 * Makes the queries of a model. To build a query takes longer than SQLite takes to answer it: the text that Kysely makes is
 * kept by the shape of the statement, and only the values are new.
 *
 * @param db a Kysely instance; its transactions share the texts
 */
export function queryMaker(db: QueryExecutorProvider): MakeQuery {
  const runNow = runNowOf(db);
  let keptFor: readonly KyselyPlugin[] | undefined;
  let isKept = false;

  /** A transaction may have plugins that its database has not. */
  function keeps({ plugins }: Executor): boolean {
    if (keptFor === undefined) {
      keptFor = db.getExecutor().plugins;
      isKept = areSteady(db) && bindsValues(db);
    }
    return isKept && samePlugins(plugins, keptFor);
  }

  return function makeQuery(before, after) {
    const texts = new RecentlyUsed<string>(keptTexts, longestText);
    const whole = ({ text, values }: Sql): Sql<Row> => new Sql(before.text + text + after.text, values);

    return function run(middle, on) {
      const executor = on.getExecutor();
      if (!keeps(executor)) return runOnce(whole(middle), on);
      const text = texts.get(middle.text, () => kyselyOf(whole(middle)).compile(on).sql);
      const result = on === db ? runNow?.(text, middle.values) : undefined;
      if (result !== undefined) return Promise.resolve(result);
      return executor.executeQuery(CompiledQuery.raw(text, middle.values as unknown[]));
    };
  };
}
