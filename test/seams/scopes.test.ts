import * as pg from "drizzle-orm/pg-core";
import * as lite from "drizzle-orm/sqlite-core";
import { sql } from "kysely";
import { describe, expect, it } from "vitest";
import { resource } from "../../api/resource.ts";
import { bulkCreateHandler } from "../../generics/bulkCreateHandler.ts";
import { bulkUpdateHandler } from "../../generics/bulkUpdateHandler.ts";
import { createHandler } from "../../generics/createHandler.ts";
import { updateHandler } from "../../generics/updateHandler.ts";
import { respond } from "../../src/http/respond.ts";
import { drizzleModel } from "../../src/models/drizzle/drizzleModel.ts";
import { dynamoModel } from "../../src/models/dynamo/dynamoModel.ts";
import { memoryModel } from "../../src/models/memory/memoryModel.ts";
import { findIn } from "../../src/models/query/findIn.ts";
import { keysetQueryset } from "../../src/models/query/keysetQueryset.ts";
import { sqlModel } from "../../src/models/sql/sqlModel.ts";
import type { Model, OrderKey, PageRequest, Queryset, Where } from "../../src/models/types.ts";
import { pick } from "../../src/serializers/pick.ts";
import { startDatabases } from "../support/databases.ts";
import { sources } from "../support/events.ts";
import { send, type TestResponse } from "../support/send.ts";

interface Note {
  id: string;
  org?: string | null;
  title?: string | null;
  rank?: number | null;
}
const columns = { id: "text", org: "text", title: "text", rank: "integer" } as const;

/** The same objects, of whoever wrote a queryset without a thought of what is not there yet. */
class PlainQueryset implements Queryset<Note> {
  readonly inner: Queryset<Note>;
  constructor(inner: Queryset<Note>) {
    this.inner = inner;
  }
  filter(where: Where<Note>): Queryset<Note> {
    return new PlainQueryset(this.inner.filter(where));
  }
  search(text: string, fields: readonly (keyof Note & string)[]): Queryset<Note> {
    return new PlainQueryset(this.inner.search(text, fields));
  }
  orderBy(...keys: OrderKey<Note>[]): Queryset<Note> {
    return new PlainQueryset(this.inner.orderBy(...keys));
  }
  get(id: string) {
    return this.inner.get(id);
  }
  page(request: PageRequest) {
    return this.inner.page(request);
  }
  count() {
    return this.inner.count();
  }
  [Symbol.asyncIterator]() {
    return this.inner[Symbol.asyncIterator]();
  }
}

const databases = startDatabases("scoped");

const liteColumns = {
  id: lite.text().primaryKey(),
  org: lite.text(),
  title: lite.text(),
  rank: lite.integer(),
};
const pgColumns = { id: pg.text().primaryKey(), org: pg.text(), title: pg.text(), rank: pg.integer() };
const ddl = "(id text primary key, org text, title text, rank integer)";

/** A model of one's own: a class over a list, with our queryset. */
class OwnModel implements Model<Note> {
  readonly name = "Note";
  readonly idKey = "id";
  readonly fields = columns;
  readonly rows = new Map<string, Note>();
  readonly objects = keysetQueryset<Note>({
    name: "Note",
    idKey: "id",
    fields: columns,
    find: async request => findIn([...this.rows.values()], request, columns).map(row => ({ ...row })),
    count: async condition =>
      findIn([...this.rows.values()], { condition, order: [], limit: 1e9, offset: 0 }, columns).length,
  });
  created = 0;
  async create(data: Partial<Note>): Promise<Note> {
    this.created++;
    const row: Note = { id: `own${this.created}`, ...data };
    this.rows.set(row.id, row);
    return { ...row };
  }
  async update({ id }: Note, changes: Partial<Note>): Promise<Note> {
    const row = { ...(this.rows.get(id) as Note), ...changes };
    this.rows.set(id, row);
    return { ...row };
  }
  async delete({ id }: Note): Promise<void> {
    this.rows.delete(id);
  }
}

const plain = (model: Model<Note>): Model<Note> => ({
  name: model.name,
  idKey: "id",
  fields: columns,
  objects: new PlainQueryset(model.objects),
  create: data => model.create(data),
  update: (object, changes) => model.update(object, changes),
  delete: object => model.delete(object),
});

const engines: [string, () => Model<Note> | Promise<Model<Note>>][] = [
  ["memoryModel", () => memoryModel<Note>({ name: "Note", fields: columns })],
  ["memoryModel that counts versions", () => memoryModel<Note>({ name: "Note", version: "rank" })],
  ["sqlModel on SQLite", () => sqlModel<Note>({ ...databases.sqlite(), name: "Note", columns })],
  ["sqlModel on PostgreSQL", () => sqlModel<Note>({ ...databases.postgres(), name: "Note", columns })],
  [
    "drizzleModel on SQLite",
    () => {
      const { db, table: name } = databases.drizzleSqlite(ddl);
      return drizzleModel(db, lite.sqliteTable(name, liteColumns), {
        name: "Note",
      }) as unknown as Model<Note>;
    },
  ],
  [
    "drizzleModel on PostgreSQL",
    async () => {
      const { db, table: name } = await databases.drizzlePostgres(ddl);
      return drizzleModel(db, pg.pgTable(name, pgColumns), {
        name: "Note",
      }) as unknown as Model<Note>;
    },
  ],
  ["dynamoModel", async () => dynamoModel<Note>({ ...(await databases.dynamo()), name: "Note" })],
  ["a class of one's own", () => new OwnModel()],
  ["a queryset of one's own over memory", () => plain(memoryModel<Note>({ name: "Note", fields: columns }))],
  [
    "a queryset of one's own over SQLite",
    () => plain(sqlModel<Note>({ ...databases.sqlite(), name: "Note", columns })),
  ],
];

type Handler = Parameters<typeof send>[0];
const serializer = pick("id", "org", "title");
const notFound = { status: 404, body: { code: 404, message: "Resource Not Found" } };
const all = async (model: Model<Note>): Promise<Note[]> => {
  const found: Note[] = [];
  for await (const one of model.objects) found.push(one);
  return found.sort((a, b) => (a.id < b.id ? -1 : 1));
};
const optional = ["org", "title"] as const;
const merge = { "Content-Type": "application/merge-patch+json" };
const operations = { "Content-Type": "application/json-patch+json" };
const ask = (
  handler: Handler,
  method: string,
  body: unknown,
  headers: Record<string, string> = {},
  id = "n1",
): Promise<TestResponse> =>
  send(handler, "http", { method, path: `/notes/${id}`, pathParameters: { id }, body, headers });

/** Scopes of "mine", from the plainest to the most tangled. */
const scopes: [string, Where<Note>][] = [
  ["a field", { org: "a" }],
  ["a list of values", { org: ["a", "z"] }],
  ["an or", { or: [{ org: "a" }, { org: "z", title: "t" }] }],
  ["a not", { not: { or: [{ org: "b" }, { org: { isNull: true } }, { org: ["c"] }] } }],
];

describe.each(engines)("on %s", (_engine, make) => {
  it.each(scopes)(
    "what would be outside of %s is not written, by any way of writing",
    async (_scope, where) => {
      const Notes = await make();
      await Notes.create({ id: "n1", org: "a", title: "one" });
      const queryset = () => Notes.objects.filter(where);
      const options = { optional, serializer, queryset };
      const notes = resource(Notes, { ...options, update: { upsert: true } });
      const bulk = bulkCreateHandler(Notes, { optional, queryset });
      const changing = bulkUpdateHandler(Notes, { optional, queryset });
      const isAtomic = Notes.together !== undefined;
      const together = isAtomic && bulkCreateHandler(Notes, { optional, queryset, atomic: true });
      const changingTogether = isAtomic && bulkUpdateHandler(Notes, { optional, queryset, atomic: true });
      const before = await all(Notes);

      for (const org of ["b", "c", null, undefined]) {
        expect(await ask(notes.create, "POST", { org, title: "x" })).toMatchObject(notFound);
        expect(await ask(createHandler(Notes, options), "POST", { org, title: "x" })).toMatchObject(notFound);
        expect(await ask(notes.update, "PUT", { org, title: "x" }, {}, "n9")).toMatchObject(notFound);
        const items = await ask(bulk, "POST", [{ org, title: "x" }, { org }]);
        expect([items.status, items.body]).toEqual([
          207,
          [1, 2].map(() => ({ status: 404, error: notFound.body })),
        ]);
        const first = { org: "a", title: "x" };
        if (together) expect((await ask(together, "POST", [first, { org, title: "y" }])).status).toBe(404);
        if (org === undefined) continue;
        expect((await ask(changing, "PATCH", [{ id: "n1", org }])).body).toMatchObject([{ status: 404 }]);
        if (changingTogether) {
          const moved = await ask(changingTogether, "PATCH", [{ id: "n1", title: "y", org }]);
          expect(moved).toMatchObject({ status: 404, body: { field: "0" } });
        }
        for (const [method, body, headers] of [
          ["PUT", { org }, {}],
          ["PATCH", { org }, {}],
          ["PATCH", { org }, merge],
          ["PATCH", [{ op: "replace", path: "/org", value: org }], operations],
        ] as const) {
          expect(await ask(notes.update, method, body, headers)).toMatchObject(notFound);
        }
      }
      expect(await all(Notes)).toEqual(before);
      // What is not said may be made by the model: that alone was written, and taken back.
      if (Notes instanceof OwnModel) expect(Notes.created).toBe(1 + 5);

      expect(await ask(notes.create, "POST", { org: "a", title: "x" })).toMatchObject({ status: 201 });
      expect(await ask(notes.update, "PUT", { org: "a" }, {}, "n9")).toMatchObject({ status: 201 });
      expect(await ask(bulk, "POST", [{ org: "a" }, { org: "b" }])).toMatchObject({
        status: 207,
        body: [{ status: 201 }, { status: 404 }],
      });
      expect(await ask(notes.update, "PATCH", { org: "a", title: "new" })).toMatchObject({
        status: 200,
        body: { title: "new" },
      });
      expect((await all(Notes)).map(({ org }) => org)).toEqual(["a", "a", "a", "a"]);
    },
  );

  it("what a create step overwrote outside of the queryset has its values again, and is not deleted", async () => {
    const Notes = await make();
    await Notes.create({ id: "n7", org: "b", title: "theirs" });
    const save = async (data: Partial<Note>) => {
      const old = await Notes.objects.get(String(data.id));
      return old === undefined ? Notes.create(data) : Notes.update(old, { title: data.title });
    };
    const queryset = () => Notes.objects.filter({ org: "a" });
    const shared = { queryset, serializer, create: save };
    const put = updateHandler(Notes, { optional: ["title"], upsert: true, ...shared });
    const post = createHandler(Notes, { required: ["id"], optional: ["title"], ...shared });
    const gone = { status: 404, body: { code: 404, message: "Resource Not Found" } };
    expect(await ask(put, "PUT", { title: "mine" }, {}, "n7")).toMatchObject(gone);
    expect(await all(Notes)).toMatchObject([{ id: "n7", org: "b", title: "theirs" }]);
    expect(await ask(post, "POST", { id: "n7", title: "mine" })).toMatchObject(gone);
    expect((await all(Notes)).map(({ id, title }) => [id, title])).toEqual([["n7", "theirs"]]);
  });

  it("what steps of one's own made is checked like the rest", async () => {
    const Notes = await make();
    await Notes.create({ id: "n1", org: "a", title: "one" });
    const before = await all(Notes);
    const queryset = () => Notes.objects.filter({ org: "a" });
    const make_ = (org: string) => (data: Partial<Note>) => Notes.create({ ...data, org });
    const change = (org: string) => (note: Note, changes: Partial<Note>) =>
      Notes.update(note, { ...changes, org });
    const handlersOf = (org: string): [Handler, string, unknown, string][] => [
      [
        createHandler(Notes, { optional: ["title"], queryset, serializer, create: make_(org) }),
        "POST",
        { title: "x" },
        "n1",
      ],
      [
        bulkCreateHandler(Notes, { optional: ["title"], queryset, create: make_(org) }),
        "POST",
        [{ title: "x" }],
        "n1",
      ],
      [
        updateHandler(Notes, { optional: ["title"], queryset, serializer, upsert: true, create: make_(org) }),
        "PUT",
        { title: "x" },
        "n8",
      ],
      [
        updateHandler(Notes, { optional: ["title"], queryset, serializer, update: change(org) }),
        "PATCH",
        { title: "x" },
        "n1",
      ],
    ];
    for (const [handler, method, body, id] of handlersOf("b")) {
      const response = await ask(handler, method, body, {}, id);
      const one = Array.isArray(response.body) ? response.body[0] : response;
      expect(one.status).toBe(404);
    }
    expect((await all(Notes)).map(({ id, org, title }) => ({ id, org, title }))).toEqual(
      before.map(({ id, org, title }) => ({ id, org, title })),
    );
    for (const [handler, method, body, id] of handlersOf("a")) {
      expect((await ask(handler, method, body, {}, id)).status).toBeLessThan(300);
    }
    expect((await all(Notes)).map(({ org }) => org)).toEqual(["a", "a", "a", "a"]);
  });

  it("a plain list admits nothing new, and lets its own be changed", async () => {
    const Notes = await make();
    await Notes.create({ id: "n1", org: "a" });
    for (const queryset of [() => all(Notes), () => []]) {
      const notes = resource(Notes, { optional, serializer, queryset, update: { upsert: true } });
      expect(await ask(notes.create, "POST", { org: "a" })).toMatchObject(notFound);
      expect(await ask(notes.update, "PUT", { org: "a" }, {}, "n9")).toMatchObject(notFound);
      const bulk = bulkCreateHandler(Notes, { optional, queryset });
      expect((await ask(bulk, "POST", [{ org: "a" }])).status).toBe(207);
    }
    const notes = resource(Notes, { optional, serializer, queryset: () => all(Notes) });
    expect(await ask(notes.update, "PATCH", { org: "b" })).toMatchObject({ status: 200, body: { org: "b" } });
    expect(await all(Notes)).toMatchObject([{ id: "n1", org: "b" }]);
  });
});

describe("a scope", () => {
  it("bounds a create on every source, and is asked once for all items of a bulk", async () => {
    let asked = 0;
    const Notes = memoryModel<Note>({ name: "Note" });
    const queryset = async () => {
      asked++;
      return Notes.objects.filter({ org: "a" });
    };
    const bulk = bulkCreateHandler(Notes, { optional, queryset });
    const create = createHandler(Notes, { optional, queryset, serializer });
    for (const source of sources) {
      const request = { method: "POST", path: "/notes" };
      expect((await send(create, source, { ...request, body: { org: "b" } })).status).toBe(404);
      expect((await send(create, source, { ...request, body: { org: "a" } })).status).toBe(201);
      asked = 0;
      await send(bulk, source, { ...request, body: [{ org: "b" }, { org: "a" }, {}] });
      expect(asked).toBe(1);
    }
  });

  it("goes by what the model makes of the data: its schema, the defaults of the handler", async () => {
    const { z } = await import("zod");
    const schema = z.object({
      id: z.string(),
      org: z.string().trim().toLowerCase().default("a"),
      title: z.string().nullish(),
    });
    for (const Notes of [
      memoryModel({ name: "Note", schema }),
      sqlModel({ ...databases.sqlite(), name: "Note", schema }),
    ]) {
      const queryset = () => Notes.objects.filter({ org: "a" });
      const create = createHandler(Notes, { optional: ["org"], queryset, serializer: pick("org") });
      for (const body of [{}, { org: " A " }]) {
        expect(await ask(create, "POST", body)).toMatchObject({ status: 201, body: { org: "a" } });
      }
      expect((await ask(create, "POST", { org: "A b" })).status).toBe(404);
      const owned = createHandler(Notes, {
        optional: ["org"],
        queryset,
        serializer: pick("org"),
        defaults: () => ({ org: "b" }),
      });
      expect((await ask(owned, "POST", { org: "a" })).status).toBe(404);
      expect(await Notes.objects.count()).toBe(2);
    }
  });

  it("goes by what the database makes, in a transaction", async () => {
    interface Counted {
      id: number;
      org?: string;
    }
    for (const [{ db, table }, id] of [
      [databases.sqlite(), sql`integer primary key`] as const,
      [databases.postgres(), sql`serial primary key`] as const,
    ]) {
      await sql`create table ${sql.id(table)} (id ${id}, org text default 'a')`.execute(db);
      const Notes = sqlModel<Counted>({
        db,
        name: "Note",
        table,
        columns: { id: "integer", org: "text" },
        create: false,
      });
      const scoped = (where: Where<Counted>) =>
        createHandler(Notes, {
          optional: ["org"],
          serializer: pick("id", "org"),
          queryset: () => Notes.objects.filter(where),
        });
      expect((await ask(scoped({ org: "b" }), "POST", {})).status).toBe(404);
      expect((await ask(scoped({ id: { gt: 1000 } }), "POST", {})).status).toBe(404);
      expect(await Notes.objects.count()).toBe(0);
      expect(await ask(scoped({ org: "a" }), "POST", {})).toMatchObject({ status: 201, body: { org: "a" } });
      expect(await ask(scoped({ id: { lt: 1000 } }), "POST", { org: "b" })).toMatchObject({ status: 201 });
      expect(await Notes.objects.count()).toBe(2);
    }
  });

  it("does not reveal whether an id is taken outside of it", async () => {
    const Notes = memoryModel<Note>({ name: "Note", objects: [{ id: "n1", org: "b" }] });
    const queryset = () => Notes.objects.filter({ org: "a" });
    const update = updateHandler(Notes, { optional, serializer, queryset, upsert: true });
    expect(await ask(update, "PUT", { org: "a" })).toMatchObject(notFound);
    expect(await ask(update, "PUT", { org: "b" })).toMatchObject(notFound);
  });

  it("is the affair of a step that responds by itself; one that gives no id is a 500", async () => {
    const Notes = memoryModel<Note>({ name: "Note" });
    const queryset = () => Notes.objects.filter({ org: "a" });
    const create = (step: () => unknown) =>
      createHandler(Notes, {
        optional,
        serializer,
        queryset,
        create: step as never,
        errors: { logger: false },
      });
    expect(
      (
        await ask(
          create(() => respond({ status: 202 })),
          "POST",
          {},
        )
      ).status,
    ).toBe(202);
    for (const made of [undefined, null, {}, "x"]) {
      expect(
        (
          await ask(
            create(() => made),
            "POST",
            {},
          )
        ).status,
      ).toBe(500);
    }
  });

  it("that can judge is asked before anything is written", async () => {
    let writes = 0;
    const inner = memoryModel<Note>({ name: "Note", objects: [{ id: "n1", org: "a" }] });
    const judged: Queryset<Note> = Object.assign(new PlainQueryset(inner.objects.filter({ org: "a" })), {
      admits: ({ org }: Partial<Note>) => org === "a",
    });
    const Notes: Model<Note> = {
      ...inner,
      create(data) {
        writes++;
        return inner.create(data);
      },
      update(object, changes) {
        writes++;
        return inner.update(object, changes);
      },
    };
    const notes = resource(Notes, { optional, serializer, queryset: () => judged });
    expect((await ask(notes.create, "POST", { org: "b" })).status).toBe(404);
    expect((await ask(notes.update, "PATCH", { org: "b" })).status).toBe(404);
    expect(writes).toBe(0);
    expect((await ask(notes.update, "PATCH", { org: "a" })).status).toBe(200);
  });
});
