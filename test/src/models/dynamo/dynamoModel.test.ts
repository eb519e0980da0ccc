import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { BadRequest, Conflict, HttpError, NotFound } from "../../../../src/core/errors.ts";
import { configure } from "../../../../src/core/settings.ts";
import { type DynamoModelOptions, dynamoModel } from "../../../../src/models/dynamo/dynamoModel.ts";
import type { DynamoClient } from "../../../../src/models/dynamo/port.ts";
import { memoryModel } from "../../../../src/models/memory/memoryModel.ts";
import { lookUp } from "../../../../src/models/query/lookUp.ts";
import type { FieldKind, OrderKey, Queryset, Where } from "../../../../src/models/types.ts";
import { type LocalDynamo, startDynamo, type TableShape } from "../../../support/dynamo.ts";

interface Post {
  id: string;
  author: string;
  createdAt: Date | null;
  title: string | null;
  score: number | null;
  status: string | null;
}

const fields: Record<keyof Post, FieldKind> = {
  id: "text",
  author: "text",
  createdAt: "date",
  title: "text",
  score: "integer",
  status: "text",
};

const shape: TableShape = {
  partition: ["id", "S"],
  indexes: {
    byAuthor: { partition: ["author", "S"], sort: ["createdAt", "S"] },
    byScore: { partition: ["author", "S"], sort: ["score", "N"] },
  },
};

const indexes = {
  byAuthor: { partition: "author", sort: "createdAt" },
  byScore: { partition: "author", sort: "score" },
} as const;

let dynamo: LocalDynamo;

beforeAll(async () => {
  dynamo = await startDynamo();
});

afterAll(() => dynamo.stop());
afterEach(() => configure({ secretKey: undefined }));

type Sent = { command: string; input: Record<string, unknown> };

/** A client that shows what was sent. */
function watched(): { client: DynamoClient; sent: Sent[]; take(): string[] } {
  const sent: Sent[] = [];
  const client: DynamoClient = {
    config: dynamo.client.config,
    send(command: { input: Record<string, unknown> }) {
      sent.push({ command: command.constructor.name.replace("Command", ""), input: command.input });
      return dynamo.client.send(command as never);
    },
  };
  const take = (): string[] =>
    sent.splice(0).map(({ command, input }) => `${command}${input.IndexName ? ` ${input.IndexName}` : ""}`);
  return { client, sent, take };
}

const day = (at: number): Date => new Date(Date.UTC(2026, 0, at));

const posts: Post[] = Array.from({ length: 12 }, (_item, at) => ({
  id: `p${String(at).padStart(2, "0")}`,
  author: at % 3 === 0 ? "bob" : "ann",
  createdAt: day(1 + ((at * 5) % 12)),
  title: at % 4 === 0 ? null : `Title ${at}`,
  score: at,
  status: at % 2 === 0 ? "draft" : "live",
}));

async function postModel(given: Partial<DynamoModelOptions<Post>> = {}, rows: readonly Post[] = posts) {
  const watch = watched();
  const table = await dynamo.createTable(shape);
  const Posts = dynamoModel<Post>({
    client: watch.client,
    table,
    name: "Post",
    key: { partition: "id" },
    indexes,
    fields,
    ...given,
  });
  for (const row of rows) await Posts.create(row);
  watch.take();
  return { Posts, table, ...watch };
}

async function refusal(run: () => unknown): Promise<HttpError> {
  try {
    await run();
  } catch (error) {
    expect(error).toBeInstanceOf(HttpError);
    return error as HttpError;
  }
  throw new Error("it was not refused");
}

async function idsOf(objects: Queryset<Post>, limit?: number): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await objects.page({ ...(limit && { limit }), ...(cursor && { cursor }) });
    if (limit) expect(page.items.length).toBeLessThanOrEqual(limit);
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return ids;
}

describe("a query", () => {
  it("reads by the key or the index that serves it, and never scans", async () => {
    const { Posts, take } = await postModel();
    const all = Posts.objects;
    const cases: [Queryset<Post>, string[]][] = [
      [all.filter({ id: "p01" }), ["GetItem"]],
      [all.filter({ id: ["p01", "p02", "no"] }), ["BatchGetItem"]],
      [all.filter({ author: "bob" }), ["Query byAuthor"]],
      [all.filter({ author: "bob" }).orderBy("-createdAt"), ["Query byAuthor"]],
      [all.filter({ author: "bob" }).orderBy("score", "id"), ["Query byScore"]],
      [all.filter({ author: ["bob"], score: { gte: 3 } }), ["Query byScore"]],
      [
        all.filter({ author: "bob", status: "draft" }).filter({ title: { contains: "6" } }),
        ["Query byAuthor"],
      ],
      [all.filter({ author: "bob", id: "p00" }), ["GetItem"]],
      [all.filter({ or: [] }), []],
      [all.filter({ author: "" }), []],
      [all.filter({ author: "bob", score: { gt: 5, lt: 2 } }), []],
    ];
    for (const [query, sent] of cases) {
      await query.page({});
      expect(take()).toEqual(sent);
    }
  });

  it("finds what the same query finds in memory", async () => {
    const { Posts } = await postModel();
    const Memory = memoryModel<Post>({ name: "Post", fields, objects: posts });
    const conditions: Where<Post>[] = [
      {},
      { score: { gt: 3 } },
      { score: { gte: 3, lte: 9 } },
      { score: { gt: 3, lt: 9 } },
      { score: { gte: 3, lt: 9.5, ne: 5 } },
      { and: [{ score: { gte: 3 } }, { score: { gte: 6 } }, { score: { lte: 9 } }] },
      { createdAt: day(4) },
      { createdAt: { gt: day(3), lte: day(9) } },
      { createdAt: { lt: day(6) }, status: "live" },
      { not: { createdAt: { lt: day(6) } } },
      { or: [{ score: 3 }, { createdAt: day(1) }] },
      { title: null },
      { title: { ne: "Title 1" } },
      { title: { startsWith: "Title 1" }, score: { in: [1, 2, 10, 11] } },
      { id: { gt: "p05" } },
      { author: ["ann", "bob"] },
      { and: [{ author: "bob" }] },
      { not: { author: "bob" } },
      { status: { in: [] } },
      { score: { isNull: true } },
      { title: { gt: "\u{10ffff}" } },
    ];
    for (const author of ["ann", "bob", "nobody"]) {
      for (const where of conditions) {
        const [there, here] = [Memory.objects, Posts.objects].map(objects =>
          objects.filter({ author }).filter(where),
        ) as [Queryset<Post>, Queryset<Post>];
        const message = `${author} ${JSON.stringify(where)}`;
        const expected = await idsOf(there);
        expect((await idsOf(here)).sort(), message).toEqual(expected);
        expect((await idsOf(here, 1)).sort(), message).toEqual(expected);
        expect(await here.count(), message).toBe(expected.length);
        const iterated: string[] = [];
        for await (const { id } of here) iterated.push(id);
        expect(iterated.sort(), message).toEqual(expected);
        for (const { id } of posts) {
          expect((await here.get(id))?.id, message).toBe(expected.includes(id) ? id : undefined);
        }
      }
      for (const order of ["createdAt", "-createdAt", "score", "-score"] as const) {
        const expected = await idsOf(Memory.objects.filter({ author }).orderBy(order));
        const here = Posts.objects.filter({ author }).orderBy(order);
        expect(await idsOf(here), order).toEqual(expected);
        expect(await idsOf(here, 2), order).toEqual(expected);
        expect(await idsOf(here.filter({ status: "live" }), 2), order).toEqual(
          await idsOf(Memory.objects.filter({ author, status: "live" }).orderBy(order)),
        );
      }
    }
  }, 60_000);

  it("that no key serves is refused with the index that would serve it, by page, count and iteration", async () => {
    const { Posts, take } = await postModel({}, []);
    const all = Posts.objects;
    const missing = "no key or index serves it; an index";
    const cases: [Queryset<Post>, string, string | undefined][] = [
      [
        all,
        `Post can't be listed without a filter: ${missing} { partition: a field that the filter equals } or allowScan would`,
        undefined,
      ],
      [
        all.filter({ status: "live" }),
        `Post can't be filtered by status: ${missing} { partition: "status" } or allowScan would`,
        "status",
      ],
      [
        all.filter({ status: "live", score: { gt: 1 } }),
        `Post can't be filtered by status, score: ${missing} { partition: "status", sort: "score" } or allowScan would`,
        "status",
      ],
      [
        all.filter({ author: ["ann", "bob"] }),
        `Post can't be filtered by author: ${missing} { partition: a field that the filter equals } or allowScan would`,
        "author",
      ],
    ];
    for (const [query, message, field] of cases) {
      const iterate = async () => {
        for await (const _post of query) throw new Error("nothing may come");
      };
      for (const run of [() => query.page({ limit: 1 }), () => query.count(), iterate]) {
        const error = await refusal(run);
        expect([error.constructor, error.message, error.field]).toEqual([BadRequest, message, field]);
      }
    }
    const index = (sort: string) =>
      `Post can't be filtered by author and ordered by ${sort}: ${missing} { partition: "author", sort: "${sort}" } or allowScan would`;
    const only = (order: string) =>
      `Post can't be filtered by author and ordered by ${order}: an index has the order of one field`;
    const orders: [OrderKey<Post>[], string][] = [
      [["title"], index("title")],
      [["-id"], index("id")],
      [["createdAt", "title"], only("createdAt, title")],
      [["createdAt", "-id"], only("createdAt, id")],
    ];
    for (const [keys, message] of orders) {
      const ordered = all.filter({ author: "ann" }).orderBy(...keys);
      expect((await refusal(() => ordered.page({}))).message).toBe(message);
    }
    expect(take()).toEqual([]);
  });

  it("takes no offset, whatever it is", async () => {
    const { Posts, take } = await postModel({ allowScan: true }, []);
    for (const offset of [0, 1]) {
      const error = await refusal(() => Posts.objects.page({ offset }));
      expect([error.constructor, error.message, error.field]).toEqual([
        BadRequest,
        "Post takes no offset: use the cursor",
        "offset",
      ]);
    }
    expect(take()).toEqual([]);
  });

  it("without a value for an index's key is not looked for in that index", async () => {
    const rows = [{ ...(posts[1] as Post), score: null }, posts[2] as Post];
    const { Posts, sent, take } = await postModel({}, rows);
    expect(await idsOf(Posts.objects.filter({ author: "ann", score: null }))).toEqual(["p01"]);
    expect(take()).toEqual(["Query byAuthor"]);
    expect(await Posts.objects.get("p01")).toEqual(rows[0]);
    expect(sent).toHaveLength(1);
  });
});

describe("pages", () => {
  it("are filled although a filter drops most of what is read", async () => {
    const rows = Array.from({ length: 400 }, (_item, at) => ({
      ...(posts[0] as Post),
      id: `x${at}`,
      score: at,
      status: at % 50 === 49 ? "rare" : "live",
    }));
    const { Posts, take } = await postModel({}, rows);
    const rare = Posts.objects.filter({ author: "bob", status: "rare" }).orderBy("score");
    const page = await rare.page({ limit: 3 });
    expect(page.items.map(({ id }) => id)).toEqual(["x49", "x99", "x149"]);
    expect(take()).toEqual(["Query byScore", "Query byScore", "Query byScore"]);
    expect(await idsOf(rare, 3)).toEqual(["x49", "x99", "x149", "x199", "x249", "x299", "x349", "x399"]);
  }, 30_000);

  it("end after so many reads, short of their limit, and go on by cursor", async () => {
    configure({ secretKey: "a secret that only these tests know" });
    const rows = Array.from({ length: 200 }, (_item, at) => ({
      ...(posts[0] as Post),
      id: `x${at}`,
      score: at,
    }));
    const { Posts, take } = await postModel({ maxReads: 1 }, rows);
    const last = Posts.objects
      .filter({ author: "bob", status: "draft", title: { ne: null } })
      .orderBy("score");
    const page = await last.page({ limit: 5 });
    expect([page.items, typeof page.nextCursor, page.total]).toEqual([[], "string", undefined]);
    expect(take()).toEqual(["Query byScore"]);
    expect(await idsOf(last, 5)).toEqual([]);
    expect(await last.count()).toBe(0);
  }, 30_000);

  it("are read by first, all and exists no further than one call may read", async () => {
    const rows = Array.from({ length: 200 }, (_item, at) => ({
      ...(posts[0] as Post),
      id: `x${at}`,
      score: at,
      createdAt: day(at),
      title: at === 180 ? "far" : "near",
    }));
    const { Posts, take } = await postModel({ maxReads: 2 }, rows);
    const titled = (title: string) => Posts.objects.filter({ author: "bob", title }).orderBy("score");
    const far = titled("far");
    const calls = [
      () => far.first(),
      () => far.exists(),
      () => far.all({ limit: 1 }),
      () => lookUp(Posts, "title", Posts.objects.filter({ author: "bob" }).orderBy("score"), "far"),
    ];
    for (const call of calls) {
      const error = await refusal(call);
      expect([error.constructor, error.message]).toEqual([
        BadRequest,
        "Post has too much to read for one call, which reads 2 pages of the table: narrow the filter, or have an index serve it",
      ]);
      expect(take()).toHaveLength(2);
    }
    expect((await titled("near").first())?.id).toBe("x0");
    expect(await titled("near").all({ limit: 300 })).toHaveLength(199);
  }, 30_000);

  it("are written by update and delete of what one call may read, or not at all", async () => {
    const rows = Array.from({ length: 6 }, (_item, at) => ({
      ...(posts[0] as Post),
      id: `x${at}`,
      score: at,
      title: "x".repeat(250_000),
    }));
    const { Posts, take } = await postModel({ maxReads: 1 }, rows);
    const bobs = Posts.objects.filter({ author: "bob" });
    for (const call of [() => bobs.update({ status: "new" }), () => bobs.delete(), () => bobs.all()]) {
      expect((await refusal(call)).message).toMatch(/^Post has too much to read .* reads one page of/);
      expect(take()).toHaveLength(1);
    }
    expect(await bobs.filter({ score: { lt: 3 } }).update({ status: "new" })).toBe(3);
    expect(await bobs.filter({ status: "new" }).count()).toBe(3);
  }, 30_000);

  it("do not take a cursor of another partition, of a forged key, or of nonsense", async () => {
    const { Posts } = await postModel();
    configure({ secretKey: "a secret that only these tests know" });
    const bobs = Posts.objects.filter({ author: "bob" });
    const { nextCursor } = await bobs.page({ limit: 1 });
    const { encodeCursor, decodeCursor, queryHash } = await import("../../../../src/models/query/cursor.ts");
    const bob = { op: "eq", field: "author", kind: "text", value: "bob" };
    const hash = queryHash(["Post", bob, []]);
    const [text] = decodeCursor(nextCursor, hash, ["text"]) as [string];
    expect(JSON.parse(text)).toEqual(["p00", "2026-01-01T00:00:00.000Z"]);
    const forged = [
      "",
      "{}",
      "[]",
      '["p00"]',
      '["p00",5]',
      '["p00",["x"]]',
      '["p00",""]',
      '["p00","bob","x"]',
    ];
    for (const position of forged) {
      const error = await refusal(() => bobs.page({ cursor: encodeCursor(hash, [position]) }));
      expect([error.constructor, error.message]).toEqual([BadRequest, "Invalid cursor"]);
    }
    const others = [
      Posts.objects.filter({ author: "ann" }),
      bobs.orderBy("createdAt"),
      bobs.filter({ score: 1 }),
    ];
    for (const other of others) {
      expect((await refusal(() => other.page({ cursor: nextCursor as string }))).message).toBe(
        "Invalid cursor",
      );
    }
  });

  it("made by sorting what was scanned are refused where that is too much", async () => {
    const rows = Array.from({ length: 6 }, (_item, at) => ({
      ...(posts[0] as Post),
      id: `x${at}`,
      title: "x".repeat(250_000),
    }));
    const { Posts } = await postModel({ allowScan: true, maxReads: 1 }, rows);
    const error = await refusal(() => Posts.objects.orderBy("title").page({ limit: 1 }));
    expect([error.constructor, error.message]).toEqual([
      BadRequest,
      "Post can't be ordered by title: too many to be sorted without an index",
    ]);
    expect(await idsOf(Posts.objects)).toHaveLength(6);
    expect(await Posts.objects.count()).toBe(6);
  });
});

describe("writes", () => {
  it("keep a hidden version, that copies of an object do without", async () => {
    const { Posts, sent } = await postModel({}, [posts[1] as Post]);
    const first = (await Posts.objects.get("p01")) as Post;
    expect(Object.keys(first).sort()).toEqual(Object.keys(fields).sort());
    const second = await Posts.update(first, { title: "a" });
    await expect(Posts.update(first, { title: "b" })).rejects.toThrow(Conflict);
    await expect(Posts.update({ ...first }, { title: "b" })).rejects.toThrow(
      new Conflict("Post was changed by somebody else"),
    );
    await Posts.update({ ...second }, { title: "c" });
    // Back to where it was: the values are the same, the version is not.
    const third = (await Posts.objects.get("p01")) as Post;
    await Posts.update(await Posts.update(third, { title: "d" }), { title: "c" });
    await expect(Posts.update(third, { title: "e" })).rejects.toThrow(Conflict);
    const { input } = sent.filter(({ command }) => command === "UpdateItem").at(-1) as Sent;
    expect(input.ReturnValuesOnConditionCheckFailure).toBe("ALL_OLD");
  });

  it("of items that another program wrote compare their values, and count from then on", async () => {
    const { Posts, table } = await postModel({}, []);
    const { PutCommand } = await import("@aws-sdk/lib-dynamodb");
    const Item = { id: "old", author: "ann", title: "x", tags: new Set(["a"]) };
    await dynamo.client.send(new PutCommand({ TableName: table, Item }));
    const old = (await Posts.objects.get("old")) as Post;
    expect(old).toEqual({ id: "old", author: "ann", title: "x", createdAt: null, score: null, status: null });
    await Posts.update(old, { score: 1 });
    await expect(Posts.update(old, { score: 2 })).rejects.toThrow(Conflict);
    await Posts.update((await Posts.objects.get("old")) as Post, { score: 3 });
    expect((await Posts.objects.get("old"))?.score).toBe(3);
  });

  it("without any version compare every value", async () => {
    const { Posts } = await postModel({ version: false }, [posts[1] as Post]);
    const first = (await Posts.objects.get("p01")) as Post;
    await Posts.update(first, { title: null });
    await expect(Posts.update(first, { score: 5 })).rejects.toThrow(Conflict);
    await Posts.update((await Posts.objects.get("p01")) as Post, { score: 5, createdAt: null });
    expect(await Posts.objects.get("p01")).toEqual({ ...posts[1], title: null, score: 5, createdAt: null });
    expect(await idsOf(Posts.objects.filter({ author: "ann" }).orderBy("score"))).toEqual(["p01"]);
    expect(await idsOf(Posts.objects.filter({ author: "ann" }).orderBy("createdAt"))).toEqual([]);
  });

  it("refuse what DynamoDB takes for no key, or for no number", async () => {
    const { Posts } = await postModel({}, []);
    const cases: [Partial<Post>, string][] = [
      [{ id: "" }, "id must not be empty: it is part of a key"],
      [{ id: "ä".repeat(1025) }, "id is too long: it is part of a key"],
      [{ id: "a", author: "" }, "author must not be empty: it is part of a key"],
      [
        { id: "a", createdAt: new Date("+010000-01-01T00:00:00Z") },
        "createdAt must be a date of the years 0000 to 9999",
      ],
    ];
    for (const [data, message] of cases) {
      const error = await refusal(() => Posts.create({ ...posts[0], ...data } as Post));
      expect([error.constructor, error.message]).toEqual([BadRequest, message]);
    }
    const tooLarge = await refusal(() => Posts.create({ id: "a", author: "x", title: "x".repeat(410_000) }));
    expect([tooLarge.statusCode, tooLarge.message, tooLarge.field]).toEqual([
      400,
      "title is too long",
      "title",
    ]);
    const together = { title: "x".repeat(250_000), author: "x", status: "y".repeat(250_000) };
    const whole = await refusal(() => Posts.create({ id: "a", ...together }));
    expect([whole.statusCode, whole.message]).toEqual([
      400,
      "Post is larger than the 400 KB that an item may have",
    ]);
  });

  it("of decimals keep 38 digits as numbers", async () => {
    const table = await dynamo.createTable({ partition: ["id", "S"] });
    const Prices = dynamoModel<{ id: string; price: string }>({
      client: dynamo.client,
      table,
      key: { partition: "id" },
      fields: { price: "decimal" },
      allowScan: true,
    });
    const exact = "12345678901234567890.123456789012345678";
    for (const [id, price] of Object.entries({ a: "9.50", b: "10", c: exact, d: "-0.00" })) {
      await Prices.create({ id, price });
    }
    const found = await Promise.all(["a", "b", "c", "d"].map(id => Prices.objects.get(id)));
    expect(found.map(item => item?.price)).toEqual(["9.5", "10", exact, "0"]);
    const { items } = await Prices.objects
      .filter({ price: { gt: "9.5" } })
      .orderBy("-price")
      .page({});
    expect(items.map(({ id }) => id)).toEqual(["c", "b"]);
    expect(await Prices.objects.filter({ price: "9.500" }).count()).toBe(1);
    await expect(Prices.create({ id: "e", price: `${exact}9` })).rejects.toThrow(
      new BadRequest("price must be a number of at most 38 digits below 1E126", { field: "price" }),
    );
  });
});

describe("objects of unknown fields", () => {
  it("keep text, numbers of any size, lists, objects and bytes; dates become text", async () => {
    const table = await dynamo.createTable({ partition: ["id", "S"] });
    const options = { client: dynamo.client, table, key: { partition: "id" } as const, allowScan: true };
    const Things = dynamoModel<Record<string, unknown> & { id: string }>(options);
    const data = {
      text: "",
      big: 2n ** 64n,
      half: 0.5,
      huge: 1e30,
      list: [1, [null]],
      map: { a: { b: true } },
    };
    const bytes = new Uint8Array([1, 2]);
    const { id } = await Things.create({ ...data, bytes, at: new Date(0) } as never);
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(await Things.objects.get(id)).toEqual({ ...data, id, bytes, at: "1970-01-01T00:00:00.000Z" });
    const early = Things.objects.filter({ at: { lte: new Date(0) } } as never);
    expect(await early.count()).toBe(1);
    expect(await Things.objects.filter({ big: { gte: 2n ** 64n } } as never).count()).toBe(1);
    let deep: unknown = 1;
    for (let at = 0; at < 40; at++) deep = [deep];
    await expect(Things.create({ deep } as never)).rejects.toThrow(new BadRequest("Too deeply nested"));
  });
});

describe("a model that is gone", () => {
  it("is not found, in update and in delete", async () => {
    const { Posts } = await postModel({}, [posts[1] as Post]);
    const post = (await Posts.objects.get("p01")) as Post;
    await Posts.delete(post);
    await expect(Posts.delete(post)).rejects.toThrow(NotFound);
    await expect(Posts.update(post, { score: 1 })).rejects.toThrow(NotFound);
    await expect(Posts.update({ ...post, id: "" }, { score: 1 })).rejects.toThrow(NotFound);
    await expect(Posts.delete({} as Post)).rejects.toThrow(NotFound);
  });
});

describe("many ids", () => {
  it("are fetched a hundred at a time, each once, in the order asked for", async () => {
    const rows = Array.from({ length: 150 }, (_item, at) => ({
      ...(posts[0] as Post),
      id: `i${at}`,
      score: -at,
    }));
    const { Posts, take } = await postModel({}, rows);
    const ids = rows.map(({ id }) => id);
    const some = Posts.objects.filter({ id: [...ids, ...ids, "no", ""] });
    expect(await idsOf(some)).toEqual([...ids].sort());
    expect(take()).toEqual(["BatchGetItem", "BatchGetItem"]);
    expect((await some.orderBy("score").page({ limit: 2 })).items.map(({ id }) => id)).toEqual([
      "i149",
      "i148",
    ]);
    expect(await idsOf(some.orderBy("-score"), 70)).toEqual(ids);
    const many = Posts.objects.filter({ id: Array.from({ length: 1001 }, (_item, at) => `x${at}`) });
    expect((await refusal(() => many.page({}))).message).toBe("Invalid filter: names more than 1000 objects");
  }, 30_000);
});
