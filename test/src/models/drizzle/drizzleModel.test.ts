import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { drizzle, type NodePgDatabase } from "drizzle-orm/node-postgres";
import * as pg from "drizzle-orm/pg-core";
import * as lite from "drizzle-orm/sqlite-core";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as z from "zod";
import { BadRequest, Conflict, HttpError } from "../../../../src/core/errors.ts";
import { drizzleModel } from "../../../../src/models/drizzle/drizzleModel.ts";
import { sqliteDecimal } from "../../../../src/models/drizzle/sqlite.ts";
import { memoryModel } from "../../../../src/models/memory/memoryModel.ts";
import type { Model, OrderKey, Where } from "../../../../src/models/types.ts";
import { pages } from "../../../../tools/testing/conformance/thing.ts";
import {
  type DrizzleSqlite,
  drizzleSqlite,
  type PostgresPool,
  postgresPool,
} from "../../../support/drizzle.ts";
import { type PostgresServer, startPostgres } from "../../../support/postgres.ts";
import { conditionsOver, texts } from "../../../support/sameResults.ts";

const refusal = async (run: () => Promise<unknown>): Promise<unknown[]> => {
  try {
    await run();
  } catch (error) {
    if (error instanceof HttpError) return [error.statusCode, error.message, error.field];
    throw error;
  }
  return [];
};

describe("drizzleModel on SQLite", () => {
  let directory: string;
  let lited: DrizzleSqlite;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "tsverless-drizzle-"));
    lited = drizzleSqlite(join(directory, "db.sqlite"));
    lited.file.exec(`
      create table users (user_id integer primary key autoincrement, email text not null unique, nick text,
        role text not null default 'user', seen_at integer, price numeric, first_name text, last_name text,
        unique (first_name, last_name));
      create table posts (id text primary key, rank integer not null, author integer references users (user_id));
      create index posts_rank on posts (rank, id);
    `);
  });
  afterEach(() => {
    lited.file.close();
    rmSync(directory, { recursive: true });
  });

  const users = lite.sqliteTable("users", {
    id: lite.integer("user_id").primaryKey({ autoIncrement: true }),
    email: lite.text().notNull().unique(),
    nick: lite.text(),
    role: lite
      .text({ enum: ["admin", "user"] })
      .notNull()
      .default("user"),
    seenAt: lite.integer("seen_at", { mode: "timestamp" }),
    price: lite.numeric(),
    firstName: lite.text("first_name"),
    lastName: lite.text("last_name"),
  });
  const posts = lite.sqliteTable("posts", {
    id: lite.text().primaryKey(),
    rank: lite.integer().notNull(),
    author: lite.integer().references(() => users.id),
  });

  it("reads name, id and kinds from the table, and counts ids and fills defaults in the database", async () => {
    const Users = drizzleModel(lited.db, users);
    expect([Users.name, Users.idKey, Users.fields]).toEqual([
      "users",
      "id",
      {
        id: "integer",
        email: "text",
        nick: "text",
        role: "text",
        seenAt: "date",
        price: "decimal",
        firstName: "text",
        lastName: "text",
      },
    ]);
    const ann = await Users.create({ email: "ann@x.io", seenAt: new Date(1_700_000_000_999) });
    expect(ann).toEqual({
      id: 1,
      email: "ann@x.io",
      nick: null,
      role: "user",
      seenAt: new Date(1_700_000_000_000),
      price: null,
      firstName: null,
      lastName: null,
    });
    expect(await Users.objects.get("1")).toEqual(ann);
    for (const id of ["01", "1.0", "x", "9223372036854775808"]) {
      expect(await Users.objects.get(id)).toBeUndefined();
    }
  });

  it("compares seconds with milliseconds as instants", async () => {
    const Users = drizzleModel(lited.db, users);
    await Users.create({ email: "ann@x.io", seenAt: new Date(5000) });
    const finds = (seenAt: Where<typeof users.$inferSelect>["seenAt"]) =>
      Users.objects.filter({ seenAt }).count();
    expect(await Promise.all([finds(new Date(5000)), finds(new Date(5001))])).toEqual([1, 0]);
    expect(await Promise.all([finds({ lt: new Date(5001) }), finds({ gte: new Date(5001) })])).toEqual([
      1, 0,
    ]);
  });

  it("names the fields, not the columns, of a duplicate, of what must not be null and of a reference", async () => {
    const Users = drizzleModel(lited.db, users);
    const Posts = drizzleModel(lited.db, posts);
    await Users.create({ email: "a@x.io", firstName: "A", lastName: "B" });
    const post = await Posts.create({ rank: 1, author: 1 });
    expect(post.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    const cases: [run: () => Promise<unknown>, expected: unknown[]][] = [
      [() => Users.create({ email: "a@x.io" }), [409, "Duplicate email", "email"]],
      [
        () => Users.create({ email: "b@x.io", firstName: "A", lastName: "B" }),
        [409, "Duplicate firstName, lastName", "firstName, lastName"],
      ],
      [() => Users.create({ id: 1, email: "b@x.io" }), [409, "Duplicate id", "id"]],
      [() => Users.create({}), [400, "email must not be null", "email"]],
      [() => Users.create({ email: null as never }), [400, "email must not be null", "email"]],
      [() => Users.create({ email: "b@x.io", role: null as never }), [400, "role must not be null", "role"]],
      [
        async () => Users.update((await Users.objects.get("1")) as never, { email: null as never }),
        [400, "email must not be null", "email"],
      ],
      [() => Posts.create({ rank: 1, author: 7 }), [400, "author refers to what is not there", "author"]],
      [
        async () => Users.delete((await Users.objects.get("1")) as never),
        [409, "users is still referred to", undefined],
      ],
    ];
    for (const [run, expected] of cases) expect(await refusal(run)).toEqual(expected);
  });

  it("lets neither the statement nor the values into the message of an error", async () => {
    lited.file.exec("drop table posts");
    const Posts = drizzleModel(lited.db, posts);
    const failures = [
      () => Posts.create({ id: "secret", rank: 1 }),
      () => Posts.objects.get("secret"),
      () => Posts.objects.filter({ id: "secret" }).count(),
    ];
    for (const run of failures) {
      await expect(run()).rejects.toThrow(/^no such table: posts$/);
    }
  });

  it("takes what would be SQL as text", async () => {
    const name = `evil"; drop table posts; --`;
    lited.file.exec(`create table "${name.replaceAll('"', '""')}" (id text primary key, "a""b" text)`);
    const table = lite.sqliteTable(name, { id: lite.text().primaryKey(), odd: lite.text('a"b') });
    const Odds = drizzleModel(lited.db, table);
    await Odds.create({ id: name, odd: name });
    const { items } = await Odds.objects
      .filter({ odd: [name], id: { startsWith: "evil" } })
      .search("DROP", ["odd"])
      .page({});
    expect(items).toEqual([{ id: name, odd: name }]);
  });

  it("pages by seeking in an index", async () => {
    const Posts = drizzleModel(lited.db, posts);
    for (let rank = 0; rank < 20; rank++) await Posts.create({ rank: rank % 5 });
    const objects = Posts.objects.orderBy("rank");
    const { nextCursor } = await objects.page({ limit: 5 });
    await objects.page({ limit: 5, cursor: nextCursor as string });
    const { text, parameters } = lited.seen.at(-1) as DrizzleSqlite["seen"][number];
    const plan = lited.file.prepare(`explain query plan ${text}`).all(...parameters);
    const details = plan.map(({ detail }) => detail).join("\n");
    expect(details).toMatch(/SEARCH posts USING .*INDEX posts_rank \(rank>\?\)/);
    expect(details).not.toContain("TEMP B-TREE");
  });

  it("asks one question per operation", async () => {
    const Posts = drizzleModel(lited.db, posts);
    const count = async <R>(run: () => Promise<R>): Promise<[number, R]> => {
      const before = lited.seen.length;
      const result = await run();
      return [lited.seen.length - before, result];
    };
    const [created, post] = await count(() => Posts.create({ rank: 1 }));
    const [updated, moved] = await count(() => Posts.update(post, { rank: 2 }));
    const [got] = await count(() => Posts.objects.filter({ rank: 2 }).get(post.id));
    const [paged] = await count(() => Posts.objects.page({ limit: 1 }));
    const [deleted] = await count(() => Posts.delete(moved));
    expect([created, updated, got, paged, deleted]).toEqual([1, 1, 1, 1, 1]);
  });

  it("finds JSON that others wrote with its keys in another order, and updates it", async () => {
    lited.file.exec(`create table docs (id text primary key, body text);
      insert into docs values ('a', '{"b": 1, "a": [2]}')`);
    const table = lite.sqliteTable("docs", {
      id: lite.text().primaryKey(),
      body: lite.text({ mode: "json" }).$type<{ a: number[]; b: number }>(),
    });
    const Docs = drizzleModel(lited.db, table);
    const doc = (await Docs.objects.get("a")) as { id: string; body: { a: number[]; b: number } };
    expect(doc.body).toEqual({ b: 1, a: [2] });
    const changed = await Docs.update(doc, { body: { a: [3], b: 1 } });
    expect(await Docs.objects.filter({ body: { eq: { b: 1, a: [3] } } }).count()).toBe(1);
    expect(await refusal(() => Docs.update(doc, { body: null }))).toEqual([
      409,
      "docs was changed by somebody else",
      undefined,
    ]);
    expect((await Docs.update(changed, { body: null })).body).toBeNull();
  });

  it("pages through decimals that are one number written in several ways", async () => {
    lited.file.exec("create table prices (id text primary key, price decimal_text)");
    const Prices = drizzleModel(
      lited.db,
      lite.sqliteTable("prices", { id: lite.text().primaryKey(), price: sqliteDecimal() }),
    );
    const written = ["1.00", "1.0", "1", "-2", "10", "9.5", null];
    for (const [at, price] of written.entries()) await Prices.create({ id: `p${at}`, price });
    const seen = (await pages(Prices.objects.orderBy("price"), 2)).flat();
    expect(seen.map(({ price }) => price)).toEqual([null, "-2", "1", "1.0", "1.00", "9.5", "10"]);
    expect(await Prices.objects.filter({ price: "1.000" }).count()).toBe(3);
    const [row] = await lited.db
      .select({ price: sql<string>`price` })
      .from(sql`prices`)
      .where(sql`id = 'p3'`);
    expect(row?.price).toMatch(/ -2$/);
  });

  it("checks with a schema, which may stand before ids that the database makes", async () => {
    const schema = z.object({
      id: z.int(),
      email: z.email().toLowerCase(),
      nick: z.string().nullable().default(null),
      role: z.enum(["admin", "user"]).default("user"),
      seenAt: z.date().nullable().default(null),
      price: z.string().nullable().default("1.5"),
      firstName: z.string().nullable().default(null),
      lastName: z.string().nullable().default(null),
    });
    const Users = drizzleModel(lited.db, users, { schema, name: "User" });
    expect(await Users.create({ email: "ANN@x.io" })).toMatchObject({
      id: 1,
      email: "ann@x.io",
      price: "1.5",
    });
    expect((await refusal(() => Users.create({ email: "x" }))).slice(0, 2)).toEqual([
      400,
      "Validation failed",
    ]);
    expect((await Users.create({ email: "b@x.io" })).id).toBe(2);
  });

  it("refuses wrong options when it is made", () => {
    const { db } = lited;
    const blob = lite.sqliteTable("x", { id: lite.text().primaryKey(), data: lite.blob() });
    const reserved = lite.sqliteTable("x", { id: lite.text().primaryKey(), or: lite.text() });
    const keyless = lite.sqliteTable("x", { n: lite.integer() });
    const dated = lite.sqliteTable("x", { id: lite.integer({ mode: "timestamp" }).primaryKey() });
    const wrong: [args: unknown[], message: string][] = [
      [[{}, users], "drizzleModel: db must be a Drizzle database"],
      [[undefined, users], "drizzleModel: db must be a Drizzle database"],
      [[db, {}], "drizzleModel: table must be a Drizzle table"],
      [[db, undefined], "drizzleModel: table must be a Drizzle table"],
      [[db, users, { table: "x" }], 'drizzleModel: unknown option "table"'],
      [[db, users, { name: 1 }], 'drizzleModel: option "name" must be a string'],
      [[db, users, { idKey: "nope" }], 'drizzleModel: option "idKey" names "nope", which is not a column'],
      [[db, users, { version: "nope" }], 'names "nope", which is not a column of whole numbers'],
      [[db, users, { version: "nick" }], 'names "nick", which is not a column of whole numbers'],
      [[db, users, { columns: { nope: "text" } }], 'option "columns" names "nope", which is not a column'],
      [[db, users, { columns: { nick: "string" } }], 'field "nick" must be one of text'],
      [[db, blob], 'can\'t say what column "data" of type SQLiteBlobBuffer holds; name it in columns'],
      [[db, reserved], 'a field can\'t be named "or"'],
      [[db, keyless], 'the table has no primary key; give option "idKey"'],
      [[db, dated], 'column "id" must be one of text, integer, bigint'],
    ];
    for (const [args, message] of wrong) {
      const make = () => drizzleModel(...(args as Parameters<typeof drizzleModel>));
      expect(make, message).toThrow(TypeError);
      expect(make).toThrow(message);
    }
  });
});

describe("drizzleModel on PostgreSQL", () => {
  let server: PostgresServer;
  let connections: PostgresPool;
  let pool: PostgresPool["pool"];
  let db: NodePgDatabase;
  beforeAll(async () => {
    server = await startPostgres();
    connections = postgresPool(server.url);
    ({ pool } = connections);
    db = drizzle(pool);
    await pool.query(`
      create type mood as enum ('sad', 'ok', 'happy');
      create table items (id uuid primary key default gen_random_uuid(), code varchar(5) unique,
        small smallint, mood mood, tags text[], raw json, day date, day_text date, at timestamp default now(),
        exact timestamp(3), amount numeric(6, 2), made_by serial,
        twice integer generated always as (small * 2) stored);
      create index items_small on items (small, id);
      create index items_exact on items (exact nulls first, id);
    `);
  });
  afterAll(async () => {
    await connections?.close();
    await server?.stop();
  });

  const mood = pg.pgEnum("mood", ["sad", "ok", "happy"]);
  const items = pg.pgTable("items", {
    id: pg.uuid().primaryKey().defaultRandom(),
    code: pg.varchar({ length: 5 }).unique(),
    small: pg.smallint(),
    mood: mood(),
    tags: pg.text().array(),
    raw: pg.json().$type<unknown>(),
    day: pg.date({ mode: "date" }),
    dayText: pg.date("day_text"),
    at: pg.timestamp().defaultNow(),
    exact: pg.timestamp({ precision: 3 }),
    amount: pg.numeric({ precision: 6, scale: 2 }),
    madeBy: pg.serial("made_by"),
    twice: pg.integer().generatedAlwaysAs(sql`small * 2`),
  });
  beforeEach(() => pool.query("truncate items restart identity"));

  it("answers input that the database refuses with 400, and unknown ids with nothing", async () => {
    const Items = drizzleModel(db, items, { name: "Item" });
    await Items.create({ code: "abc" });
    for (const id of ["x", "00000000-0000-0000-0000-00000000000", "' or 1=1", "0".repeat(36)]) {
      expect(await Items.objects.get(id)).toBeUndefined();
      expect(await Items.objects.filter({ id }).count()).toBe(0);
      expect(await Items.objects.filter({ id: { ne: id } }).count()).toBe(1);
      expect(await Items.objects.filter({ id: { in: [id] } }).count()).toBe(0);
      expect(await Items.objects.filter({ or: [{ id: { gt: id } }, { id: { lte: id } }] }).count()).toBe(1);
    }
    const cases: [run: () => Promise<unknown>, message: string][] = [
      [() => Items.create({ code: "too long" }), "code is too long"],
      [() => Items.create({ small: 99_999 }), "small does not fit its column"],
      [() => Items.create({ mood: "odd" as never }), "A value does not fit its column"],
      [() => Items.create({ amount: "123456" }), "A value does not fit its column"],
      [() => Items.create({ at: new Date(8.64e15) }), "A value does not fit its column"],
      [() => Items.create({ dayText: "yesterday-ish" }), "A value does not fit its column"],
      [() => Items.create({ raw: { nul: "\0" }, code: "x\0" }), "code must be text"],
      [() => Items.create({ id: "x" }), "A value does not fit its column"],
    ];
    for (const [run, message] of cases) {
      expect((await refusal(run)).slice(0, 2)).toEqual([400, message]);
    }
    expect(await Items.objects.filter({ dayText: "soon" }).count()).toBe(0);
    expect(await refusal(() => Items.create({ code: "abc" }))).toEqual([409, "Duplicate code", "code"]);
    expect(await Items.objects.filter({ small: { lt: 9e15 } }).count()).toBe(0);
    expect(await Items.objects.count()).toBe(1);
  });

  it("compares arrays, JSON, enums and days as their values, and updates comparing them all", async () => {
    const Items = drizzleModel(db, items, { name: "Item" });
    const given = {
      small: 2,
      mood: "ok" as const,
      tags: ["a", "b"],
      raw: { b: 1, a: "5" },
      day: new Date("2024-02-29"),
      dayText: "2024-02-29",
      exact: new Date("2024-02-29T01:02:03.456Z"),
      amount: "12.30",
    };
    const item = await Items.create(given);
    expect(item).toMatchObject({ ...given, twice: 4, madeBy: 1 });
    const conditions: Where<typeof items.$inferSelect>[] = [
      { tags: { eq: ["a", "b"] } },
      { raw: { eq: { a: "5", b: 1 } } },
      { mood: ["ok", "sad"] },
      { mood: { contains: "k" } },
      { mood: { gt: "happy" } },
      { day: new Date("2024-02-29") },
      { dayText: { startsWith: "2024" } },
      { dayText: "2024-02-29" },
      { exact: { lte: given.exact } },
      { amount: "12.3" },
      { id: { startsWith: item.id.slice(0, 8) } },
    ];
    for (const where of conditions) {
      expect([where, await Items.objects.filter(where).count()]).toEqual([where, 1]);
      expect(await Items.objects.filter({ not: where }).count()).toBe(0);
    }
    const changed = await Items.update(item, { tags: ["c"] });
    expect(changed).toEqual({ ...item, tags: ["c"] });
    await expect(Items.update(item, { small: 3 })).rejects.toThrow(Conflict);
    expect((await Items.update(changed, {})).id).toBe(item.id);
    expect((await Items.update(changed, { small: 3 })).twice).toBe(6);
  });

  it("gives JSON text back as it was, even where it looks like JSON", async () => {
    const Items = drizzleModel(db, items, { name: "Item" });
    for (const raw of ["5", "null", "[1]", '"x"', "true", ""]) {
      const { id } = await Items.create({ raw });
      expect((await Items.objects.get(id))?.raw).toBe(raw);
    }
  });

  it("takes microseconds of the database for the milliseconds that they are read as", async () => {
    await pool.query(`insert into items (at, small) select timestamp '2024-01-01 00:00:00.123456' + n * interval '7 microseconds', n
      from generate_series(1, 400) n`);
    const Items = drizzleModel(db, items, { name: "Item" });
    const read = (await pages(Items.objects.orderBy("-at"), 30)).flat();
    expect([new Set(read.map(({ id }) => id)).size, read.length]).toEqual([400, 400]);
    const [first] = (await Items.objects.filter({ small: 1 }).page({})).items;
    expect(await Items.objects.filter({ at: first?.at ?? null }).count()).toBeGreaterThan(50);
    expect((await Items.update(first as NonNullable<typeof first>, { code: "x" })).code).toBe("x");
  });

  it("looks through enums, days and UUIDs as the text that they are read as", async () => {
    const Items = drizzleModel(db, items, { name: "Item" });
    const { id } = await Items.create({ mood: "happy", dayText: "2026-01-02", code: "Ä.b" });
    const part = id.slice(9, 18);
    const { objects } = Items;
    const found: [field: "id" | "mood" | "dayText" | "code", inside: string, start: string][] = [
      ["id", part, id.slice(0, 9)],
      ["mood", "app", "hap"],
      ["dayText", "-01-", "2026-0"],
      ["code", ".b", "Ä."],
    ];
    for (const [field, inside, start] of found) {
      expect(await objects.search(inside.toUpperCase(), [field]).count()).toBe(1);
      expect(await objects.search("nowhere", [field]).count()).toBe(0);
      expect(await objects.filter({ [field]: { contains: inside } }).count()).toBe(1);
      expect(await objects.filter({ [field]: { startsWith: start } }).count()).toBe(1);
      expect(await objects.filter({ not: { [field]: { startsWith: inside } } }).count()).toBe(1);
    }
  });

  it("pages by seeking in an index", async () => {
    await pool.query(
      "insert into items (small) select n % 5000 from generate_series(1, 20000) n; analyze items",
    );
    const seen: { text: string; parameters: unknown[] }[] = [];
    const watched = drizzle(pool, {
      logger: { logQuery: (text, parameters) => seen.push({ text, parameters }) },
    });
    const table = pg.pgTable("items", { id: pg.uuid().primaryKey(), small: pg.smallint().notNull() });
    const objects = drizzleModel(watched, table).objects.orderBy("small");
    const { nextCursor } = await objects.page({ limit: 50, offset: 9000 });
    const page = await objects.page({ limit: 5, cursor: nextCursor as string });
    expect(page.items.length).toBe(5);
    const { text, parameters } = seen.at(-1) as (typeof seen)[number];
    const { rows } = await pool.query(`explain ${text}`, parameters);
    const plan = rows.map(row => row["QUERY PLAN"]).join("\n");
    expect(plan).toMatch(/Index.* Scan using items_small on items/);
    expect(plan).toMatch(/Index Cond: \(small >= /);
    expect(plan).not.toContain("Sort");
  });

  it("works inside a transaction, and leaves nothing of one that fails", async () => {
    const Items = drizzleModel(db, items, { name: "Item" });
    await expect(
      db.transaction(async tx => {
        const Inside = drizzleModel(tx, items, { name: "Item" });
        await Inside.create({ code: "a" });
        expect([await Inside.objects.count(), await Items.objects.count()]).toEqual([1, 0]);
        throw new BadRequest("no");
      }),
    ).rejects.toThrow("no");
    expect(await Items.objects.count()).toBe(0);
  });

  it("answers every condition and order as memory does", async () => {
    const fields = {
      id: "text",
      name: "text",
      rank: "integer",
      price: "decimal",
      ok: "boolean",
      at: "date",
    } as const;
    interface Row {
      id: string;
      name: string | null;
      rank: number | null;
      price: string | null;
      ok: boolean | null;
      at: Date | null;
    }
    await pool.query(
      `create table rows (id text primary key, name text, rank integer, price numeric, ok boolean, at timestamptz)`,
    );
    const table = pg.pgTable("rows", {
      id: pg.text().primaryKey(),
      name: pg.text(),
      rank: pg.integer(),
      price: pg.numeric(),
      ok: pg.boolean(),
      at: pg.timestamp({ withTimezone: true }),
    });
    const stored: Model<Row> = drizzleModel(db, table, { name: "Row" });
    const memory: Model<Row> = memoryModel<Row>({ name: "Row", fields });
    const names = [...texts, "\\", "^", "-", "]", "Σ"];
    const some = {
      name: fc.option(fc.constantFrom(...names)),
      rank: fc.option(fc.integer({ min: -2, max: 3 })),
      price: fc.option(fc.constantFrom("-10", "-9.5", "0", "0.1", "9", "10", "100.25")),
      ok: fc.option(fc.boolean()),
      at: fc.option(fc.constantFrom(-1, 0, 1e12).map(ms => new Date(ms))),
    };
    for (const [at, sample] of fc.sample(fc.record(some), { numRuns: 60, seed: 7 }).entries()) {
      await stored.create({ ...sample, id: `t${at}` });
      await memory.create({ ...sample, id: `t${at}` });
    }
    const { where, key } = conditionsOver<Row>(some);
    const walk = async (
      model: Model<Row>,
      condition: Where<Row>,
      keys: OrderKey<Row>[],
    ): Promise<unknown> => {
      try {
        const found = await pages(model.objects.filter(condition).orderBy(...keys), 7);
        return found.flat().map(({ id }) => id);
      } catch (error) {
        if (error instanceof HttpError) return error.message;
        throw error;
      }
    };
    await fc.assert(
      fc.asyncProperty(where, fc.array(key, { maxLength: 3 }), async (condition, keys) => {
        expect(await walk(stored, condition, keys)).toEqual(await walk(memory, condition, keys));
      }),
      { numRuns: 150 },
    );
    for (const part of names) {
      const found = async (model: Model<Row>) =>
        (await model.objects.search(part, ["name"]).page({})).items.map(({ id }) => id);
      expect([part, await found(stored)]).toEqual([part, await found(memory)]);
    }
  });
});
