import { beforeEach, describe, expect, it } from "vitest";
import { listHandler } from "../../../../generics/listHandler.ts";
import { retrieveHandler } from "../../../../generics/retrieveHandler.ts";
import { serialize } from "../../../../middlewares/serialize.ts";
import { many, one, type RelatedTo } from "../../../../src/models/index.ts";
import { memoryModel } from "../../../../src/models/memory/index.ts";
import type { Model } from "../../../../src/models/types.ts";
import { pipeline } from "../../../../src/pipeline/pipeline.ts";
import { fields } from "../../../../src/serializers/fields.ts";
import { listOf } from "../../../../src/serializers/listOf.ts";
import { pick } from "../../../../src/serializers/pick.ts";
import { eventOf, received } from "../../../support/events.ts";
import { notedModel } from "../../../support/notedModel.ts";

interface Team {
  id: string;
  name: string;
}
interface User extends RelatedTo<{ team: Team }> {
  id: string;
  name: string;
  team: string | null;
  secret: string;
}
interface Comment extends RelatedTo<{ author: User; replies: Comment[] }> {
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

const text = "text" as const;
let reads: string[] = [];

const noted = <T extends object>(model: Model<T>, isWhole = true): Model<T> =>
  notedModel(model, name => reads.push(name), isWhole);

function makeModels(isWhole: boolean): { Users: Model<User>; Comments: Model<Comment>; Posts: Model<Post> } {
  const Teams = noted(
    memoryModel<Team>({
      name: "Team",
      fields: { id: text, name: text },
      objects: [{ id: "t1", name: "Red" }],
    }),
    isWhole,
  );
  const Users = noted(
    memoryModel<User>({
      name: "User",
      fields: { id: text, name: text, team: text, secret: text },
      objects: [
        { id: "u1", name: "Ann", team: "t1", secret: "x" },
        { id: "u2", name: "Bob", team: null, secret: "y" },
      ],
      relations: { team: one(Teams, "team") },
    }),
    isWhole,
  );
  const Comments: Model<Comment> = noted(
    memoryModel<Comment>({
      name: "Comment",
      fields: { id: text, post: text, author: text, text },
      objects: ["p1", "p1", "p1", "p2"].map((post, at) => ({
        id: `c${at}`,
        post,
        author: at % 2 ? "u1" : "u2",
        text: `${at}`,
      })),
      relations: { author: one(Users, "author"), replies: many((): Model<Comment> => Comments, "post") },
    }),
    isWhole,
  );
  const Posts = noted(
    memoryModel<Post>({
      name: "Post",
      fields: { id: text, title: text, author: text },
      objects: [
        { id: "p1", title: "A", author: "u1" },
        { id: "p2", title: "B", author: "u1" },
        { id: "p3", title: "C", author: null },
        { id: "p4", title: "D", author: "gone" },
      ],
      relations: { author: one(Users, "author"), comments: many(Comments, "post", { orderBy: "-id" }) },
    }),
    isWhole,
  );
  return { Users, Comments, Posts };
}

const { Users, Comments, Posts } = makeModels(true);
beforeEach(() => {
  reads = [];
});

const bodyOf = async (handler: (event: never, context: never) => unknown, request: object = {}) => {
  const { status, body } = received("http", await handler(eventOf("http", request) as never, {} as never));
  return { status, json: JSON.parse(String(body)) as unknown };
};

const whole = fields<Post>({
  id: true,
  author: fields({ name: true, team: pick("name") }),
  comments: listOf(fields({ id: true, author: pick("name") }), { limit: 2 }),
});

const shown = [
  {
    id: "p1",
    author: { name: "Ann", team: { name: "Red" } },
    comments: [
      { id: "c2", author: { name: "Bob" } },
      { id: "c1", author: { name: "Ann" } },
    ],
  },
  {
    id: "p2",
    author: { name: "Ann", team: { name: "Red" } },
    comments: [{ id: "c3", author: { name: "Ann" } }],
  },
  { id: "p3", author: null, comments: [] },
  { id: "p4", author: null, comments: [] },
];

describe("what a list shows of relations", () => {
  it("takes one read more for each relation, however many rows, and what is known is not read again", async () => {
    const { json } = await bodyOf(listHandler(Posts, { serializer: whole }));
    expect(json).toEqual(shown);
    // The authors of comments: only who has written no post.
    expect(reads.toSorted()).toEqual(["Comment", "Post", "Team", "User", "User"]);
  });

  it("is the same where the models have nothing but filter and page", async () => {
    const bare = makeModels(false);
    const { json } = await bodyOf(listHandler(bare.Posts, { serializer: whole }));
    expect(json).toEqual(shown);
    expect(reads.filter(name => name === "Comment")).toEqual(["Comment"]);
  });

  it("leaves the key what it is", async () => {
    const serializer = fields<Post>({ author: true, by: "author" });
    const { json } = await bodyOf(listHandler(Posts, { serializer }));
    expect(json).toEqual([
      { author: "u1", by: "u1" },
      { author: "u1", by: "u1" },
      { author: null, by: null },
      { author: "gone", by: "gone" },
    ]);
    expect(reads).toEqual(["Post"]);
  });

  it("is read page by page where a whole list is exported", async () => {
    const serializer = fields<Post>({ id: true, author: pick("name") });
    const handler = listHandler(Posts, { serializer, formats: ["ndjson"] });
    const result = received(
      "http",
      await handler(eventOf("http", { headers: { accept: "application/x-ndjson" } }) as never, {} as never),
    );
    expect(String(result.body)).toBe(
      '{"id":"p1","author":{"name":"Ann"}}\n{"id":"p2","author":{"name":"Ann"}}\n{"id":"p3","author":null}\n{"id":"p4","author":null}\n',
    );
    expect(reads).toEqual(["User"]);
  });
});

describe("load", () => {
  it("joins what the computed fields of one response ask for with what its relations read", async () => {
    const serializer = fields<Post>({
      author: pick("id"),
      by: async ({ author }, { load }) => (await load(Users, author))?.name ?? "nobody",
      last: async (_post, { load }) => (await load(Comments, "c3"))?.text,
      none: async (_post, { load }) => [await load(Users, undefined), await load(Users, "\0")],
    });
    const { json } = await bodyOf(listHandler(Posts, { serializer }));
    const none = [null, null];
    expect(json).toEqual([
      { author: { id: "u1" }, by: "Ann", last: "3", none },
      { author: { id: "u1" }, by: "Ann", last: "3", none },
      { author: null, by: "nobody", last: "3", none },
      { author: null, by: "nobody", last: "3", none },
    ]);
    expect(reads.toSorted()).toEqual(["Comment", "Post", "User"]);
  });
});

describe("a relation's queryset", () => {
  it("is asked with the event and the context of the request", async () => {
    const queryset = ({ headers }: { headers: Record<string, string | undefined> }) =>
      Users.objects.filter({ name: headers["x-name"] ?? "" });
    const Scoped = memoryModel<Post>({
      name: "Post",
      objects: [{ id: "p1", title: "A", author: "u1" }],
      relations: {
        author: one(Users, "author", { queryset: queryset as never }),
        comments: many(Comments, "post", { queryset: () => [] }),
      },
    });
    const serializer = fields<Post>({ author: pick("name"), comments: listOf(pick("id")) });
    const handler = retrieveHandler(Scoped, { serializer });
    const ask = (name: string) =>
      bodyOf(handler, { pathParameters: { id: "p1" }, headers: { "x-name": name } });
    expect([await ask("Ann"), await ask("Bob")]).toEqual([
      { status: 200, json: { author: { name: "Ann" }, comments: [] } },
      { status: 200, json: { author: null, comments: [] } },
    ]);
  });

  it("is not the client's fault when it fails", async () => {
    const Scoped = memoryModel<Post>({
      name: "Post",
      objects: [{ id: "p1", title: "A", author: "u1" }],
      relations: {
        author: one(Users, "author", { queryset: () => Users.objects.filter({ nick: "a" } as never) }),
        comments: many(Comments, "post"),
      },
    });
    const handler = retrieveHandler(Scoped, {
      serializer: fields<Post>({ author: pick("name") }),
    });
    expect((await bodyOf(handler, { pathParameters: { id: "p1" } })).status).toBe(500);
  });
});

describe("a stack of one's own", () => {
  it("shows the relations of the model that serialize names", async () => {
    const by = fields<Post>({ id: true, author: pick("name") });
    const handler = pipeline([serialize(by, { model: Posts })], () => ({ id: "p1", author: "u1" }));
    expect((await bodyOf(handler)).json).toEqual({ id: "p1", author: { name: "Ann" } });
  });
});

describe("serializers of relations", () => {
  it.each<[string, unknown]>([
    [
      'fields: "comments" is related to many objects: say by listOf() how many are shown',
      { comments: pick("id") },
    ],
    ['fields: "author" is related to one object: it takes no listOf()', { author: listOf(pick("id")) }],
    [
      'fields: "author" shows "nick", which is not a field of User; it has id, name, team, secret',
      { author: pick("nick") },
    ],
    [
      'fields: "comments" shows "nick", which is not a field of Comment; it has id, post, author, text',
      { comments: listOf(fields({ nick: true } as never)) },
    ],
    [
      'listHandler: option "serializer" names "comments", which is not a field of Post; it has id, title, author',
      { comments: true },
    ],
  ])("are refused by the factory: %s", (message, map) => {
    const serializer = fields(map as never) as never;
    expect(() => listHandler(Posts, { serializer })).toThrow(TypeError(message));
  });
});

describe("listOf", () => {
  it("shows the first objects of a list that stands in the object", () => {
    const serializer = fields<{ tags: { id: number; hidden: number }[] | null }>({
      tags: listOf(pick("id"), { limit: 2 }),
    });
    const tags = [1, 2, 3].map(id => ({ id, hidden: id }));
    expect([serializer({ tags }), serializer({ tags: null })]).toEqual([
      { tags: [{ id: 1 }, { id: 2 }] },
      { tags: null },
    ]);
  });

  it.each<[string, () => unknown]>([
    ['listOf: option "limit" must be at least 1', () => listOf(pick("id"), { limit: 0 })],
    [
      'listOf: option "limit" must be a whole number of at least 0',
      () => listOf(pick("id"), { limit: Number.POSITIVE_INFINITY }),
    ],
    [
      "serializer must be a function, pick(), omit(), fields() or a Standard Schema",
      () => listOf("id" as never),
    ],
  ])("refuses %s", (message, run) => {
    expect(run).toThrow(TypeError(message));
  });
});

describe("a choice of fields", () => {
  it("reads the relations that are asked for, and no other", async () => {
    const handler = listHandler(Posts, { serializer: whole, fields: true });
    const ask = (names: string) => bodyOf(handler, { query: [["fields", names]] });
    const { json } = await ask("id,author");
    expect(json).toEqual(shown.map(({ id, author }) => ({ id, author })));
    expect(reads.toSorted()).toEqual(["Post", "Team", "User"]);
    reads = [];
    await ask("id");
    expect(reads).toEqual(["Post"]);
  });
});
