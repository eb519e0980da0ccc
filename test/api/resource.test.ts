import { describe, expect, it } from "vitest";
import { resource } from "../../api/resource.ts";
import { signJwt } from "../../src/auth/jwt.ts";
import { defineMiddleware } from "../../src/core/middleware.ts";
import { configure } from "../../src/core/settings.ts";
import { memoryModel } from "../../src/models/memory/memoryModel.ts";
import type { Model } from "../../src/models/types.ts";
import { explain } from "../../src/pipeline/explain.ts";
import type { LambdaHandler } from "../../src/pipeline/pipeline.ts";
import { pick } from "../../src/serializers/pick.ts";
import { type EventSource, eventOf, received, sources, type TestRequest } from "../support/events.ts";

interface User {
  id: string;
}
interface Post {
  id: string;
  slug: string;
  title: string;
  author: string;
  secret: string;
}
const verbs = ["create", "retrieve", "update", "delete", "list"] as const;
const Users = memoryModel<User>({ name: "User", objects: [{ id: "ann" }, { id: "bob" }] });
const makePosts = (): Model<Post> =>
  memoryModel<Post>({
    name: "Post",
    objects: [
      { id: "p1", slug: "one", title: "One", author: "ann", secret: "s" },
      { id: "p2", slug: "two", title: "Two", author: "bob", secret: "s" },
    ],
  });
configure({ secretKey: "a secret that only these tests know, 32 bytes" });
const bearer = async (id: string): Promise<Record<string, string>> => ({
  Authorization: `Bearer ${await signJwt({ sub: id })}`,
});

interface Seen {
  status: number;
  headers: Record<string, string | string[]>;
  body: unknown;
}
async function ask(
  handler: LambdaHandler,
  request: TestRequest = {},
  source: EventSource = "http",
): Promise<Seen> {
  const result = await handler(eventOf(source, request), {});
  const { status, headers, body } = received(source, result);
  return { status, headers, body: body.length > 0 ? JSON.parse(body.toString()) : undefined };
}
const one = (id: string, more: TestRequest = {}): TestRequest => ({
  path: `/posts/${id}`,
  pathParameters: { id },
  ...more,
});
const jsonOf = (body: unknown, more: Record<string, string> = {}): TestRequest => ({
  headers: { "Content-Type": "application/json", ...more },
  body: JSON.stringify(body),
});
const statusOf = async (handler: LambdaHandler, request?: TestRequest): Promise<number> =>
  (await ask(handler, request)).status;
const namesOf = (handler: LambdaHandler): string[] => explain(handler).map(({ name }) => name);

describe.each(sources)("resource behind %s", source => {
  it("makes a handler for each verb, that work on the same objects", async () => {
    const posts = resource(makePosts(), {
      serializer: pick("id", "title"),
      required: ["title"],
      optional: ["slug"],
      ordering: ["title"],
    });
    expect(Object.keys(posts).sort()).toEqual([...verbs].sort());
    const at = { path: "/posts" };
    const created = await ask(
      posts.create,
      { method: "POST", ...at, ...jsonOf({ title: "New", secret: "x" }) },
      source,
    );
    const { id } = created.body as Post;
    expect([created.status, created.body]).toEqual([201, { id, title: "New" }]);
    expect(created.headers.location).toBe(`${source === "rest" ? "/dev" : ""}/posts/${id}`);
    expect((await ask(posts.retrieve, one(id), source)).body).toEqual({ id, title: "New" });
    const patch = one(id, { method: "PATCH", ...jsonOf({ title: "Newer" }) });
    expect((await ask(posts.update, patch, source)).body).toEqual({ id, title: "Newer" });
    expect((await ask(posts.list, { ...at, query: [["order", "title"]] }, source)).body).toEqual([
      { id, title: "Newer" },
      { id: "p1", title: "One" },
      { id: "p2", title: "Two" },
    ]);
    expect((await ask(posts.delete, one(id, { method: "DELETE" }), source)).status).toBe(204);
    expect((await ask(posts.retrieve, one(id), source)).status).toBe(404);
  });
});

describe("the options", () => {
  it("leave out the verbs that are false, and no others", () => {
    for (const left of verbs) {
      const off: object = { [left]: false };
      const made = resource(makePosts(), { serializer: pick("id"), ...off });
      expect(Object.keys(made).sort()).toEqual(verbs.filter(verb => verb !== left).sort());
    }
    const readOnly = resource(makePosts(), {
      serializer: pick("id"),
      create: false,
      update: false,
      delete: false,
    });
    expect(Object.keys(readOnly).sort()).toEqual(["list", "retrieve"]);
    const kept = resource(makePosts(), { serializer: pick("id"), list: undefined });
    expect(Object.keys(kept)).toContain("list");
  });

  it("auth holds for every verb but those that say otherwise", async () => {
    const posts = resource(makePosts(), {
      auth: { model: Users },
      serializer: pick("id"),
      optional: ["title"],
      list: { auth: undefined },
      retrieve: { auth: { model: Users, optional: true } },
    });
    const put = one("p1", jsonOf({ title: "x" }));
    expect(await statusOf(posts.create, jsonOf({ title: "x" }))).toBe(401);
    expect(await statusOf(posts.update, put)).toBe(401);
    expect(await statusOf(posts.delete, one("p1"))).toBe(401);
    expect(await statusOf(posts.list)).toBe(200);
    expect(await statusOf(posts.retrieve, one("p1"))).toBe(200);
    const headers = await bearer("ann");
    expect(await statusOf(posts.create, jsonOf({ title: "x" }, headers))).toBe(201);
    expect(await statusOf(posts.update, one("p1", jsonOf({ title: "x" }, headers)))).toBe(200);
    expect(await statusOf(posts.retrieve, one("p1", { headers: { Authorization: "Bearer bad" } }))).toBe(401);
    expect(await statusOf(posts.delete, one("p1", { headers }))).toBe(204);
    expect(await statusOf(posts.list, { headers: { Authorization: "Bearer bad" } })).toBe(200);
  });

  it("queryset bounds whatever is retrieved, updated, deleted and listed", async () => {
    const model = makePosts();
    const posts = resource(model, {
      auth: { model: Users },
      serializer: pick("id"),
      optional: ["title"],
      filters: ["author"],
      queryset: (_event, { user }) => model.objects.filter({ author: user.id }),
    });
    const headers = await bearer("ann");
    for (const [handler, body] of [
      [posts.retrieve, undefined],
      [posts.update, { title: "taken over" }],
      [posts.delete, undefined],
    ] as const) {
      const more = body === undefined ? { headers } : jsonOf(body, headers);
      expect((await ask(handler, one("p2", more))).body).toEqual({
        code: 404,
        message: "Resource Not Found",
      });
      expect(await statusOf(handler, one("p1", more))).toBeLessThan(300);
    }
    expect((await ask(posts.list, { headers: await bearer("bob") })).body).toEqual([{ id: "p2" }]);
    const foreign = { headers, query: [["author", "bob"]] as const };
    expect((await ask(posts.list, foreign)).body).toEqual([]);
    expect(await model.objects.get("p2")).toMatchObject({ title: "Two" });
  });

  it("under a verb's name overrule those that are shared, for that verb alone", async () => {
    const model = makePosts();
    const posts = resource(model, {
      serializer: pick("id"),
      optional: ["title"],
      limit: 1,
      permit: () => true,
      queryset: () => model.objects.filter({ author: "ann" }),
      retrieve: { serializer: pick("id", "title"), status: 203 },
      list: { queryset: () => model.objects, limit: 5 },
      delete: { permit: () => false },
      create: { required: ["author"], create: data => model.create({ ...data, id: "p3" }), status: 200 },
      update: { update: (post, changes) => ({ ...post, ...changes, id: "changed" }) },
    });
    expect(await ask(posts.retrieve, one("p1"))).toMatchObject({
      status: 203,
      body: { id: "p1", title: "One" },
    });
    expect(await statusOf(posts.retrieve, one("p2"))).toBe(404);
    expect((await ask(posts.list)).body).toEqual([{ id: "p1" }, { id: "p2" }]);
    expect(await statusOf(posts.delete, one("p1"))).toBe(401);
    expect((await ask(posts.create, jsonOf({ title: "x" }))).body).toEqual({
      code: 400,
      message: "Missing key(s): author",
    });
    expect(await statusOf(posts.create, jsonOf({ author: "x" }))).toBe(404);
    expect(await model.objects.get("p3")).toBeUndefined();
    expect(await ask(posts.create, jsonOf({ author: "ann" }))).toMatchObject({
      status: 200,
      body: { id: "p3" },
    });
    expect((await ask(posts.update, one("p1", jsonOf({ title: "x" })))).body).toEqual({ id: "changed" });
  });

  it("param, lookup and etag hold for every verb of one object", async () => {
    const posts = resource(makePosts(), {
      serializer: pick("id"),
      optional: ["title"],
      param: "slug",
      lookup: "slug",
      etag: ({ id }) => `"${id}"`,
    });
    const at = (slug: string, more: TestRequest = {}): TestRequest => ({ pathParameters: { slug }, ...more });
    expect(await ask(posts.retrieve, at("one"))).toMatchObject({ status: 200, headers: { etag: '"p1"' } });
    expect(await statusOf(posts.retrieve, at("p1"))).toBe(404);
    expect(await statusOf(posts.update, at("one", jsonOf({ title: "x" }, { "If-Match": '"p2"' })))).toBe(412);
    expect(await statusOf(posts.update, at("one", jsonOf({ title: "x" }, { "If-Match": '"p1"' })))).toBe(200);
    expect(await statusOf(posts.delete, at("two", { headers: { "If-Match": '"p1"' } }))).toBe(412);
    expect(await statusOf(posts.delete, at("two", { headers: { "If-Match": '"p2"' } }))).toBe(204);
  });

  it("use, cors, errors and warmup reach every verb", () => {
    const tenant = defineMiddleware({ name: "tenant", before() {} });
    const posts = resource(makePosts(), {
      serializer: pick("id"),
      use: [tenant],
      cors: false,
      warmup: false,
      errors: { logger: false },
    });
    for (const verb of verbs) {
      const names = namesOf(posts[verb]);
      expect(names.slice(-3), verb).toEqual(["tenant", "errors", "serialize"]);
    }
  });

  it("that are unknown or wrong are refused when it is made, and named", () => {
    const serializer = pick("id");
    const wrong: [options: unknown, message: string][] = [
      [undefined, "resource: options must be an object"],
      [null, "resource: options must be an object"],
      [{}, 'option "serializer" is required'],
      [{ serializer, filter: ["title"] }, 'resource: unknown option "filter"'],
      [{ serializer, remove: false }, 'resource: unknown option "remove"'],
      [{ serializer, status: 200 }, 'resource: unknown option "status"'],
      [{ serializer, constructor: {} }, 'resource: unknown option "constructor"'],
      [{ serializer, required: "title" }, 'resource: option "required" must be an array of strings'],
      [
        { serializer, list: false, limit: "5" },
        'resource: option "limit" must be a whole number of at least 0',
      ],
      [{ serializer, create: true }, 'resource: option "create" must be an object or false'],
      [{ serializer, list: null }, 'resource: option "list" must be an object or false'],
      [{ serializer, list: [] }, 'resource: option "list" must be an object or false'],
      [{ serializer, list: { filter: [] } }, 'listHandler: unknown option "filter"'],
      [{ serializer, retrieve: { filters: [] } }, 'retrieveHandler: unknown option "filters"'],
      [{ serializer, create: { queryset: [] } }, 'createHandler: option "queryset" must be a function'],
      [{ serializer, create: { lookup: "id" } }, 'createHandler: unknown option "lookup"'],
      [{ serializer, delete: { required: [] } }, 'deleteHandler: unknown option "required"'],
      [{ serializer, limit: 0 }, 'listHandler: option "limit" must be at least 1'],
      [{ serializer, auth: { models: Users } }, 'authUser: unknown option "models"'],
    ];
    for (const [options, message] of wrong) {
      const make = (): unknown => resource(makePosts(), options as never);
      expect(make, message).toThrow(TypeError);
      expect(make).toThrow(message);
    }
    const nothing = (): unknown => resource(undefined as never, { serializer } as never);
    expect(nothing).toThrow(new TypeError("resource: model must be a model"));
  });
});
