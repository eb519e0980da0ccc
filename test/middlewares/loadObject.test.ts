import middy from "@middy/core";
import type { Context } from "aws-lambda";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { type LoadObjectOptions, loadObject } from "../../middlewares/loadObject.ts";
import { NotFound } from "../../src/core/errors.ts";
import { memoryModel } from "../../src/models/memory/memoryModel.ts";
import type { AnyScope } from "../../src/models/query/scope.ts";
import { sqlModel } from "../../src/models/sql/sqlModel.ts";
import { sqlite } from "../../src/models/sqlite.ts";
import type { Model } from "../../src/models/types.ts";
import { shortPages } from "../support/shortPages.ts";

interface Post {
  id: string;
  slug: string;
  number: number;
  author: string;
}
const objects: Post[] = [
  { id: "p1", slug: "first", number: 1, author: "ann" },
  { id: "p2", slug: "second", number: 2, author: "bob" },
];
const Posts = memoryModel<Post>({ name: "Post", objects });
const db = sqlite(":memory:");
const Counted = sqlModel<{ id: number; title: string }>({
  db,
  table: "counted",
  columns: { id: "integer", title: "text" },
});

afterAll(() => db.destroy());

type Any = LoadObjectOptions<Post, AnyScope<Post>>;

const load = async (
  options: Any,
  event: unknown,
  context: object = {},
  model: Model<Post> = Posts,
): Promise<unknown> => {
  const handler = middy(async (_event: unknown, given: Context & { object?: unknown }) => given.object);
  handler.use(loadObject(model, options) as never);
  return handler(event, context as Context);
};
const at = (id: unknown, name = "id") => ({ httpMethod: "GET", pathParameters: { [name]: id } });

describe("loadObject", () => {
  it("puts the object of the path on the context", async () => {
    expect(await load({}, at("p1"))).toEqual(objects[0]);
    expect(await load({ param: "post" }, at("p2", "post"))).toEqual(objects[1]);
  });

  it("finds by another field, also one that is not text", async () => {
    expect(await load({ lookup: "slug" }, at("second"))).toEqual(objects[1]);
    expect(await load({ lookup: "number" }, at("2"))).toEqual(objects[1]);
    await expect(load({ lookup: "number" }, at("3"))).rejects.toThrow(NotFound);
  });

  it("finds by another field behind a page that is short", async () => {
    expect(await load({ lookup: "slug" }, at("second"), {}, shortPages(Posts))).toEqual(objects[1]);
    await expect(load({ lookup: "slug" }, at("third"), {}, shortPages(Posts))).rejects.toThrow(NotFound);
  });

  it("knows only what the queryset holds: a queryset, an array, or a promise of either", async () => {
    const own = Posts.objects.filter({ author: "ann" });
    for (const scope of [
      own,
      objects.slice(0, 1),
      Promise.resolve(own),
      Promise.resolve(objects.slice(0, 1)),
    ]) {
      const options: Any = { queryset: () => scope };
      expect(await load(options, at("p1"))).toEqual(objects[0]);
      await expect(load(options, at("p2"))).rejects.toThrow(new NotFound());
      expect(await load({ ...options, lookup: "slug" }, at("first"))).toEqual(objects[0]);
      await expect(load({ ...options, lookup: "slug" }, at("second"))).rejects.toThrow(new NotFound());
    }
  });

  it("gives event and context to the queryset", async () => {
    const queryset = (event: object, context: object) =>
      Posts.objects.filter({
        author: `${(event as { who: string }).who}${(context as { tail: string }).tail}`,
      });
    expect(await load({ queryset }, { ...at("p2"), who: "b" }, { tail: "ob" })).toEqual(objects[1]);
  });

  it("answers 404 to an absent id and to one that no object can have", async () => {
    const ids = [
      undefined,
      null,
      "",
      1,
      "p3",
      "P1",
      "p1 ",
      "nul\0",
      "\ud800",
      "x".repeat(1e5),
      "%zz",
      "__proto__",
    ];
    for (const id of ids) await expect(load({}, at(id)), String(id)).rejects.toThrow(new NotFound());
    for (const event of [
      null,
      undefined,
      1,
      "x",
      [],
      {},
      { pathParameters: null },
      { pathParameters: "id" },
    ]) {
      await expect(load({}, event)).rejects.toThrow(new NotFound());
    }
  });

  it("answers 404 where a number column can't hold the id", async () => {
    const stored = await Counted.create({ title: "x" });
    expect(stored).toEqual({ id: 1, title: "x" });
    const handler = middy(async (_event: unknown, context: Context & { object?: unknown }) => context.object);
    handler.use(loadObject(Counted) as never);
    expect(await handler(at("1"), {} as Context)).toEqual(stored);
    for (const id of ["01", "1.0", " 1", "1e0", "abc", "9".repeat(19), "9".repeat(40), "-0", "0x1", "2"]) {
      await expect(handler(at(id), {} as Context), id).rejects.toThrow(new NotFound());
    }
  });

  it("survives any event", async () => {
    await fc.assert(
      fc.asyncProperty(fc.anything(), async event => {
        await expect(load({ lookup: "number" }, event)).rejects.toThrow(NotFound);
      }),
    );
  });

  it("refuses wrong options when it is made", () => {
    const wrong: [options: unknown, message: string][] = [
      [{ params: "id" }, 'loadObject: unknown option "params"'],
      [{ param: 1 }, 'loadObject: option "param" must be a string'],
      [{ queryset: [] }, 'loadObject: option "queryset" must be a function'],
    ];
    for (const [options, message] of wrong) {
      const make = () => loadObject(Posts, options as object);
      expect(make).toThrow(TypeError);
      expect(make).toThrow(message);
    }
    expect(() => loadObject(undefined as never)).toThrow(new TypeError("loadObject: model must be a model"));
  });
});
