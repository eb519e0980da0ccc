import type { Kysely } from "kysely";
import { afterAll, beforeAll, describe } from "vitest";
import { startMysql } from "./mysql.ts";
import { startPostgres } from "./postgres.ts";

interface SqlServer {
  db: Kysely<unknown>;
  stop(): Promise<void>;
}

function on(
  title: string,
  start: () => Promise<SqlServer>,
  cases: (db: () => Kysely<unknown>) => void,
): void {
  describe(title, () => {
    let server: SqlServer;
    beforeAll(async () => {
      server = await start();
    });
    afterAll(() => server?.stop());
    cases(() => server.db);
  });
}

/**
 * Describes what holds on a real PostgreSQL, and on the server that `MYSQL_URL` names, where it names one.
 *
 * @param titleOf makes a title of where that is: `on PostgreSQL`
 * @param cases makes the tests; the database is there when they run
 */
export function onSqlServers(
  titleOf: (place: string) => string,
  cases: (db: () => Kysely<unknown>, engine: "PostgreSQL" | "MySQL") => void,
): void {
  on(titleOf("on PostgreSQL"), startPostgres, db => cases(db, "PostgreSQL"));
  const { MYSQL_URL } = process.env;
  if (!MYSQL_URL) return;
  const title = titleOf("on the server that MYSQL_URL names");
  on(
    title,
    () => startMysql(MYSQL_URL),
    db => cases(db, "MySQL"),
  );
}
