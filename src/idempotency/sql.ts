import { type Kysely, sql } from "kysely";
import { loggable } from "../core/loggable.ts";
import { checkOptions } from "../core/options.ts";
import type { Claim, IdempotencyRecord, IdempotencyStore } from "./types.ts";

/** Options of {@link sqlStore}. */
export interface SqlStoreOptions<DB> {
  /** A Kysely instance on SQLite, PostgreSQL or MySQL, or `sqlite(path)`. */
  db: Kysely<DB>;
  /** The table, `schema.table` where there are schemas; it is created when it is missing. @default "idempotency" */
  table?: string;
}

interface Row {
  id: string;
  fingerprint: string;
  owner: string;
  expires: number;
  response: string | null;
}

type Tables = Record<string, Row>;

/** One claim in so many also removes what has expired. */
const purgeEvery = 100;
/** No Lambda function runs for longer: the claim of one that still does is left for its response. */
const longestRun = 900_000;
/** How often a claim is tried whose obstacle is gone when it is looked at. */
const tries = 5;

/** The dialect is known by how it quotes a name. */
const isMysql = (db: Kysely<Tables>): boolean => db.selectFrom("t").select("id").compile().sql.includes("`");

async function createTable(db: Kysely<Tables>, table: string): Promise<void> {
  await db.schema
    .createTable(table)
    .ifNotExists()
    .addColumn("id", "varchar(64)", column => column.primaryKey())
    .addColumn("fingerprint", "varchar(64)", column => column.notNull())
    .addColumn("owner", "varchar(64)", column => column.notNull())
    .addColumn("expires", "bigint", column => column.notNull())
    .addColumn("response", isMysql(db) ? sql`longtext` : "text")
    .execute();
  const index = db.schema
    .createIndex(`${table.replaceAll(".", "_")}_expires`)
    .on(table)
    .column("expires");
  // Another process may have been faster; without the index the store works as well.
  await index.execute().catch(() => undefined);
}

/** A role that may not create tables can use one that is there. */
async function open(db: Kysely<Tables>, table: string): Promise<void> {
  const probe = (): Promise<unknown> => db.selectFrom(table).select("id").limit(1).execute();
  try {
    await probe();
  } catch {
    try {
      await createTable(db, table);
    } catch (error) {
      // Two that create a table at the same time can fail on PostgreSQL, although it is there then.
      await probe().catch(() => {
        throw error;
      });
    }
  }
}

/**
 * Keeps claims and responses in a table of an SQL database. A claim is one `INSERT` that gives way to a row that is there,
 * and where that row has expired one conditional `UPDATE`. Expired rows are removed now and then.
 *
 * @param options the database and the table
 * @returns a store for `idempotent`
 * @throws TypeError naming an unknown or wrong option
 * @example
 * idempotent({ store: sqlStore({ db: sqlite("./.data/shop.sqlite") }), ttl: 86_400 });
 */
export function sqlStore<DB>(options: SqlStoreOptions<DB>): IdempotencyStore {
  checkOptions("sqlStore", options ?? null, { db: "object", table: "string" });
  if (typeof options.db?.selectFrom !== "function") {
    throw new TypeError('sqlStore: option "db" must be a Kysely instance');
  }
  const { table = "idempotency" } = options;
  const db = options.db as unknown as Kysely<Tables>;
  let opening: Promise<void> | undefined;
  let ignores: boolean | undefined;

  function opened(): Promise<void> {
    opening ??= open(db, table).catch(error => {
      opening = undefined;
      throw error;
    });
    return opening;
  }

  async function insert({ id, fingerprint, owner, expires }: Claim): Promise<boolean> {
    const values = db.insertInto(table).values({ id, fingerprint, owner, expires, response: null });
    ignores ??= isMysql(db);
    const query = ignores ? values.ignore() : values.onConflict(clash => clash.column("id").doNothing());
    const { numInsertedOrUpdatedRows } = await query.executeTakeFirst();
    return Number(numInsertedOrUpdatedRows) > 0;
  }

  async function replaceExpired({ id, fingerprint, owner, expires, now }: Claim): Promise<boolean> {
    const { numUpdatedRows } = await db
      .updateTable(table)
      .set({ fingerprint, owner, expires, response: null })
      .where("id", "=", id)
      .where("expires", "<=", now)
      .executeTakeFirst();
    return Number(numUpdatedRows) > 0;
  }

  async function purge(now: number): Promise<void> {
    try {
      await db
        .deleteFrom(table)
        .where("expires", "<=", now - longestRun)
        .execute();
    } catch (error) {
      console.error("sqlStore: expired rows were not removed", loggable(error));
    }
  }

  return {
    async claim(claim) {
      await opened();
      if (Math.random() < 1 / purgeEvery) await purge(claim.now);
      let found: IdempotencyRecord | undefined;
      for (let left = tries; left > 0 && found === undefined; left--) {
        if ((await insert(claim)) || (await replaceExpired(claim))) return undefined;
        const row = await db
          .selectFrom(table)
          .select(["fingerprint", "response"])
          .where("id", "=", claim.id)
          .executeTakeFirst();
        if (row !== undefined) found = { fingerprint: row.fingerprint, response: row.response ?? undefined };
      }
      // Others claim and release it all the time: it is in flight.
      return found ?? { fingerprint: claim.fingerprint };
    },
    async complete({ id, owner }, response, expires) {
      await db
        .updateTable(table)
        .set({ response, expires })
        .where("id", "=", id)
        .where("owner", "=", owner)
        .execute();
    },
    async release({ id, owner }) {
      await db.deleteFrom(table).where("id", "=", id).where("owner", "=", owner).execute();
    },
  };
}
