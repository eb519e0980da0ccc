import { beforeEach, describe, expect, it } from "vitest";
import { bulkDeleteHandler } from "../../generics/bulkDeleteHandler.ts";
import { signJwt } from "../../src/auth/jwt.ts";
import { Conflict } from "../../src/core/errors.ts";
import { memoryModel } from "../../src/models/memory/memoryModel.ts";
import type { Model } from "../../src/models/types.ts";
import { explain } from "../../src/pipeline/explain.ts";
import { sources, type TestRequest } from "../support/events.ts";
import { send, type TestResponse } from "../support/send.ts";

interface Post {
  id: string;
  author: string;
}
const secret = "a secret of at least 32 bytes, for tests";
const Users = memoryModel<{ id: string }>({ name: "User", objects: [{ id: "ann" }, { id: "bob" }] });
const auth = { model: Users, secret };
const headers = { Authorization: `Bearer ${await signJwt({ sub: "ann" }, { secret })}` };

let Posts: Model<Post>;
beforeEach(() => {
  const objects = ["1", "2", "3", "4"].map(id => ({ id, author: id < "3" ? "ann" : "bob" }));
  Posts = memoryModel<Post>({ name: "Post", objects });
});
const left = async (): Promise<string> => (await Posts.objects.page({})).items.map(({ id }) => id).join("");
const got = ({ status, body }: TestResponse): unknown[] => [status, body];
const gone = (id: string) => ({ status: 204, id });
const failed = (id: string, status: number, message: string) => ({
  status,
  id,
  error: { code: status, message },
});
type Handler = Parameters<typeof send>[0];

describe.each(sources)("bulkDeleteHandler on %s", source => {
  const ask = (handler: Handler, request: Omit<TestRequest, "body"> & { body?: unknown } = {}) =>
    send(handler, source, { method: "DELETE", path: "/posts", ...request });
  const ids = (...list: unknown[]) => ({ body: { ids: list } });

  it("removes the objects of the body's ids, in their order", async () => {
    const handler = bulkDeleteHandler(Posts);
    expect(got(await ask(handler, ids("3", 1)))).toEqual([200, [gone("3"), gone("1")]]);
    expect(await left()).toBe("24");
  });

  it("removes the objects of the query's ids", async () => {
    const handler = bulkDeleteHandler(Posts);
    // Where an ALB sends no multi-value parameters, the last of them is all there is.
    const single = source === "alb";
    const query = [
      ["id", "2"],
      ["id", "4"],
    ] as const;
    const response = await ask(handler, { query });
    expect(got(response)).toEqual([200, single ? [gone("4")] : [gone("2"), gone("4")]]);
  });

  it("answers 207 when one fails, which stops none of the others", async () => {
    const handler = bulkDeleteHandler(Posts);
    expect(got(await ask(handler, ids("9", "1", "1", "", "2")))).toEqual([
      207,
      [
        failed("9", 404, "Resource Not Found"),
        gone("1"),
        failed("1", 404, "Resource Not Found"),
        failed("", 404, "Resource Not Found"),
        gone("2"),
      ],
    ]);
    expect(await left()).toBe("34");
  });

  it("holds queryset and rules for each object", async () => {
    const scoped = bulkDeleteHandler(Posts, {
      auth,
      queryset: (_event, { user }) => Posts.objects.filter({ author: user.id }),
    });
    expect(got(await ask(scoped, { headers, ...ids("3", "1", "none") }))).toEqual([
      207,
      [failed("3", 404, "Resource Not Found"), gone("1"), failed("none", 404, "Resource Not Found")],
    ]);
    const ruled = bulkDeleteHandler(Posts, {
      auth,
      permit: [async () => true, (_event, { object, user }) => object.author === user.id],
    });
    expect(got(await ask(ruled, { headers, ...ids("4", "2") }))).toEqual([
      207,
      [failed("4", 403, "Forbidden"), gone("2")],
    ]);
    expect(await left()).toBe("34");
    expect((await ask(scoped, ids("3"))).status).toBe(401);
  });

  it("refuses what holds no ids, and more of them than maxItems", async () => {
    const handler = bulkDeleteHandler(Posts, { maxItems: 2 });
    const missing = { code: 400, message: "Missing key(s): ids" };
    expect(got(await ask(handler))).toEqual([400, missing]);
    expect(got(await ask(handler, { body: {} }))).toEqual([400, missing]);
    expect(got(await ask(handler, { body: ["1"] }))).toEqual([
      400,
      { code: 400, message: "The body must be an object" },
    ]);
    const wrong = { code: 400, message: "ids must be a list of texts or whole numbers", field: "ids" };
    for (const list of ["1", 5, null, {}, [null], [{}], [["1"]], [1.5], [true], ["1", { eq: "1" }]]) {
      expect(got(await ask(handler, { body: { ids: list } })), JSON.stringify(list)).toEqual([400, wrong]);
    }
    expect(got(await ask(handler, { query: [["id", "1"]], ...ids("2") }))).toEqual([
      400,
      { code: 400, message: "ids and ?id can't be used together", field: "ids" },
    ]);
    expect(got(await ask(handler, ids("1", "2", "3")))).toEqual([
      413,
      { code: 413, message: "At most 2 items at once" },
    ]);
    expect(await left()).toBe("1234");
    expect(got(await ask(handler, ids()))).toEqual([200, []]);
  });
});

describe("the options", () => {
  const ask = (handler: Handler, ids: string[]) =>
    send(handler, "http", { method: "POST", path: "/posts/bulk-delete", body: { ids } });

  it("remove, use and status are as they say", async () => {
    const removed: unknown[] = [];
    const handler = bulkDeleteHandler(Posts, {
      status: 202,
      use: [{ name: "mine", before: () => undefined }],
      remove: (post, { event, context }) => {
        if (post.id === "2") throw new Conflict("It is in use");
        removed.push([post, context.object, event.body]);
      },
    });
    const expected = [failed("2", 409, "It is in use"), gone("1")];
    expect(got(await ask(handler, ["2", "1"]))).toEqual([207, expected]);
    expect((await ask(handler, ["1"])).status).toBe(202);
    const post = { id: "1", author: "ann" };
    expect(removed[0]).toEqual([post, post, { ids: ["2", "1"] }]);
    expect(await left()).toBe("1234");
    expect(explain(handler).map(({ name }) => name)).toEqual([
      "warmup",
      "cors",
      "jsonBody",
      "readIds",
      "mine",
      "errors",
      "serialize",
    ]);
  });

  it("a queryset may be an array or a promise, and is asked for once", async () => {
    let asked = 0;
    const handler = bulkDeleteHandler(Posts, {
      queryset: async () => {
        asked++;
        return [{ id: "1", author: "ann" }];
      },
    });
    expect(got(await ask(handler, ["1", "2"]))).toEqual([
      207,
      [gone("1"), failed("2", 404, "Resource Not Found")],
    ]);
    expect(asked).toBe(1);
  });

  it("are checked when the handler is made", () => {
    for (const [options, message] of [
      [{ maxItems: 0 }, 'option "maxItems" must be at least 1'],
      [{ queryset: [] }, 'option "queryset" must be a function'],
      [{ remove: 1 }, 'option "remove" must be a function'],
    ] as const) {
      expect(() => bulkDeleteHandler(Posts, options as never)).toThrow(
        new TypeError(`bulkDeleteHandler: ${message}`),
      );
    }
    expect(() => bulkDeleteHandler(Posts, { permit: [] })).toThrow(TypeError);
    expect(() => bulkDeleteHandler(Posts, { serializer: 1 } as never)).toThrow('unknown option "serializer"');
  });
});
