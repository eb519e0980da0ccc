import { describe, expect, it } from "vitest";
import * as z from "zod";
import { resource } from "../../api/resource.ts";
import { updateHandler } from "../../generics/updateHandler.ts";
import { memoryModel } from "../../src/models/memory/memoryModel.ts";
import { sqlModel } from "../../src/models/sql/sqlModel.ts";
import { sqlite } from "../../src/models/sqlite.ts";
import type { Model } from "../../src/models/types.ts";
import { jsonPatch } from "../../src/patch/jsonPatch.ts";
import { jsonSchema } from "../../src/schema/jsonSchema.ts";
import { fields } from "../../src/serializers/fields.ts";
import { omit } from "../../src/serializers/omit.ts";
import { pick } from "../../src/serializers/pick.ts";
import { sources } from "../support/events.ts";
import { growth, most } from "../support/growth.ts";
import { send, type TestResponse } from "../support/send.ts";

interface Post {
  id: string;
  title: string;
  status?: string | null;
  secret?: string | null;
  tags?: string[] | null;
  meta?: { lang?: string; size?: number; hidden?: string } | null;
}
const columns = {
  id: "text",
  title: "text",
  status: "text",
  secret: "text",
  tags: "json",
  meta: "json",
} as const;
const whole: Post = {
  id: "p1",
  title: "one",
  status: "live",
  secret: "S",
  tags: ["a"],
  meta: { lang: "de", size: 3 },
};
const db = sqlite(":memory:");
let tables = 0;
const engines: [string, () => Model<Post>][] = [
  ["memoryModel", () => memoryModel<Post>({ name: "Post", fields: columns })],
  ["sqlModel", () => sqlModel<Post>({ db, name: "Post", table: `patched${tables++}`, columns })],
];
const json = {};
const merge = { "Content-Type": "application/merge-patch+json" };
const operations = { "Content-Type": "application/json-patch+json" };
const replace = (changes: object): object[] =>
  Object.entries(changes).map(([name, value]) => ({ op: "add", path: `/${name}`, value }));
const formats: [string, Record<string, string>, (changes: object) => unknown][] = [
  ["JSON", json, changes => changes],
  ["JSON Merge Patch", merge, changes => changes],
  ["JSON Patch", operations, replace],
];
type Handler = Parameters<typeof send>[0];
const serializer = pick("id", "title", "status", "tags", "meta");
const ask = (
  handler: Handler,
  body: unknown,
  headers: Record<string, string>,
  method = "PATCH",
): Promise<TestResponse> =>
  send(handler, "http", { method, path: "/posts/p1", pathParameters: { id: "p1" }, body, headers });

const filling = [
  [
    "Zod",
    z.object({
      title: z.string().min(2),
      status: z.string().default("draft"),
      tags: z.array(z.string()).default([]),
      meta: z.object({ lang: z.string().default("en"), size: z.number().optional() }).optional(),
    }),
  ],
  [
    "JSON Schema",
    jsonSchema({
      type: "object",
      properties: {
        title: { type: "string", minLength: 2 },
        status: { type: "string", default: "draft" },
        tags: { type: "array", items: { type: "string" }, default: [] },
        meta: {
          type: "object",
          properties: { lang: { type: "string", default: "en" }, size: { type: "number" } },
        },
      },
      required: ["title"],
    } as const),
  ],
] as const;

describe.each(engines)("PATCH with %s", (_engine, make) => {
  describe.each(filling)("and a schema of %s that has defaults", (_library, body) => {
    it.each(formats)(
      "as %s changes what is sent and nothing else, on every source",
      async (_format, headers, of) => {
        for (const source of sources) {
          for (const stored of [whole, { ...whole, status: null, tags: null, meta: null }]) {
            const Posts = make();
            await Posts.create(stored);
            const before = await Posts.objects.get("p1");
            const handler = updateHandler(Posts, { body: body as never, serializer });
            const response = await send(handler, source, {
              method: "PATCH",
              path: "/posts/p1",
              pathParameters: { id: "p1" },
              body: of({ title: "new" }),
              headers,
            });
            expect([source, response.status]).toEqual([source, 200]);
            expect(await Posts.objects.get("p1")).toEqual({ ...before, title: "new" });
          }
        }
      },
    );

    it.each(formats)("as %s is checked on the whole that comes of it", async (_format, headers, of) => {
      const Posts = make();
      await Posts.create(whole);
      const handler = updateHandler(Posts, { body: body as never, serializer });
      for (const wrong of [{ title: "x" }, { title: 5 }, { tags: [1] }, { meta: { lang: 4 } }]) {
        expect(await ask(handler, of(wrong), headers)).toMatchObject({
          status: 400,
          body: { message: "Validation failed" },
        });
      }
      expect(await ask(handler, of({}), headers)).toMatchObject({ status: 200 });
      expect(await Posts.objects.get("p1")).toEqual(whole);
    });

    it("fills in what is sent whole within, and nothing within what is merged", async () => {
      for (const [headers, sent, meta] of [
        [json, { meta: { size: 1 } }, { lang: "en", size: 1 }],
        [merge, { meta: { size: 1 } }, { size: 1 }],
        [operations, [{ op: "add", path: "/meta/size", value: 1 }], { size: 1 }],
        [operations, [{ op: "replace", path: "/meta", value: { size: 1 } }], { lang: "en", size: 1 }],
      ] as const) {
        const Posts = make();
        await Posts.create({ ...whole, meta: { size: 0 } });
        const handler = updateHandler(Posts, { body: body as never, serializer });
        expect((await ask(handler, sent, headers)).status).toBe(200);
        expect(await Posts.objects.get("p1")).toEqual({ ...whole, meta });
      }
    });

    it("takes away by a merge patch, and no default comes in its place", async () => {
      const Posts = make();
      await Posts.create(whole);
      const handler = updateHandler(Posts, { body: body as never, serializer });
      expect((await ask(handler, { status: null }, merge)).status).toBe(200);
      expect((await Posts.objects.get("p1"))?.status ?? null).toBeNull();
    });

    it("and PUT is filled in as a new object is", async () => {
      const Posts = make();
      await Posts.create(whole);
      const handler = updateHandler(Posts, { body: body as never, serializer });
      expect((await ask(handler, { title: "new" }, json, "PUT")).status).toBe(200);
      expect(await Posts.objects.get("p1")).toEqual({ ...whole, title: "new", status: "draft", tags: [] });
    });
  });

  it("checks rules between fields on the outcome", async () => {
    const body = z
      .object({ title: z.string(), status: z.string().nullish() })
      .refine(({ title, status }) => title !== status, { path: ["status"] });
    for (const [, headers, of] of formats) {
      const Posts = make();
      await Posts.create(whole);
      const handler = updateHandler(Posts, { body, serializer });
      expect((await ask(handler, of({ title: "live" }), headers)).status).toBe(400);
      expect((await ask(handler, of({ title: "fine" }), headers)).status).toBe(200);
    }
  });

  it("stores what a schema makes of others, where the patch makes a difference to it", async () => {
    const body = z
      .object({ title: z.string(), tags: z.array(z.string()).nullish() })
      .transform(one => ({ ...one, secret: one.title.toUpperCase() }));
    for (const [, headers, of] of formats) {
      const Posts = make();
      await Posts.create(whole);
      const handler = updateHandler(Posts, { body, serializer });
      expect((await ask(handler, of({ tags: ["z"] }), headers)).status).toBe(200);
      expect(await Posts.objects.get("p1")).toMatchObject({ secret: "S", tags: ["z"] });
      expect((await ask(handler, of({ title: "two" }), headers)).status).toBe(200);
      expect(await Posts.objects.get("p1")).toMatchObject({ secret: "TWO", title: "two" });
    }
  });

  it("is not refused for a stored value that the schema would not take", async () => {
    const body = z.object({
      title: z.string(),
      status: z.string().max(2).optional(),
      meta: z.object({}).optional(),
    });
    for (const [, headers, of] of formats) {
      const Posts = make();
      await Posts.create({ ...whole, meta: null });
      const handler = updateHandler(Posts, { body, serializer });
      expect((await ask(handler, of({ title: "two" }), headers)).status).toBe(200);
      expect(await Posts.objects.get("p1")).toMatchObject({ title: "two", status: "live" });
      expect((await ask(handler, of({ status: "long" }), headers)).status).toBe(400);
    }
  });
});

describe("required", () => {
  const shared = (own: object): Handler => {
    const Posts = engines[0]?.[1]() as Model<Post>;
    void Posts.create(whole);
    return (
      resource(Posts, { serializer, required: ["title"], optional: ["status"], ...own } as never) as {
        update: Handler;
      }
    ).update;
  };
  const missing = { status: 400, body: { code: 400, message: "Missing key(s): title" } };

  it("that a resource shares binds PUT, and no PATCH", async () => {
    expect(await ask(shared({}), { status: "x" }, json, "PUT")).toMatchObject(missing);
    for (const [, headers, of] of formats) {
      expect(await ask(shared({}), of({ status: "x" }), headers)).toMatchObject({
        status: 200,
        body: { title: "one", status: "x" },
      });
    }
  });

  it("that is said for the update binds every method, and asks nothing of a JSON Patch", async () => {
    const own = { update: { required: ["title"], optional: ["status"] } };
    for (const method of ["PUT", "PATCH"]) {
      for (const headers of [json, merge]) {
        expect(await ask(shared(own), { status: "x" }, headers, method)).toMatchObject(missing);
        expect(await ask(shared(own), { status: "x", title: "t" }, headers, method)).toMatchObject({
          status: 200,
        });
      }
      expect(await ask(shared(own), replace({ status: "x" }), operations, method)).toMatchObject({
        status: 200,
      });
    }
  });
});

describe("the lists of a resource", () => {
  it("may be said otherwise by a verb: a key moves from one list to the other", async () => {
    const Posts = engines[0]?.[1]() as Model<Post>;
    await Posts.create(whole);
    const posts = resource(Posts, {
      serializer,
      required: ["title"],
      optional: ["status"],
      update: { required: ["status"] },
      create: { optional: ["title"] },
    });
    expect((await ask(posts.update, { title: "x" }, json)).status).toBe(400);
    expect((await ask(posts.update, { status: "x" }, json)).status).toBe(200);
    expect((await ask(posts.create, {}, json, "POST")).status).toBe(201);
  });
});

describe("a JSON Patch", () => {
  const optional = ["title", "status", "secret", "tags", "meta"] as const;
  const masked = fields({
    id: true,
    title: (post: Post) => `${post.title[0]}***`,
    tags: true,
    meta: (post: Post) => ({ lang: post.meta?.lang }),
  } as never);
  const kinds: [string, unknown][] = [
    ["pick", serializer],
    ["omit", omit("secret")],
    ["a function", ({ secret: _, ...rest }: Post) => rest],
    ["fields", masked],
    [
      "a schema",
      jsonSchema({ type: "object", properties: { id: {}, title: {}, tags: {}, meta: {} } } as never),
    ],
  ];
  const start = async (shows: unknown, stored: Partial<Post> = {}): Promise<[Handler, Model<Post>]> => {
    const Posts = engines[0]?.[1]() as Model<Post>;
    await Posts.create({ ...whole, meta: { lang: "de", hidden: "H" }, ...stored });
    return [updateHandler(Posts, { optional, serializer: shows as never }), Posts];
  };
  const readers = (path: string): object[][] => [
    [{ op: "copy", from: path, path: "/title" }],
    [{ op: "move", from: path, path: "/title" }],
    [{ op: "remove", path }],
    [{ op: "copy", from: path, path: "/tags/-" }],
  ];

  it.each(kinds)("reads nothing that %s does not show", async (_kind, shows) => {
    const [handler, Posts] = await start(shows);
    const before = await Posts.objects.get("p1");
    for (const patch of readers("/secret")) {
      expect(await ask(handler, patch, operations)).toMatchObject({ status: 400 });
    }
    const guesses = ["S", "x", null].map(value =>
      ask(handler, [{ op: "test", path: "/secret", value }], operations),
    );
    const [right, ...wrong] = await Promise.all(guesses);
    for (const response of wrong) expect(response).toEqual(right);
    expect(right?.status).toBe(409);
    expect(await Posts.objects.get("p1")).toEqual(before);
  });

  it("answers the same whether a hidden field is there or not", async () => {
    for (const [, shows] of kinds) {
      const [there] = await start(shows);
      const [absent] = await start(shows, { secret: null });
      for (const patch of [
        ...readers("/secret"),
        ...readers("/secret/a"),
        [{ op: "test", path: "/secret", value: null }],
        [{ op: "add", path: "/secret/a", value: 1 }],
        [{ op: "replace", path: "/secret", value: "new" }],
        [{ op: "add", path: "/secret", value: "new" }],
      ]) {
        expect(await ask(there, patch, operations)).toEqual(await ask(absent, patch, operations));
      }
    }
  });

  it.each(kinds)("adds and replaces what may be set, though %s does not show it", async (_kind, shows) => {
    for (const op of ["add", "replace"]) {
      const [handler, Posts] = await start(shows);
      expect(await ask(handler, [{ op, path: "/secret", value: "new" }], operations)).toMatchObject({
        status: 200,
      });
      expect(await Posts.objects.get("p1")).toMatchObject({ secret: "new", title: "one" });
    }
  });

  it("reads of a masked field the mask alone, and leaves what is behind it", async () => {
    const [handler, Posts] = await start(masked);
    const read = (value: unknown): object => ({ op: "test", path: "/title", value });
    expect((await ask(handler, [read("one")], operations)).status).toBe(409);
    expect((await ask(handler, [read("o***")], operations)).status).toBe(200);
    expect((await ask(handler, [{ op: "copy", from: "/title", path: "/tags/-" }], operations)).status).toBe(
      200,
    );
    expect(await Posts.objects.get("p1")).toMatchObject({ title: "one", tags: ["a", "o***"] });
  });

  it("changes part of what is shown in part, and keeps the rest", async () => {
    const [handler, Posts] = await start(masked);
    for (const [patch, status] of [
      [[{ op: "test", path: "/meta/hidden", value: "H" }], 409],
      [[{ op: "copy", from: "/meta/hidden", path: "/title" }], 400],
      [[{ op: "copy", from: "/meta", path: "/tags/-" }], 200],
      [[{ op: "replace", path: "/meta/lang", value: "fr" }], 200],
    ] as const) {
      expect((await ask(handler, patch, operations)).status).toBe(status);
    }
    const after = await Posts.objects.get("p1");
    expect(after?.meta).toEqual({ lang: "fr", hidden: "H" });
    expect(after?.tags).toEqual(["a", { lang: "de" }]);
  });

  it("moves items of a list with all that is behind them, and to elsewhere what is shown of them", () => {
    const target = {
      list: [
        { a: 1, s: "x" },
        { a: 2, s: "y" },
      ],
      one: null,
    };
    const shown = { list: [{ a: 1 }, { a: 2 }], one: null };
    const done = (patch: object[]): unknown => jsonPatch(target, patch, ["list", "one"], { shown });
    expect(done([{ op: "move", from: "/list/1", path: "/list/0" }])).toEqual({
      ...target,
      list: target.list.toReversed(),
    });
    expect(done([{ op: "add", path: "/list/0", value: { a: 0 } }])).toEqual({
      ...target,
      list: [{ a: 0 }, ...target.list],
    });
    expect(done([{ op: "move", from: "/list/0", path: "/one" }])).toEqual({
      list: [{ a: 2, s: "y" }],
      one: { a: 1 },
    });
    expect(done([{ op: "copy", from: "/list/0", path: "/list/-" }])).toEqual({
      ...target,
      list: [...target.list, { a: 1 }],
    });
  });

  it("has a bounded number of operations, that the option may raise", async () => {
    const [handler, Posts] = await start(serializer);
    const many = (count: number): object[] =>
      Array.from({ length: count }, () => ({ op: "add", path: "/tags/0", value: "x" }));
    expect((await ask(handler, many(100), operations)).status).toBe(200);
    expect(await ask(handler, many(101), operations)).toMatchObject({
      status: 413,
      body: { code: 413, message: "A patch has at most 100 operations" },
    });
    const more = updateHandler(Posts, { optional, serializer, maxOperations: 101 });
    expect((await ask(more, many(101), operations)).status).toBe(200);
    expect((await ask(more, many(102), operations)).status).toBe(413);
    for (const maxOperations of [0, -1, 1.5, "5"]) {
      expect(() => updateHandler(Posts, { serializer, maxOperations: maxOperations as number })).toThrow(
        TypeError,
      );
    }
  });

  it("takes time in proportion to its operations, however long the list is that they add to", () => {
    const grown = growth(size => {
      const tags = Array.from({ length: 3 * size }, (_, index) => `tag ${index}`);
      const patch = Array.from({ length: size }, () => ({ op: "add", path: "/tags/0", value: "x" }));
      return () => {
        const { tags: made } = jsonPatch({ tags }, patch, ["tags"], { maxOperations: size });
        expect((made as string[]).length).toBe(4 * size);
        expect(tags.length).toBe(3 * size);
      };
    }, 4096);
    expect(grown).toBeLessThan(most);
  });
});
