import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { CompiledQuery, type Kysely, SqliteDriver, sql } from "kysely";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import * as z from "zod";
import { BadRequest, Conflict, NotFound } from "../../../../src/core/errors.ts";
import { sqlModel } from "../../../../src/models/sql/sqlModel.ts";
import { transaction } from "../../../../src/models/sql/transaction.ts";
import { sqlite } from "../../../../src/models/sqlite.ts";
import { freshTransactionCase, schemaSetCase, transactionCase, watched } from "../../../support/sqlCases.ts";

let directory: string;
let db: Kysely<unknown>;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "tsverless-sql-"));
  db = sqlite(join(directory, "deep/er/db.sqlite"));
});
afterEach(async () => {
  await db.destroy();
  rmSync(directory, { recursive: true, force: true });
});

const userSchema = z.object({
  id: z.string(),
  email: z.email().toLowerCase(),
  age: z.int().min(0).nullable(),
  nick: z.string().optional(),
  born: z.date().optional(),
  tags: z.array(z.string()).default([]),
  either: z.union([z.string(), z.number()]).optional(),
  role: z.enum(["admin", "user"]).default("user"),
  active: z.boolean(),
  big: z.bigint().optional(),
});

const rowsOf = async (text: string): Promise<Record<string, unknown>[]> =>
  (await db.executeQuery<Record<string, unknown>>(CompiledQuery.raw(text))).rows;

describe("sqlModel with a schema", () => {
  it("derives its columns, stores the schema's output, and gives values back as they went in", async () => {
    const Users = sqlModel({ db, table: "users", schema: userSchema, unique: ["email"] });
    expect(Users.fields).toEqual({
      id: "text",
      email: "text",
      age: "integer",
      nick: "text",
      born: "date",
      tags: "json",
      either: "json",
      role: "text",
      active: "boolean",
      big: "bigint",
    });
    const born = new Date("2001-02-03T04:05:06.789Z");
    const ann = await Users.create({
      email: "Ann@X.io",
      age: null,
      active: true,
      born,
      either: 5,
      big: 2n ** 60n,
    });
    expect(ann).toEqual({
      id: ann.id,
      email: "ann@x.io",
      age: null,
      born,
      tags: [],
      either: 5,
      role: "user",
      active: true,
      big: 2n ** 60n,
    });
    expect(ann.id).toMatch(/^[\da-f]{8}-([\da-f]{4}-){3}[\da-f]{12}$/);
    expect(await Users.objects.get(ann.id)).toEqual(ann);
    const [row] = await rowsOf("select typeof(active) a, typeof(born) b, tags from users");
    expect(row).toEqual({ a: "integer", b: "integer", tags: "[]" });
  });

  it("refuses what the schema refuses, with all that is wrong, and stores nothing", async () => {
    const Users = sqlModel({ db, table: "users", schema: userSchema });
    const error = await Users.create({ email: "x", age: -1, active: true }).catch(
      (caught: unknown) => caught,
    );
    expect(error).toBeInstanceOf(BadRequest);
    expect((error as BadRequest).errors?.map(({ field }) => field)).toEqual(["email", "age"]);
    const ann = await Users.create({ email: "a@x.io", age: 1, active: true });
    await expect(Users.update(ann, { age: -1 })).rejects.toThrow(BadRequest);
    expect((await Users.objects.page({})).items).toEqual([ann]);
  });

  it("guards updates of objects with absent fields, dates and JSON", async () => {
    const Users = sqlModel({ db, table: "users", schema: userSchema });
    const ann = await Users.create({ email: "a@x.io", age: 1, active: true, tags: ["x"] });
    const named = await Users.update(ann, { nick: "A", tags: ["y", "x"] });
    expect(named).toEqual({ ...ann, nick: "A", tags: ["y", "x"] });
    await expect(Users.update(ann, { age: 2 })).rejects.toThrow(
      new Conflict("users was changed by somebody else"),
    );
    await Users.delete(named);
    await expect(Users.update(named, { age: 2 })).rejects.toThrow(new NotFound());
    await expect(Users.delete(named)).rejects.toThrow(new NotFound());
  });
});

describe("sqlModel", () => {
  it("counts ids where they are numbers, and never gives one twice", async () => {
    const schema = z.object({ id: z.int(), title: z.string() });
    const Posts = sqlModel({ db, table: "posts", schema });
    const first = await Posts.create({ title: "a" });
    const second = await Posts.create({ title: "b" });
    expect([first.id, second.id]).toEqual([1, 2]);
    await Posts.delete(second);
    expect((await Posts.create({ title: "c" })).id).toBe(3);
    expect((await Posts.create({ id: 10, title: "d" })).id).toBe(10);
    await expect(Posts.create({ id: 10, title: "e" })).rejects.toThrow(
      new Conflict("Duplicate id", { field: "id" }),
    );
    expect(await Posts.objects.get("3")).toEqual({ id: 3, title: "c" });
    expect((await Posts.objects.orderBy("-id").page({ limit: 2 })).items.map(({ id }) => id)).toEqual([
      10, 3,
    ]);
  });

  it("counts versions and knows a stale one", async () => {
    interface Doc {
      id: string;
      text: string;
      rev: number;
    }
    const Docs = sqlModel<Doc>({
      db,
      table: "docs",
      columns: { text: "text", rev: "integer" },
      version: "rev",
    });
    const first = await Docs.create({ id: "a", text: "x", rev: 7 });
    expect(first).toEqual({ id: "a", text: "x", rev: 1 });
    expect(await Docs.update(first, { text: "y" })).toEqual({ id: "a", text: "y", rev: 2 });
    await expect(Docs.update(first, { text: "z" })).rejects.toThrow(Conflict);
    const now = (await Docs.objects.get("a")) as Doc;
    await expect(Docs.update(now, { text: "z", rev: 1 })).rejects.toThrow(Conflict);
    expect((await Docs.update(now, { rev: 2 })).rev).toBe(3);
  });

  it("names several columns of one constraint", async () => {
    interface Member {
      id: string;
      org: string;
      user: string;
    }
    const columns = { org: "text", user: "text" } as const;
    const Members = sqlModel<Member>({ db, table: "members", columns, unique: [["org", "user"]] });
    await Members.create({ org: "a", user: "b" });
    await Members.create({ org: "a", user: "c" });
    await expect(Members.create({ org: "a", user: "b" })).rejects.toThrow(
      new Conflict("Duplicate org, user", { field: "org, user" }),
    );
  });

  it("binds values and quotes names", async () => {
    const table = 'odd "table';
    const evil = `'"; drop table "odd ""table"; --`;
    interface Odd {
      id: string;
      'sel"ect': string;
    }
    const Odds = sqlModel<Odd>({ db, table, columns: { 'sel"ect': "text" } });
    await Odds.create({ id: evil, 'sel"ect': evil });
    const found = await Odds.objects
      .filter({ 'sel"ect': [evil] })
      .search("DROP", ['sel"ect'])
      .page({});
    expect(found.items).toEqual([{ id: evil, 'sel"ect': evil }]);
    expect(await Odds.objects.get(evil)).toEqual(found.items[0]);
  });

  it("takes lists of thousands and joins of hundreds", async () => {
    interface Row {
      id: string;
      price: string;
    }
    const Rows = sqlModel<Row>({ db, table: "rows", columns: { price: "decimal" } });
    await Rows.create({ id: "a", price: "7.0" });
    const many = Array.from({ length: 9000 }, (_item, at) => String(at));
    expect(await Rows.objects.filter({ id: [...many, "a"] }).count()).toBe(1);
    expect(await Rows.objects.filter({ price: many }).count()).toBe(1);
    let objects = Rows.objects;
    for (let at = 0; at < 900; at++) objects = objects.filter({ id: { ne: String(at) } });
    expect(await objects.count()).toBe(1);
    await expect(
      (async () => Rows.objects.filter({ id: Array.from({ length: 10_001 }, () => "x") }).count())(),
    ).rejects.toThrow(BadRequest);
  });

  it("pages by seeking in an index, not by counting rows off", async () => {
    interface Row {
      id: string;
      rank: number;
    }
    const seen: CompiledQuery[] = [];
    const columns = { rank: "integer" } as const;
    const Rows = sqlModel<Row>({ db, table: "rows", columns });
    for (let rank = 0; rank < 20; rank++) await Rows.create({ rank: rank % 5 });
    await db.executeQuery(CompiledQuery.raw("create index rows_rank on rows (rank, id)"));
    const Watched = sqlModel<Row>({ db: watched(db, seen), table: "rows", columns, create: false });
    const objects = Watched.objects.orderBy("rank");
    const { nextCursor } = await objects.page({ limit: 5 });
    await objects.page({ limit: 5, cursor: nextCursor as string });
    const page = seen.at(-1) as CompiledQuery;
    const plan = await db.executeQuery<{ detail: string }>(
      CompiledQuery.raw(`explain query plan ${page.sql}`, [...page.parameters]),
    );
    const details = plan.rows.map(({ detail }) => detail).join("\n");
    expect(details).toMatch(/SEARCH rows USING .*INDEX rows_rank \(rank>\?\)/);
    expect(details).not.toContain("TEMP B-TREE");
  });

  it("asks one question per operation", async () => {
    const seen: CompiledQuery[] = [];
    const columns = { rank: "integer" } as const;
    const Rows = sqlModel<{ id: string; rank: number }>({ db: watched(db, seen), table: "rows", columns });
    const row = await Rows.create({ rank: 1 });
    // Looks for the table, creates it, inserts.
    expect(seen.length).toBe(3);
    const count = async (run: () => Promise<unknown>): Promise<number> => {
      const before = seen.length;
      await run();
      return seen.length - before;
    };
    expect(await count(() => Rows.create({ rank: 2 }))).toBe(1);
    expect(await count(() => Rows.objects.filter({ rank: 1 }).get(row.id))).toBe(1);
    expect(await count(() => Rows.objects.filter({ rank: 1 }).page({ limit: 1 }))).toBe(1);
    expect(await count(() => Rows.update(row, { rank: 3 }))).toBe(1);
    expect(await count(() => Rows.delete({ ...row, rank: 3 }))).toBe(1);
  });

  it("keeps a transaction as a whole or not at all", () => transactionCase(db, "accounts"));
  it("creates a table in a transaction that may be undone", () => freshTransactionCase(db, "fresh"));
  it("updates a queryset under a schema in one transaction, whole or not at all", () =>
    schemaSetCase(db, "spans"));

  it("changes nothing where a queryset under a schema needs a transaction that the dialect can't begin", async () => {
    const refusal = new Error("Transactions are not supported");
    const beginning = vi.spyOn(SqliteDriver.prototype, "beginTransaction").mockRejectedValue(refusal);
    try {
      const schema = z.object({ id: z.string(), n: z.int() });
      const Numbers = sqlModel({ db, table: "numbers", schema });
      const made = await Numbers.create({ n: 1 });
      const updated = await Numbers.update(made, { n: 2 });
      await expect(Numbers.objects.update({ n: 3 })).rejects.toBe(refusal);
      expect(await Numbers.objects.all()).toEqual([updated]);
      const Plain = sqlModel<{ id: string; n: number }>({ db, table: "numbers", columns: { n: "integer" } });
      expect(await Plain.objects.update({ n: 3 })).toBe(1);
      expect(await Numbers.objects.delete()).toBe(1);
    } finally {
      beginning.mockRestore();
    }
  });

  it("takes an isolation, which SQLite has without", async () => {
    const Rows = sqlModel<{ id: string; n: number }>({ db, table: "rows", columns: { n: "integer" } });
    const made = await transaction(db, bind => bind(Rows).create({ n: 1 }), { isolation: "serializable" });
    expect(await Rows.objects.get(made.id)).toEqual(made);
  });

  it("creates its table once, however many ask first", async () => {
    const make = () => sqlModel<{ id: string; n: number }>({ db, table: "many", columns: { n: "integer" } });
    const models = [make(), make(), make()];
    await Promise.all(models.flatMap(Model => [1, 2, 3].map(n => Model.create({ n }))));
    expect(await make().objects.count()).toBe(9);
  });

  it("leaves the table alone when asked to, and tries again after a failure", async () => {
    const options = { db, table: "late", columns: { n: "integer" }, create: false } as const;
    const Late = sqlModel<{ id: string; n: number }>(options);
    await expect(Late.objects.count()).rejects.toThrow("no such table");
    await sql`create table late (id text primary key, n integer)`.execute(db);
    expect((await Late.create({ n: 1 })).n).toBe(1);
  });

  it("refuses wrong options when it is made", () => {
    const columns = { title: "text" } as const;
    const schema = z.object({ id: z.string(), at: z.string().transform(text => new Date(text)) });
    const wrong: [options: unknown, message: string][] = [
      [
        { db, table: "x", schema },
        'sqlModel: the schema does not declare what "at" holds; name it in columns',
      ],
      [{ table: "x", columns }, 'sqlModel: option "db" must be a Kysely instance'],
      [{ db: {}, table: "x", columns }, 'sqlModel: option "db" must be a Kysely instance'],
      [{ db, columns }, 'sqlModel: option "table" must be a string'],
      [{ db, table: "x" }, "sqlModel: needs columns, or a schema that gives its JSON Schema"],
      [{ db, table: "x", columns: { title: "string" } }, 'sqlModel: field "title" must be one of text'],
      [{ db, table: "x", columns: { and: "text" } }, 'sqlModel: a field can\'t be named "and"'],
      [
        { db, table: "x", columns: { id: "json" } },
        'sqlModel: column "id" must be one of text, integer, bigint',
      ],
      [
        { db, table: "x", columns, unique: ["nope"] },
        'sqlModel: option "unique" names "nope", which is not a column',
      ],
      [
        { db, table: "x", columns, version: "v" },
        'sqlModel: option "version" names "v", which is not a column',
      ],
      [{ db, table: "x", columns, tables: 1 }, 'sqlModel: unknown option "tables"'],
    ];
    for (const [options, message] of wrong) {
      const make = () => sqlModel(options as Parameters<typeof sqlModel>[0]);
      expect(make, message).toThrow(TypeError);
      expect(make).toThrow(message);
    }
  });
});

describe("sqlite", () => {
  it("opens a file for readers and a writer side by side, with its keys checked", async () => {
    const [mode] = await rowsOf("pragma journal_mode");
    const [keys] = await rowsOf("pragma foreign_keys");
    const [timeout] = await rowsOf("pragma busy_timeout");
    expect([mode, keys, timeout]).toEqual([{ journal_mode: "wal" }, { foreign_keys: 1 }, { timeout: 5000 }]);
  });

  it("keeps what it was given after it is closed", async () => {
    const path = join(directory, "kept.sqlite");
    const open = () => {
      const own = sqlite(path);
      return {
        own,
        Rows: sqlModel<{ id: string; n: number }>({ db: own, table: "r", columns: { n: "integer" } }),
      };
    };
    const first = open();
    await first.Rows.create({ id: "a", n: 1 });
    await first.own.destroy();
    const second = open();
    expect(await second.Rows.objects.get("a")).toEqual({ id: "a", n: 1 });
    await second.own.destroy();
    const unused = sqlite(path);
    await unused.destroy();
  });

  it("cuts no integer and keeps small ones numbers", async () => {
    expect(await rowsOf("select 1 as a, 9007199254740993 as b")).toEqual([{ a: 1, b: 9007199254740993n }]);
  });

  it("says in one line why a file can't be opened", () => {
    for (const path of ["/proc/none/x.sqlite", directory, "/dev/null/x.sqlite"]) {
      const open = () => sqlite(path);
      expect(open).toThrow(/^sqlite: can't open [^\n]+: [^\n]+$/);
      expect(open).toThrow(Error);
    }
    expect(() => sqlite(1 as never)).toThrow(new TypeError("sqlite: path must be a string"));
    expect(() => sqlite(":memory:", { timeout: 1 } as never)).toThrow('unknown option "timeout"');
  });

  it("lets several processes start and write at once", async () => {
    const path = join(directory, "shared.sqlite");
    const from = (name: string) => new URL(`../../../../src/models/${name}.ts`, import.meta.url).href;
    const script = `
      import { sqlite } from ${JSON.stringify(from("sqlite"))};
      import { sqlModel } from ${JSON.stringify(from("sql/index"))};
      const db = sqlite(${JSON.stringify(path)});
      const Rows = sqlModel({ db, table: "r", columns: { n: "integer" } });
      for (let n = 0; n < 50; n++) await Rows.create({ n });
      await db.destroy();
    `;
    const run = promisify(execFile);
    const starts = [1, 2, 3, 4].map(() => run(process.execPath, ["--input-type=module", "--eval", script]));
    for (const { stderr } of await Promise.all(starts)) expect(stderr).toBe("");
    const own = sqlite(path);
    const Rows = sqlModel<{ id: string; n: number }>({ db: own, table: "r", columns: { n: "integer" } });
    expect(await Rows.objects.count()).toBe(200);
    await own.destroy();
  });
});
