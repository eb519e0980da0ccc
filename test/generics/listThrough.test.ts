import { describe, expect, it } from "vitest";
import { api } from "../../api/api.ts";
import { openapi } from "../../api/openapi/index.ts";
import { listHandler } from "../../generics/listHandler.ts";
import { many, one, type RelatedTo } from "../../src/models/index.ts";
import { memoryModel } from "../../src/models/memory/memoryModel.ts";
import { sqlModel } from "../../src/models/sql/sqlModel.ts";
import { sqlite } from "../../src/models/sqlite.ts";
import type { Model, Queryset } from "../../src/models/types.ts";
import { fields } from "../../src/serializers/fields.ts";
import { listOf } from "../../src/serializers/listOf.ts";
import { pick } from "../../src/serializers/pick.ts";
import { sources } from "../support/events.ts";
import { send } from "../support/send.ts";

interface Org {
  id: string;
  name: string;
}
interface User extends RelatedTo<{ org: Org }> {
  id: string;
  name: string;
  secret: string;
  born: Date | null;
  org: string | null;
  gone: Date | null;
}
interface Comment extends RelatedTo<{ author: User }> {
  id: string;
  post: string;
  author: string;
  text: string;
}
interface Post extends RelatedTo<{ author: User; comments: Comment[] }> {
  id: string;
  title: string;
  author: string | null;
}

interface Models {
  Posts: Model<Post>;
  Users: Model<User>;
}

type Visible = (event: unknown) => Queryset<User>;
const own = { text: "text", date: "date" } as const;
const userFields = {
  id: own.text,
  name: own.text,
  secret: own.text,
  born: own.date,
  org: own.text,
  gone: own.date,
};
const commentFields = { id: own.text, post: own.text, author: own.text, text: own.text };
const postFields = { id: own.text, title: own.text, author: own.text };
const orgFields = { id: own.text, name: own.text };

/** What a request may see of users is said by a header. */
const visibleTo =
  (users: () => Model<User>): Visible =>
  event => {
    const { headers } = event as { headers: Record<string, string> };
    const hidden = headers["x-hidden"];
    return hidden === undefined ? users().objects : users().objects.filter({ name: { ne: hidden } });
  };

function inMemory(): Models {
  const Orgs = memoryModel<Org>({ name: "Org", fields: orgFields });
  const Users: Model<User> = memoryModel<User>({
    name: "User",
    fields: userFields,
    softDelete: "gone",
    relations: { org: one(Orgs, "org") },
  });
  const queryset = visibleTo(() => Users);
  const Comments = memoryModel<Comment>({
    name: "Comment",
    fields: commentFields,
    relations: { author: one(Users, "author", { queryset }) },
  });
  const Posts = memoryModel<Post>({
    name: "Post",
    fields: postFields,
    relations: { author: one(Users, "author", { queryset }), comments: many(Comments, "post") },
  });
  return { Posts, Users, ...{ Orgs, Comments } };
}

function inSqlite(): Models {
  const db = sqlite(":memory:");
  const Orgs = sqlModel<Org>({ db, name: "Org", columns: { name: "text" } });
  const Users: Model<User> = sqlModel<User>({
    db,
    name: "User",
    columns: userFields,
    softDelete: "gone",
    relations: { org: one(Orgs, "org") },
  });
  const queryset = visibleTo(() => Users);
  const Comments = sqlModel<Comment>({
    db,
    name: "Comment",
    columns: commentFields,
    relations: { author: one(Users, "author", { queryset }) },
  });
  const Posts = sqlModel<Post>({
    db,
    name: "Post",
    columns: postFields,
    relations: { author: one(Users, "author", { queryset }), comments: many(Comments, "post") },
  });
  return { Posts, Users, ...{ Orgs, Comments } };
}

/** Both engines, and posts of one whose users are in another. */
async function seeded(models: Models): Promise<Models> {
  const { Posts, Users, Orgs, Comments } = models as Models & { Orgs: Model<Org>; Comments: Model<Comment> };
  await Orgs.create({ id: "o1", name: "Acme" });
  const users: Partial<User>[] = [
    { id: "u1", name: "Ann", secret: "abc", born: new Date("2000-01-02"), org: "o1" },
    { id: "u2", name: "Bob", secret: "xyz", born: null, org: null },
    { id: "u3", name: "Al", secret: "x", born: null, org: null },
  ];
  for (const user of users) await Users.create({ gone: null, ...user });
  const gone = await Users.objects.get("u3");
  await Posts.create({ id: "p3", title: "Three", author: "u3" });
  await Posts.create({ id: "p1", title: "One", author: "u1" });
  await Posts.create({ id: "p2", title: "Two", author: "u2" });
  await Posts.create({ id: "p4", title: "Four", author: null });
  await Users.delete(gone as User);
  await Comments.create({ id: "c1", post: "p1", author: "u2", text: "well" });
  await Comments.create({ id: "c2", post: "p2", author: "u1", text: "good, well" });
  return models;
}

const serializer = fields<Post>({
  id: true,
  author: fields<User>({ name: true, org: pick("name") }),
  comments: listOf(pick("text", "author")),
});

const listing = (Posts: Model<Post>): Handler =>
  listHandler(Posts, {
    serializer,
    or: true,
    filters: {
      title: true,
      "author.name": true,
      "author.secret": true,
      "author.born": ["gte", "between", "isNull"],
      "author.org.name": true,
      "comments.text": true,
      "comments.author.name": ["eq"],
    },
  }) as never;

const found: readonly (readonly [query: string, ids: string])[] = [
  ["author.name[startsWith]=A", "p1"],
  ["author.name=Ann,Bob", "p1 p2"],
  // A related object must be there and meet it, also where the operator says "not".
  ["author.name[ne]=Bob", "p1"],
  ["author.name[notIn]=Ann,Cid", "p2"],
  ["author.name=Al", ""],
  ["author.secret=abc", "p1"],
  ["author.born[between]=2000-01-01,2000-02-01", "p1"],
  ["author.born[isNull]=true", "p2"],
  ["author.org.name[icontains]=CM", "p1"],
  ["author.org.name[ne]=x", "p1"],
  ["comments.text[contains]=well", "p1 p2"],
  ["comments.text[contains]=good&author.name=Bob", "p2"],
  ["comments.text[contains]=good&author.name=Ann", ""],
  ["comments.author.name=Ann", "p2"],
  ["or[0][author.name]=Ann&or[1][title]=Four", "p1 p4"],
];

const refused: readonly (readonly [query: string, parameter: string])[] = [
  ["author.nme=x", "author.nme"],
  ["author.org.id=x", "author.org.id"],
  ["author.name[near]=x", "author.name[near]"],
  ["author.name[]=x", "author.name[]"],
  ["author[name]=x", "author[name]"],
  ["author.name.x=y", "author.name.x"],
  ["author.*=y", "author.*"],
  // What does not go out is compared for equality alone.
  ["author.secret[startsWith]=a", "author.secret[startsWith]"],
  ["author.secret[gt]=a", "author.secret[gt]"],
  ["author.born[gte]=soon", "author.born[gte]"],
  ["author.born=2000-01-02", "author.born"],
  ["or[0][author.secret][contains]=a", "or[0][author.secret][contains]"],
  ["or[0][author.nme]=a", "or[0][author.nme]"],
];

type Handler = Parameters<typeof send>[0];

const pairs = (query: string): [string, string][] =>
  query.split("&").map(pair => {
    const at = pair.indexOf("=");
    return [pair.slice(0, at), pair.slice(at + 1)];
  });

async function ids(handler: Handler, query: string, headers: Record<string, string> = {}): Promise<string> {
  const { status, body } = await send(handler, "http", { query: pairs(query), headers });
  expect([query, status, status === 200 ? undefined : body]).toEqual([query, 200, undefined]);
  return (body as { id: string }[])
    .map(({ id }) => id)
    .sort()
    .join(" ");
}

describe.each([
  ["in memory", inMemory],
  ["in SQLite", inSqlite],
] as const)("a list filtered through relations %s", (_name, make) => {
  it("finds what is related to objects that meet the filter", async () => {
    const handler = listing((await seeded(make())).Posts);
    for (const [query, expected] of found)
      expect([query, await ids(handler, query)]).toEqual([query, expected]);
  });

  it("refuses everything else with 400 that names the parameter", async () => {
    const handler = listing((await seeded(make())).Posts);
    for (const [query, parameter] of refused) {
      for (const source of sources) {
        const { status, body } = await send(handler, source, { query: pairs(query) });
        expect([query, status, (body as { field?: string }).field]).toEqual([query, 400, parameter]);
      }
    }
  });

  it("matches nothing that the request may not see", async () => {
    const handler = listing((await seeded(make())).Posts);
    const hidden = { "x-hidden": "Ann" };
    expect(await ids(handler, "author.name=Ann", hidden)).toBe("");
    expect(await ids(handler, "author.name[ne]=Bob", hidden)).toBe("");
    expect(await ids(handler, "author.org.name=Acme", hidden)).toBe("");
    expect(await ids(handler, "comments.author.name=Ann", hidden)).toBe("");
    expect(await ids(handler, "author.name[ne]=x", hidden)).toBe("p2");
  });

  it("reads on by a cursor of its own question, whatever is found for it by then", async () => {
    const { Posts, Users } = await seeded(make());
    const handler = listing(Posts);
    const page = async (query: string): Promise<{ found: string[]; next: string; status: number }> => {
      const { status, body, headers } = await send(handler, "http", { query: pairs(query) });
      const [, cursor = ""] = /cursor=([^&>]+)/.exec(String(headers.link)) ?? [];
      return {
        found: status === 200 ? (body as { id: string }[]).map(({ id }) => id) : [],
        next: cursor,
        status,
      };
    };
    const first = await page("author.name[ne]=x&limit=1");
    expect(first.found).toEqual(["p1"]);
    await Users.create({ id: "u9", name: "Zoe", secret: "", born: null, org: null, gone: null });
    const second = await page(`author.name[ne]=x&limit=1&cursor=${first.next}`);
    expect(second.found).toEqual(["p2"]);
    expect((await page(`author.name[ne]=y&limit=1&cursor=${first.next}`)).status).toBe(400);
  });
});

it("looks up 1000 related objects at most where no statement joins, and says which parameter asks for more", async () => {
  const { Posts, Users } = inMemory();
  for (let at = 0; at < 1001; at++) {
    await Users.create({ id: `u${at}`, name: `A${at}`, secret: "", born: null, org: null, gone: null });
  }
  const handler = listing(Posts);
  const asked = await send(handler, "http", { query: [["author.name[startsWith]", "A"]] });
  expect([asked.status, asked.body]).toEqual([
    400,
    {
      code: 400,
      field: "author.name[startsWith]",
      message:
        "author.name[startsWith] is met by more than 1000 of User: ask for less, or keep both in one SQL database",
    },
  ]);
  expect(await ids(handler, "author.name[startsWith]=A99")).toBe("");
});

it("joins models of two databases by what it looks up", async () => {
  const [here, there] = [await seeded(inSqlite()), await seeded(inMemory())];
  const Posts = memoryModel<Post>({
    name: "Post",
    fields: postFields,
    objects: await here.Posts.objects.page({}).then(({ items }) => items),
    relations: { author: one(here.Users, "author"), comments: many((): Model<Comment> => none, "post") },
  });
  const none = memoryModel<Comment>({ name: "Comment", fields: commentFields });
  const handler = listHandler(Posts, { serializer, filters: ["author.name", "author.org.name"] }) as Handler;
  expect(await ids(handler, "author.name[startsWith]=A")).toBe("p1");
  expect(await ids(handler, "author.org.name=Acme")).toBe("p1");
  expect(there.Posts.name).toBe("Post");
});

describe("the option filters", () => {
  const { Posts } = inMemory();
  const wrong: readonly (readonly [filters: object, message: string])[] = [
    [["autor.name"], 'names "autor.name", and "autor" is not a relation of Post; it has author, comments'],
    [
      ["author.nme"],
      'names "author.nme", and "nme" is not a field of User; it has id, gone, name, secret, born, org',
    ],
    [
      ["author.*"],
      'names "author.*", and "*" is not a field of User; it has id, gone, name, secret, born, org',
    ],
    [["author.boss.name"], 'names "author.boss.name", and "boss" is not a relation of User; it has org'],
    [{ "author.name": ["near"] }, /gives "author.name" an unknown operator/ as never],
  ];

  it.each(wrong)("%j is a TypeError that says what there is not", (filters, message) => {
    const make = () => listHandler(Posts, { serializer, filters: filters as never });
    if (typeof message !== "string") return expect(make).toThrow(message);
    return expect(make).toThrow(new TypeError(`listHandler: option "filters" ${message}`));
  });

  it("leads through three relations at most", () => {
    interface Node extends RelatedTo<{ above: Node }> {
      id: string;
      up: string | null;
    }
    const Nodes: Model<Node> = memoryModel<Node>({
      name: "Node",
      fields: { id: "text", up: "text" },
      relations: { above: one((): Model<Node> => Nodes, "up") },
    });
    const make = (filter: string) => () =>
      listHandler(Nodes, { serializer: pick("id"), filters: [filter as never] });
    expect(make("above.above.above.id")).not.toThrow();
    expect(make("above.above.above.above.id")).toThrow(
      new TypeError(
        'listHandler: option "filters" names "above.above.above.above.id", which leads through more than 3 relations',
      ),
    );
  });

  it("is in the document, with the operators that what goes out allows", () => {
    const app = api({ "GET /posts": listing(Posts) as never });
    const { paths } = openapi(app, { title: "T", version: "1" } as never) as unknown as {
      paths: Record<string, { get: { parameters: { name: string; schema: { properties?: object } }[] } }>;
    };
    const parameters = paths["/posts"]?.get.parameters ?? [];
    const operators = (name: string): string[] =>
      Object.keys(parameters.find(one => one.name === name)?.schema.properties ?? {});
    expect(operators("author.name")).toContain("startsWith");
    expect(operators("author.secret")).toEqual(["eq", "ne", "in", "notIn", "isNull"]);
    expect(operators("author.born")).toEqual(["gte", "between", "isNull"]);
    expect(operators("comments.text")).toContain("contains");
  });
});
