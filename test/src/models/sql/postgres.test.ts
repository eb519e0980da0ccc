import { CompiledQuery, type Kysely, sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BadRequest, Conflict } from "../../../../src/core/errors.ts";
import { sqlModel } from "../../../../src/models/sql/sqlModel.ts";
import { transaction } from "../../../../src/models/sql/transaction.ts";
import { pages } from "../../../../tools/testing/conformance/thing.ts";
import { type Thing, thingFields } from "../../../../tools/testing/modelConformance.ts";
import { connect, type PostgresServer, startPostgres } from "../../../support/postgres.ts";
import { fillBoth, giveSameResults, prices, searchAlike } from "../../../support/sameResults.ts";
import {
  accounts,
  camelCase,
  conformanceCases,
  countedCase,
  creationCase,
  errorsCase,
  freshTransactionCase,
  schemaSetCase,
  transactionCase,
  watched,
  writersCase,
} from "../../../support/sqlCases.ts";

let server: PostgresServer;
let db: Kysely<unknown>;
let tables = 0;

beforeAll(async () => {
  server = await startPostgres();
  db = server.db;
});
afterAll(() => server.stop());

conformanceCases("PostgreSQL", () => db);

describe("memory and PostgreSQL", () => {
  it("answer every condition, order and search alike", async () => {
    const columns = thingFields;
    const things = sqlModel<Thing>({ db, name: "Thing", table: `thing${tables++}`, columns });
    // PostgreSQL's numbers don't keep apart what is written in two ways.
    const both = await fillBoth(things, prices.distinct);
    await giveSameResults(both, 150);
    await searchAlike(both);
  });

  it("answer alike on a table that was there, with a collation and types of its own", async () => {
    await sql`create table own_things (id varchar(50) primary key, name varchar(200) not null default '',
      email text, "group" text, rank smallint, score real, big numeric, price numeric(12, 2), active boolean,
      born timestamptz, data json)`.execute(db);
    const make = (table: string) => sqlModel<Thing>({ db, name: "Thing", table, columns: thingFields });
    await sql`create table odd_things (like own_things)`.execute(db);
    await sql`alter table odd_things alter name drop not null, alter score type double precision`.execute(db);
    const both = await fillBoth(make("odd_things"), prices.distinct);
    await giveSameResults(both, 150);
    await searchAlike(both);
  });
});

describe("sqlModel on PostgreSQL", () => {
  it("keeps a transaction as a whole or not at all", () => transactionCase(db, "tx_accounts"));
  it("creates a table in a transaction that may be undone", () => freshTransactionCase(db, "tx_fresh"));
  it("updates a queryset under a schema in one transaction, whole or not at all", () =>
    schemaSetCase(db, "spans"));
  it("creates a table once, however many start at once", () => creationCase(db, "made_once"));
  it("loses nothing to 50 writers, each of whom sees its own write", () => writersCase(db, "writers"));
  it("makes a conflict of a statement that can't be serialized, twice", async () => {
    const strict = connect(`${server.url}?options=-c%20default_transaction_isolation%3Dserializable`);
    try {
      const { rows } = await sql<Record<string, string>>`show transaction_isolation`.execute(strict.db);
      expect(rows).toEqual([{ transaction_isolation: "serializable" }]);
      await writersCase(strict.db, "strict_writers");
    } finally {
      await strict.close();
    }
  });
  it("goes along with plugins that rename columns and parse JSON", () => camelCase(db, "people"));
  it("gives the ids that the database counts", () => countedCase(db, "counted"));
  it("says in its own words what was duplicate or does not fit", () => errorsCase(db, "members"));

  it("pages by seeking in an index, not by counting rows off", async () => {
    interface Row {
      id: string;
      rank: number;
      title: string;
    }
    await sql`create table ranked (id text collate "C" primary key, rank int not null, title text not null)`.execute(
      db,
    );
    await sql`insert into ranked select 'r' || lpad(n::text, 6, '0'), n % 500, 't' || n
      from generate_series(1, 20000) n`.execute(db);
    await sql`create index ranked_rank on ranked (rank, id)`.execute(db);
    await sql`create index ranked_down on ranked (rank desc, id)`.execute(db);
    await sql`create index ranked_title on ranked (title collate "C", id)`.execute(db);
    await sql`analyze ranked`.execute(db);
    const seen: CompiledQuery[] = [];
    const columns = { rank: "integer", title: "text" } as const;
    const Rows = sqlModel<Row>({ db: watched(db, seen), table: "ranked", columns });
    const expected: [order: "rank" | "-rank" | "id" | "title", index: string, condition: RegExp][] = [
      ["rank", "ranked_rank", /Index Cond: .*rank >= /],
      ["-rank", "ranked_down", /Index Cond: .*rank <= /],
      ["id", "ranked_pkey", /Index Cond: .*id > /],
      ["title", "ranked_title", /Index Cond: .*title\)?(::text)? >= /],
    ];
    for (const [order, index, condition] of expected) {
      const objects = Rows.objects.orderBy(order);
      const { nextCursor, items } = await objects.page({ limit: 7 });
      const next = await objects.page({ limit: 7, cursor: nextCursor });
      expect(new Set([...items, ...next.items].map(({ id }) => id)).size).toBe(14);
      const { sql: text, parameters } = seen.at(-1) as CompiledQuery;
      const { rows } = await db.executeQuery<{ "QUERY PLAN": string }>(
        CompiledQuery.raw(`explain ${text}`, [...parameters]),
      );
      const plan = rows.map(row => row["QUERY PLAN"]).join("\n");
      expect(plan).toContain(`using ${index} on ranked`);
      expect(plan).toMatch(condition);
      expect(plan).not.toContain("Sort");
    }
    const all: string[] = [];
    for await (const { id } of Rows.objects.orderBy("-rank")) all.push(id);
    expect([all.length, new Set(all).size]).toEqual([20_000, 20_000]);
  });

  it("lets a lost connection be what it is", async () => {
    const lost = connect("postgresql://nobody@127.0.0.1:1/nothing");
    await expect(accounts(lost.db, "x").objects.count()).rejects.toMatchObject({ code: "ECONNREFUSED" });
    await lost.close();
  });

  it("asks one question per operation", async () => {
    const seen: CompiledQuery[] = [];
    const Accounts = accounts(watched(db, seen), "questions");
    const a = await Accounts.create({ id: "a", owner: "ann", balance: 1 });
    const counted = async (run: () => Promise<unknown>): Promise<number> => {
      const before = seen.length;
      await run();
      return seen.length - before;
    };
    expect(await counted(() => Accounts.create({ owner: "bob", balance: 1 }))).toBe(1);
    expect(await counted(() => Accounts.objects.get("a"))).toBe(1);
    expect(await counted(() => Accounts.objects.filter({ balance: 1 }).page({ limit: 1 }))).toBe(1);
    expect(await counted(() => Accounts.objects.count())).toBe(1);
    expect(await counted(() => Accounts.update(a, { balance: 2 }))).toBe(1);
    expect(await counted(async () => Accounts.delete((await Accounts.objects.get("a")) as typeof a))).toBe(2);
    expect(seen.every(({ sql: text }) => !text.includes("ann"))).toBe(true);
  });

  it("takes uuid, enum and microseconds as the table has them", async () => {
    interface Event {
      id: string;
      mood: string;
      at: Date;
    }
    await sql`create type mood as enum ('sad', 'ok', 'happy')`.execute(db);
    await sql`create table events (id uuid primary key default gen_random_uuid(), mood mood not null,
      at timestamptz not null default now())`.execute(db);
    const Events = sqlModel<Event>({ db, table: "events", columns: { mood: "text", at: "date" } });
    await sql`insert into events (mood, at) select 'ok', timestamptz '2020-01-01 00:00:00.123456Z'
      + n * interval '1 microsecond' from generate_series(1, 30) n`.execute(db);
    const made = await Events.create({ mood: "happy", at: new Date("2020-01-01T00:00:00.123Z") });
    expect(await Events.objects.get(made.id)).toEqual(made);
    for (const id of ["nope", "", made.id.toUpperCase()]) {
      expect(await Events.objects.get(id)).toBeUndefined();
      expect(await Events.objects.filter({ id }).count()).toBe(0);
      expect(await Events.objects.filter({ id: { ne: id } }).count()).toBe(31);
    }
    expect(await Events.objects.filter({ at: made.at }).count()).toBe(31);
    expect(await Events.objects.filter({ at: { gt: made.at } }).count()).toBe(0);
    for (const order of ["at", "-at", "mood"] as const) {
      const found = (await pages(Events.objects.orderBy(order), 4)).flat();
      expect(new Set(found.map(({ id }) => id)).size, order).toBe(31);
    }
    const [first] = (await Events.objects.orderBy("-at").page({ limit: 1 })).items as [Event];
    expect(await Events.update(first, { mood: "sad" })).toEqual({ ...first, mood: "sad" });
    await expect(Events.update(first, { mood: "ok" })).rejects.toThrow(Conflict);
    await expect(Events.create({ mood: "furious", at: new Date() })).rejects.toThrow(
      new BadRequest("A value does not fit its column"),
    );
  });

  it("stores no date that PostgreSQL has none for, and no NUL within JSON", async () => {
    const columns = { at: "date", data: "json" } as const;
    const Rows = sqlModel<{ id: string; at: Date; data: unknown }>({ db, table: "limits", columns });
    const last = new Date(8.64e15);
    expect((await Rows.create({ at: last, data: 1 })).at).toEqual(last);
    const old = new Date("-004000-01-01T00:00:00Z");
    expect((await Rows.create({ at: old, data: 1 })).at).toEqual(old);
    for (const given of [
      { at: new Date(-8.64e15), data: 1 },
      { at: last, data: "nul\0" },
    ]) {
      await expect(Rows.create(given)).rejects.toThrow(new BadRequest("A value does not fit its column"));
    }
    expect(await Rows.objects.filter({ at: { lt: new Date(-8.64e15) } }).count()).toBe(0);
  });

  it("makes a conflict of transactions that can't be put in a row", async () => {
    const Accounts = accounts(db, "serial");
    await Accounts.create({ id: "a", owner: null, balance: 1 });
    await Accounts.create({ id: "b", owner: null, balance: 1 });
    const isolation = "serializable";
    let waiting = 0;
    let meet: () => void;
    const met = new Promise<void>(resolve => {
      meet = resolve;
    });
    const move = (from: string, to: string) =>
      transaction(
        db,
        async bind => {
          const source = await bind(Accounts).objects.get(from);
          waiting++;
          if (waiting === 2) meet();
          await met;
          const target = (await bind(Accounts).objects.get(to)) as NonNullable<typeof source>;
          await bind(Accounts).update(target, { balance: (source?.balance ?? 0) + 1 });
        },
        { isolation },
      );
    const settled = await Promise.allSettled([move("a", "b"), move("b", "a")]);
    expect(settled.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const [reason] = settled.flatMap(result => (result.status === "rejected" ? [result.reason] : []));
    expect(reason).toBeInstanceOf(Conflict);
    expect(reason.message).toMatch(/somebody else/i);
  });
});
