import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { listHandler } from "../../generics/listHandler.ts";
import { signJwt } from "../../src/auth/jwt.ts";
import { BadRequest } from "../../src/core/errors.ts";
import { defineMiddleware } from "../../src/core/middleware.ts";
import { configure } from "../../src/core/settings.ts";
import { memoryModel } from "../../src/models/memory/memoryModel.ts";
import { sqlModel } from "../../src/models/sql/sqlModel.ts";
import { sqlite } from "../../src/models/sqlite.ts";
import type { Model } from "../../src/models/types.ts";
import { explain } from "../../src/pipeline/explain.ts";
import type { LambdaHandler } from "../../src/pipeline/pipeline.ts";
import { fields } from "../../src/serializers/fields.ts";
import { pick } from "../../src/serializers/pick.ts";
import {
  decodesPaths,
  type EventSource,
  eventOf,
  received,
  sources,
  type TestRequest,
} from "../support/events.ts";

interface Item {
  id: string;
  name: string;
  rank: number;
  owner: string | null;
  open: boolean;
}
const kinds = { id: "text", name: "text", rank: "integer", owner: "text", open: "boolean" } as const;
const itemOf = (n: number): Item => ({
  id: `i${String(n).padStart(3, "0")}`,
  name: n % 2 === 0 ? `Even & ü=${n}` : `odd ${n}`,
  rank: n % 7,
  owner: n % 5 === 0 ? null : n % 3 === 0 ? "ann" : "bob",
  open: n % 4 !== 0,
});
const items = Array.from({ length: 130 }, (_, n) => itemOf(n));
const Items = memoryModel<Item>({ name: "Item", objects: items, fields: kinds });

const directory = mkdtempSync(join(tmpdir(), "tsverless-list-"));
const db = sqlite(join(directory, "items.sqlite"));
let tables = 0;
/** A new table in a real file. */
async function stored(objects: readonly Item[]): Promise<Model<Item>> {
  const model = sqlModel<Item>({ db, name: "Item", table: `items${tables++}`, columns: kinds });
  for (const object of objects) await model.create(object);
  return model;
}
afterAll(async () => {
  await db.destroy();
  rmSync(directory, { recursive: true });
});
const engines: [name: string, make: (objects: readonly Item[]) => Promise<Model<Item>>][] = [
  ["memoryModel", async objects => memoryModel<Item>({ name: "Item", objects, fields: kinds })],
  ["sqlModel on an SQLite file", stored],
];

configure({ secretKey: "a secret that only these tests know, 32 bytes" });

const json = {
  "access-control-allow-headers": "*",
  "access-control-allow-methods": "*",
  "access-control-allow-origin": "*",
  "content-type": "application/json",
};
type Query = readonly (readonly [name: string, value: string])[];
interface Seen {
  status: number;
  headers: Record<string, string | string[]>;
  body: unknown;
}

async function list(
  handler: LambdaHandler,
  query: Query = [],
  source: EventSource = "http",
  request: TestRequest = {},
): Promise<Seen> {
  const event = eventOf(source, { path: "/items", ...request, query });
  const { status, headers, body, cookies } = received(source, await handler(event, {}));
  expect(cookies).toEqual([]);
  return { status, headers, body: JSON.parse(body.toString()) };
}

/** What a client asks for next: the path and the query of `Link: rel="next"`. */
function nextOf({ headers }: Seen): { path: string; query: Query } | undefined {
  const [, target] = /^<([^<>\s]+)>; rel="next"/.exec((headers.link as string | undefined) ?? "") ?? [];
  if (target === undefined) return undefined;
  const { origin, pathname, searchParams } = new URL(target, "http://here");
  expect(origin).toBe("http://here");
  return { path: pathname, query: [...searchParams] };
}

/** Follows the links to the end, and lets something happen between two pages. */
async function walk(
  handler: LambdaHandler,
  query: Query,
  source: EventSource = "http",
  between: (page: number) => unknown = () => undefined,
  request: TestRequest = {},
): Promise<unknown[][]> {
  const pages: unknown[][] = [];
  let path: string | undefined;
  for (let asked: Query | undefined = query; asked !== undefined && pages.length < 200; ) {
    const seen = await list(handler, asked, source, request);
    expect(seen.status).toBe(200);
    pages.push(seen.body as unknown[]);
    const next = nextOf(seen);
    path ??= next?.path;
    if (next !== undefined) expect(next.path).toBe(path);
    asked = next?.query;
    if (asked !== undefined) await between(pages.length);
  }
  return pages;
}

const ids = (objects: readonly unknown[]): string[] => objects.map(object => (object as Item).id);
const idsOf = async (handler: LambdaHandler, query: Query = []): Promise<string[]> =>
  ids((await list(handler, query)).body as unknown[]);
const refusal = (field: string, message: string): Seen => ({
  status: 400,
  headers: json,
  body: { code: 400, message, field },
});

describe.each(sources)("listHandler behind %s", source => {
  const handler = listHandler(Items, {
    serializer: pick("id", "name"),
    filters: { rank: ["eq", "in", "gte"], owner: true, open: "boolean", name: true },
    ordering: ["rank", "name"],
    search: ["name"],
  });

  it("answers 200 with an array of serialized objects, 50 of them, and a link to the rest", async () => {
    const seen = await list(handler, [], source);
    expect(seen).toEqual({
      status: 200,
      headers: {
        ...json,
        link: expect.stringMatching(/^<\/[^<>\s]+>; rel="next", <\/[^<>\s]+>; rel="first"$/),
      },
      body: items.slice(0, 50).map(({ id, name }) => ({ id, name })),
    });
  });

  it("has as many as limit says, and 100 at most", async () => {
    for (const [limit, count] of [
      ["1", 1],
      ["100", 100],
      ["101", 100],
      ["999999999999999", 100],
      ["007", 7],
    ] as const) {
      expect(((await list(handler, [["limit", limit]], source)).body as unknown[]).length, limit).toBe(count);
    }
  });

  it("passes over as many as offset says, and leads on by offsets", async () => {
    const seen = await list(
      handler,
      [
        ["limit", "60"],
        ["offset", "10"],
      ],
      source,
    );
    expect(ids(seen.body as unknown[])).toEqual(ids(items.slice(10, 70)));
    const next = nextOf(seen);
    expect(next?.query).toEqual([
      ["limit", "60"],
      ["offset", "70"],
    ]);
    const last = await list(handler, next?.query, source);
    expect(ids(last.body as unknown[])).toEqual(ids(items.slice(70)));
    expect(nextOf(last)).toBeUndefined();
    for (const offset of ["130", "999999999999999"]) {
      const empty = await list(handler, [["offset", offset]], source);
      expect([empty.status, empty.body, nextOf(empty)]).toEqual([200, [], undefined]);
    }
  });

  it("can be walked from page to page to the end, where no link leads on", async () => {
    const pages = await walk(handler, [["limit", "40"]], source);
    expect(pages.map(page => page.length)).toEqual([40, 40, 40, 10]);
    expect(ids(pages.flat())).toEqual(ids(items));
    const exact = await walk(handler, [["limit", "65"]], source);
    expect(exact.map(page => page.length)).toEqual([65, 65]);
  });

  it("keeps filters, ordering and search while it is walked", async () => {
    const query: Query = [
      ["name[startsWith]", "Even & ü="],
      ["owner", "ann,bob"],
      ["order", "-rank,name"],
      ["q", "N & Ü="],
      ["limit", "7"],
    ];
    const expected = items
      .filter(({ name, owner }) => name.startsWith("Even") && owner !== null)
      .sort((a, b) => b.rank - a.rank || (a.name < b.name ? -1 : 1));
    const pages = await walk(handler, query, source);
    expect(expected.length).toBeGreaterThan(14);
    expect(pages.length).toBe(Math.ceil(expected.length / 7));
    expect(ids(pages.flat())).toEqual(ids(expected));
  });

  it("keeps repeated parameters while it is walked", async () => {
    const query: Query = [
      ["owner", "ann"],
      ["owner", "bob"],
      ["limit", "30"],
    ];
    // An ALB without multi-value headers passes on the last value alone.
    const kept = source === "alb" ? ["bob"] : ["ann", "bob"];
    const found = ids((await walk(handler, query, source)).flat());
    expect(found).toEqual(ids(items.filter(({ owner }) => owner !== null && kept.includes(owner))));
  });

  it("refuses bad numbers and names the parameter", async () => {
    const bad = ["", "-1", "1.5", "x", "1e3", " 1", "0x10", "١", "1,2", "NaN", "Infinity", "9".repeat(16)];
    for (const [name, least, values] of [
      ["limit", 1, [...bad, "0"]],
      ["offset", 0, bad],
    ] as const) {
      for (const value of values) {
        expect(await list(handler, [[name, value]], source), `${name}=${value}`).toEqual(
          refusal(name, `${name} must be a whole number of at least ${least}`),
        );
      }
    }
  });

  it("refuses a repeated parameter that means one value, and names it", async () => {
    const twice: Query = [
      ["limit", "1"],
      ["limit", "2"],
    ];
    // An ALB without multi-value headers passes on the last value alone.
    const expected = refusal("limit", "Parameter given more than once: limit");
    const response = await list(handler, twice, source);
    if (source === "alb") expect(response).toMatchObject({ status: 200, body: { length: 2 } });
    else expect(response).toEqual(expected);
  });

  it("refuses a cursor that is malformed, tampered with or another query's", async () => {
    const first = nextOf(await list(handler, [["limit", "10"]], source));
    const cursor = first?.query.find(([name]) => name === "cursor")?.[1] as string;
    expect((await list(handler, [["cursor", cursor]], source)).status).toBe(200);
    const flipped = (at: number): string =>
      `${cursor.slice(0, at)}${cursor[at] === "A" ? "B" : "A"}${cursor.slice(at + 1)}`;
    const tampered = [
      "",
      "x",
      "null",
      "%00",
      `${cursor}A`,
      cursor.slice(1),
      cursor.slice(0, -1),
      `${cursor}=`,
      flipped(0),
      flipped(10),
      flipped(cursor.length - 5),
      Buffer.from("[]").toString("base64url"),
      "A".repeat(5000),
    ];
    const refused = refusal("cursor", "Invalid cursor");
    for (const value of tampered) {
      expect(await list(handler, [["cursor", value]], source), value).toEqual(refused);
    }
    for (const other of [
      ["order", "name"],
      ["open", "true"],
      ["q", "even"],
    ] as const) {
      expect(await list(handler, [["cursor", cursor], other], source), other.join()).toEqual(refused);
    }
  });

  it("refuses offset and cursor together", async () => {
    const first = nextOf(await list(handler, [["limit", "10"]], source));
    expect(await list(handler, [...(first?.query ?? []), ["offset", "1"]], source)).toEqual(
      refusal("cursor", "offset and cursor can't be used together"),
    );
  });

  it("refuses parameters that are unknown, and names them", async () => {
    for (const name of ["page", "Rank", "id", "secret", "rank[like]", "rank[]", "__proto__", "fields"]) {
      const { status, headers, body } = await list(handler, [[name, "1"]], source);
      expect([status, headers], name).toEqual([400, json]);
      expect(body).toEqual({ code: 400, message: expect.stringContaining(name), field: name });
    }
  });
});

it("leads on behind a stage", async () => {
  const handler = listHandler(Items, { serializer: pick("id"), limit: 90 });
  for (const [source, request, path] of [
    ["rest", { stage: "prod" }, "/prod/items"],
    ["http", { stage: "v1" }, "/v1/items"],
    ["url", {}, "/items"],
    ["alb", { path: "/base/items" }, "/base/items"],
  ] as const) {
    const seen = await list(handler, [], source, request);
    expect(nextOf(seen)?.path, source).toBe(path);
    const pages = await walk(handler, [], source, undefined, request);
    expect(ids(pages.flat())).toEqual(ids(items));
  }
});

it("never leads to another host, whatever the path", async () => {
  const handler = listHandler(Items, { serializer: pick("id") });
  for (const source of sources) {
    for (const path of ["//evil.example/items", "/a b<x>\r\nX-Bad: 1", '/"; rel="x', "/%3E"]) {
      const event = eventOf(source, { path: decodesPaths(source) ? encodeURI(path) : path });
      if (path === "/%3E" && decodesPaths(source)) event[source === "http" ? "rawPath" : "path"] = "/>";
      const { headers } = received(source, await handler(event, {}));
      expect(headers.link).toMatch(/^<\/(?!\/)[^<>\s"]*>; rel="next", <\/(?!\/)[^<>\s"]*>; rel="first"$/);
      expect(headers).not.toHaveProperty("x-bad");
    }
  }
});

describe.each(engines)("listHandler over %s", (_, make) => {
  const options = {
    serializer: pick("id", "name", "rank", "owner", "open"),
    filters: ["name", "rank", "owner", "open"] as const,
    ordering: ["rank", "name", "owner"] as const,
    search: ["name", "owner"] as const,
  };
  const some = items.slice(0, 30);

  it("filters with every operator", async () => {
    const handler = listHandler(await make(some), options);
    const cases: [query: Query, keep: (item: Item) => boolean][] = [
      [[["rank", "3"]], ({ rank }) => rank === 3],
      [[["rank", "3,4"]], ({ rank }) => rank === 3 || rank === 4],
      [[["rank[eq]", "3"]], ({ rank }) => rank === 3],
      [[["rank[ne]", "3"]], ({ rank }) => rank !== 3],
      [[["rank[gt]", "3"]], ({ rank }) => rank > 3],
      [[["rank[gte]", "3"]], ({ rank }) => rank >= 3],
      [[["rank[lt]", "3"]], ({ rank }) => rank < 3],
      [[["rank[lte]", "3"]], ({ rank }) => rank <= 3],
      [[["rank[in]", "0,6"]], ({ rank }) => rank === 0 || rank === 6],
      [[["name[contains]", "en & ü"]], ({ name }) => name.includes("en & ü")],
      [[["name[contains]", "EVEN"]], () => false],
      [[["name[contains]", "%"]], () => false],
      [[["name[startsWith]", "odd"]], ({ name }) => name.startsWith("odd")],
      [[["name[startsWith]", "dd"]], () => false],
      [[["name[eq]", "odd 3"]], ({ name }) => name === "odd 3"],
      [[["owner[isNull]", "true"]], ({ owner }) => owner === null],
      [[["owner[isNull]", "false"]], ({ owner }) => owner !== null],
      [[["owner[ne]", "ann"]], ({ owner }) => owner !== "ann"],
      [[["open", "false"]], ({ open }) => !open],
      [
        [
          ["rank[gte]", "2"],
          ["rank[lt]", "5"],
          ["open", "true"],
        ],
        ({ rank, open }) => rank >= 2 && rank < 5 && open,
      ],
      [[["q", "ANN"]], ({ owner }) => owner === "ann"],
      [[["search", "even"]], ({ name }) => name.startsWith("Even")],
      [
        [
          ["q", "odd 1"],
          ["owner", "bob"],
        ],
        ({ name, owner }) => name.startsWith("odd 1") && owner === "bob",
      ],
    ];
    for (const [query, keep] of cases) {
      expect(await idsOf(handler, query), JSON.stringify(query)).toEqual(ids(some.filter(keep)));
    }
  });

  it("orders by several fields, last by id", async () => {
    const handler = listHandler(await make(some), options);
    const byRank = [...some].sort((a, b) => a.rank - b.rank);
    expect(await idsOf(handler, [["order", "rank"]])).toEqual(ids(byRank));
    expect(await idsOf(handler, [["ordering", "-rank,name"]])).toEqual(
      ids([...some].sort((a, b) => b.rank - a.rank || (a.name < b.name ? -1 : 1))),
    );
  });

  it("refuses values that the field cannot hold, and names the parameter", async () => {
    const handler = listHandler(await make([]), options);
    for (const [name, value] of [
      ["rank", "x"],
      ["rank", ""],
      ["rank[gt]", "1.5"],
      ["open", "maybe"],
      ["owner[isNull]", "perhaps"],
      ["order", "id"],
      ["order", "rank,-rank"],
      ["name", "\0"],
    ] as const) {
      const { status, body } = await list(handler, [[name, value]]);
      expect([status, body], `${name}=${value}`).toEqual([
        400,
        { code: 400, message: `Invalid value of parameter: ${name}`, field: name },
      ]);
    }
  });

  it("never leaves its queryset, whatever is asked for", async () => {
    const model = await make(items);
    const handler = listHandler(model, {
      ...options,
      queryset: () => model.objects.filter({ owner: "ann", or: [{ open: true }, { rank: 0 }] }),
    });
    const allowed = new Set(
      ids(items.filter(({ owner, open, rank }) => owner === "ann" && (open || rank === 0))),
    );
    expect(await idsOf(handler)).toEqual([...allowed]);
    for (const query of [
      [["owner", "bob"]],
      [["owner", "ann,bob"]],
      [["owner[ne]", "ann"]],
      [["owner[isNull]", "true"]],
      [["open", "false"]],
      [["q", ""]],
      [["q", "bob"]],
      [["rank[gte]", "0"]],
      [["order", "owner"]],
      [
        ["owner", "bob"],
        ["owner", "ann"],
      ],
      [["offset", "5"]],
      [["limit", "1000"]],
    ] as Query[]) {
      const found = await idsOf(handler, query);
      expect(
        found.every(id => allowed.has(id)),
        JSON.stringify(query),
      ).toBe(true);
    }
    const everything = listHandler(model, { ...options, limit: 3 });
    const foreign = nextOf(await list(everything))?.query ?? [];
    expect((await list(handler, foreign)).status).toBe(400);
  });

  it("shows nothing twice and leaves nothing out that stood throughout, while rows come and go", async () => {
    for (const order of [[], [["order", "rank"]], [["order", "-rank,name"]]] as Query[]) {
      const model = await make(items.slice(0, 60));
      const handler = listHandler(model, options);
      const gone = new Set<string>();
      const pages = await walk(handler, [["limit", "8"], ...order], "http", async page => {
        // Before, at and behind the place that the cursor points to.
        for (const n of [page, 20 + page, 59 - page]) {
          const object = await model.objects.get(itemOf(n).id);
          if (object === undefined) continue;
          gone.add(object.id);
          await model.delete(object);
        }
        for (const [at, id] of [`a${page}`, `i0${page}5x`, `z${page}`].entries()) {
          await model.create({ ...itemOf(at), id, rank: (page + at) % 7 });
        }
      });
      const found = ids(pages.flat());
      expect(new Set(found).size).toBe(found.length);
      const stood = ids(items.slice(0, 60)).filter(id => !gone.has(id));
      expect(stood.filter(id => !found.includes(id))).toEqual([]);
      expect(stood.length).toBeGreaterThan(30);
    }
  });

  it("goes on where the page ended even when its last object is gone", async () => {
    const model = await make(items.slice(0, 10));
    const handler = listHandler(model, options);
    const pages = await walk(handler, [["limit", "4"]], "http", async page => {
      const last = await model.objects.get(itemOf(page * 4 - 1).id);
      if (last !== undefined) await model.delete(last);
    });
    expect(ids(pages.flat())).toEqual(ids(items.slice(0, 10)));
  });
});

describe("the queryset option", () => {
  const open = Items.objects.filter({ open: true }).orderBy("-rank");
  const array = items.filter(item => item.open);

  it.each([
    ["a queryset", () => Items.objects.filter({ open: true })],
    ["a promise of a queryset", async () => Items.objects.filter({ open: true })],
    ["an array", () => array],
    ["a promise of an array", async () => array],
  ])("may give %s, which is filtered, ordered, searched and paged", async (_, queryset) => {
    const handler = listHandler(Items, {
      serializer: pick("id", "rank"),
      queryset,
      filters: ["rank"],
      ordering: ["rank"],
      search: ["name"],
    });
    expect(ids((await walk(handler, [["limit", "30"]])).flat())).toEqual(ids(array));
    const narrowed: Query = [
      ["rank[lt]", "3"],
      ["order", "-rank"],
      ["q", "odd"],
    ];
    const expected = array
      .filter(({ rank, name }) => rank < 3 && name.startsWith("odd"))
      .sort((a, b) => b.rank - a.rank);
    expect(ids((await walk(handler, [...narrowed, ["limit", "4"]])).flat())).toEqual(ids(expected));
  });

  it("keeps its own order until the request asks for another", async () => {
    const handler = listHandler(Items, { serializer: pick("id"), queryset: () => open, ordering: ["name"] });
    const byRank = [...array].sort((a, b) => b.rank - a.rank);
    expect(ids((await walk(handler, [["limit", "33"]])).flat())).toEqual(ids(byRank));
    const byName = [...array].sort((a, b) => (a.name < b.name ? -1 : 1));
    expect(await idsOf(handler, [["order", "name"]])).toEqual(ids(byName).slice(0, 50));
  });

  it("is given the event and the user", async () => {
    const Users = memoryModel<{ id: string }>({ name: "User", objects: [{ id: "ann" }] });
    const handler = listHandler(Items, {
      serializer: pick("id"),
      auth: { model: Users },
      queryset: (event, { user }) =>
        Items.objects.filter({ owner: user.id, open: event.headers?.["x-open"] === "1" }),
    });
    const headers = { Authorization: `Bearer ${await signJwt({ sub: "ann" })}`, "X-Open": "1" };
    const seen = await list(handler, [], "http", { headers });
    expect(ids(seen.body as unknown[])).toEqual(
      ids(items.filter(({ owner, open }) => owner === "ann" && open)),
    );
    expect(await list(handler)).toEqual({
      status: 401,
      headers: { ...json, "cache-control": "no-store", "www-authenticate": "Bearer" },
      body: { code: 401, message: "Unauthorized" },
    });
  });
});

describe("the list step", () => {
  const base = { serializer: pick<"id">("id"), filters: ["rank"] as const };

  it("may narrow the queryset, which holds what the request asked for", async () => {
    const handler = listHandler(Items, {
      ...base,
      list: (queryset, { event, context }) => {
        expect(context.queryset).toBe(queryset);
        expect(event.rawQueryString).toContain("rank");
        return queryset.filter({ open: true });
      },
    });
    const expected = items.filter(({ rank, open }) => rank === 2 && open);
    expect(
      ids(
        (
          await walk(handler, [
            ["rank", "2"],
            ["limit", "4"],
          ])
        ).flat(),
      ),
    ).toEqual(ids(expected));
  });

  it("may give an array, which is paged, or a promise of either", async () => {
    for (const step of [() => items, async () => items, async () => Items.objects]) {
      const handler = listHandler(Items, { ...base, list: step });
      expect(ids((await walk(handler, [["limit", "45"]])).flat())).toEqual(ids(items));
    }
  });

  it("gives an array in the array's own order, page by page, and takes no cursor for it", async () => {
    const ranked = [...items].reverse();
    const handler = listHandler(Items, { ...base, list: () => ranked });
    expect(ids((await walk(handler, [["limit", "45"]])).flat())).toEqual(ids(ranked));
    const first = await list(handler, [["limit", "2"]]);
    expect(nextOf(first)?.query).toEqual([
      ["limit", "2"],
      ["offset", "2"],
    ]);
    expect(await list(handler, [["cursor", "x"]])).toMatchObject({
      status: 400,
      body: { code: 400, message: "This list takes offset and no cursor", field: "cursor" },
    });
  });

  it("may give a page, whose cursor leads on", async () => {
    for (const step of [
      () => ({ items: items.slice(0, 2), nextCursor: "next/+ =" }),
      async () => ({ items: items.slice(0, 2), nextCursor: "next/+ =" }),
    ]) {
      const seen = await list(listHandler(Items, { ...base, list: step }), [["rank", "1"]]);
      expect(seen.body).toEqual([{ id: "i000" }, { id: "i001" }]);
      expect(nextOf(seen)?.query).toEqual([
        ["rank", "1"],
        ["cursor", "next/+ ="],
      ]);
    }
    const last = listHandler(Items, { ...base, list: () => ({ items: [] }) });
    expect(await list(last)).toEqual({ status: 200, headers: json, body: [] });
  });

  it("may refuse, and what else it gives is our own fault", async () => {
    const refuses = listHandler(Items, {
      ...base,
      list: () => {
        throw new BadRequest("Not now");
      },
    });
    expect(await list(refuses)).toEqual({
      status: 400,
      headers: json,
      body: { code: 400, message: "Not now" },
    });
    for (const given of [undefined, null, 5, {}]) {
      const broken = listHandler(Items, {
        ...base,
        errors: { logger: false },
        list: () => given as never,
      });
      expect(await list(broken)).toEqual({
        status: 500,
        headers: json,
        body: { code: 500, message: "Internal Server Error" },
      });
    }
  });
});

describe("the other options", () => {
  it("limit and maxLimit say how long a page is", async () => {
    for (const [options, query, count] of [
      [{ limit: 3 }, [], 3],
      [{ limit: 3 }, [["limit", "5"]], 5],
      [{ maxLimit: 4 }, [], 4],
      [{ maxLimit: 4 }, [["limit", "5"]], 4],
      [{ limit: 200, maxLimit: 120 }, [], 120],
      [{ maxLimit: 1000 }, [["limit", "500"]], 130],
    ] as const) {
      const handler = listHandler(Items, { serializer: pick("id"), ...options });
      expect((await idsOf(handler, query)).length).toBe(count);
    }
  });

  it("allow lets further parameters through, and keeps them in the link", async () => {
    const handler = listHandler(Items, { serializer: pick("id"), allow: ["lang"], limit: 100 });
    const seen = await list(handler, [["lang", "de"]]);
    expect(nextOf(seen)?.query[0]).toEqual(["lang", "de"]);
    expect((await list(handler, [["language", "de"]])).body).toEqual({
      code: 400,
      message: "Unknown parameter: language",
      field: "language",
    });
  });

  it("filters with kinds read values of a model that does not know its fields", async () => {
    const undeclared = memoryModel<Item>({ name: "Item", objects: items });
    const handler = listHandler(undeclared, { serializer: pick("id", "rank"), filters: { rank: "integer" } });
    expect(await idsOf(handler, [["rank[gte]", "6"]])).toEqual(ids(items.filter(({ rank }) => rank === 6)));
    expect((await list(handler, [["rank", "x"]])).status).toBe(400);
  });

  it("serializer may be of every kind, and keeps the order when it is async", async () => {
    const some = memoryModel<Item>({ name: "Item", objects: items.slice(0, 3) });
    const slow = async ({ id }: Item): Promise<unknown> => {
      await new Promise(done => setTimeout(done, id === "i000" ? 20 : 0));
      return { id };
    };
    const expected = [{ id: "i000" }, { id: "i001" }, { id: "i002" }];
    for (const serializer of [slow, z.object({ id: z.string() }), fields<Item>({ id: true }), pick("id")]) {
      expect((await list(listHandler(some, { serializer: serializer as never }))).body).toEqual(expected);
    }
    const texts = listHandler(some, { serializer: ({ id }) => id });
    expect((await list(texts)).body).toEqual(["i000", "i001", "i002"]);
    const odd = listHandler(some, { serializer: ({ id }) => ({ statusCode: 404, body: id }) });
    expect((await list(odd)).body).toEqual(["i000", "i001", "i002"].map(body => ({ statusCode: 404, body })));
  });

  it("serializer that fails on one object is a 500 that reveals nothing", async () => {
    const logger = vi.fn();
    const handler = listHandler(Items, {
      serializer: ({ id }) => {
        if (id === "i040") throw new Error("the secret");
        return id;
      },
      errors: { logger },
    });
    for (const source of sources) {
      expect(await list(handler, [], source)).toEqual({
        status: 500,
        headers: json,
        body: { code: 500, message: "Internal Server Error" },
      });
    }
    expect(logger).toHaveBeenCalledTimes(sources.length);
  });

  it("status, permit, use and cors do what they do everywhere", async () => {
    const handler = listHandler(Items, {
      serializer: ({ id }, { context }) => `${context.tenant}:${id}`,
      status: 203,
      permit: event => event.headers?.["x-key"] === "1",
      use: [
        defineMiddleware<object, { context: { tenant: string } }>({
          name: "tenant",
          before: ({ context }) => {
            context.tenant = "acme";
          },
        }),
      ],
      cors: false,
    });
    const seen = await list(handler, [["limit", "1"]], "http", { headers: { "X-Key": "1" } });
    expect([seen.status, seen.body, Object.keys(seen.headers)]).toEqual([
      203,
      ["acme:i000"],
      ["cache-control", "link", "content-type"],
    ]);
    expect((await list(handler)).status).toBe(401);
    expect(explain(handler).map(({ name }) => name)).toEqual([
      "warmup",
      "loadQueryset",
      "permit",
      "tenant",
      "errors",
      "serialize",
    ]);
  });
});

it("refuses wrong arguments when it is made, and names them", () => {
  const serializer = pick("id");
  const wrong: [options: unknown, message: string][] = [
    [undefined, 'listHandler: option "serializer" is required: say what of the object goes out'],
    [{}, 'listHandler: option "serializer" is required: say what of the object goes out'],
    [{ serializer: 5 }, "serializer must be a function, pick(), omit(), fields() or a Standard Schema"],
    [{ serializer, limit: 0 }, 'listHandler: option "limit" must be at least 1'],
    [{ serializer, maxLimit: 0 }, 'listHandler: option "maxLimit" must be at least 1'],
    [{ serializer, limit: -1 }, 'listHandler: option "limit" must be a whole number of at least 0'],
    [{ serializer, limit: "5" }, 'listHandler: option "limit" must be a whole number of at least 0'],
    [{ serializer, filter: [] }, 'listHandler: unknown option "filter"'],
    [{ serializer, filters: "rank" }, 'option "filters" must be an array of strings or an object'],
    [{ serializer, filters: ["limit"] }, 'option "filters" can\'t name "limit"'],
    [{ serializer, ordering: [1] }, 'listHandler: option "ordering" must be an array of strings'],
    [{ serializer, search: "name" }, 'listHandler: option "search" must be an array of strings'],
    [{ serializer, allow: "x" }, 'listHandler: option "allow" must be an array of strings'],
    [{ serializer, count: "yes" }, 'listHandler: option "count" must be true or false'],
    [{ serializer, envelope: 1 }, 'listHandler: option "envelope" must be true or false'],
    [
      { serializer, count: true, filters: { count: "integer" } },
      'listHandler: option "filters" can\'t name "count" beside option "count"',
    ],
    [{ serializer, list: [] }, 'listHandler: option "list" must be a function'],
    [{ serializer, param: "id" }, 'listHandler: unknown option "param"'],
  ];
  for (const [options, message] of wrong) {
    const make = (): unknown => listHandler(Items, options as never);
    expect(make, message).toThrow(TypeError);
    expect(make).toThrow(message);
  }
  expect(() => listHandler(undefined as never, { serializer } as never)).toThrow(
    new TypeError("listHandler: model must be a model"),
  );
});
