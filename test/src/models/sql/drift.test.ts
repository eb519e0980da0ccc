import { CamelCasePlugin, type CompiledQuery, type Kysely, sql } from "kysely";
import { afterAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { createHandler } from "../../../../generics/createHandler.ts";
import { BadRequest } from "../../../../src/core/errors.ts";
import { sqlModel } from "../../../../src/models/sql/sqlModel.ts";
import { sqlite } from "../../../../src/models/sqlite.ts";
import { pick } from "../../../../src/serializers/pick.ts";
import { eventOf, received } from "../../../support/events.ts";
import { watched } from "../../../support/sqlCases.ts";
import { onSqlServers } from "../../../support/sqlServers.ts";

interface Task {
  id: string;
  title: string;
  rank: number;
  done: boolean;
  tags: unknown;
  due: Date | null;
}

const due = new Date("2020-02-29T12:00:00.123Z");

function cases(of: () => Kysely<unknown>): void {
  it("a table has what its schema requires and its columns want", async () => {
    const db = of();
    const schema = z.object({
      id: z.string(),
      title: z.string(),
      rank: z.int().nullable(),
      note: z.string().optional(),
      any: z.unknown(),
    });
    type Made = z.infer<typeof schema>;
    const Made = sqlModel<Made>({
      db,
      table: "made",
      schema,
      unique: ["title"],
      indexes: ["rank", ["title", "rank"]],
    });
    await Made.create({ title: "a", rank: null, any: null });
    await expect(
      sql`insert into made (id, title, ${sql.id("rank")}) values ('b', null, 1)`.execute(db),
    ).rejects.toThrow();
    const indexes = (await db.introspection.getTables()).find(({ name }) => name === "made");
    const nullable = Object.fromEntries(
      indexes?.columns.map(({ name, isNullable }) => [name, isNullable]) ?? [],
    );
    expect(nullable).toEqual({ id: false, title: false, rank: true, note: true, any: true });
    await expect(sql`create index made_title_rank_idx on made (title)`.execute(db)).rejects.toThrow(
      /already exists|Duplicate key/,
    );
  });

  it("a default is filled in by the database, of whatever kind it is", async () => {
    const columns = {
      title: { kind: "text", required: true, default: "it's \\ new" },
      rank: { kind: "integer", default: -7 },
      done: { kind: "boolean", required: true, default: false },
      tags: { kind: "json", default: { a: ["'"] } },
      due: { kind: "date", default: due },
      price: { kind: "decimal", default: "-12.30" },
      big: { kind: "bigint", default: 2n ** 60n },
      score: { kind: "real", default: 0.5 },
    } as const;
    const Filled = sqlModel<Task & { price: string; big: bigint; score: number }>({
      db: of(),
      table: "filled",
      columns,
    });
    const made = await Filled.create({ id: "a" });
    expect(made).toEqual({
      id: "a",
      title: "it's \\ new",
      rank: -7,
      done: false,
      tags: { a: ["'"] },
      due,
      price: "-12.30",
      big: 2n ** 60n,
      score: 0.5,
    });
    await expect(Filled.update(made, { title: null as never })).rejects.toThrow(
      new BadRequest("title must not be null", { field: "title" }),
    );
  });

  it("a table that is not as the model wants it is an error that says what to do", async () => {
    const db = of();
    await sql`create table drifted (id varchar(40) primary key, title varchar(40), ${sql.id("rank")} varchar(40),
      done integer)`.execute(db);
    await sql`insert into drifted (id, title, ${sql.id("rank")}) values ('a', 'A', 'x')`.execute(db);
    const options = { db, name: "Task", table: "drifted" } as const;
    const wrong = (text: string): RegExp =>
      new RegExp(
        `^The table of Task is not as the model wants it: ${text}. Run "tsverless migrate plan"`,
        "i",
      );
    const drifts: [columns: object, unique: string[], text: string][] = [
      [{ title: "text", due: "date" }, [], "column drifted.due is missing"],
      [{ rank: "integer" }, [], "column drifted.rank is [\\w ]*char[^,]*, which does not hold integer"],
      [{ done: "text" }, [], "column drifted.done is int\\w*, which does not hold text"],
      [{ title: "text" }, ["title"], "nothing keeps drifted unique by title"],
    ];
    for (const [columns, unique, text] of drifts) {
      const Drifted = sqlModel<Task>({ ...options, columns, unique: unique as ["title"] });
      await expect(Drifted.objects.all(), text).rejects.toThrow(wrong(text));
      await expect(Drifted.create({ id: "b" })).rejects.toThrow(wrong(text));
    }
    const Unchecked = sqlModel<Task>({
      ...options,
      columns: { title: "text" },
      unique: ["title"],
      check: false,
    });
    expect(await Unchecked.objects.all()).toEqual([{ id: "a", title: "A" }]);
    const Mended = sqlModel<Task>({ ...options, columns: { title: "text" }, unique: ["title"] });
    await expect(Mended.objects.all()).rejects.toThrow(wrong("nothing keeps drifted unique by title"));
    await sql`create unique index drifted_title on drifted (title)`.execute(db);
    expect(await Mended.objects.all()).toEqual([{ id: "a", title: "A" }]);
  });

  it("names in snake case under a plugin are found, in rules too", async () => {
    const db = of();
    await sql`create table snakes (id varchar(40) primary key, full_name varchar(40), org_id varchar(40),
      unique (org_id, full_name))`.execute(db);
    const Snakes = sqlModel<{ id: string; fullName: string; orgId: string }>({
      db: db.withPlugin(new CamelCasePlugin()),
      table: "snakes",
      columns: { fullName: "text", orgId: "text" },
      unique: [["orgId", "fullName"]],
    });
    expect((await Snakes.create({ fullName: "Ann", orgId: "x" })).fullName).toBe("Ann");
  });

  it("the look at a table takes no statement of its own", async () => {
    const seen: CompiledQuery[] = [];
    const options = { db: watched(of(), seen), table: "looked", columns: { title: "text" } } as const;
    await sqlModel<Task>(options).objects.all();
    seen.length = 0;
    await sqlModel<Task>({ ...options, unique: [] }).objects.all();
    expect(seen.length).toBe(2);
  });
}

describe("on SQLite", () => {
  const db = sqlite(":memory:");
  afterAll(() => db.destroy());
  cases(() => db);

  it("a client learns nothing of it but 500", async () => {
    const Task = sqlModel<Task>({ db, name: "Task", table: "drifted", columns: { due: "date" } });
    const handler = createHandler(Task, { required: ["due"], serializer: pick("id") });
    const event = eventOf("http", { method: "POST", body: JSON.stringify({ due }) });
    const { status, body } = received("http", await handler(event, {} as never));
    expect([status, JSON.parse(String(body))]).toEqual([
      500,
      { code: 500, message: "Internal Server Error" },
    ]);
  });
});

onSqlServers(place => place, cases);

describe("columns", () => {
  const db = sqlite(":memory:");
  const made =
    (columns: object, more: object = {}) =>
    () =>
      sqlModel<Task>({ db, table: "x", columns, ...more } as never);
  it.each([
    [made({ title: { kind: "words" } }), 'field "title" must be one of text'],
    [made({ title: {} }), 'field "title" must be one of text'],
    [made({ title: { kind: "text", size: 1 } }), 'sqlModel: column "title": unknown option "size"'],
    [
      made({ rank: { kind: "integer", default: "a" } }),
      'the default of column "rank" must be a whole number',
    ],
    [
      made({ rank: { kind: "integer", default: null } }),
      'the default of column "rank" must be a whole number',
    ],
    [made({ rank: { kind: "integer", required: 1 } }), 'option "required" must be true or false'],
    [made({ rank: "integer" }, { indexes: ["due"] }), 'option "indexes" names "due", which is not a column'],
    [made({ rank: "integer" }, { check: 1 }), 'option "check" must be true or false'],
  ])("refuse what is wrong: %#", (make, message) => {
    expect(make).toThrow(TypeError);
    expect(make).toThrow(message);
  });
});
