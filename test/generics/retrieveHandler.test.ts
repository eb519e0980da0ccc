import * as v from "valibot";
import { afterEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { retrieveHandler } from "../../generics/retrieveHandler.ts";
import { signJwt } from "../../src/auth/jwt.ts";
import { defineMiddleware } from "../../src/core/middleware.ts";
import { configure } from "../../src/core/settings.ts";
import { memoryModel } from "../../src/models/memory/memoryModel.ts";
import { explain } from "../../src/pipeline/explain.ts";
import type { LambdaHandler } from "../../src/pipeline/pipeline.ts";
import { jsonSchema } from "../../src/schema/jsonSchema.ts";
import { fields } from "../../src/serializers/fields.ts";
import { omit } from "../../src/serializers/omit.ts";
import { pick } from "../../src/serializers/pick.ts";
import {
  decodesPaths,
  type EventSource,
  eventOf,
  received,
  sources,
  type TestRequest,
} from "../support/events.ts";

interface User {
  id: string;
  admin: boolean;
}
interface Post {
  id: string;
  slug: string;
  author: string;
  draft: boolean;
  views: number;
  secret: string;
}
const posts: Post[] = [
  { id: "p1", slug: "first post", author: "ann", draft: false, views: 3, secret: "s1" },
  { id: "p2", slug: "second", author: "bob", draft: true, views: 5, secret: "s2" },
  { id: "a/b ü%2F?", slug: "odd", author: "bob", draft: false, views: 0, secret: "s3" },
];
const Posts = memoryModel<Post>({ name: "Post", objects: posts });
const Users = memoryModel<User>({
  name: "User",
  objects: [
    { id: "ann", admin: false },
    { id: "root", admin: true },
  ],
});
configure({ secretKey: "a secret that only these tests know, 32 bytes" });
const bearer = async (id: string): Promise<Record<string, string>> => ({
  Authorization: `Bearer ${await signJwt({ sub: id })}`,
});

const corsHeaders = {
  "access-control-allow-headers": "*",
  "access-control-allow-methods": "*",
  "access-control-allow-origin": "*",
};
const json = { ...corsHeaders, "content-type": "application/json" };

interface Seen {
  status: number;
  headers: Record<string, string | string[]>;
  body: unknown;
}

/** Asks for the object of this id; the body comes back parsed, or as text where it is not JSON. */
async function get(
  handler: LambdaHandler,
  id: string,
  request: TestRequest = {},
  source: EventSource = "http",
): Promise<Seen> {
  const path = `/posts/${encodeURIComponent(id)}`;
  const event = eventOf(source, { path, pathParameters: { id }, ...request });
  const { status, headers, body, cookies } = received(source, await handler(event, {}));
  expect(cookies).toEqual([]);
  const text = body.toString();
  return {
    status,
    headers,
    body: headers["content-type"] === "application/json" ? JSON.parse(text) : text,
  };
}
const etagOf = async (handler: LambdaHandler, id: string): Promise<string> =>
  (await get(handler, id)).headers.etag as string;
const noStore = { "cache-control": "no-store" };
const unstored = <A extends { headers: object }>(response: A): A => ({
  ...response,
  headers: { ...response.headers, ...noStore },
});
const notFound = { status: 404, headers: json, body: { code: 404, message: "Resource Not Found" } };

afterEach(() => vi.restoreAllMocks());

describe.each(sources)("retrieveHandler behind %s", source => {
  const handler = retrieveHandler(Posts, { serializer: pick("id", "slug") });

  it("answers 200 with the serialized object and its ETag, and nothing that the serializer keeps back", async () => {
    for (const { id, slug } of posts) {
      // HTTP APIs decode their path as a whole, so a slash in an id needs a route with a parameter there.
      if (source === "url" && id.includes("/")) continue;
      const seen = await get(handler, id, {}, source);
      const etag = await etagOf(handler, id);
      expect(etag).toMatch(/^"[\x21\x23-\x7e]+"$/);
      expect(seen).toEqual({ status: 200, headers: { ...json, etag }, body: { id, slug } });
    }
  });

  it("answers 304 without a body when If-None-Match names the tag, weakly, in a list or by a star", async () => {
    const etag = await etagOf(handler, "p1");
    for (const known of [etag, `W/${etag}`, `"x", W/"y,z" , ${etag}`, "*", ` ${etag} `, `"a",${etag},"b"`]) {
      expect(
        await get(handler, "p1", { headers: { "If-None-Match": known } }, source),
        `If-None-Match: ${known}`,
      ).toEqual({ status: 304, headers: { ...corsHeaders, etag }, body: "" });
    }
    const lines = { headers: { "If-None-Match": ['"x"', etag] } };
    if (source !== "alb") expect((await get(handler, "p1", lines, source)).status).toBe(304);
  });

  it("answers in full when If-None-Match names other tags, or is not a list of tags", async () => {
    const etag = await etagOf(handler, "p1");
    const bare = etag.slice(1, -1);
    for (const known of [`"x"`, bare, `"${bare}x"`, `"x${etag.slice(1)}`, "", "**", `w/"x"`]) {
      const { status, body } = await get(handler, "p1", { headers: { "If-None-Match": known } }, source);
      expect([status, body], known).toEqual([200, { id: "p1", slug: "first post" }]);
    }
  });

  it("answers 404 for an id that is nobody's, whatever it looks like", async () => {
    for (const id of [
      "p3",
      "P1",
      "p1 ",
      "../p1",
      "__proto__",
      "constructor",
      "0",
      "\0",
      "x".repeat(3000),
      "💥",
    ]) {
      if (source === "url" && id.includes("/")) continue;
      expect(await get(handler, id, {}, source), id).toEqual(notFound);
    }
  });

  it("answers 404 when the path is malformed or names nothing", async () => {
    expect(await get(handler, "", { path: "/", pathParameters: {} }, source)).toEqual(notFound);
    if (decodesPaths(source) || source === "url") return;
    const broken = eventOf(source, { path: "/posts/%E0%A4%A" });
    if (source === "rest") broken.pathParameters = { id: "%E0%A4%A" };
    expect(received(source, await handler(broken, {})).status).toBe(404);
  });
});

describe("the ETag", () => {
  it("stays while what goes out stays, and changes with it", async () => {
    const model = memoryModel<Post>({ name: "Post", objects: posts });
    const handler = retrieveHandler(model, { serializer: pick("id", "views") });
    const first = await etagOf(handler, "p1");
    expect(await etagOf(handler, "p1")).toBe(first);
    expect(await etagOf(handler, "p2")).not.toBe(first);
    const object = (await model.objects.get("p1")) as Post;
    await model.update(object, { secret: "changed" });
    expect(await etagOf(handler, "p1")).toBe(first);
    await model.update({ ...object, secret: "changed" }, { views: 4 });
    expect(await etagOf(handler, "p1")).not.toBe(first);
  });

  it("is what the option says, which is given the object and the request", async () => {
    const handler = retrieveHandler(Posts, {
      serializer: pick("id"),
      etag: ({ id, views }, { event, context }) =>
        `"${id}.${views}.${event.requestContext === undefined}.${context.object.id}"`,
    });
    const tag = '"p1.3.false.p1"';
    expect(await get(handler, "p1")).toEqual({
      status: 200,
      headers: { ...json, etag: tag },
      body: { id: "p1" },
    });
    expect(await get(handler, "p1", { headers: { "If-None-Match": `W/${tag}` } })).toEqual({
      status: 304,
      headers: { ...corsHeaders, etag: tag },
      body: "",
    });
  });

  it("begins no other header, whatever the option says", async () => {
    const handler = retrieveHandler(Posts, { serializer: pick("id"), etag: () => '"1"\r\nX-Bad: 1\u0100' });
    expect(await get(handler, "p1")).toEqual({
      status: 200,
      headers: { ...json, etag: '"1"X-Bad: 1' },
      body: { id: "p1" },
    });
  });

  it("may be weak, and may be left out, so that nothing is ever 304", async () => {
    const weak = retrieveHandler(Posts, { serializer: pick("id"), etag: () => 'W/"1"' });
    expect((await get(weak, "p1", { headers: { "If-None-Match": '"1"' } })).status).toBe(304);
    const without = retrieveHandler(Posts, { serializer: pick("id"), etag: () => undefined });
    for (const known of ["*", '"1"']) {
      expect(await get(without, "p1", { headers: { "If-None-Match": known } })).toEqual({
        status: 200,
        headers: json,
        body: { id: "p1" },
      });
    }
  });
});

describe("the queryset option", () => {
  const open = Posts.objects.filter({ draft: false });
  const list = posts.filter(({ draft }) => !draft);

  it.each([
    ["a queryset", () => open],
    ["an array", () => list],
    ["a promise of a queryset", async () => open],
    ["a promise of an array", async () => list],
  ])("bounds what can be reached: %s", async (_, queryset) => {
    const handler = retrieveHandler(Posts, { serializer: pick("id"), queryset });
    expect((await get(handler, "p1")).body).toEqual({ id: "p1" });
    expect(await get(handler, "p2")).toEqual(notFound);
    const bySlug = retrieveHandler(Posts, { serializer: pick("id"), lookup: "slug", queryset });
    expect((await get(bySlug, "first post")).body).toEqual({ id: "p1" });
    expect(await get(bySlug, "second")).toEqual(notFound);
  });

  it("is given the event and the context with the user", async () => {
    const handler = retrieveHandler(Posts, {
      serializer: pick("id"),
      auth: { model: Users },
      queryset: (event, { user }) =>
        event.queryStringParameters?.all === "1" && user.admin
          ? Posts.objects
          : Posts.objects.filter({ author: user.id }),
    });
    expect((await get(handler, "p1", { headers: await bearer("ann") })).body).toEqual({ id: "p1" });
    expect(await get(handler, "p2", { headers: await bearer("ann") })).toEqual(unstored(notFound));
    const all = { query: [["all", "1"]] as const };
    expect(await get(handler, "p2", { ...all, headers: await bearer("ann") })).toEqual(unstored(notFound));
    expect((await get(handler, "p2", { ...all, headers: await bearer("root") })).body).toEqual({ id: "p2" });
  });

  it("that gives something else is our own fault: 500", async () => {
    for (const queryset of [() => undefined, () => ({}), async () => "x", () => null]) {
      const handler = retrieveHandler(Posts, {
        serializer: pick("id"),
        errors: { logger: false },
        queryset: queryset as never,
      });
      expect(await get(handler, "p1")).toEqual({
        status: 500,
        headers: json,
        body: { code: 500, message: "Internal Server Error" },
      });
    }
  });
});

it("finds by another field and another path parameter", async () => {
  const handler = retrieveHandler(Posts, { serializer: pick("id"), lookup: "slug", param: "slug" });
  const bySlug = { pathParameters: { slug: "first post" } };
  expect((await get(handler, "", bySlug)).body).toEqual({ id: "p1" });
  expect(await get(handler, "p1", { pathParameters: { slug: "p1" } })).toEqual(notFound);
  expect(await get(handler, "p1", { pathParameters: { id: "p1" } })).toEqual(notFound);
  expect(await get(handler, "", { pathParameters: { slug: "" } })).toEqual(notFound);
});

interface Note {
  id: string;
  title: string;
  at: Date;
  size: bigint;
  key: Uint8Array;
  tags: string[];
  author: { id: string; password: string };
  nothing: null;
}
const note: Note = {
  id: "n1",
  title: "Note",
  at: new Date("2026-01-02T03:04:05.678Z"),
  size: 9007199254740993n,
  key: Buffer.from("key"),
  tags: ["a", "b"],
  author: { id: "ann", password: "x" },
  nothing: null,
};
const Notes = memoryModel<Note>({ name: "Note", objects: [note] });

describe("a serializer", () => {
  const body = async (serializer: unknown): Promise<unknown> =>
    (await get(retrieveHandler(Notes, { serializer: serializer as never }), "n1")).body;
  const plain = {
    id: "n1",
    title: "Note",
    at: "2026-01-02T03:04:05.678Z",
    size: "9007199254740993",
    key: "a2V5",
    tags: ["a", "b"],
    author: { id: "ann", password: "x" },
    nothing: null,
  };

  it("lets dates go out as ISO strings, bigints as strings and bytes as base64", async () => {
    expect(await body(pick("id", "at", "size", "key", "tags", "nothing"))).toEqual({
      id: "n1",
      at: plain.at,
      size: plain.size,
      key: plain.key,
      tags: plain.tags,
      nothing: null,
    });
    expect(
      await body((object: Note) => ({ all: [object.at, { at: object.at }], size: object.size })),
    ).toEqual({
      all: [plain.at, { at: plain.at }],
      size: plain.size,
    });
  });

  it("may be omit", async () => {
    const { author: _, ...rest } = plain;
    expect(await body(omit("author"))).toEqual(rest);
  });

  it("may be fields: renamed, computed, awaited and nested", async () => {
    const serializer = fields({
      name: "title",
      at: true,
      tagCount: ({ tags }: Note) => tags.length,
      later: async ({ id }: Note) => ({ id, at: new Date(0) }),
      author: pick("id"),
    });
    expect(await body(serializer)).toEqual({
      name: "Note",
      at: plain.at,
      tagCount: 2,
      later: { id: "n1", at: "1970-01-01T00:00:00.000Z" },
      author: { id: "ann" },
    });
  });

  it("may be a function of the object and the request, sync or async", async () => {
    const serializer = (object: Note, { event, context }: { event: unknown; context: object }) => ({
      id: object.id,
      http: typeof event,
      loaded: (context as { object: Note }).object.id,
    });
    const expected = { id: "n1", http: "object", loaded: "n1" };
    expect(await body(serializer)).toEqual(expected);
    expect(await body(async (...given: Parameters<typeof serializer>) => serializer(...given))).toEqual(
      expected,
    );
  });

  it("may give any JSON value", async () => {
    for (const value of [null, 0, false, [], [1, null], {}, "text", ""]) {
      const handler = retrieveHandler(Notes, { serializer: () => value });
      const seen = await get(handler, "n1");
      expect([seen.status, seen.headers["content-type"], seen.body]).toEqual([
        200,
        "application/json",
        value,
      ]);
    }
  });

  it("may be any Standard Schema, of which only the output goes out", async () => {
    const author = { type: "object", properties: { id: { type: "string" } } } as const;
    const schemas = [
      z.object({ id: z.string(), author: z.object({ id: z.string() }) }),
      v.object({ id: v.string(), author: v.object({ id: v.string() }) }),
      jsonSchema({ type: "object", properties: { id: { type: "string" }, author } } as const),
    ];
    for (const schema of schemas) expect(await body(schema)).toEqual({ id: "n1", author: { id: "ann" } });
    expect(await body(z.object({ title: z.string().transform(async text => text.toUpperCase()) }))).toEqual({
      title: "NOTE",
    });
    expect(
      await body(
        jsonSchema({
          type: "object",
          properties: { at: { type: "string", format: "date-time" }, size: { type: "string" } },
        } as const),
      ),
    ).toEqual({ at: plain.at, size: plain.size });
  });

  it("that fails is a 500 that reveals nothing of it, and is logged", async () => {
    const secret = "the secret of ann";
    const failing: unknown[] = [
      () => {
        throw new Error(secret);
      },
      async () => {
        throw new TypeError(secret);
      },
      fields({ id: () => Promise.reject(new Error(secret)) }),
      z.object({ title: z.number(secret) }),
    ];
    for (const serializer of failing) {
      const logger = vi.fn();
      const handler = retrieveHandler(Notes, { serializer: serializer as never, errors: { logger } });
      for (const source of sources) {
        expect(await get(handler, "n1", {}, source)).toEqual({
          status: 500,
          headers: json,
          body: { code: 500, message: "Internal Server Error" },
        });
      }
      expect(logger).toHaveBeenCalledTimes(sources.length);
      expect(logger.mock.calls[0]?.[0]).toBeInstanceOf(Error);
    }
  });
});

describe("an object with fields that a response has as well", () => {
  interface Check {
    id: string;
    statusCode: number;
    body: string;
    headers: Record<string, string>;
    secret: string;
  }
  const check = { id: "c1", statusCode: 404, body: "raw", headers: { "X-Raw": "1" }, secret: "s" };
  const Checks = memoryModel<Check>({ name: "Check", objects: [check] });

  it("goes through the serializer as any other", async () => {
    const handler = retrieveHandler(Checks, { serializer: pick("id", "statusCode", "body") });
    for (const source of sources) {
      const seen = await get(handler, "c1", {}, source);
      expect([seen.status, seen.body]).toEqual([200, { id: "c1", statusCode: 404, body: "raw" }]);
      expect(seen.headers).not.toHaveProperty("x-raw");
    }
  });
});

describe("permit", () => {
  const handler = retrieveHandler(Posts, {
    serializer: pick("id"),
    auth: { model: Users },
    permit: (_event, { user, object }) => object.author === user.id || user.admin,
  });

  it("sees the user and the object", async () => {
    expect((await get(handler, "p1", { headers: await bearer("ann") })).status).toBe(200);
    expect(await get(handler, "p2", { headers: await bearer("ann") })).toEqual({
      status: 403,
      headers: { ...json, ...noStore },
      body: { code: 403, message: "Forbidden" },
    });
    expect((await get(handler, "p2", { headers: await bearer("root") })).status).toBe(200);
  });

  it("is asked before a 304 is given", async () => {
    const headers = { ...(await bearer("ann")), "If-None-Match": "*" };
    expect((await get(handler, "p2", { headers })).status).toBe(403);
  });

  it("may be several rules, all of which must hold", async () => {
    for (const [rules, status] of [
      [[() => true, async () => true], 200],
      [[() => true, async () => false], 401],
      [[() => false], 401],
    ] as const) {
      const several = retrieveHandler(Posts, { serializer: pick("id"), permit: rules });
      expect((await get(several, "p1")).status).toBe(status);
    }
  });
});

describe("auth", () => {
  const unauthorized = {
    status: 401,
    headers: { ...json, ...noStore, "www-authenticate": "Bearer" },
    body: { code: 401, message: "Unauthorized" },
  };

  it("comes before the object, so that a stranger does not learn which there are", async () => {
    const handler = retrieveHandler(Posts, { serializer: pick("id"), auth: { model: Users } });
    for (const source of sources) {
      for (const id of ["p1", "nobody"]) {
        expect(await get(handler, id, {}, source)).toEqual(unauthorized);
        const headers = { Authorization: "Bearer no.good.token" };
        expect(await get(handler, id, { headers }, source)).toEqual(unauthorized);
      }
    }
  });

  it("that is optional lets strangers through, but no bad credential", async () => {
    const handler = retrieveHandler(Posts, {
      auth: { model: Users, optional: true },
      serializer: ({ id }, { context }) => ({ id, user: context.user?.id ?? null }),
    });
    for (const source of sources) {
      expect((await get(handler, "p1", {}, source)).body).toEqual({ id: "p1", user: null });
      const headers = await bearer("ann");
      expect((await get(handler, "p1", { headers }, source)).body).toEqual({ id: "p1", user: "ann" });
    }
    const stranger = { headers: await bearer("nobody") };
    expect(await get(handler, "p1", stranger)).toEqual(unauthorized);
  });
});

describe("the other options", () => {
  it("use adds middleware next to the function, whose values the serializer sees", async () => {
    const shout = defineMiddleware<{ context: { object: Post } }, { context: { shout: string } }>({
      name: "shout",
      before: ({ context }) => {
        context.shout = (context as unknown as { object: Post }).object.slug.toUpperCase();
      },
    });
    const handler = retrieveHandler(Posts, {
      use: [shout],
      serializer: ({ id }, { context }) => ({ id, shout: context.shout }),
    });
    expect((await get(handler, "p1")).body).toEqual({ id: "p1", shout: "FIRST POST" });
    expect(explain(handler).map(({ name }) => name)).toEqual([
      "warmup",
      "cors",
      "loadObject",
      "shout",
      "errors",
      "serialize",
    ]);
  });

  it("use may respond by itself, and throw", async () => {
    const early = { before: () => ({ statusCode: 202, body: "later" }) };
    for (const source of sources) {
      expect(
        await get(retrieveHandler(Posts, { serializer: pick("id"), use: [early] }), "p1", {}, source),
      ).toEqual({ status: 202, headers: corsHeaders, body: "later" });
    }
  });

  it("status says the status of a response in full", async () => {
    const handler = retrieveHandler(Posts, { serializer: pick("id"), status: 203 });
    for (const source of sources) {
      const { status, headers } = await get(handler, "p1", {}, source);
      expect(status).toBe(203);
      const known = { headers: { "If-None-Match": headers.etag as string } };
      expect((await get(handler, "p1", known, source)).status).toBe(304);
    }
  });

  it("cors: false sends no CORS headers, and warmup answers before anything else", async () => {
    const handler = retrieveHandler(Posts, { serializer: pick("id"), cors: false, etag: () => undefined });
    expect((await get(handler, "p1")).headers).toEqual({ "content-type": "application/json" });
    const signedIn = retrieveHandler(Posts, { serializer: pick("id"), auth: { model: Users } });
    expect(await signedIn({ source: "serverless-plugin-warmup" }, {})).toBe("warmup");
    const cold = retrieveHandler(Posts, { serializer: pick("id"), warmup: false });
    expect(await cold({ source: "serverless-plugin-warmup" }, {})).toMatchObject({ statusCode: 404 });
  });

  it("a preflight request is answered before anybody asks who calls", async () => {
    const handler = retrieveHandler(Posts, { serializer: pick("id"), auth: { model: Users } });
    const headers = { Origin: "https://a.example", "Access-Control-Request-Method": "GET" };
    for (const source of sources) {
      expect((await get(handler, "p1", { method: "OPTIONS", headers }, source)).status).toBe(204);
    }
  });
});

it("refuses wrong arguments when it is made, and names them", () => {
  const wrong: [model: unknown, options: unknown, message: string][] = [
    [undefined, { serializer: pick("id") }, "retrieveHandler: model must be a model"],
    [{}, { serializer: pick("id") }, "retrieveHandler: model must be a model"],
    [Posts, undefined, 'retrieveHandler: option "serializer" is required: say what of the object goes out'],
    [Posts, {}, 'retrieveHandler: option "serializer" is required: say what of the object goes out'],
    [Posts, null, "retrieveHandler: options must be an object"],
    [
      Posts,
      { serializer: "id" },
      "serializer must be a function, pick(), omit(), fields() or a Standard Schema",
    ],
    [Posts, { serializer: pick("id"), params: "id" }, 'retrieveHandler: unknown option "params"'],
    [Posts, { serializer: pick("id"), param: 1 }, 'retrieveHandler: option "param" must be a string'],
    [Posts, { serializer: pick("id"), status: 99 }, 'option "status" must be a status from 200 to 599'],
    [Posts, { serializer: pick("id"), queryset: Posts.objects }, 'option "queryset" must be a function'],
    [Posts, { serializer: pick("id"), etag: '"1"' }, 'option "etag" must be a function'],
    [Posts, { serializer: pick("id"), permit: [1] }, "permit: a rule must be a function"],
    [Posts, { serializer: pick("id"), auth: { secrets: "x" } }, 'authUser: unknown option "secrets"'],
    [Posts, { serializer: pick("id"), use: [{}] }, "must have a before, after or onError hook"],
  ];
  for (const [model, options, message] of wrong) {
    const make = (): unknown => retrieveHandler(model as never, options as never);
    expect(make, message).toThrow(TypeError);
    expect(make).toThrow(message);
  }
});
