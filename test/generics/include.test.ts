import { beforeEach, describe, expect, it } from "vitest";
import { api } from "../../api/api.ts";
import { openapi } from "../../api/openapi/index.ts";
import { resource } from "../../api/resource.ts";
import { createHandler } from "../../generics/createHandler.ts";
import { deleteHandler } from "../../generics/deleteHandler.ts";
import { listHandler } from "../../generics/listHandler.ts";
import { retrieveHandler } from "../../generics/retrieveHandler.ts";
import { many, one, type RelatedTo } from "../../src/models/index.ts";
import { memoryModel } from "../../src/models/memory/memoryModel.ts";
import type { Model } from "../../src/models/types.ts";
import { fields } from "../../src/serializers/fields.ts";
import { listOf } from "../../src/serializers/listOf.ts";
import { pick } from "../../src/serializers/pick.ts";
import { sources } from "../support/events.ts";
import { notedModel } from "../support/notedModel.ts";
import { send } from "../support/send.ts";

interface User {
  id: string;
  name: string;
  secret: string;
}
interface Comment extends RelatedTo<{ author: User; post: Post }> {
  id: string;
  post: string;
  author: string;
}
interface Post extends RelatedTo<{ author: User; editor: User; comments: Comment[] }> {
  id: string;
  title: string;
  author: string;
  editor: string | null;
}

let reads: string[] = [];
const noted = <T extends object>(model: Model<T>): Model<T> => notedModel(model, name => reads.push(name));
beforeEach(() => {
  reads = [];
});

const text = "text" as const;
const Users = noted(
  memoryModel<User>({
    name: "User",
    fields: { id: text, name: text, secret: text },
    objects: ["Ann", "Bob", "Cid"].map((name, at) => ({ id: `u${at}`, name, secret: "x" })),
  }),
);
const Comments = noted(
  memoryModel<Comment>({
    name: "Comment",
    fields: { id: text, post: text, author: text },
    objects: [
      { id: "c1", post: "1", author: "u1" },
      { id: "c2", post: "2", author: "u0" },
    ],
    relations: { author: one(Users, "author"), post: one((): Model<Post> => Posts, "post") },
  }),
);
const Posts: Model<Post> = noted(
  memoryModel<Post>({
    name: "Post",
    fields: { id: text, title: text, author: text, editor: text },
    objects: [
      { id: "1", title: "One", author: "u0", editor: "u2" },
      { id: "2", title: "Two", author: "u1", editor: null },
    ],
    relations: {
      author: one(Users, "author"),
      editor: one(Users, "editor"),
      comments: many(Comments, "post"),
    },
  }),
);

const serializer = fields<Post>({
  id: true,
  title: true,
  author: pick("name"),
  comments: listOf(fields({ id: true, author: pick("name") }), { limit: 5 }),
});
const include = ["author", "comments", "comments.author"] as const;
type Handler = (event: unknown, context: object) => Promise<unknown>;
const options = { serializer, include, fields: true, envelope: false } as const;
const list: Handler = listHandler(Posts, options);
const { envelope: _, ...single } = options;
const retrieve: Handler = retrieveHandler(Posts, single);
const all = resource(Posts, { ...single, required: ["title", "author"], optional: ["editor"] });

const plain = [
  { id: "1", title: "One" },
  { id: "2", title: "Two" },
];
const authors = [{ author: { name: "Ann" } }, { author: { name: "Bob" } }];
const comments = [{ comments: [{ id: "c1" }] }, { comments: [{ id: "c2" }] }];
const written = [
  { comments: [{ id: "c1", author: { name: "Bob" } }] },
  { comments: [{ id: "c2", author: { name: "Ann" } }] },
];

/** Asks a handler of a list or of the first object. */
async function ask(handler: Handler, query: string) {
  reads = [];
  const pathParameters = { id: "1" };
  const request = { query: [...new URLSearchParams(query)], pathParameters, path: "/posts" };
  const { status, body, headers } = await send(handler, "http", request as never);
  return { status, body, headers, reads: reads.toSorted() };
}

describe("what include asks for", () => {
  it.each([
    ["", plain, []],
    ["include=author", plain.map((post, at) => ({ ...post, ...authors[at] })), ["User"]],
    ["include=comments", plain.map((post, at) => ({ ...post, ...comments[at] })), ["Comment"]],
    ["include=comments.author", plain.map((post, at) => ({ ...post, ...written[at] })), ["Comment", "User"]],
    [
      "include=comments.author,author,comments",
      plain.map((post, at) => ({ ...post, ...authors[at], ...written[at] })),
      ["Comment", "User"],
    ],
  ])("%s goes out, and costs one read each", async (query, shown, read) => {
    for (const handler of [list, all.list as Handler]) {
      const answer = await ask(handler, query);
      expect(answer).toMatchObject({ status: 200, body: shown, reads: ["Post", ...read].toSorted() });
      expect(answer.body).toEqual(shown);
    }
    for (const handler of [retrieve, all.retrieve as Handler]) {
      const answer = await ask(handler, query);
      expect([answer.status, answer.body]).toEqual([200, shown[0]]);
      // Who has written the comment is known once that is read: one read for each relation at most.
      const isTwice = query.includes("author,") && query.includes("comments.author");
      expect(answer.reads).toEqual(isTwice ? [...read, "User"] : read);
    }
  });

  it("leaves what the option does not name as it is", async () => {
    const shown = fields<Post>({
      author: pick("name"),
      editor: pick("name"),
      comments: listOf(fields({ id: true, author: pick("name") })),
    });
    const handler = listHandler(Posts, { serializer: shown, include: ["editor", "comments.author"] });
    const [one, two] = (await ask(handler, "")).body as unknown[];
    expect([one, two]).toEqual([
      { author: { name: "Ann" }, comments: [{ id: "c1" }] },
      { author: { name: "Bob" }, comments: [{ id: "c2" }] },
    ]);
    const asked = await ask(handler, "include=editor");
    expect((asked.body as { editor: unknown }[]).map(({ editor }) => editor)).toEqual([
      { name: "Cid" },
      null,
    ]);
  });

  it("is kept by the links to other pages, in an envelope too", async () => {
    const handler = listHandler(Posts, { ...options, envelope: true });
    const { body, headers } = await ask(handler, "include=author&limit=1");
    expect(body).toMatchObject({
      items: [{ author: { name: "Ann" } }],
      next: expect.stringContaining("include=author"),
    });
    expect(headers.link).toContain("include=author");
  });

  it("is read alike on every source", async () => {
    for (const source of sources) {
      const { body } = await send(list, source, { query: [["include", "author"]] });
      expect(body, source).toEqual(plain.map((post, at) => ({ ...post, ...authors[at] })));
      expect((await send(list, source, { query: [["include", "nope"]] })).status, source).toBe(400);
    }
  });

  it("is what fields chooses from", async () => {
    expect(await ask(list, "include=author,comments&fields=id,author")).toMatchObject({
      body: [
        { id: "1", ...authors[0] },
        { id: "2", ...authors[1] },
      ],
      reads: ["Post", "User"],
    });
    for (const handler of [list, retrieve]) {
      expect(await ask(handler, "fields=id,author")).toMatchObject({
        status: 400,
        body: { field: "fields", message: "Unknown name in parameter fields: there are id, title" },
      });
    }
  });

  it.each([
    ["csv", "", "id,title\r\n1,One\r\n2,Two\r\n", []],
    [
      "csv",
      "&include=author",
      'id,title,author\r\n1,One,"{""name"":""Ann""}"\r\n2,Two,"{""name"":""Bob""}"\r\n',
      ["User"],
    ],
    ["ndjson", "", '{"id":"1","title":"One"}\n{"id":"2","title":"Two"}\n', []],
    [
      "ndjson",
      "&include=author&fields=author",
      '{"author":{"name":"Ann"}}\n{"author":{"name":"Bob"}}\n',
      ["User"],
    ],
  ] as const)("is in whole lists as %s%s", async (format, query, shown, read) => {
    const handler = listHandler(Posts, { ...options, formats: ["json", "csv", "ndjson"], formatParam: true });
    const answer = await ask(handler, `format=${format}${query}`);
    expect([String(answer.body), answer.reads]).toEqual([shown, read]);
  });
});

describe("what is not there", () => {
  const there = "there are author, comments, comments.author";
  it.each([
    ["include=nope", "Unknown name in parameter include"],
    ["include=", "Unknown name in parameter include"],
    ["include=author,", "Unknown name in parameter include"],
    ["include=editor", "Unknown name in parameter include"],
    ["include=__proto__", "Unknown name in parameter include"],
    ["include=author.comments", "Unknown name in parameter include"],
    [`include=comments${".author".repeat(2000)}`, "Unknown name in parameter include"],
    ["include=author,author", "Repeated name in parameter include"],
    [`include=author${",author".repeat(2000)}`, "Repeated name in parameter include"],
    ["include=author&include=comments", "Parameter include given more than once"],
  ])("is 400 before anything is read (%#)", async (query, reason) => {
    for (const handler of [
      list,
      retrieve,
      all.list,
      all.retrieve,
      all.create,
      all.update,
      all.delete,
    ] as Handler[]) {
      const { status, body, reads: read } = await ask(handler, query);
      expect([status, body, read]).toEqual([
        400,
        { code: 400, message: `${reason}: ${there}`, field: "include" },
        [],
      ]);
    }
  });

  it("without the option it is an unknown parameter of a list, and none of one object", async () => {
    expect((await ask(listHandler(Posts, { serializer }), "include=author")).status).toBe(400);
    expect((await ask(retrieveHandler(Posts, { serializer: pick("id") }), "include=author")).status).toBe(
      200,
    );
  });
});

describe("what is written", () => {
  const Own = memoryModel<Post>({
    name: "Post",
    objects: [],
    relations: { author: one(Users, "author") },
  } as never);
  const own = resource(Own, {
    ...single,
    serializer: fields<Post>({ id: true, author: pick("name") }),
    include: ["author"],
    required: ["title", "author"],
  });

  it("goes out alike, and its tag is that of what goes out at the same address", async () => {
    const body = { title: "Three", author: "u0" };
    const created = await send(own.create as Handler, "http", { method: "POST", body });
    expect(created.body).toEqual({ id: expect.any(String) });
    const query: [string, string][] = [["include", "author"]];
    const asked = await send(own.create as Handler, "http", { method: "POST", body, query });
    expect(asked.body).toEqual({ id: expect.any(String), author: { name: "Ann" } });
    const pathParameters = { id: (asked.body as { id: string }).id };
    for (const more of [{}, { query }]) {
      const { headers } = await send(own.retrieve as Handler, "http", { pathParameters, ...more });
      const match = { "If-Match": String(headers.etag) };
      const changed = await send(own.update as Handler, "http", {
        method: "PATCH",
        pathParameters,
        headers: match,
        body: { title: "Four" },
        ...more,
      });
      expect([changed.status, Object.keys(changed.body as object)]).toEqual([
        200,
        "query" in more ? ["id", "author"] : ["id"],
      ]);
    }
    const { headers } = await send(own.retrieve as Handler, "http", { pathParameters, query });
    const ifMatch = { "If-Match": String(headers.etag) };
    const remove = (more: object) =>
      send(own.delete as Handler, "http", { method: "DELETE", pathParameters, headers: ifMatch, ...more });
    expect([(await remove({})).status, (await remove({ query })).status]).toEqual([412, 204]);
  });
});

describe("the option", () => {
  const refused = "which is not a relation that the serializer shows by fields()";
  it.each([
    [["title"], `names "title", ${refused}`],
    [["editor"], `names "editor", ${refused}`],
    [["comments.post"], `names "comments.post", ${refused}`],
    [["comments.author.name"], `names "comments.author.name", ${refused}`],
    [["constructor"], `names "constructor", ${refused}`],
    [[""], `names "", ${refused}`],
    [[], "must name relations, each once"],
    [["author", "author"], "must name relations, each once"],
    ["author", "must be"],
  ])("%j is a TypeError of the factory", (wrong, message) => {
    const given = { serializer, include: wrong } as never;
    for (const [name, factory] of Object.entries({
      listHandler,
      retrieveHandler,
      createHandler,
      deleteHandler,
    })) {
      expect(() => (factory as (model: unknown, options: unknown) => unknown)(Posts, given)).toThrow(
        `${name}: option "include" ${message}`,
      );
    }
  });

  it("must leave something that is always shown, and fits no other serializer", () => {
    const bare = fields<Post>({ author: pick("name"), comments: listOf(fields({ author: pick("name") })) });
    for (const names of [
      ["author", "comments"],
      ["author", "comments.author"],
    ]) {
      expect(() => listHandler(Posts, { serializer: bare, include: names } as never)).toThrow(
        "must leave a field",
      );
    }
    for (const other of [pick("id", "author"), () => ({}), undefined]) {
      expect(() => deleteHandler(Posts, { serializer: other, include: ["author"] } as never)).toThrow(
        refused,
      );
    }
  });

  it("takes no filter of its name beside it", () => {
    const Odd = memoryModel<Post & { include: string }>({
      name: "Odd",
      objects: [],
      relations: Posts.relations,
    } as never);
    expect(() =>
      listHandler(Odd, { serializer, include: ["author"], filters: ["include"] } as never),
    ).toThrow('option "filters" can\'t name "include"');
  });
});

it("the document names what there is, and promises only what is always shown", () => {
  const shown = fields<Post>({
    id: true,
    author: pick("name"),
    editor: fields({ id: true, name: true }),
    comments: listOf(
      fields({ id: true, author: pick("name"), post: fields({ id: true, author: pick("id") }) }),
    ),
  });
  const names = ["author", "comments.author", "comments.post.author"] as const;
  const posts = resource(Posts, { serializer: shown, include: names, optional: ["title"] });
  const { paths, components } = openapi(api({ posts }), { title: "Posts", version: "1" });
  for (const operation of [
    paths["/posts"]?.get,
    paths["/posts"]?.post,
    paths["/posts/{id}"]?.get,
    paths["/posts/{id}"]?.patch,
    paths["/posts/{id}"]?.delete,
  ]) {
    const parameters = operation?.parameters ?? [];
    expect(parameters.find(({ name }) => name === "include")).toMatchObject({
      in: "query",
      style: "form",
      explode: false,
      schema: { type: "array", items: { type: "string", enum: names } },
    });
    expect(operation?.responses[400]).toBeDefined();
  }
  expect(components.schemas?.Post).toMatchObject({
    required: ["id", "editor", "comments"],
    properties: {
      author: { type: ["object", "null"] },
      comments: {
        items: {
          required: ["id", "post"],
          properties: { author: {}, post: { required: ["id"], properties: { author: {} } } },
        },
      },
    },
  });
  expect(JSON.stringify(paths["/posts"]?.post?.responses[201])).toContain("#/components/schemas/Post");
});
