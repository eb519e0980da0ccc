import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { deleteHandler } from "../../generics/deleteHandler.ts";
import { retrieveHandler } from "../../generics/retrieveHandler.ts";
import { updateHandler } from "../../generics/updateHandler.ts";
import { signJwt } from "../../src/auth/jwt.ts";
import { Conflict } from "../../src/core/errors.ts";
import { defineMiddleware } from "../../src/core/middleware.ts";
import { respond } from "../../src/http/respond.ts";
import { memoryModel } from "../../src/models/memory/memoryModel.ts";
import { sqlModel } from "../../src/models/sql/sqlModel.ts";
import { sqlite } from "../../src/models/sqlite.ts";
import type { Model, Queryset } from "../../src/models/types.ts";
import { explain } from "../../src/pipeline/explain.ts";
import type { LambdaHandler } from "../../src/pipeline/pipeline.ts";
import { pick } from "../../src/serializers/pick.ts";
import { type EventSource, sources } from "../support/events.ts";
import { send, type TestResponse } from "../support/send.ts";

interface Post {
  id: string;
  title: string;
  author: string;
}

const cors = {
  "access-control-allow-headers": "*",
  "access-control-allow-methods": "*",
  "access-control-allow-origin": "*",
};
const gone = { status: 204, headers: cors, cookies: [], body: "" };
const refusal = (code: number, message: string): TestResponse => ({
  status: code,
  headers: { ...cors, "content-type": "application/json" },
  cookies: [],
  body: { code, message },
});
const noStore = { "cache-control": "no-store" };
const unstored = (response: TestResponse): TestResponse => ({
  ...response,
  headers: { ...response.headers, ...noStore },
});
const notFound = refusal(404, "Resource Not Found");
const failed = refusal(412, "Precondition Failed");
const posts: Post[] = [
  { id: "p1", title: "first", author: "u1" },
  { id: "p 2&ü%", title: "second", author: "u2" },
];
const secret = "a secret of at least 32 bytes, for tests";
const Users = memoryModel<{ id: string }>({ name: "User", objects: [{ id: "u1" }, { id: "u2" }] });
const bearer = async (sub: string): Promise<Record<string, string>> => ({
  Authorization: `Bearer ${await signJwt({ sub }, { secret })}`,
});

let Posts: Model<Post>;
beforeEach(() => {
  Posts = memoryModel<Post>({ name: "Post", objects: posts });
});
const left = async (): Promise<string[]> => (await Posts.objects.page({})).items.map(({ id }) => id).sort();

const folder = mkdtempSync(join(tmpdir(), "tsverless-delete-"));
const db = sqlite(join(folder, "posts.sqlite"));
afterAll(async () => {
  await db.destroy();
  rmSync(folder, { recursive: true, force: true });
});

const call = (
  method: string,
  handler: LambdaHandler,
  source: EventSource,
  id: string,
  headers: Record<string, string> = {},
): Promise<TestResponse> =>
  send(handler, source, {
    method,
    path: `/posts/${encodeURIComponent(id)}`,
    pathParameters: { id },
    headers,
  });

describe.each(sources)("deleteHandler on %s", source => {
  const remove = (handler: LambdaHandler, id: string, headers?: Record<string, string>) =>
    call("DELETE", handler, source, id, headers);

  it("removes the object of the path and answers 204 with nothing", async () => {
    expect(await remove(deleteHandler(Posts), "p1")).toEqual(gone);
    expect(await left()).toEqual(["p 2&ü%"]);
  });

  it("finds an id that has to be encoded", async () => {
    expect(await remove(deleteHandler(Posts), "p 2&ü%")).toEqual(gone);
    expect(await left()).toEqual(["p1"]);
  });

  it("answers 404 to what does not exist, or no longer does", async () => {
    const handler = deleteHandler(Posts);
    for (const id of ["p3", "P1", "p1 ", "%", "__proto__"])
      expect(await remove(handler, id)).toEqual(notFound);
    expect(await remove(handler, "p1")).toEqual(gone);
    expect(await remove(handler, "p1")).toEqual(notFound);
    expect(await left()).toEqual(["p 2&ü%"]);
  });

  it("answers 404 to what lies outside its queryset, whatever that is", async () => {
    const own = (): Queryset<Post> => Posts.objects.filter({ author: "u2" });
    const list = posts.filter(({ author }) => author === "u2");
    for (const queryset of [own, async () => own(), () => list, async () => list, () => []]) {
      expect(await remove(deleteHandler(Posts, { queryset }), "p1")).toEqual(notFound);
    }
    expect(await left()).toHaveLength(2);
  });

  it("scopes by who calls", async () => {
    const handler = deleteHandler(Posts, {
      auth: { model: Users, secret },
      queryset: (_event, { user }) => Posts.objects.filter({ author: user.id }),
    });
    expect(await remove(handler, "p1")).toEqual({
      ...refusal(401, "Unauthorized"),
      headers: { ...refusal(401, "").headers, ...noStore, "www-authenticate": "Bearer" },
    });
    expect(await remove(handler, "p1", await bearer("u2"))).toEqual(unstored(notFound));
    expect(await remove(handler, "p1", await bearer("u1"))).toEqual(unstored(gone));
  });

  it("answers 403 where the rules refuse the caller that object", async () => {
    const handler = deleteHandler(Posts, {
      auth: { model: Users, secret },
      permit: (_event, { object, user }) => object.author === user.id,
    });
    expect(await remove(handler, "p1", await bearer("u2"))).toEqual(unstored(refusal(403, "Forbidden")));
    expect(await left()).toHaveLength(2);
    expect(await remove(handler, "p1", await bearer("u1"))).toEqual(unstored(gone));
  });

  it("removes only the version that If-Match names: the tag of a retrieveHandler", async () => {
    const serializer = pick("id", "title");
    const handler = deleteHandler(Posts, { serializer });
    const before = await call("GET", retrieveHandler(Posts, { serializer }), source, "p1");
    const etag = String(before.headers.etag);
    for (const tag of ['"other"', `W/${etag}`, "x", ",", '"a", "b"']) {
      expect(await remove(handler, "p1", { "If-Match": tag }), tag).toEqual(failed);
    }
    const [post] = (await Posts.objects.filter({ id: "p1" }).page({})).items;
    await Posts.update(post as Post, { title: "changed" });
    expect(await remove(handler, "p1", { "If-Match": etag })).toEqual(failed);
    const after = await call("GET", retrieveHandler(Posts, { serializer }), source, "p1");
    expect(after.headers.etag).not.toBe(etag);
    expect(await remove(handler, "p1", { "IF-MATCH": `"a", ${after.headers.etag}` })).toEqual(gone);
  });

  it("knows no version without a serializer: only the star matches", async () => {
    const handler = deleteHandler(Posts);
    for (const tag of ['"x"', 'W/"x"', '"*"']) {
      expect(await remove(handler, "p1", { "If-Match": tag }), tag).toEqual(failed);
    }
    expect(await remove(handler, "p3", { "If-Match": "*" })).toEqual(notFound);
    expect(await remove(handler, "p1", { "If-Match": "*" })).toEqual(gone);
  });

  it("takes its own tags from the etag option", async () => {
    const handler = deleteHandler(Posts, { etag: ({ title }) => `"${title}"` });
    expect(await remove(handler, "p1", { "If-Match": '"second"' })).toEqual(failed);
    expect(await remove(handler, "p1", { "If-Match": '"first"' })).toEqual(gone);
  });
});

describe("the options of deleteHandler", () => {
  const remove = (handler: LambdaHandler, id = "p1", headers?: Record<string, string>) =>
    call("DELETE", handler, "http", id, headers);

  it("`remove` takes the place of the model, and is given what middlewares added", async () => {
    const seen: unknown[] = [];
    const reason = defineMiddleware<object, { context: { reason: string } }>({
      name: "reason",
      before({ context }) {
        (context as { reason?: string }).reason = "spam";
      },
    });
    const handler = deleteHandler(Posts, {
      use: [reason],
      remove: async (post, { context }) => seen.push(post, context.object === post, context.reason),
    });
    expect(await remove(handler)).toEqual(gone);
    expect(seen).toEqual([posts[0], true, "spam"]);
    expect(await left()).toHaveLength(2);
  });

  it("`remove` may refuse", async () => {
    const handler = deleteHandler(Posts, {
      remove: () => {
        throw new Conflict("It has comments");
      },
    });
    expect(await remove(handler)).toEqual(refusal(409, "It has comments"));
  });

  it("`status` other than 204 lets out what the serializer makes of what `remove` returns, and nothing without one", async () => {
    const removed = () => ({ id: "1", secret: "s" });
    const shown = deleteHandler(Posts, { status: 202, serializer: pick("id"), remove: removed });
    expect(await remove(shown)).toMatchObject({ status: 202, body: { id: "1" } });
    expect(await remove(deleteHandler(Posts, { status: 202, remove: removed }))).toMatchObject({
      status: 202,
      body: null,
    });
  });

  it("`remove` may respond by itself with respond() or a web Response, in place of the 204", async () => {
    const responded = deleteHandler(Posts, {
      remove: () => respond({ status: 202, body: { queued: true } }),
    });
    expect(await remove(responded)).toMatchObject({ status: 202, body: { queued: true } });
    const web = deleteHandler(Posts, { remove: () => Response.json({ queued: true }, { status: 202 }) });
    expect(await remove(web)).toMatchObject({ status: 202, body: { queued: true } });
  });

  it("`param` and `lookup` say how the object is found", async () => {
    const handler = deleteHandler(Posts, { param: "title", lookup: "title" });
    const request = { method: "DELETE", path: "/posts/first", pathParameters: { title: "first" } };
    expect(await send(handler, "rest", request)).toEqual(gone);
    expect(await send(handler, "rest", request)).toEqual(notFound);
    expect(await left()).toEqual(["p 2&ü%"]);
  });

  it("a middleware of `use` may respond early or throw, and nothing is removed", async () => {
    const response = defineMiddleware({ name: "accept", before: () => ({ statusCode: 202 }) });
    const failing = defineMiddleware({
      name: "failing",
      before() {
        throw new Error("delete from posts");
      },
    });
    const early = await remove(deleteHandler(Posts, { use: [response] }));
    expect(early).toMatchObject({ status: 202, headers: cors, body: "" });
    const thrown = await remove(deleteHandler(Posts, { use: [failing], errors: { logger: false } }));
    expect(thrown).toEqual(refusal(500, "Internal Server Error"));
    expect(await left()).toHaveLength(2);
  });

  it("`cors: false` and `warmup: false` leave their middlewares out", async () => {
    const handler = deleteHandler(Posts, {
      cors: false,
      warmup: false,
      serializer: pick("id"),
      permit: () => true,
    });
    expect(explain(handler).map(({ name }) => name)).toEqual([
      "loadObject",
      "permit",
      "checkConditions",
      "errors",
      "serialize",
    ]);
    expect((await remove(handler)).headers).toEqual(noStore);
  });

  it("are checked when the factory runs", () => {
    const make = deleteHandler as (...given: unknown[]) => unknown;
    expect(() => make(undefined)).toThrow(new TypeError("deleteHandler: model must be a model"));
    expect(() => make(Posts, [])).toThrow(new TypeError("deleteHandler: options must be an object"));
    for (const [name, value] of Object.entries({
      param: 1,
      lookup: ["id"],
      queryset: Posts.objects,
      etag: '"x"',
      remove: {},
      auth: true,
      use: {},
      permit: true,
      status: 1000,
      cors: "*",
      errors: null,
      warmup: 1,
    })) {
      expect(() => make(Posts, { [name]: value }), name).toThrow(TypeError);
      expect(() => make(Posts, { [name]: value })).toThrow(`deleteHandler: option "${name}" must be`);
    }
    for (const options of [
      { serializer: 5 },
      { permit: [] },
      { permit: [1] },
      { use: [{}] },
      { auth: { x: 1 } },
    ]) {
      expect(() => make(Posts, options), JSON.stringify(options)).toThrow(TypeError);
    }
    for (const name of ["required", "body", "delete", "toString"]) {
      expect(() => make(Posts, { [name]: [] })).toThrow(`deleteHandler: unknown option "${name}"`);
    }
  });
});

describe.each(["memory", "SQLite"])("races for an object, on %s", engine => {
  const make = async (table: string): Promise<Model<Post>> => {
    if (engine === "memory") return memoryModel<Post>({ name: "Post", objects: posts });
    const columns = { title: "text", author: "text" } as const;
    const model = sqlModel<Post>({ db, name: "Post", table, columns });
    for (const post of posts) await model.create(post);
    return model;
  };
  /** Holds requests back behind the loading of the object until as many as are expected are there. */
  const gate = (count: number) => {
    let waiting = 0;
    let open = (): void => {};
    const opened = new Promise<void>(resolve => {
      open = resolve;
    });
    return defineMiddleware({
      name: "gate",
      before: async () => {
        if (++waiting === count) open();
        await opened;
      },
    });
  };

  it("end with one 204, and 404 for the others", async () => {
    const handler = deleteHandler(await make("all"), { use: [gate(sources.length)] });
    const responses = await Promise.all(sources.map(source => call("DELETE", handler, source, "p1")));
    expect(responses.map(({ status }) => status).sort()).toEqual([
      204,
      ...Array(sources.length - 1).fill(404),
    ]);
    expect(responses.find(({ status }) => status === 404)).toEqual(notFound);
    expect(responses.find(({ status }) => status === 204)).toEqual(gone);
  });

  it("give 404 to an update of what was removed meanwhile", async () => {
    const model = await make("updated");
    const removed = defineMiddleware({
      name: "removed",
      before: async () => void (await call("DELETE", deleteHandler(model), "http", "p1")),
    });
    const update = updateHandler(model, { optional: ["title"], serializer: pick("id"), use: [removed] });
    const request = { method: "PUT", path: "/posts/p1", pathParameters: { id: "p1" }, body: { title: "x" } };
    expect(await send(update, "http", request)).toEqual(notFound);
  });

  it("give 409 to a delete of what was changed meanwhile, whatever If-Match said before", async () => {
    const given: (Record<string, string> | "etag")[] = [{}, { "if-match": "*" }, "etag"];
    for (const headers of given) {
      const model = await make(
        `changed${typeof headers === "string" ? headers : Object.keys(headers).length}`,
      );
      const serializer = pick<"id" | "title">("id", "title");
      const changed = defineMiddleware({
        name: "changed",
        before: async () => {
          const post = (await model.objects.get("p1")) as Post;
          await model.update(post, { title: "newer" });
        },
      });
      const shown = await call("GET", retrieveHandler(model, { serializer }), "http", "p1");
      const sent = typeof headers === "string" ? { "if-match": String(shown.headers.etag) } : headers;
      const handler = deleteHandler(model, { serializer, use: [changed] });
      expect(await call("DELETE", handler, "http", "p1", sent)).toEqual(
        refusal(409, `${model.name} was changed by somebody else`),
      );
      expect((await model.objects.get("p1"))?.title).toBe("newer");
    }
  });
});
