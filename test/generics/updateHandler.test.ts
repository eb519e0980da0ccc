import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import * as z from "zod";
import { retrieveHandler } from "../../generics/retrieveHandler.ts";
import { updateHandler } from "../../generics/updateHandler.ts";
import { signJwt } from "../../src/auth/jwt.ts";
import { Forbidden } from "../../src/core/errors.ts";
import { defineMiddleware } from "../../src/core/middleware.ts";
import { respond } from "../../src/http/respond.ts";
import { memoryModel } from "../../src/models/memory/memoryModel.ts";
import { sqlModel } from "../../src/models/sql/sqlModel.ts";
import { sqlite } from "../../src/models/sqlite.ts";
import type { Model, Queryset } from "../../src/models/types.ts";
import { explain } from "../../src/pipeline/explain.ts";
import type { LambdaHandler } from "../../src/pipeline/pipeline.ts";
import { jsonSchema } from "../../src/schema/jsonSchema.ts";
import { fields } from "../../src/serializers/fields.ts";
import { omit } from "../../src/serializers/omit.ts";
import { pick } from "../../src/serializers/pick.ts";
import { type EventSource, sources } from "../support/events.ts";
import { send, type TestResponse } from "../support/send.ts";

interface Post {
  id: string;
  title: string;
  text: string | null;
  author: string;
  tags: string[];
  meta: Record<string, unknown> | null;
}

const cors = {
  "access-control-allow-headers": "*",
  "access-control-allow-methods": "*",
  "access-control-allow-origin": "*",
};
const json = { ...cors, "content-type": "application/json" };
const refusal = (code: number, message: string, more: object = {}): TestResponse => ({
  status: code,
  headers: json,
  cookies: [],
  body: { code, message, ...more },
});
const noStore = { "cache-control": "no-store" };
const unstored = (response: TestResponse): TestResponse => ({
  ...response,
  headers: { ...response.headers, ...noStore },
});
const notFound = refusal(404, "Resource Not Found");
const merge = "application/merge-patch+json";
const patch = "application/json-patch+json";

const first: Post = {
  id: "p1",
  title: "first",
  text: "t",
  author: "u1",
  tags: ["a", "b"],
  meta: { lang: "de", seo: { words: ["x"], index: true } },
};
const second: Post = { id: "p 2&ü%", title: "second", text: null, author: "u2", tags: [], meta: null };
const secret = "a secret of at least 32 bytes, for tests";
const Users = memoryModel<{ id: string }>({ name: "User", objects: [{ id: "u1" }, { id: "u2" }] });
const bearer = async (sub: string): Promise<Record<string, string>> => ({
  Authorization: `Bearer ${await signJwt({ sub }, { secret })}`,
});

let Posts: Model<Post>;
beforeEach(() => {
  Posts = memoryModel<Post>({ name: "Post", objects: [first, second] });
});
const serializer = omit("author");
const settable = ["title", "text", "tags", "meta"] as const;

const folder = mkdtempSync(join(tmpdir(), "tsverless-update-"));
const db = sqlite(join(folder, "posts.sqlite"));
afterAll(async () => {
  await db.destroy();
  rmSync(folder, { recursive: true, force: true });
});

const call = (
  handler: LambdaHandler,
  body: unknown,
  { source = "http", id = "p1", headers = {} }: { source?: EventSource; id?: string; headers?: object } = {},
): Promise<TestResponse> =>
  send(handler, source, {
    method: "PATCH",
    path: `/posts/${encodeURIComponent(id)}`,
    pathParameters: { id },
    body,
    headers: headers as Record<string, string>,
  });
const typed = (type: string): { headers: object } => ({ headers: { "Content-Type": type } });
const storedPost = (id = "p1"): Promise<Post | undefined> => Posts.objects.get(id);

describe.each(sources)("updateHandler on %s", source => {
  const update = (
    handler: LambdaHandler,
    body: unknown,
    headers: object = {},
    id = "p1",
  ): Promise<TestResponse> => call(handler, body, { source, id, headers });
  const etagOf = async (handler: LambdaHandler, id = "p1"): Promise<string> => {
    const request = { path: `/posts/${encodeURIComponent(id)}`, pathParameters: { id } };
    const { status, headers } = await send(handler, source, request);
    expect(status).toBe(200);
    return String(headers.etag);
  };

  it("answers 200 with the serialized object and the ETag that a retrieveHandler gives it", async () => {
    const handler = updateHandler(Posts, { required: ["title"], optional: ["text"], serializer });
    const response = await update(handler, { title: "new" });
    const { author: _, ...shown } = { ...first, title: "new" };
    expect(response).toEqual({
      status: 200,
      headers: { ...json, etag: expect.stringMatching(/^"[^"]+"$/) },
      cookies: [],
      body: shown,
    });
    expect(response.headers.etag).toBe(await etagOf(retrieveHandler(Posts, { serializer })));
    expect(await storedPost()).toEqual({ ...first, title: "new" });
    expect(await storedPost(second.id)).toEqual(second);
  });

  it("finds an id that has to be encoded", async () => {
    const handler = updateHandler(Posts, { optional: ["title"], serializer });
    expect(await update(handler, { title: "x" }, {}, second.id)).toMatchObject({
      body: { id: second.id, title: "x" },
    });
  });

  it("answers 404 to what does not exist, before it looks at the body", async () => {
    const handler = updateHandler(Posts, { required: ["title"], serializer });
    for (const id of ["p3", "P1", "p1 ", "%", "__proto__"]) {
      for (const body of [{ title: "x" }, "{", undefined]) {
        expect(await update(handler, body, {}, id), id).toEqual(notFound);
      }
    }
  });

  it("answers 404 to what lies outside its queryset, whatever that is", async () => {
    const own = (): Queryset<Post> => Posts.objects.filter({ author: "u2" });
    for (const queryset of [own, async () => own(), () => [second], async () => [second], () => []]) {
      const handler = updateHandler(Posts, { optional: ["title"], serializer, queryset });
      expect(await update(handler, { title: "x" })).toEqual(notFound);
    }
    expect(await storedPost()).toEqual(first);
    for (const queryset of [async () => own(), async () => [second]]) {
      const handler = updateHandler(Posts, { optional: ["title"], serializer, queryset });
      Posts = memoryModel<Post>({ name: "Post", objects: [first, second] });
      const fresh = updateHandler(Posts, { optional: ["title"], serializer, queryset });
      expect(await update(fresh, { title: "x" }, {}, second.id)).toMatchObject({ status: 200 });
      expect(handler).not.toBe(fresh);
    }
  });

  it("changes only the version that If-Match names", async () => {
    const handler = updateHandler(Posts, { optional: ["title"], serializer });
    const etag = await etagOf(retrieveHandler(Posts, { serializer }));
    const failed = refusal(412, "Precondition Failed");
    for (const tag of ['"other"', `W/${etag}`, "x", ",", '"a", "b"', etag.replaceAll('"', "")]) {
      expect(await update(handler, { title: "x" }, { "If-Match": tag }), tag).toEqual(failed);
    }
    expect(await update(handler, "{", { "If-Match": '"other"' })).toEqual(failed);
    expect(await storedPost()).toEqual(first);

    const response = await update(handler, { title: "x" }, { "IF-match": etag });
    expect(response).toMatchObject({ status: 200, body: { title: "x" } });
    expect(response.headers.etag).not.toBe(etag);
    expect(await update(handler, { title: "y" }, { "If-Match": etag })).toEqual(failed);
    expect(
      await update(handler, { title: "y" }, { "If-Match": `"a",${response.headers.etag}` }),
    ).toMatchObject({
      status: 200,
    });
    expect(await update(handler, { title: "z" }, { "If-Match": "*" })).toMatchObject({ status: 200 });
    expect(await update(handler, { title: "z" }, { "If-Match": "*" }, "p3")).toEqual(notFound);
  });

  it("takes the listed keys of JSON, and demands the required ones", async () => {
    const handler = updateHandler(Posts, { required: ["title"], optional: ["text"], serializer });
    for (const body of [undefined, "", "null", {}, { text: "x" }]) {
      expect(await update(handler, body)).toEqual(refusal(400, "Missing key(s): title"));
    }
    expect(await update(handler, [])).toEqual(refusal(400, "The body must be an object"));
    expect(await update(handler, "{")).toEqual(refusal(400, "Malformed body"));
    expect(await storedPost()).toEqual(first);
    const response = await update(handler, { title: "x", text: null, id: "mine", author: "me", tags: [] });
    expect(response).toMatchObject({
      status: 200,
      body: { id: "p1", title: "x", text: null, tags: first.tags },
    });
    expect(await storedPost()).toEqual({ ...first, title: "x", text: null });
  });

  it("changes nothing where nothing is listed", async () => {
    const handler = updateHandler(Posts, { serializer });
    const sent: [unknown, object][] = [
      [{ title: "x" }, {}],
      [{ title: "x", meta: null }, { "Content-Type": merge }],
    ];
    for (const [body, headers] of sent)
      expect(await update(handler, body, headers)).toMatchObject({ status: 200 });
    expect(await storedPost()).toEqual(first);
  });

  it("merges a JSON Merge Patch, of which it demands the required keys", async () => {
    const handler = updateHandler(Posts, {
      required: ["title"],
      optional: ["text", "tags", "meta"],
      serializer,
    });
    const headers = { "Content-Type": `${merge}; charset=utf-8` };
    const sent = {
      text: null,
      tags: ["c"],
      meta: { lang: null, seo: { index: false } },
      author: "me",
      id: "mine",
    };
    expect(await update(handler, sent, headers)).toEqual(refusal(400, "Missing key(s): title"));
    expect(await storedPost()).toEqual(first);
    const response = await update(handler, { ...sent, title: "x" }, headers);
    const changed = {
      ...first,
      title: "x",
      text: null,
      tags: ["c"],
      meta: { seo: { words: ["x"], index: false } },
    };
    expect(response.status).toBe(200);
    expect(await storedPost()).toEqual(changed);
    expect(response.body).toEqual({ ...changed, author: undefined });
  });

  it("refuses a JSON Merge Patch that is not an object", async () => {
    const handler = updateHandler(Posts, { optional: settable, serializer });
    for (const body of ["[]", "5", '"x"', "true"]) {
      const response = await update(handler, body, { "Content-Type": merge });
      expect(response, body).toEqual(refusal(400, "Malformed patch: it must be an object"));
    }
    expect(await storedPost()).toEqual(first);
  });

  it("applies every operation of a JSON Patch, in order", async () => {
    const handler = updateHandler(Posts, { optional: settable, serializer });
    const operations = [
      { op: "test", path: "/title", value: "first" },
      { op: "replace", path: "/title", value: "x" },
      { op: "add", path: "/tags/-", value: "c" },
      { op: "remove", path: "/tags/0" },
      { op: "move", from: "/meta/seo/words", path: "/meta/words" },
      { op: "copy", from: "/title", path: "/meta/words/0" },
      { op: "test", path: "/meta/words", value: ["x", "x"] },
    ];
    const response = await update(handler, operations, { "Content-Type": patch });
    expect(response.status).toBe(200);
    expect(await storedPost()).toEqual({
      ...first,
      title: "x",
      tags: ["b", "c"],
      meta: { lang: "de", seo: { index: true }, words: ["x", "x"] },
    });
  });

  it("applies a JSON Patch as a whole or not at all", async () => {
    const handler = updateHandler(Posts, { optional: settable, serializer });
    const change = { op: "replace", path: "/title", value: "x" };
    const cases: [object, TestResponse][] = [
      [{ op: "test", path: "/text", value: "other" }, refusal(409, "The patch's test [1] does not hold")],
      [
        { op: "remove", path: "/meta/none" },
        refusal(400, "Malformed patch: [1] names a place that does not exist"),
      ],
      [
        { op: "replace", path: "/tags/length", value: 2 ** 32 - 1 },
        refusal(400, "Malformed patch: [1] names a place that does not exist"),
      ],
    ];
    for (const [operation, expected] of cases) {
      expect(await update(handler, [change, operation], { "Content-Type": patch })).toEqual(expected);
    }
    expect(await storedPost()).toEqual(first);
  });

  it("refuses a JSON Patch that is malformed or names fields that nobody may set", async () => {
    const handler = updateHandler(Posts, { optional: settable, serializer });
    for (const body of [{}, "5", undefined]) {
      expect(await update(handler, body, { "Content-Type": patch })).toEqual(
        refusal(400, "Malformed patch: it must be a list of operations"),
      );
    }
    for (const [operation, place, field] of [
      [{ op: "replace", path: "/author", value: "me" }, "path", "author"],
      [{ op: "replace", path: "/id", value: "mine" }, "path", "id"],
      [{ op: "copy", from: "/author", path: "/title" }, "from", "author"],
      [{ op: "test", path: "/author", value: "u1" }, "path", "author"],
    ] as const) {
      expect(await update(handler, [operation], { "Content-Type": patch })).toEqual(
        refusal(400, `Malformed patch: [0].${place} names a field that can't be changed`, { field }),
      );
    }
    expect(await update(handler, [{ op: "x", path: "/title" }], { "Content-Type": patch })).toMatchObject({
      status: 400,
    });
    expect(await storedPost()).toEqual(first);
  });

  it("refuses other content types", async () => {
    const handler = updateHandler(Posts, { optional: settable, serializer });
    for (const type of ["text/plain", "application/merge-patch", "multipart/form-data"]) {
      const accept = "application/json, application/merge-patch+json, application/json-patch+json";
      expect(await update(handler, "{}", { "Content-Type": type }), type).toEqual({
        ...refusal(415, "Unsupported Media Type"),
        headers: { ...cors, "content-type": "application/json", accept, "accept-patch": accept },
      });
    }
  });

  it("answers 409 when somebody else changed the object since it was loaded", async () => {
    const other = defineMiddleware({
      name: "other",
      before: async () => void (await Posts.update((await storedPost()) as Post, { text: "theirs" })),
    });
    const handler = updateHandler(Posts, { optional: settable, serializer, use: [other] });
    const conflict = refusal(409, "Post was changed by somebody else");
    expect(await update(handler, { title: "x" })).toEqual(conflict);
    expect(await storedPost()).toEqual({ ...first, text: "theirs" });
  });

  it("asks who calls, then what there is, then whether that caller may, then for the body", async () => {
    const handler = updateHandler(Posts, {
      required: ["title"],
      serializer,
      auth: { model: Users, secret },
      permit: (_event, { object, user }) => object.author === user.id,
    });
    const unauthorized = refusal(401, "Unauthorized");
    expect(await update(handler, "{", {}, "p3")).toEqual({
      ...unauthorized,
      headers: { ...unauthorized.headers, ...noStore, "www-authenticate": "Bearer" },
    });
    const [one, two] = [await bearer("u1"), await bearer("u2")];
    expect(await update(handler, "{", two, "p3")).toEqual(unstored(notFound));
    expect(await update(handler, "{", two)).toEqual(unstored(refusal(403, "Forbidden")));
    expect(await update(handler, "{", one)).toEqual(unstored(refusal(400, "Malformed body")));
    expect(await update(handler, { title: "x" }, one)).toMatchObject({ status: 200 });
  });
});

const titleSchemas = [
  [
    "Valibot",
    v.object({
      title: v.pipe(v.string(), v.minLength(3)),
      tags: v.optional(v.pipe(v.array(v.string()), v.maxLength(2))),
    }),
  ],
  ["Zod, strict", z.strictObject({ title: z.string().min(3), tags: z.array(z.string()).max(2).optional() })],
  ["Zod", z.object({ title: z.string().min(3).trim(), tags: z.array(z.string()).max(2).optional() })],
  [
    "JSON Schema",
    jsonSchema({
      type: "object",
      properties: {
        title: { type: "string", minLength: 3 },
        tags: { type: "array", items: { type: "string" }, maxItems: 2 },
      },
      required: ["title"],
    } as const),
  ],
] as const;

describe.each(titleSchemas)("updateHandler with a body schema of %s", (_name, body) => {
  const handler = (): LambdaHandler => updateHandler(Posts, { body: body as never, serializer });
  const errorAt = (field: string): object => ({
    ...refusal(400, "Validation failed"),
    body: {
      code: 400,
      message: "Validation failed",
      errors: [{ field, message: expect.stringMatching(/./) }],
    },
  });

  it("checks JSON of a PUT as it is, and of a PATCH what it makes of the object", async () => {
    const put = (sent: unknown): Promise<TestResponse> =>
      send(handler(), "http", { method: "PUT", path: "/posts/p1", pathParameters: { id: "p1" }, body: sent });
    expect(await put({ tags: ["x"] })).toEqual(errorAt("title"));
    expect(await call(handler(), { title: "x" })).toEqual(errorAt("title"));
    expect(await storedPost()).toEqual(first);
    expect(await call(handler(), { tags: ["x"] })).toMatchObject({ status: 200, body: { title: "first" } });
    expect(await put({ title: "long" })).toMatchObject({ status: 200, body: { title: "long" } });
    expect(await storedPost()).toEqual({ ...first, title: "long", tags: ["x"] });
  });

  it("checks what a patch makes of the object, so that one change may leave the rest away", async () => {
    expect(await call(handler(), { tags: ["x"] }, typed(merge))).toMatchObject({ status: 200 });
    expect(await storedPost()).toEqual({ ...first, tags: ["x"] });
    expect(await call(handler(), [{ op: "add", path: "/tags/-", value: "y" }], typed(patch))).toMatchObject({
      status: 200,
    });
    const full = { ...first, tags: ["x", "y"] };
    expect(await storedPost()).toEqual(full);

    expect(await call(handler(), [{ op: "add", path: "/tags/-", value: "z" }], typed(patch))).toEqual(
      errorAt("tags"),
    );
    expect(await call(handler(), [{ op: "add", path: "/tags/0", value: 5 }], typed(patch))).toMatchObject({
      status: 400,
    });
    expect(await call(handler(), { title: "x" }, typed(merge))).toEqual(errorAt("title"));
    expect(await call(handler(), { title: null }, typed(merge))).toEqual(errorAt("title"));
    expect(await storedPost()).toEqual(full);
  });

  it("takes away what it knows, and nothing else", async () => {
    expect(await call(handler(), { tags: null, author: null, meta: null }, typed(merge))).toMatchObject({
      status: 200,
    });
    expect(await storedPost()).toEqual({ ...first, tags: null });
    await call(handler(), [{ op: "remove", path: "/author" }], typed(patch));
    expect(await storedPost()).toEqual({ ...first, tags: null });
  });

  it("never changes the id", async () => {
    for (const [sent, type] of [
      [{ id: "mine", title: "long" }, "application/json"],
      [{ id: "mine" }, merge],
      [[{ op: "replace", path: "/id", value: "mine" }], patch],
    ] as const) {
      const { status } = await call(handler(), sent, typed(type));
      expect([200, 400]).toContain(status);
    }
    expect(await storedPost("mine")).toBeUndefined();
    expect(await storedPost()).toMatchObject({ id: "p1", author: "u1" });
  });
});

describe("updateHandler with listed keys and a body schema", () => {
  it("changes what both let through, by JSON and by patches", async () => {
    const body = z.object({ title: z.string() });
    const handler = updateHandler(Posts, { optional: ["title", "text"], body: body as never, serializer });
    for (const [sent, type] of [
      [{ title: "x", text: null, tags: [] }, "application/json"],
      [{ title: "x", text: null, tags: [] }, merge],
      [
        [
          { op: "replace", path: "/title", value: "x" },
          { op: "remove", path: "/text" },
        ],
        patch,
      ],
    ] as const) {
      expect(await call(handler, sent, typed(type)), type).toMatchObject({ status: 200 });
      expect(await storedPost(), type).toEqual({ ...first, title: "x" });
    }
  });
});

describe("the options of updateHandler", () => {
  it("`update` takes the place of the model, and is given object, changes and request", async () => {
    const editor = defineMiddleware<object, { context: { editor: string } }>({
      name: "editor",
      before({ context }) {
        (context as { editor?: string }).editor = "e1";
      },
    });
    const handler = updateHandler(Posts, {
      optional: ["title"],
      use: [editor],
      serializer: fields({ name: "title", by: "author" }),
      update: async (object, changes, { event, context }) => {
        expect(object).toEqual(first);
        expect(context.object).toBe(object);
        expect(event.body).toBe(changes);
        return { ...object, ...changes, author: context.editor };
      },
    });
    expect(await call(handler, { title: "x", text: "y" })).toMatchObject({
      status: 200,
      body: { name: "x", by: "e1" },
    });
    expect(await storedPost()).toEqual(first);
  });

  it("`update` is given what a patch changes, and null for what it removes", async () => {
    const seen: unknown[] = [];
    const handler = updateHandler(Posts, {
      optional: settable,
      serializer,
      update: (object, changes) => {
        seen.push(changes);
        return object;
      },
    });
    await call(handler, { title: "first", text: null, tags: ["a"] }, typed(merge));
    await call(handler, [{ op: "remove", path: "/meta" }], typed(patch));
    await call(handler, [{ op: "test", path: "/title", value: "first" }], typed(patch));
    expect(seen).toEqual([{ text: null, tags: ["a"] }, { meta: null }, {}]);
  });

  it("`update` may refuse, or respond by itself with respond()", async () => {
    const refused = updateHandler(Posts, {
      serializer,
      update: () => {
        throw new Forbidden("It is published");
      },
    });
    expect(await call(refused, {})).toEqual(refusal(403, "It is published"));
    const responded = updateHandler(Posts, { serializer, update: (() => respond({ status: 202 })) as never });
    expect(await call(responded, {})).toMatchObject({ status: 202, headers: cors, body: "" });
  });

  it("an `update` that takes its time never overwrites another's change", async () => {
    const handler = updateHandler(Posts, {
      optional: ["title"],
      serializer,
      update: async (object, changes) => {
        await new Promise(resolve => setTimeout(resolve, 10));
        return Posts.update(object, changes);
      },
    });
    const responses = await Promise.all(["x", "y", "z"].map(title => call(handler, { title })));
    expect(responses.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    const won = responses.find(({ status }) => status === 200);
    expect(await storedPost()).toMatchObject({ title: (won as { body: Post }).body.title });
  });

  it("`param` and `lookup` say how the object is found", async () => {
    const handler = updateHandler(Posts, { param: "slug", lookup: "title", optional: ["text"], serializer });
    const request = {
      method: "PUT",
      path: "/posts/first",
      pathParameters: { slug: "first" },
      body: { text: "x" },
    };
    for (const source of sources) {
      expect(await send(handler, source, request)).toMatchObject({
        status: 200,
        body: { id: "p1", text: "x" },
      });
    }
    const other = { ...request, path: "/posts/p1", pathParameters: { slug: "p1" } };
    for (const source of sources) expect(await send(handler, source, other)).toEqual(notFound);
  });

  it("`etag` replaces the hash, in the condition and in the response", async () => {
    const handler = updateHandler(Posts, {
      optional: ["title"],
      serializer,
      etag: ({ title }) => `"${title}"`,
    });
    const response = await call(handler, { title: "x" }, { headers: { "If-Match": '"first"' } });
    expect(response).toMatchObject({ status: 200, headers: { etag: '"x"' } });
    expect(await call(handler, { title: "y" }, { headers: { "If-Match": '"first"' } })).toMatchObject({
      status: 412,
    });
  });

  it("`status` replaces 200, and `cors: false` leaves the headers out", async () => {
    const handler = updateHandler(Posts, { serializer: pick("id"), status: 202, cors: false });
    expect(await call(handler, {})).toEqual({
      status: 202,
      headers: { "content-type": "application/json", etag: expect.any(String) },
      cookies: [],
      body: { id: "p1" },
    });
  });

  it("a serializer may be asynchronous, for the tag as well", async () => {
    const slow = async ({ title }: Post): Promise<object> => ({ title });
    const handler = updateHandler(Posts, { optional: ["title"], serializer: slow });
    const read = await send(retrieveHandler(Posts, { serializer: slow }), "http", {
      path: "/posts/p1",
      pathParameters: { id: "p1" },
    });
    const headers = { "If-Match": read.headers.etag };
    expect(await call(handler, { title: "x" }, { headers })).toMatchObject({
      status: 200,
      body: { title: "x" },
    });
    expect(await call(handler, { title: "x" }, { headers })).toMatchObject({ status: 412 });
  });

  it("a middleware of `use` may respond early or throw, and nothing is changed", async () => {
    const early = defineMiddleware({ name: "early", before: () => ({ statusCode: 202, body: "later" }) });
    const failing = defineMiddleware({
      name: "failing",
      before() {
        throw new Error("update posts set");
      },
    });
    const options = { optional: settable, serializer, errors: { logger: false } } as const;
    const given = await call(updateHandler(Posts, { ...options, use: [early] }), { title: "x" });
    expect(given).toMatchObject({ status: 202, headers: cors, body: "later" });
    const thrown = await call(updateHandler(Posts, { ...options, use: [failing] }), { title: "x" });
    expect(thrown).toEqual(refusal(500, "Internal Server Error"));
    expect(await storedPost()).toEqual(first);
  });

  it("are checked when the factory runs", () => {
    const make = updateHandler as (...given: unknown[]) => unknown;
    expect(() => make(undefined, { serializer })).toThrow(
      new TypeError("updateHandler: model must be a model"),
    );
    for (const options of [undefined, {}]) {
      expect(() => make(Posts, options)).toThrow(TypeError);
      expect(() => make(Posts, options)).toThrow('updateHandler: option "serializer" is required');
    }
    expect(() => make(Posts, [])).toThrow(new TypeError("updateHandler: options must be an object"));
    for (const [name, value] of Object.entries({
      required: "title",
      optional: [1],
      body: "x",
      jsonBody: true,
      param: 1,
      lookup: ["id"],
      queryset: [],
      etag: '"x"',
      update: {},
      auth: true,
      use: {},
      permit: true,
      status: 1000,
      cors: "*",
      errors: null,
      warmup: 1,
    })) {
      expect(() => make(Posts, { serializer, [name]: value }), name).toThrow(TypeError);
      expect(() => make(Posts, { serializer, [name]: value })).toThrow(
        `updateHandler: option "${name}" must be`,
      );
    }
    for (const name of ["remove", "patch", "toString"]) {
      expect(() => make(Posts, { serializer, [name]: [] })).toThrow(
        `updateHandler: unknown option "${name}"`,
      );
    }
    expect(() => make(Posts, { serializer, required: ["title"], optional: ["title"] })).toThrow(
      new TypeError('updateHandler: "title" is both required and optional'),
    );
    for (const options of [{ serializer: 5 }, { serializer, body: {} }, { serializer, permit: [] }]) {
      expect(() => make(Posts, options)).toThrow(TypeError);
    }
  });

  it("make a chain that explain() lists, outermost first", () => {
    const handler = updateHandler(Posts, {
      serializer,
      required: ["title"],
      auth: { model: Users, secret },
      queryset: (_event, { user }) => Posts.objects.filter({ author: user.id }),
      permit: (_event, { object }) => object.title !== "",
    });
    expect(explain(handler)).toEqual([
      { name: "warmup", needs: [], adds: [] },
      { name: "cors", needs: [], adds: [] },
      { name: "authUser", needs: [], adds: ["context.user", "context.claims"] },
      { name: "loadObject", needs: ["event.pathParameters.id", "context.user"], adds: ["context.object"] },
      { name: "permit", needs: ["context.user"], adds: [] },
      { name: "checkConditions", needs: ["context.object"], adds: [] },
      { name: "jsonBody", needs: [], adds: ["event.body"] },
      { name: "readChanges", needs: ["event.body", "context.object"], adds: ["event.body"] },
      { name: "errors", needs: [], adds: [] },
      { name: "serialize", needs: [], adds: [] },
    ]);
  });
});

describe("updateHandler on an SQLite file", () => {
  const columns = { title: "text", text: "text", author: "text", tags: "json", meta: "json" } as const;
  const make = async (table: string, more: object = {}): Promise<Model<Post>> => {
    const model = sqlModel<Post>({ db, name: "Post", table, columns, ...more });
    await model.create(first);
    await model.create(second);
    return model;
  };

  it.each([
    ["of values", {}],
    ["of a version", { columns: { ...columns, version: "integer" }, version: "version" }],
  ])("lets one of many changes at once win by the comparison %s", async (name, more) => {
    const model = await make(`race ${name}`, more);
    let waiting = 0;
    let open = (): void => {};
    const opened = new Promise<void>(resolve => {
      open = resolve;
    });
    const gate = defineMiddleware({
      name: "gate",
      before: async () => {
        if (++waiting === sources.length) open();
        await opened;
      },
    });
    const handler = updateHandler(model, { optional: settable, serializer, use: [gate] });
    const responses = await Promise.all(
      sources.map((source, index) => call(handler, { title: `t${index}`, tags: [source] }, { source })),
    );
    expect(responses.map(({ status }) => status).sort()).toEqual([
      200,
      ...Array(sources.length - 1).fill(409),
    ]);
    expect(responses.find(({ status }) => status === 409)).toEqual(
      refusal(409, "Post was changed by somebody else"),
    );
    const won = responses.find(({ status }) => status === 200)?.body as Post;
    expect(await model.objects.get("p1")).toMatchObject({ title: won.title, tags: won.tags });
  });

  it("merges, patches and compares tags as in memory", async () => {
    const model = await make("patched");
    const handler = updateHandler(model, { optional: settable, serializer });
    const merged = await call(handler, { meta: { seo: null } }, typed(merge));
    expect(merged).toMatchObject({ status: 200, body: { meta: { lang: "de" } } });
    const headers = { "Content-Type": patch, "If-Match": merged.headers.etag };
    const operations = [{ op: "add", path: "/tags/0", value: "z" }];
    expect(await call(handler, operations, { headers })).toMatchObject({
      status: 200,
      body: { tags: ["z", "a", "b"] },
    });
    expect(await call(handler, operations, { headers })).toMatchObject({ status: 412 });
  });

  it("answers 400 to values that its columns can't hold, and 409 to a duplicate", async () => {
    const model = await make("typed", { unique: ["title"] });
    const handler = updateHandler(model, { optional: settable, serializer });
    const wrong = refusal(400, "title must be text", { field: "title" });
    expect(await call(handler, { title: 5 })).toEqual(wrong);
    expect(await call(handler, { title: { a: 1 } }, typed(merge))).toEqual(wrong);
    expect(await call(handler, { title: "second" })).toEqual(
      refusal(409, "Duplicate title", { field: "title" }),
    );
    expect(await model.objects.get("p1")).toEqual(first);
  });
});
