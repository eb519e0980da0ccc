import { type Kysely, sql } from "kysely";
import { afterAll, beforeAll, describe, it } from "vitest";
import { sqlModel } from "../../../src/models/sql.ts";
import { modelConformance, type Thing, thingFields } from "../../../src/testing/modelConformance.ts";
import { type MysqlServer, startMysql } from "../../support/mysql.ts";
import { answerAlike, fillBoth, prices, searchAlike } from "../../support/sameAnswers.ts";
import {
  creationCase,
  errorsCase,
  freshTransactionCase,
  transactionCase,
  writersCase,
} from "../../support/sqlCases.ts";

const { MYSQL_URL } = process.env;

if (!MYSQL_URL) it.skip("sqlModel on MySQL: MYSQL_URL names no server", () => undefined);

describe.runIf(MYSQL_URL)("sqlModel on the server that MYSQL_URL names", () => {
  let server: MysqlServer;
  let db: Kysely<unknown>;
  let tables = 0;

  beforeAll(async () => {
    server = await startMysql(MYSQL_URL as string);
    db = server.db;
  });
  afterAll(() => server.stop());

  describe("sqlModel on MySQL conforms", () => {
    const make = () =>
      sqlModel<Thing>({
        db,
        name: "Thing",
        table: `thing${tables++}`,
        columns: thingFields,
        unique: ["email"],
      });
    modelConformance(make, { test: it });
  });

  describe("sqlModel on MySQL with a version conforms", () => {
    const columns = { ...thingFields, version: "integer" as const };
    const make = () =>
      sqlModel<Thing>({
        db,
        name: "Thing",
        table: `thing${tables++}`,
        columns,
        unique: ["email"],
        version: "version",
      });
    modelConformance(make, { test: it });
  });

  it("answers every condition, order and search as memory does", async () => {
    const columns = thingFields;
    const both = await fillBoth(sqlModel<Thing>({ db, name: "Thing", table: `thing${tables++}`, columns }));
    await answerAlike(both, 150);
    await searchAlike(both);
  });

  it("answers alike on a table that was there, with a collation and types of its own", async () => {
    await sql`create table own_things (id varchar(50) primary key, name varchar(200), email text,
      ${sql.id("group")} text, ${sql.id("rank")} smallint, score double, big decimal(30), price decimal(12, 2),
      active bit, born datetime(6), data json)`.execute(db);
    const things = sqlModel<Thing>({ db, name: "Thing", table: "own_things", columns: thingFields });
    const both = await fillBoth(things, prices.distinct, [-1, 0, 1e12, 253402300799999]);
    await answerAlike(both, 150);
    await searchAlike(both);
  });

  it("keeps a transaction as a whole or not at all", () => transactionCase(db, "tx_accounts"));
  it("creates a table before a transaction, which it would end", () => freshTransactionCase(db, "tx_fresh"));
  it("creates a table once, however many start at once", () => creationCase(db, "made_once"));
  it("loses nothing to 50 writers, each of whom sees its own write", () => writersCase(db, "writers"));
  it("says in its own words what was duplicate or does not fit", () => errorsCase(db, "members"));
});
