import { type Kysely, sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Conflict } from "../../../../src/core/errors.ts";
import { sqlModel } from "../../../../src/models/sql/sqlModel.ts";
import { pages } from "../../../../tools/testing/conformance/thing.ts";
import { type Thing, thingFields } from "../../../../tools/testing/modelConformance.ts";
import { type MysqlServer, startMysql } from "../../../support/mysql.ts";
import { fillBoth, giveSameResults, prices, searchAlike } from "../../../support/sameResults.ts";
import {
  camelCase,
  conformanceCases,
  countedCase,
  creationCase,
  errorsCase,
  freshTransactionCase,
  schemaSetCase,
  transactionCase,
  writersCase,
} from "../../../support/sqlCases.ts";

const { MYSQL_URL } = process.env;

function onServer(url: string): void {
  let server: MysqlServer;
  let db: Kysely<unknown>;
  let tables = 0;

  beforeAll(async () => {
    server = await startMysql(url);
    db = server.db;
  });
  afterAll(() => server.stop());

  conformanceCases("MySQL", () => db);

  it("answers every condition, order and search as memory does", async () => {
    const columns = thingFields;
    const both = await fillBoth(sqlModel<Thing>({ db, name: "Thing", table: `thing${tables++}`, columns }));
    await giveSameResults(both, 150);
    await searchAlike(both);
  });

  it("answers alike on a table that was there, with a collation and types of its own", async () => {
    await sql`create table own_things (id varchar(50) primary key, name varchar(200), email text,
      ${sql.id("group")} text, ${sql.id("rank")} smallint, score double, big decimal(30), price decimal(12, 2),
      active bit, born datetime(6), data json)`.execute(db);
    const things = sqlModel<Thing>({ db, name: "Thing", table: "own_things", columns: thingFields });
    const both = await fillBoth(things, prices.distinct, [-1, 0, 1e12, 253402300799999]);
    await giveSameResults(both, 150);
    await searchAlike(both);
  });

  it("takes timestamps, and datetimes to the microsecond, as the table has them", async () => {
    interface Event {
      id: string;
      title: string;
      at: Date;
      seen: Date;
    }
    await sql`create table events (id varchar(36) primary key, title varchar(20) not null,
      at datetime(6) not null, seen timestamp(3) not null) collate utf8mb4_general_ci`.execute(db);
    const columns = { title: "text", at: "date", seen: "date" } as const;
    const Events = sqlModel<Event>({ db, table: "events", columns, unique: ["title"], check: false });
    const at = new Date("2020-01-01T00:00:00.123Z");
    const made = await Events.create({ title: "a", at, seen: at });
    expect(made).toEqual({ id: made.id, title: "a", at, seen: at });
    for (let n = 1; n <= 20; n++) {
      await sql`insert into events values (uuid(), ${`A${n % 2 ? " ".repeat(n) : n}`},
        timestampadd(microsecond, ${n}, '2020-01-01 00:00:00.123'), '2020-06-01 00:00:00')`.execute(db);
    }
    expect(await Events.objects.filter({ at }).count()).toBe(21);
    expect(await Events.objects.filter({ seen: at }).count()).toBe(1);
    expect(await Events.objects.filter({ title: "A" }).count()).toBe(0);
    for (const order of ["at", "-at", "title", "-seen"] as const) {
      const found = (await pages(Events.objects.orderBy(order), 4)).flat();
      expect(new Set(found.map(({ id }) => id)).size, order).toBe(21);
    }
    const [first] = (await Events.objects.orderBy("-at").page({ limit: 1 })).items as [Event];
    expect(await Events.update(first, { title: "b" })).toEqual({ ...first, title: "b" });
    await expect(Events.update(first, { title: "c" })).rejects.toThrow(Conflict);
  });

  it("keeps a transaction as a whole or not at all", () => transactionCase(db, "tx_accounts"));
  it("creates a table before a transaction, which it would end", () => freshTransactionCase(db, "tx_fresh"));
  it("updates a queryset under a schema in one transaction, whole or not at all", () =>
    schemaSetCase(db, "spans"));
  it("creates a table once, however many start at once", () => creationCase(db, "made_once"));
  it("loses nothing to 50 writers, each of whom sees its own write", () => writersCase(db, "writers"));
  it("goes along with plugins that rename columns and parse JSON", () => camelCase(db, "people"));
  it("gives the ids that the database counts", () => countedCase(db, "counted"));
  it("says in its own words what was duplicate or does not fit", () => errorsCase(db, "members"));
}

if (MYSQL_URL) describe("sqlModel on the server that MYSQL_URL names", () => onServer(MYSQL_URL));
else it.skip("sqlModel on MySQL: MYSQL_URL names no server", () => undefined);
