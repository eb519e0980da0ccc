import { beforeEach, describe, expect, it } from "vitest";
import * as z from "zod";
import { bulkUpdateHandler } from "../../generics/bulkUpdateHandler.ts";
import { signJwt } from "../../src/auth/jwt.ts";
import { Conflict } from "../../src/core/errors.ts";
import { memoryModel } from "../../src/models/memory/memoryModel.ts";
import type { FieldKind, Model } from "../../src/models/types.ts";
import { explain } from "../../src/pipeline/explain.ts";
import { sources, type TestRequest } from "../support/events.ts";
import { send, type TestResponse } from "../support/send.ts";

interface Post {
  id: string;
  author: string;
  title: string;
  due: Date | null;
  version: number;
}
const secret = "a secret of at least 32 bytes, for tests";
const Users = memoryModel<{ id: string }>({ name: "User", objects: [{ id: "ann" }, { id: "bob" }] });
const auth = { model: Users, secret };
const headers = { Authorization: `Bearer ${await signJwt({ sub: "ann" }, { secret })}` };
const fields: Record<string, FieldKind> = {
  id: "text",
  author: "text",
  title: "text",
  due: "date",
  version: "integer",
};

let Posts: Model<Post>;
beforeEach(async () => {
  Posts = memoryModel<Post>({ name: "Post", fields, version: "version", unique: ["title"] });
  for (const id of ["1", "2", "3", "4"]) {
    await Posts.create({ id, author: id < "3" ? "ann" : "bob", title: `t${id}`, due: null });
  }
});
const titles = async (): Promise<string> =>
  (await Posts.objects.page({})).items.map(({ title }) => title).join(" ");
const got = ({ status, body }: TestResponse): unknown[] => [status, body];
const done = (id: unknown) => ({ status: 200, id });
const failed = (id: unknown, status: number, message: string, field?: string) => ({
  status,
  ...(id !== undefined && { id }),
  error: { code: status, message, ...(field !== undefined && { field }) },
});
type Handler = Parameters<typeof send>[0];
const missing = "Resource Not Found";

describe.each(sources)("bulkUpdateHandler on %s", source => {
  const ask = (handler: Handler, body: unknown, request: Omit<TestRequest, "body"> = {}) =>
    send(handler, source, { method: "PATCH", path: "/posts/bulk", body, ...request } as never);
  const optional = ["title", "due"] as const;

  it("changes what the items name and nothing else, in their order", async () => {
    const handler = bulkUpdateHandler(Posts, { optional });
    const items = [
      { id: "3", title: "c", author: "eve" },
      { id: "1", due: "2026-01-31T00:00:00.000Z" },
    ];
    expect(got(await ask(handler, items))).toEqual([200, [done("3"), done("1")]]);
    expect(await titles()).toBe("t1 t2 c t4");
    expect(await Posts.objects.get("3")).toMatchObject({ author: "bob", version: 2 });
    expect((await Posts.objects.get("1"))?.due).toEqual(new Date("2026-01-31"));
    expect(got(await ask(handler, []))).toEqual([200, []]);
  });

  it("answers 207 when one fails, which stops none of the others", async () => {
    const handler = bulkUpdateHandler(Posts, { optional });
    const items = [
      { id: "none", title: "a" },
      { id: "1", title: "t2" },
      { id: "2", version: 7, title: "b" },
      { id: "3", version: "1", title: "c" },
      { id: "4", version: 1, title: "d" },
    ];
    expect(got(await ask(handler, items))).toEqual([
      207,
      [
        failed("none", 404, missing),
        failed("1", 409, "Duplicate title", "title"),
        failed("2", 409, "Post was changed by somebody else"),
        failed("3", 400, "version must be a number", "version"),
        done("4"),
      ],
    ]);
    expect(await titles()).toBe("t1 t2 t3 d");
  });

  it("refuses what is not a list of changes", async () => {
    const handler = bulkUpdateHandler(Posts, { optional, maxItems: 6 });
    for (const body of [undefined, {}, { id: "1" }, "x", 5, null]) {
      expect((await ask(handler, body)).status, JSON.stringify(body)).toBe(400);
    }
    const items = [null, "1", [], {}, { id: null }, { id: 1.5 }];
    const wrong = failed(undefined, 400, "id must be text or a whole number", "id");
    const none = failed(undefined, 400, "The body must be an object");
    expect(got(await ask(handler, items))).toEqual([
      207,
      [none, none, none, failed(undefined, 400, "Missing key(s): id"), wrong, wrong],
    ]);
    expect(got(await ask(handler, [...items, {}]))).toEqual([
      413,
      { code: 413, message: "At most 6 items at once" },
    ]);
    const twice = [{ id: "1", title: "a" }, {}, { id: 1, title: "b" }];
    expect(got(await ask(handler, twice))).toEqual([
      400,
      { code: 400, message: "An id is there twice", field: "2.id" },
    ]);
    const forbidden = { code: 400, message: "Forbidden key: __proto__" };
    for (const item of ['{"id":"1","__proto__":{"title":"p"}}', '{"__proto__":{"id":"2"},"title":"p"}']) {
      expect(got(await ask(handler, `[${item}]`))).toEqual([400, forbidden]);
    }
    const odd = ["__proto__", "constructor"].map(id => ({ id, title: "p" }));
    expect(got(await ask(handler, odd))).toEqual([207, odd.map(({ id }) => failed(id, 404, missing))]);
    expect(await titles()).toBe("t1 t2 t3 t4");
  });

  it("holds queryset and rules for each object, and keeps objects within the queryset", async () => {
    const scoped = bulkUpdateHandler(Posts, {
      auth,
      optional: ["title", "author"],
      queryset: (_event, { user }) => Posts.objects.filter({ author: user.id }),
    });
    const items = [
      { id: "1", author: "bob" },
      { id: "3", title: "c" },
      { id: "2", title: "b" },
    ];
    expect(got(await ask(scoped, items, { headers }))).toEqual([
      207,
      [failed("1", 404, missing), failed("3", 404, missing), done("2")],
    ]);
    expect((await Posts.objects.get("1"))?.author).toBe("ann");
    const ruled = bulkUpdateHandler(Posts, {
      auth,
      optional,
      permit: [async () => true, (_event, { object, user }) => object.author === user.id],
    });
    const asked = [
      { id: "4", title: "d" },
      { id: "1", title: "a" },
    ];
    expect(got(await ask(ruled, asked, { headers }))).toEqual([
      207,
      [failed("4", 403, "Forbidden"), done("1")],
    ]);
    expect((await ask(scoped, items)).status).toBe(401);
    expect(await titles()).toBe("a b t3 t4");
  });

  it("with atomic changes all or none, and says which one failed", async () => {
    const handler = bulkUpdateHandler(Posts, { optional, atomic: true });
    const first = { id: "1", title: "a" };
    const wrong: [item: unknown, error: object][] = [
      [
        { id: "9", title: "b" },
        { code: 404, message: missing, field: "1" },
      ],
      [
        { id: "2", title: "t3" },
        { code: 409, message: "Duplicate title", field: "1.title" },
      ],
      [
        { id: "2", title: "a" },
        { code: 409, message: "Duplicate title", field: "1.title" },
      ],
      [
        { id: "2", version: 2 },
        { code: 409, message: "Post was changed by somebody else", field: "1" },
      ],
      [
        { id: "2", due: "soon" },
        { code: 400, message: expect.any(String), field: "1.due" },
      ],
      [{ title: "b" }, { code: 400, message: "Missing key(s): id", field: "1" }],
      [5, { code: 400, message: "The body must be an object", field: "1" }],
    ];
    for (const [item, error] of wrong) {
      const { code } = error as { code: number };
      expect(got(await ask(handler, [first, item, { id: "4", title: "d" }])), JSON.stringify(item)).toEqual([
        code,
        error,
      ]);
      expect(await titles()).toBe("t1 t2 t3 t4");
    }
    const all = [first, { id: "2", title: "t1" }];
    expect(got(await ask(handler, all))).toEqual([200, [done("1"), done("2")]]);
    expect(await titles()).toBe("a t1 t3 t4");
  });
});

describe("the options", () => {
  const ask = (handler: Handler, body: unknown) =>
    send(handler, "http", { method: "POST", path: "/posts/bulk-update", body } as never);

  it("update, use and status are as they say", async () => {
    const updated: unknown[] = [];
    const handler = bulkUpdateHandler(Posts, {
      required: ["title"],
      status: 202,
      use: [{ name: "mine", before: () => undefined }],
      update: (post, changes, { event, context }) => {
        if (post.id === "2") throw new Conflict("It is in use");
        updated.push([changes, event.body, context.object]);
        return Posts.update(post, { title: changes.title?.toUpperCase() as string });
      },
    });
    const items = [
      { id: "2", title: "b" },
      { id: "1", title: "a" },
      { id: "3", due: null },
    ];
    expect(got(await ask(handler, items))).toEqual([
      207,
      [failed("2", 409, "It is in use"), done("1"), failed("3", 400, "Missing key(s): title")],
    ]);
    expect((await ask(handler, [{ id: "4", title: "d" }])).status).toBe(202);
    expect(updated[0]).toMatchObject([{ title: "a" }, { title: "a" }, { id: "1", title: "t1" }]);
    expect(await titles()).toBe("A t2 t3 D");
    expect(explain(handler).map(({ name }) => name)).toEqual([
      "warmup",
      "cors",
      "jsonBody",
      "readItems",
      "mine",
      "errors",
      "serialize",
    ]);
  });

  it("a body schema checks what comes of each object, and fills in nothing", async () => {
    const body = z.object({ title: z.string().min(2), author: z.string().default("nobody") });
    const handler = bulkUpdateHandler(Posts, { body });
    const response = await ask(handler, [
      { id: "1", title: "x" },
      { id: "2", title: "long" },
    ]);
    expect(response.body).toMatchObject([
      { status: 400, error: { message: "Validation failed", errors: [{ field: "title" }] } },
      done("2"),
    ]);
    expect((await Posts.objects.get("2"))?.author).toBe("ann");
    const atomic = bulkUpdateHandler(Posts, { body, atomic: true });
    expect(
      got(
        await ask(atomic, [
          { id: "2", title: "more" },
          { id: "1", title: "x" },
        ]),
      ),
    ).toMatchObject([400, { message: "Validation failed", errors: [{ field: "1.title" }] }]);
    const strict = bulkUpdateHandler(Posts, { body: z.strictObject({ title: z.string() }) });
    expect((await ask(strict, [{ id: "1", title: "a", nope: 1 }])).body).toMatchObject([{ status: 400 }]);
  });

  it("loads all objects by one read", async () => {
    let reads = 0;
    const counting = (objects: Model<Post>["objects"]): Model<Post>["objects"] =>
      new Proxy(objects, {
        get(target, key) {
          const value = target[key as keyof typeof target] as unknown;
          if (key === "get" || key === "all" || key === "page") {
            return (...given: never[]) => {
              reads++;
              return (value as (...all: never[]) => unknown).apply(target, given);
            };
          }
          if (key === "filter") return (where: never) => counting(target.filter(where));
          return typeof value === "function" ? (value as () => unknown).bind(target) : value;
        },
      });
    const model = { ...Posts, objects: counting(Posts.objects) };
    const handler = bulkUpdateHandler(model, { optional: ["title"] });
    const items = ["1", "2", "3", "none"].map(id => ({ id, title: `new${id}` }));
    expect((await ask(handler, items)).status).toBe(207);
    expect(await titles()).toBe("new1 new2 new3 t4");
    expect(reads).toBe(1);
  });

  it("finds ids of whatever form the model has", async () => {
    const numbered = memoryModel<{ id: number; title: string }>({
      name: "Row",
      fields: { id: "integer", title: "text" },
      objects: [1, 2, 3].map(id => ({ id, title: "" })),
    });
    const open = memoryModel<{ id: unknown; title: string }>({
      name: "Row",
      objects: [
        { id: 1, title: "" },
        { id: "2", title: "" },
        { id: "x", title: "" },
      ],
    });
    const items = (ids: unknown[]) => ids.map(id => ({ id, title: "new" }));
    const statuses = async (handler: Handler, ids: unknown[]) =>
      ((await ask(handler, items(ids))).body as { status: number }[]).map(({ status }) => status);
    const handler = bulkUpdateHandler(numbered, { optional: ["title"] });
    expect(await statuses(handler, [1, "2", "03", "x", -1, "3.0", ""])).toEqual([
      200, 200, 404, 404, 404, 404, 404,
    ]);
    const loose = bulkUpdateHandler(open, { optional: ["title"] });
    expect(await statuses(loose, ["1", 2, "x", "y"])).toEqual([200, 200, 200, 404]);
  });

  it("refuses wrong options, models that can't, and steps that are apart", () => {
    const { together: _, ...apart } = Posts;
    const wrong: [options: object, message: string, model?: object][] = [
      [{ maxItems: 0 }, 'bulkUpdateHandler: option "maxItems" must be at least 1'],
      [{ atomic: 1 }, 'bulkUpdateHandler: option "atomic" must be true or false'],
      [
        { atomic: true },
        'bulkUpdateHandler: option "atomic" is not for this model, which has no "together"',
        apart,
      ],
      [
        { atomic: true },
        'bulkUpdateHandler: option "atomic" is not for this model, which has another "update" than its "together" knows',
        { ...Posts, update: (post: Post) => post },
      ],
      [
        { atomic: true, update: (post: Post) => post },
        'bulkUpdateHandler: options "atomic" and "update" exclude each other: the step is apart from the model',
      ],
    ];
    for (const [options, message, model = Posts] of wrong) {
      expect(() => bulkUpdateHandler(model as never, options as never)).toThrow(new TypeError(message));
    }
  });
});
