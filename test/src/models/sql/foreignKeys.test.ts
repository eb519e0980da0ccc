import { CamelCasePlugin, type Kysely, sql } from "kysely";
import { afterAll, describe, expect, it } from "vitest";
import { api } from "../../../../api/api.ts";
import { resource } from "../../../../api/resource.ts";
import { bulkCreateHandler } from "../../../../generics/bulkCreateHandler.ts";
import { BadRequest, Conflict } from "../../../../src/core/errors.ts";
import { dynamoModel } from "../../../../src/models/dynamo/dynamoModel.ts";
import { memoryModel } from "../../../../src/models/memory/memoryModel.ts";
import { one } from "../../../../src/models/relations/one.ts";
import type { OneOptions } from "../../../../src/models/relations/types.ts";
import { type SqlModelOptions, sqlModel } from "../../../../src/models/sql/sqlModel.ts";
import { transaction } from "../../../../src/models/sql/transaction.ts";
import { sqlite } from "../../../../src/models/sqlite.ts";
import type { FullModel, Relation } from "../../../../src/models/types.ts";
import { pick } from "../../../../src/serializers/pick.ts";
import { testClient } from "../../../../tools/testing/requests/client.ts";
import { watched } from "../../../support/sqlCases.ts";
import { onSqlServers } from "../../../support/sqlServers.ts";

type Any = { id: string } & Record<string, unknown>;
type Options = Omit<Partial<SqlModelOptions<Any>>, "relations" | "columns" | "unique"> & {
  relations?: Record<string, Relation>;
  columns?: object;
  unique?: readonly (string | readonly string[])[];
};
type Model = FullModel<Any>;

let made = 0;

/** Makes models in tables of new names. */
function maker(db: Kysely<unknown>): (name: string, options?: Options) => Model {
  const at = made++;
  return (name, options = {}) =>
    sqlModel<Any>({ db, name, table: `keys${at}_${name}`, columns: { note: "text" }, ...options } as never);
}

const text = "text" as const;

function cases(of: () => Kysely<unknown>): void {
  const keyed = (options?: OneOptions<Any>, more: Options = {}): [users: Model, posts: Model] => {
    const make = maker(of());
    const Users = make("User", { columns: { name: text } });
    const relations = { author: one(Users, "author", options) };
    return [Users, make("Post", { columns: { author: text, title: text }, relations, ...more })];
  };

  it("what refers to nothing is 400 naming the field, and what is referred to can't be deleted", async () => {
    const [Users, Posts] = keyed();
    const lost = new BadRequest("author refers to what is not there", { field: "author" });
    await expect(Posts.create({ id: "p", author: "nobody" })).rejects.toEqual(lost);
    const ann = await Users.create({ id: "ann" });
    const post = await Posts.create({ id: "p", author: "ann" });
    await Posts.create({ id: "q", author: null });
    await expect(Posts.update(post, { author: "nobody" })).rejects.toEqual(lost);
    await expect(Posts.objects.update({ author: "nobody" })).rejects.toEqual(lost);
    const held = new Conflict("User is still referred to by Post.author");
    await expect(Users.delete(ann)).rejects.toEqual(held);
    await expect(Users.objects.delete()).rejects.toEqual(held);
    await Posts.delete(post);
    await Users.delete(ann);
  });

  it("is the same where the tables were used before, by another process", async () => {
    const make = maker(of());
    const models = (): [Model, Model] => {
      const Users = make("User");
      return [
        Users,
        make("Post", { columns: { author: text }, relations: { author: one(Users, "author") } }),
      ];
    };
    await models()[1].objects.all();
    const [Users, Posts] = models();
    await expect(Posts.create({ author: "nobody" })).rejects.toThrow("author refers to what is not there");
    await Posts.create({ author: (await Users.create({ id: "ann" })).id });
  });

  it.each(["restrict", "noAction"] as const)("onDelete %s keeps what is referred to", async onDelete => {
    const [Users, Posts] = keyed({ onDelete });
    const ann = await Users.create({});
    await Posts.create({ author: ann.id });
    await expect(Users.delete(ann)).rejects.toThrow(new Conflict("User is still referred to by Post.author"));
  });

  it("onDelete cascade and setNull do what they say, also for sets and in transactions", async () => {
    const [Users, Posts] = keyed({ onDelete: "cascade" });
    const [Owners, Things] = keyed({ onDelete: "setNull" });
    for (const [parents, children] of [
      [Users, Posts],
      [Owners, Things],
    ] as const) {
      const three = await Promise.all(["a", "b", "c"].map(id => parents.create({ id })));
      for (const { id } of three) await children.create({ id, author: id });
      await parents.delete(three[0] as Any);
      await parents.objects.filter({ id: "b" }).delete();
      await transaction(of(), bind => bind(parents).delete(three[2] as Any));
    }
    expect(await Posts.objects.all()).toEqual([]);
    const left = await Things.objects.orderBy("id").all();
    expect(left).toEqual(["a", "b", "c"].map(id => ({ id, author: null, title: null })));
  });

  it("says which of several it is, whichever row it is of", async () => {
    const make = maker(of());
    const Users = make("User", { columns: { email: text }, unique: ["email"] });
    const columns = { author: text, editor: text, mail: text };
    const relations = {
      author: one(Users, "author"),
      editor: one(Users, "editor"),
      sender: one(Users, "mail", { references: "email" } as never),
    };
    const Posts = make("Post", { columns, relations });
    const Logs = make("Log", { columns: { who: text }, relations: { who: one(Users, "who") } });
    const ids = ["a", "b", "c", "d"];
    const [a, b, c, d] = await Promise.all(ids.map(id => Users.create({ id, email: `${id}@x` })));
    for (const [wrong, field] of [
      [{ author: "z" }, "author"],
      [{ editor: "z" }, "editor"],
      [{ mail: "z" }, "mail"],
    ] as const) {
      const data = { author: "a", editor: "b", mail: "c@x", ...wrong };
      await expect(Posts.create(data), field).rejects.toMatchObject({ statusCode: 400, field });
    }
    await Posts.create({ author: "a", editor: "b", mail: "c@x" });
    await Logs.create({ who: "d" });
    const by = (name: string) => new Conflict(`User is still referred to by ${name}`);
    await expect(Users.delete(a as Any)).rejects.toEqual(by("Post.author"));
    await expect(Users.delete(b as Any)).rejects.toEqual(by("Post.editor"));
    await expect(Users.delete(c as Any)).rejects.toEqual(by("Post.sender"));
    await expect(Users.update(c as Any, { email: "other" })).rejects.toEqual(by("Post.sender"));
    await expect(Users.delete(d as Any)).rejects.toEqual(by("Log.who"));
  });

  it("keys of several fields refer to what is unique by them, in whatever order", async () => {
    const make = maker(of());
    const Files = make("File", {
      columns: { org: text, path: text, number: "integer" },
      unique: [["path", "org", "number"]],
    });
    const source = one(Files, ["number", "org", "file"], {
      references: ["number", "org", "path"],
      onDelete: "cascade",
    } as never);
    const columns = { org: text, file: text, number: "integer" };
    const Uses = make("Use", { columns, relations: { source } });
    const file = await Files.create({ org: "x", path: "p", number: 1 });
    await Uses.create({ id: "u", org: "x", file: "p", number: 1 });
    await Uses.create({ id: "n", org: "y", file: "p", number: null });
    const lost = new BadRequest("file refers to what is not there", { field: "file" });
    await expect(Uses.create({ org: "x", file: "p", number: 2 })).rejects.toEqual(lost);
    await Files.delete(file);
    expect((await Uses.objects.all()).map(({ id }) => id)).toEqual(["n"]);
  });

  it("numbers refer to ids that the database counts", async () => {
    const make = maker(of());
    const Users = make("User", { columns: { id: "integer" } });
    const Posts = make("Post", {
      columns: { author: "integer" },
      relations: { author: one(Users, "author") },
    });
    const { id } = await Users.create({} as never);
    await Posts.create({ author: id });
    await expect(Posts.create({ author: 99 })).rejects.toMatchObject({ statusCode: 400, field: "author" });
  });

  it.each(["A", "B"])(
    "models that refer to each other and to themselves have their keys, though only %s is used",
    async first => {
      const make = maker(of());
      const A: Model = make("A", {
        columns: { b: text, up: text },
        relations: {
          b: one((): Model => B, "b"),
          up: one((): Model => A, "up", { onDelete: "cascade" }),
        },
      });
      const B: Model = make("B", { columns: { a: text }, relations: { a: one((): Model => A, "a") } });
      await (first === "A" ? A : B).objects.all();
      await expect(A.create({ b: "z" })).rejects.toMatchObject({ field: "b" });
      await expect(B.create({ a: "z" })).rejects.toMatchObject({ field: "a" });
      const a = await A.create({ id: "a", up: "a" });
      const b = await B.create({ a: "a" });
      await A.create({ id: "c", up: "a", b: b.id });
      await expect(A.delete(a)).rejects.toEqual(new Conflict("A is still referred to by B.a"));
      await B.objects.update({ a: null });
      await A.delete(a);
      expect(await A.objects.all()).toEqual([]);
    },
  );

  it("are of the columns of their fields, however those are called", async () => {
    const make = maker(of());
    const naming = "snake" as const;
    const Users = make("User", {
      naming,
      columns: { eMail: { kind: text, column: "mail" }, orgId: text },
      unique: [["orgId", "eMail"]],
    });
    const columns = {
      authorId: { kind: text, column: "sent_by" },
      orgId: text,
      sentBy: { kind: text, column: "author_id" },
    };
    const relations = {
      author: one(Users, "authorId", { onDelete: "cascade" }),
      sender: one(Users, ["orgId", "sentBy"], { references: ["orgId", "eMail"] } as never),
    };
    const Posts = make("Post", { naming, columns, relations });
    const ann = await Users.create({ id: "ann", orgId: "o", eMail: "a@x" });
    const post = await Posts.create({ id: "p", authorId: "ann", orgId: "o", sentBy: "a@x" });
    await expect(Posts.create({ authorId: "z" })).rejects.toMatchObject({ field: "authorId" });
    await expect(Posts.create({ orgId: "o", sentBy: "z" })).rejects.toMatchObject({ field: "sentBy" });
    await expect(Posts.create({ authorId: "ann", orgId: "o", sentBy: "z" })).rejects.toMatchObject({
      field: "sentBy",
    });
    await expect(Users.update(ann, { eMail: "b@x" })).rejects.toThrow(
      "User is still referred to by Post.sender",
    );
    const { planMigration } = await import("../../../../src/models/sql/migrate/index.ts");
    expect(await planMigration([Users, Posts])).toEqual({ steps: [], notes: [], renames: [] });
    await Posts.update(post, { sentBy: null });
    await Users.delete(ann);
    expect(await Posts.objects.count()).toBe(0);
  });

  it("name the relation where a plugin writes the names", async () => {
    const make = maker(of().withPlugin(new CamelCasePlugin()));
    const Users = make("bigUser");
    const relations = { mainAuthor: one(Users, "mainAuthor", { onDelete: "restrict" }) };
    const Posts = make("bigPost", { columns: { mainAuthor: text }, relations });
    const posts = resource(Posts, { required: ["id"], optional: ["mainAuthor"], serializer: pick("id") });
    const client = testClient(api({ posts }));
    const refused = { code: 400, message: "mainAuthor refers to what is not there", field: "mainAuthor" };
    expect((await client.post("/posts", { body: { id: "p", mainAuthor: "z" } })).body).toEqual(refused);
    await expect(Posts.create({ mainAuthor: "z" })).rejects.toMatchObject({ field: "mainAuthor" });
    const ann = await Users.create({ id: "ann" });
    await Posts.create({ mainAuthor: "ann" });
    await expect(Users.delete(ann)).rejects.toThrow("bigUser is still referred to by bigPost.mainAuthor");
  });

  it("are made at once by several processes, and within a transaction", async () => {
    const make = maker(of());
    const models = (): [Model, Model] => {
      const Users = make("User");
      return [
        Users,
        make("Post", { columns: { author: text }, relations: { author: one(Users, "author") } }),
      ];
    };
    await Promise.all([models()[1], models()[1], models()[0]].map(model => model.objects.all()));
    await expect(models()[1].create({ author: "z" })).rejects.toMatchObject({ field: "author" });
    const within = maker(of());
    const Users = within("User");
    const Posts = within("Post", { columns: { author: text }, relations: { author: one(Users, "author") } });
    await transaction(of(), async bind => {
      const { id } = await bind(Users).create({});
      await bind(Posts).create({ author: id });
    });
    await expect(Posts.create({ author: "z" })).rejects.toMatchObject({ field: "author" });
  });

  it("are not there where they can't be, or are not wanted", async () => {
    const other = sqlite(":memory:");
    const make = maker(of());
    const Users = make("User", { columns: { email: text, rank: "integer" } });
    const Elsewhere = maker(other)("Other");
    const Memory = memoryModel<Any>({ name: "Memory" });
    const Gone = make("Gone", {
      columns: { code: text },
      unique: ["code"],
      softDelete: "deletedAt" as never,
    });
    await sql`create table ${sql.table(`hand${made}`)} (id integer, name varchar(40))`.execute(of());
    await sql`create view ${sql.table(`seen${made}`)} as select id from ${sql.table(`hand${made}`)}`.execute(
      of(),
    );
    const Hand = make("Hand", { table: `hand${made}`, columns: { id: "integer" }, check: false });
    const View = make("View", { table: `seen${made}`, columns: { id: "integer" }, create: false });
    const columns = { a: text, b: text, c: text, d: text, e: text, f: text, g: "integer", h: "integer" };
    const relations = {
      a: one(Users, "a", { foreignKey: false }),
      b: one(Users, "b", { references: "email" } as never),
      c: one(Users, "c", { references: "rank" } as never),
      d: one(Elsewhere, "d"),
      e: one(Memory, "e"),
      f: one(Gone, "f", { references: "code" } as never),
      g: one(Hand, "g"),
      h: one(View, "h"),
    };
    const Posts = make("Post", { columns, relations });
    await Posts.create({ a: "z", b: "z", c: "z", d: "z", e: "z", f: "z", g: 9, h: 9 });
    await other.destroy();
  });

  it("have an index where none begins with their columns", async () => {
    const make = maker(of());
    const Users = make("User");
    const columns = { a: text, b: text, c: text };
    const relations = { a: one(Users, "a"), b: one(Users, "b"), c: one(Users, "c") };
    const Posts = make("Post", { columns, relations, unique: [["b", "a"]], indexes: [["c", "a"]] as never });
    await Posts.objects.all();
    const { planMigration } = await import("../../../../src/models/sql/migrate/index.ts");
    const { readTable } = await import("../../../../src/models/sql/migrate/catalog.ts");
    const { tableOf } = await import("../../../../src/models/sql/definitions.ts");
    const { definition, dialect } = tableOf(Posts) as NonNullable<ReturnType<typeof tableOf>>;
    const { indexes } = await readTable(definition.table, dialect, of());
    const groups = indexes.filter(({ columns: [name] }) => name !== "id").map(index => index.columns.join());
    expect(groups.sort()).toEqual(["a", "b,a", "c,a"]);
    expect(await planMigration([Users, Posts])).toEqual({ steps: [], notes: [], renames: [] });
  });

  it("answer for the look-up of generics, with one statement less, and only where they answer the same", async () => {
    const seen: { sql: string }[] = [];
    const db = watched(of(), seen as never) as Kysely<unknown>;
    const make = maker(db);
    const settable = { required: ["id"], optional: ["author", "lead"], serializer: pick("id") } as const;
    const models = (options?: OneOptions<Any>): [Model, Model] => {
      const Users = make("User", { columns: { active: "boolean" } });
      const relations = {
        author: one(Users, "author", options),
        lead: one(Users, "lead", { queryset: () => Users.objects.filter({ active: true }) }),
      };
      return [Users, make("Post", { columns: { author: text, lead: text }, relations })];
    };
    const [Users, Posts] = models();
    await Users.create({ id: "ann", active: false });
    const asking = (model: Model) => testClient(api({ posts: resource(model, settable) }));
    await Posts.objects.all();
    const client = asking(Posts);
    const status = async (id: string, body: object): Promise<number> => {
      seen.length = 0;
      return (await client.post("/posts", { body: { id, ...body } })).status;
    };
    const reads = (): number =>
      seen.filter(({ sql: one }) => /^select/i.test(one) && /_User/.test(one)).length;
    expect([await status("p", { author: "ann" }), reads()]).toEqual([201, 0]);
    expect([await status("q", { lead: "ann" }), reads()]).toEqual([400, 1]);
    expect((await client.post("/posts", { body: { id: "r", author: "nobody" } })).body).toEqual({
      code: 400,
      message: "author refers to what is not there",
      field: "author",
    });
    const deleted = await testClient(
      api({ users: resource(Users, { required: ["id"], serializer: pick("id") }) }),
    ).delete("/users/ann");
    expect(deleted.body).toEqual({ code: 409, message: "User is still referred to by Post.author" });
  });

  it("answer for the items of a list, each for itself or all or nothing", async () => {
    const make = maker(of());
    const Users = make("User");
    const Posts = make("Post", { columns: { author: text }, relations: { author: one(Users, "author") } });
    const settable = { required: ["id"], optional: ["author"] } as const;
    const client = testClient(
      api({
        "POST /each": bulkCreateHandler(Posts, settable),
        "POST /all": bulkCreateHandler(Posts, { ...settable, atomic: true }),
      }),
    );
    await Users.create({ id: "ann" });
    const items = ["ann", "nobody", "ann"].map((author, at) => ({ id: `p${at}`, author }));
    const all = await client.post("/all", { body: items });
    expect([all.status, await Posts.objects.count()]).toEqual([400, 0]);
    expect(all.body).toMatchObject({
      message: expect.stringContaining("author refers to what is not there"),
    });
    const each = (await client.post("/each", { body: items })).body as { status: number; error?: object }[];
    expect(each.map(({ status }) => status)).toEqual([201, 400, 201]);
    expect(each[1]?.error).toMatchObject({ field: "author" });
  });

  it("that a table has not yet are no error, and looked up", async () => {
    const make = maker(of());
    const Users = make("User");
    const Old = make("Post", { columns: { author: text } });
    await Old.create({ id: "old", author: "nobody" });
    const New = make("Post", { columns: { author: text }, relations: { author: one(Users, "author") } });
    expect(await New.objects.all()).toEqual([{ id: "old", author: "nobody" }]);
    const posts = resource(New, { required: ["id"], optional: ["author"], serializer: pick("id") });
    const client = testClient(api({ posts }));
    const { status, body } = await client.post("/posts", { body: { id: "new", author: "nobody" } });
    expect([status, body]).toMatchObject([400, { field: "author" }]);
  });

  it("leave alone what is deleted softly: it is still there", async () => {
    const make = maker(of());
    const Users = make("User", { softDelete: "deletedAt" as never });
    const relations = { author: one(Users, "author", { onDelete: "cascade" }) };
    const Posts = make("Post", { columns: { author: text }, relations });
    const ann = await Users.create({ id: "ann" });
    await Posts.create({ id: "p", author: "ann" });
    await Users.delete(ann);
    expect(await Posts.objects.count()).toBe(1);
    const posts = resource(Posts, { required: ["id"], optional: ["author"], serializer: pick("id") });
    const { status } = await testClient(api({ posts })).post("/posts", { body: { id: "q", author: "ann" } });
    expect(status).toBe(400);
    await Users.objects.onlyDeleted().delete();
    expect(await Posts.objects.count()).toBe(0);
  });
}

describe("foreign keys on SQLite", () => {
  const db = sqlite(":memory:");
  afterAll(() => db.destroy());
  cases(() => db);

  it("answer for nothing where a driver has not told the database to look at them", async () => {
    const other = sqlite(":memory:");
    await sql`pragma foreign_keys = off`.execute(other);
    const make = maker(other);
    const Users = make("User");
    const Posts = make("Post", { columns: { author: text }, relations: { author: one(Users, "author") } });
    const posts = resource(Posts, { required: ["id"], optional: ["author"], serializer: pick("id") });
    const { body } = await testClient(api({ posts })).post("/posts", { body: { id: "p", author: "nobody" } });
    expect(body).toMatchObject({ code: 400, field: "author" });
    await other.destroy();
  });
});

onSqlServers(place => `foreign keys ${place}`, cases);

describe("what a relation says of its foreign key", () => {
  const db = sqlite(":memory:");
  const Users = sqlModel<Any>({ db, name: "User", columns: { email: text } as never });
  const Memory = memoryModel<Any>({ name: "Memory" });
  const posts = (relation: Relation, columns: object = { author: text }) =>
    sqlModel<Any>({ db, name: "Post", columns, relations: { author: relation } } as never);
  afterAll(() => db.destroy());

  it.each([
    [() => one(Users, "author", { onDelete: "drop" as never }), 'option "onDelete" must be one of noAction'],
    [() => one(Users, "author", { onDelete: 1 as never }), 'option "onDelete" must be'],
    [() => one(Users, "author", { foreignKey: 1 as never }), 'option "foreignKey" must be true or false'],
    [
      () => one(Users, "author", { foreignKey: false, onDelete: "cascade" }),
      'option "onDelete" needs a foreign key',
    ],
    [
      () => posts(one(Users, "author", { onDelete: "setNull" }), { author: { kind: text, required: true } }),
      'relation "author" has onDelete "setNull", and its key "author" can\'t be null',
    ],
    [
      () => posts(one(Memory, "author", { onDelete: "cascade" })),
      'relation "author" has onDelete, but leads to another database',
    ],
    [
      () => posts(one(Users, "author", { references: "email", onDelete: "cascade" } as never)),
      'relation "author" has onDelete, but refers to fields that nothing keeps unique',
    ],
    [
      () => posts(one(Users, "author", { onDelete: "cascade" }), { author: "integer" }),
      'relation "author" has onDelete, but refers to fields of another kind',
    ],
    [
      () =>
        memoryModel<Any>({
          name: "Post",
          relations: { author: one(Users, "author", { onDelete: "cascade" }) },
        } as never),
      'memoryModel: relation "author" has onDelete, which the tables of sqlModel alone hold',
    ],
    [
      () =>
        dynamoModel<Any>({
          client: { send: async () => ({}) },
          table: "posts",
          key: { partition: "id" },
          relations: { author: one(Users, "author", { onDelete: "cascade" }) },
        } as never),
      'dynamoModel: relation "author" has onDelete, which the tables of sqlModel alone hold',
    ],
  ])("is refused where it is wrong: %#", (make, message) => {
    expect(make).toThrow(TypeError);
    expect(make).toThrow(message);
  });

  it("is refused at first use where the model was not known before", async () => {
    const Posts = posts(one((): FullModel<Any> => Memory as never, "author", { onDelete: "cascade" }));
    await expect(Posts.objects.all()).rejects.toThrow("leads to another database");
  });

  it("is refused where two relations by one key differ", async () => {
    const Posts = sqlModel<Any>({
      db,
      name: "Post",
      columns: { author: text },
      relations: { author: one(Users, "author"), writer: one(Users, "author", { onDelete: "cascade" }) },
    } as never);
    await expect(Posts.objects.all()).rejects.toThrow('relations "author" and "writer" differ in onDelete');
  });
});
