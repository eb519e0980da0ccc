import { finished } from "node:stream/promises";
import { setImmediate as turn } from "node:timers/promises";
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { api } from "../../api/api.ts";
import { resource } from "../../api/resource.ts";
import { listHandler } from "../../generics/listHandler.ts";
import { respond } from "../../src/index.ts";
import { memoryModel } from "../../src/models/memory/memoryModel.ts";
import { sqlModel } from "../../src/models/sql/sqlModel.ts";
import { sqlite } from "../../src/models/sqlite.ts";
import type { Model, Queryset } from "../../src/models/types.ts";
import type { LambdaHandler } from "../../src/pipeline/pipeline.ts";
import { fields } from "../../src/serializers/fields.ts";
import { omit } from "../../src/serializers/omit.ts";
import { pick } from "../../src/serializers/pick.ts";
import { stream } from "../../src/stream/index.ts";
import { type EventSource, eventOf, received, sources, type TestRequest } from "../support/events.ts";
import { FakeResponseStream, fakeRuntime } from "../support/responseStream.ts";
import { valid, validateOpenApi } from "../support/validateOpenApi.ts";

interface Item {
  id: string;
  name: string;
  rank: number | null;
  price: string | null;
  secret: string;
}
const columns = { id: "text", name: "text", rank: "integer", price: "decimal", secret: "text" } as const;
const itemOf = (n: number): Item => ({
  id: `i${String(n).padStart(5, "0")}`,
  name: `name ${n}`,
  rank: n - 2,
  price: n % 2 === 0 ? "-1.50" : null,
  secret: `hidden ${n}`,
});
const objects = Array.from({ length: 1203 }, (_, n) => itemOf(n));

const db = sqlite(":memory:");
afterAll(() => db.destroy());
const Stored = sqlModel<Item>({ db, name: "Item", table: "items", columns });
const engines: [name: string, model: Model<Item>][] = [
  ["memoryModel", memoryModel<Item>({ name: "Item", objects, fields: columns })],
  ["sqlModel", Stored],
];
const [[, Items]] = engines as [(typeof engines)[0]];
for (const object of objects) await Stored.create(object);

const serializer = pick("id", "name", "rank", "price");
const formats = ["json", "ndjson", "csv"] as const;
const cors = {
  "access-control-allow-headers": "*",
  "access-control-allow-methods": "*",
  "access-control-allow-origin": "*",
};
const csvHeaders = {
  ...cors,
  vary: "Accept",
  "content-type": "text/csv; charset=utf-8; header=present",
  "content-disposition": 'attachment; filename="items.csv"',
};
const ndjsonHeaders = {
  ...cors,
  vary: "Accept",
  "content-type": "application/x-ndjson",
  "content-disposition": 'attachment; filename="items.ndjson"',
};

interface Seen {
  status: number;
  headers: Record<string, string | string[]>;
  body: string;
}

async function ask(
  handler: LambdaHandler,
  accept: string | undefined,
  query: TestRequest["query"] = [],
  source: EventSource = "http",
  request: TestRequest = {},
): Promise<Seen> {
  const headers: Record<string, string> = accept === undefined ? {} : { accept };
  const event = eventOf(source, { path: "/items", headers, query, ...request });
  const { status, headers: sent, body } = received(source, await handler(event, {}));
  return { status, headers: sent, body: body.toString() };
}

const rowsIn = ({ body }: Seen): unknown[] => {
  expect(body === "" || body.endsWith("\n")).toBe(true);
  return body
    .split("\n")
    .slice(0, -1)
    .map(line => JSON.parse(line));
};
const shown = ({ secret: _, ...rest }: Item): object => rest;
const csvOf = ({ id, name, rank, price }: Item): string => `${id},${name},${rank ?? ""},${price ?? ""}\r\n`;
const csvTable = (rows: readonly Item[]): string => `id,name,rank,price\r\n${rows.map(csvOf).join("")}`;

describe.each(engines)("a list with formats on %s", (_name, model) => {
  const handler = listHandler(model, {
    serializer,
    formats,
    filters: { rank: ["gte"] },
    ordering: ["rank"],
    count: true,
  });

  it("gives the whole filtered list in its order as NDJSON", async () => {
    const seen = await ask(handler, "application/x-ndjson", [
      ["rank[gte]", "100"],
      ["order", "-rank"],
    ]);
    expect([seen.status, seen.headers]).toEqual([200, ndjsonHeaders]);
    const wanted = objects.filter(({ rank }) => (rank ?? 0) >= 100).reverse();
    expect(rowsIn(seen)).toEqual(wanted.map(shown));
  });

  it("gives the whole list as CSV, in which negative numbers are numbers", async () => {
    const seen = await ask(handler, "text/csv");
    expect(seen).toEqual({ status: 200, headers: csvHeaders, body: csvTable(objects) });
  });

  it("says how many there are when that is asked", async () => {
    const query = [
      ["count", "true"],
      ["rank[gte]", "1000"],
    ] as const;
    const seen = await ask(handler, "text/csv", query);
    expect(seen.headers).toEqual({ ...csvHeaders, "total-count": "201" });
    expect(seen.body.split("\r\n")).toHaveLength(201 + 2);
  });

  it("gives an empty list: no line, and the names of the columns alone", async () => {
    const none = [["rank[gte]", "5000"]] as const;
    expect(await ask(handler, "application/x-ndjson", none)).toEqual({
      status: 200,
      headers: ndjsonHeaders,
      body: "",
    });
    expect((await ask(handler, "text/csv", none)).body).toBe("id,name,rank,price\r\n");
  });
});

describe("the choice of a format", () => {
  const handler = listHandler(Items, { serializer, formats, limit: 1 });
  const typeOf = async (accept: string | undefined): Promise<unknown> => {
    const { status, headers } = await ask(handler, accept);
    return status === 200 ? headers["content-type"] : status;
  };

  it.each<[accept: string | undefined, type: unknown]>([
    [undefined, "application/json"],
    ["", "application/json"],
    ["*/*", "application/json"],
    ["application/*", "application/json"],
    ["application/json, text/csv", "application/json"],
    ["text/csv, application/json", "application/json"],
    ["text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/json"],
    ["text/csv, application/json;q=0.9", "text/csv; charset=utf-8; header=present"],
    ["text/*", "text/csv; charset=utf-8; header=present"],
    ["TEXT/CSV ; Q=0.1", "text/csv; charset=utf-8; header=present"],
    ["application/json;q=0, */*", "application/x-ndjson"],
    ["application/ndjson", "application/x-ndjson"],
    ["application/jsonl", "application/x-ndjson"],
    ["text/html", 406],
    ["text/csv;q=0", 406],
    ["text/csv;q=nonsense", 406],
  ])("of Accept %j is %s", async (accept, type) => {
    expect(await typeOf(accept)).toBe(type);
  });

  it("says what there is in a 406, and that the response depends on Accept", async () => {
    expect(await ask(handler, "image/png")).toEqual({
      status: 406,
      headers: { ...cors, vary: "Accept", "content-type": "application/json" },
      body: '{"code":406,"message":"The list is there as application/json, application/x-ndjson, text/csv"}',
    });
    const { headers } = await ask(handler, undefined);
    expect(headers.vary).toBe("Accept");
    expect(headers.link).toContain('rel="next"');
  });

  it("is the first that is listed where JSON is not", async () => {
    const bare = listHandler(Items, { serializer, formats: ["csv", "ndjson"] });
    expect((await ask(bare, "*/*")).headers["content-type"]).toContain("text/csv");
    expect((await ask(bare, "application/json")).status).toBe(406);
  });

  it("is not there in a list without formats, which ignores Accept as ever", async () => {
    const plain = listHandler(Items, { serializer, limit: 1 });
    const seen = await ask(plain, "text/csv");
    expect([seen.status, seen.headers.vary, JSON.parse(seen.body)]).toEqual([
      200,
      undefined,
      [shown(itemOf(0))],
    ]);
  });

  it("is that of ?format= where it may be asked, over Accept", async () => {
    const asked = listHandler(Items, { serializer, formats, formatParam: true, limit: 1 });
    const typeFor = async (query: TestRequest["query"]): Promise<unknown> =>
      (await ask(asked, "application/x-ndjson", query)).headers["content-type"];
    expect(await typeFor([["format", "csv"]])).toBe(csvHeaders["content-type"]);
    expect(await typeFor([["format", "json"]])).toBe("application/json");
    expect(await typeFor([])).toBe("application/x-ndjson");
    const refused = async (handler: LambdaHandler, query: TestRequest["query"]): Promise<unknown> => {
      const { status, body } = await ask(handler, undefined, query);
      return { status, ...JSON.parse(body) };
    };
    expect(await refused(asked, [["format", "xml"]])).toEqual({
      status: 400,
      code: 400,
      message: "format must be one of json, ndjson, csv",
      field: "format",
    });
    const twice = [
      ["format", "csv"],
      ["format", "csv"],
    ] as const;
    expect(await refused(asked, twice)).toMatchObject({ status: 400, field: "format" });
    expect(await refused(handler, [["format", "csv"]])).toMatchObject({ status: 400, field: "format" });
  });
});

describe("a whole list", () => {
  const handler = listHandler(Items, { serializer, formats, filters: ["name"], count: true });

  it.each(["limit", "offset", "cursor"])("has no pages: %s is 400", async field => {
    const { status, body } = await ask(handler, "text/csv", [[field, "1"]]);
    expect([status, JSON.parse(body)]).toEqual([
      400,
      { code: 400, message: `${field} is about pages, and as csv the list is whole`, field },
    ]);
  });

  it("refuses an unknown parameter and a wrong filter as JSON does", async () => {
    expect((await ask(handler, "text/csv", [["nmae", "x"]])).status).toBe(400);
    expect((await ask(handler, "text/csv", [["count", "maybe"]])).status).toBe(400);
  });

  it("is within auth, permit and queryset", async () => {
    const bounded = listHandler(Items, {
      serializer,
      formats,
      queryset: () => Items.objects.filter({ id: ["i00000", "i00003"] }),
    });
    expect((await ask(bounded, "text/csv")).body).toBe(csvTable([itemOf(0), itemOf(3)]));
    const closed = listHandler(Items, { serializer, formats, permit: () => false });
    expect((await ask(closed, "text/csv")).status).toBe(401);
    const secret = "a secret of the tests, 32 bytes long";
    const locked = listHandler(Items, { serializer, formats, auth: { secret, loadUser: id => ({ id }) } });
    expect((await ask(locked, "text/csv")).status).toBe(401);
  });

  it("lets nothing out but by the serializer, which sees the request", async () => {
    const named = listHandler(Items, {
      formats,
      filters: ["name"],
      serializer: async ({ id }, { event }) => ({ id, path: event.rawPath }),
    });
    const one = [["name", "name 7"]] as const;
    expect((await ask(named, "application/x-ndjson", one)).body).toBe('{"id":"i00007","path":"/items"}\n');
    expect((await ask(named, "text/csv", one)).body).toBe("id,path\r\ni00007,/items\r\n");
  });

  it("is what the step gives: a list, a page that is all, a response of its own", async () => {
    const of = (list: () => unknown): LambdaHandler =>
      listHandler(Items, { serializer, formats, count: true, list: list as never });
    const two = [itemOf(5), itemOf(4)];
    expect(
      (
        await ask(
          of(() => two),
          "text/csv",
        )
      ).body,
    ).toBe(csvTable(two));
    expect(
      (
        await ask(
          of(() => ({ items: two })),
          "text/csv",
        )
      ).body,
    ).toBe(csvTable(two));
    const counted = await ask(
      of(() => two),
      "text/csv",
      [["count", "true"]],
    );
    expect(counted.headers["total-count"]).toBe("2");
    for (const part of [
      { items: two, nextCursor: "x" },
      { items: two, total: 3 },
    ]) {
      expect(
        (
          await ask(
            of(() => part),
            "text/csv",
          )
        ).status,
      ).toBe(500);
    }
    expect(
      (
        await ask(
          of(() => respond({ status: 202 })),
          "text/csv",
        )
      ).status,
    ).toBe(202);
  });

  it("reads nothing for HEAD, and says what GET would", async () => {
    let reads = 0;
    const objects = new Proxy(Items.objects, {
      get(target, key) {
        if (key === Symbol.asyncIterator) reads++;
        return Reflect.get(target, key, target);
      },
    });
    const bare = listHandler({ ...Items, objects } as Model<Item>, { serializer, formats });
    const head = await ask(bare, "text/csv", [], "http", { method: "HEAD" });
    expect(head).toEqual({ status: 200, headers: csvHeaders, body: "" });
    expect(reads).toBe(0);
    await ask(bare, "text/csv");
    expect(reads).toBe(1);
  });

  it("is called after the last segment of its path, of which no character can leave the header", async () => {
    const nameFor = async (path: string): Promise<unknown> =>
      (await ask(handler, "text/csv", [["name", "none"]], "url", { path })).headers["content-disposition"];
    expect(await nameFor("/v1/my-items/")).toBe('attachment; filename="my-items.csv"');
    expect(await nameFor('/a/b%22;x=".exe')).toBe('attachment; filename="b22x22exe.csv"');
    expect(await nameFor("/")).toBe('attachment; filename="list.csv"');
  });

  it.each(sources)("goes out behind %s as text", async source => {
    const seen = await ask(handler, "text/csv", [["name", "name 3"]], source);
    expect(seen).toEqual({ status: 200, headers: csvHeaders, body: csvTable([itemOf(3)]) });
  });

  it("that is longer than one response may be is 400 where it is not streamed", async () => {
    const wide = { ...itemOf(0), name: "\u0001".repeat(10_000) };
    const long = (count: number): LambdaHandler =>
      listHandler(Items, { serializer, formats, list: () => Array.from({ length: count }, () => wide) });
    const refused = await ask(long(120), "application/x-ndjson");
    expect([refused.status, JSON.parse(refused.body).message]).toEqual([
      400,
      "The list is longer than one response may be (6 MB): narrow it by filters, or read its pages as JSON",
    ]);
    expect((await ask(long(80), "application/x-ndjson")).status).toBe(200);
    expect((await ask(long(80), "application/x-ndjson", [], "alb")).status).toBe(400);
    expect((await ask(long(10), "application/x-ndjson", [], "alb")).status).toBe(200);
  });

  it("is an error and not a part where it fails and is not streamed", async () => {
    const failing = listHandler(Items, {
      formats,
      errors: { logger: false },
      serializer: item => {
        if (item.id === "i01100") throw new Error("broken");
        return item;
      },
    });
    for (const accept of ["text/csv", "application/x-ndjson"]) {
      expect(await ask(failing, accept)).toMatchObject({
        status: 500,
        body: '{"code":500,"message":"Internal Server Error"}',
      });
    }
  });
});

describe("the cells of CSV", () => {
  interface Cell {
    id: number;
    value: unknown;
  }
  const Cells = memoryModel<Cell>({ name: "Cell" });
  async function cell(value: unknown): Promise<string> {
    const handler = listHandler(Cells, {
      serializer: pick("id", "value"),
      formats,
      list: () => [{ id: 1, value }],
    });
    const { status, body } = await ask(handler, "text/csv");
    expect(status).toBe(200);
    const [, written = ""] = /^id,value\r\n1,(.*)\r\n$/s.exec(body) ?? [];
    return written;
  }

  const cases: [value: unknown, written: string][] = [
    ["=1+1", "'=1+1"],
    ["+49 30 1", "'+49 30 1"],
    ["-1", "'-1"],
    ["-a", "'-a"],
    ["@cmd", "'@cmd"],
    ["\tx", "'\tx"],
    ["\rx", '"\'\rx"'],
    ["\nx", '"\'\nx"'],
    ["\0=1+1", "'\0=1+1"],
    ["  =1+1", "'  =1+1"],
    ["\u00A0\u200B@cmd", "'\u00A0\u200B@cmd"],
    ["\uFEFF-1", "'\uFEFF-1"],
    ["＝1", "'＝1"],
    [" 1 + 1 = 2", " 1 + 1 = 2"],
    ['=HYPERLINK("x","y")', '"\'=HYPERLINK(""x"",""y"")"'],
    [-1, "-1"],
    [-1.5e300, "-1.5e+300"],
    [-12345678901234567890n, "-12345678901234567890"],
    [0, "0"],
    [Number.NaN, ""],
    [true, "true"],
    [false, "false"],
    [null, ""],
    [undefined, ""],
    ["", ""],
    ["a,b", '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
    ["two\nlines", '"two\nlines"'],
    ["ü 😀", "ü 😀"],
    [new Date(0), "1970-01-01T00:00:00.000Z"],
    [{ a: [1, "=x"] }, '"{""a"":[1,""=x""]}"'],
    [{ toJSON: () => "=evil" }, "'=evil"],
    [{ toJSON: () => null }, ""],
    [Buffer.from("k"), "aw=="],
    [new Digits("=x"), '"{""digits"":""=x""}"'],
    [() => 1, ""],
  ];

  it.each(cases.map(([value, written], number) => ({ number, value, written })))(
    "of case $number are written as $written",
    async ({ value, written }) => {
      expect(await cell(value)).toBe(written);
    },
  );

  it("guard the names of columns, and take a name with dots for one name", async () => {
    const handler = listHandler(Cells, {
      serializer: () => ({ "=a": 1, "b.c": 2, "d[0]": 3 }),
      formats,
      list: () => [{ id: 1, value: 1 }],
    });
    expect((await ask(handler, "text/csv")).body).toBe("'=a,b.c,d[0]\r\n1,2,3\r\n");
  });

  it("guard a decimal that is none, and text of a decimal's look in another field", async () => {
    const handler = listHandler(Items, {
      serializer: fields<Item>({ cost: "price", name: true }),
      formats,
      list: () => [
        { ...itemOf(0), price: "-1.5", name: "-1.5" },
        { ...itemOf(0), price: "-1+x", name: "x" },
      ],
    });
    expect((await ask(handler, "text/csv")).body).toBe("cost,name\r\n-1.5,'-1.5\r\n'-1+x,x\r\n");
  });
});

class Digits {
  readonly digits: string;
  constructor(digits: string) {
    this.digits = digits;
  }
}

describe("the columns of CSV", () => {
  const csv = async (serializer: unknown, rows: readonly unknown[]): Promise<string> => {
    const handler = listHandler(Items, {
      serializer: serializer as never,
      formats,
      errors: { logger: false },
      list: () => rows as never,
    });
    const { status, body } = await ask(handler, "text/csv");
    return status === 200 ? body : String(status);
  };
  const row = { id: "1", name: "n", rank: 1, price: null, secret: "s" };

  it("are what pick, omit, fields and a schema show, also where a row lacks them", async () => {
    const part = [{ id: "1" }, row];
    expect(await csv(pick("name", "id"), part)).toBe("name,id\r\n,1\r\nn,1\r\n");
    expect(await csv(omit("secret", "rank"), part)).toBe("id,name,price\r\n1,,\r\n1,n,\r\n");
    expect(await csv(fields<Item>({ called: "name", id: true }), part)).toBe("called,id\r\n,1\r\nn,1\r\n");
    const schema = z.object({ id: z.string(), name: z.string().optional() });
    expect(await csv(schema, part)).toBe("id,name\r\n1,\r\n1,n\r\n");
    expect(await csv(omit("secret"), [])).toBe("id,name,rank,price\r\n");
  });

  it("are those of the first 500 rows where a function makes them", async () => {
    const of = (keys: (n: number) => object): Promise<string> =>
      csv(
        ({ rank }: Item) => keys(rank as number),
        Array.from({ length: 501 }, (_, rank) => ({ ...row, rank })),
      );
    expect((await of(n => (n === 499 ? { a: 1, b: 2 } : { a: 1 }))).slice(0, 8)).toBe("a,b\r\n1,\r");
    expect(await of(n => (n === 500 ? { a: 1, b: 2 } : { a: 1 }))).toBe("500");
  });

  it("are there of objects alone", async () => {
    for (const value of ["text", 1, null, [1]]) expect(await csv(() => value, [row])).toBe("500");
    expect(await csv(() => ({}), [row])).toBe("");
  });
});

describe("a whole list that is streamed", () => {
  beforeEach(() => vi.stubGlobal("awslambda", fakeRuntime));
  afterEach(() => vi.unstubAllGlobals());

  type Streamed = (event: unknown, out: object, context: object) => Promise<unknown>;
  const start = (handler: LambdaHandler, out: FakeResponseStream, accept: string): Promise<unknown> =>
    (stream(handler) as Streamed)(eventOf("url", { path: "/items", headers: { accept } }), out, {});

  /** A model whose objects are made while they are read. */
  function source(count: number, read: { rows: number; ended: boolean }): Model<Item> {
    const objects = {
      ...Items.objects,
      filter: () => objects,
      orderBy: () => objects,
      page: () => Promise.reject(new Error("no page was asked for")),
      async *[Symbol.asyncIterator]() {
        try {
          for (; read.rows < count; read.rows++) yield itemOf(read.rows);
        } finally {
          read.ended = true;
        }
      },
    } as unknown as Queryset<Item>;
    return { ...Items, objects };
  }

  it("leaves part by part, no faster than it is taken, and has no limit", async () => {
    const read = { rows: 0, ended: false };
    const handler = listHandler(source(200_000, read), { serializer, formats });
    const out = new FakeResponseStream({ held: true });
    const done = start(handler, out, "application/x-ndjson");
    for (let round = 0; round < 5000; round++) await turn();
    expect(read.rows).toBeLessThan(4 * 500);
    out.take();
    await done;
    await finished(out);
    expect([read.rows, read.ended]).toEqual([200_000, true]);
    expect(out.prelude).toMatchObject({
      statusCode: 200,
      headers: { "Content-Type": "application/x-ndjson", Vary: "Accept" },
    });
    expect(out.body.length).toBeGreaterThan(6 * 1024 * 1024);
    expect(out.body.split("\n")).toHaveLength(200_001);
  });

  it("ends what reads it when the client goes away", async () => {
    const read = { rows: 0, ended: false };
    const out = new FakeResponseStream({ held: true });
    const done = start(listHandler(source(100_000, read), { serializer, formats }), out, "text/csv");
    for (let round = 0; round < 100; round++) await turn();
    out.destroy();
    await done;
    for (let round = 0; round < 100; round++) await turn();
    expect(read.ended).toBe(true);
    expect(read.rows).toBeLessThan(4 * 500);
  });

  const failingAt = (id: string): LambdaHandler =>
    listHandler(Items, {
      formats,
      errors: { logger: false },
      serializer: item => {
        if (item.id === id) throw new Error("broken");
        return { id: item.id };
      },
    });

  it("shows where it breaks off, by a last record that nobody can read, and by the broken connection", async () => {
    for (const [accept, last] of [
      ["application/x-ndjson", '{"error":"The list broke off here'],
      ["text/csv", '"The list broke off here'],
    ] as const) {
      const out = new FakeResponseStream();
      await expect(start(failingAt("i00700"), out, accept)).rejects.toThrow("broken");
      expect(out.writableEnded).toBe(false);
      expect(out.body.split("\n").at(-1)).toBe(last);
      expect(out.body).toContain("i00499");
    }
    expect(() => JSON.parse('{"error":"The list broke off here')).toThrow(SyntaxError);
  });

  it("gets the error's own response while nothing of it has left", async () => {
    const out = new FakeResponseStream();
    await start(failingAt("i00400"), out, "text/csv");
    await finished(out);
    expect([out.prelude, out.body]).toMatchObject([
      { statusCode: 500 },
      '{"code":500,"message":"Internal Server Error"}',
    ]);
  });

  it("is whole where an API is the handler, HEAD included", async () => {
    const { handler } = api({ items: resource(Items, { serializer, formats, required: ["name"] }) });
    const out = new FakeResponseStream();
    await start(handler, out, "text/csv");
    await finished(out);
    expect(out.body).toBe(csvTable(objects));
    const event = eventOf("url", { method: "HEAD", path: "/items", headers: { accept: "text/csv" } });
    const head = new FakeResponseStream();
    await (stream(handler) as Streamed)(event, head, {});
    await finished(head);
    expect([head.body, head.prelude]).toMatchObject([
      "",
      { headers: { "Content-Type": csvHeaders["content-type"] } },
    ]);
  });
});

describe("the document of a list with formats", () => {
  it("has each media type, the parameter and 406, and none of them without formats", async () => {
    const listOf = async (options: object): Promise<Record<string, unknown>> => {
      const items = resource(Items, { serializer, required: ["name"], ...options });
      const made = api({ items }, { openapi: { license: { name: "MIT", identifier: "MIT" } } });
      const document = await made.openapi();
      expect(await validateOpenApi(document)).toEqual(valid);
      const { responses = {}, parameters = [] } = document.paths["/items"]?.get ?? {};
      return {
        statuses: Object.keys(responses),
        content: (responses[200] as { content?: object }).content,
        format: parameters.find(({ name }) => name === "format")?.schema,
      };
    };
    const item = { $ref: "#/components/schemas/Item" };
    const array = { "application/json": { schema: { type: "array", items: item } } };
    expect(await listOf({})).toEqual({
      statuses: ["200", "400", "default"],
      content: array,
      format: undefined,
    });
    expect(await listOf({ formats, formatParam: true })).toEqual({
      statuses: ["200", "400", "406", "default"],
      content: {
        ...array,
        "application/x-ndjson": {
          schema: {
            type: "string",
            description: "The whole list, an object a line, each in JSON",
            contentMediaType: "application/json",
            contentSchema: item,
          },
        },
        "text/csv": {
          schema: {
            type: "string",
            description: "The whole list as a table, whose first line has the names of its columns",
          },
        },
      },
      format: { type: "string", enum: ["json", "ndjson", "csv"] },
    });
  });
});

describe("the options", () => {
  it.each<[options: object, message: string]>([
    [{ formats: "csv" }, 'listHandler: option "formats" must be an array of strings'],
    [{ formats: [] }, 'listHandler: option "formats" must list "json", "ndjson" or "csv", each once at most'],
    [
      { formats: ["xml"] },
      'listHandler: option "formats" must list "json", "ndjson" or "csv", each once at most',
    ],
    [
      { formats: ["csv", "csv"] },
      'listHandler: option "formats" must list "json", "ndjson" or "csv", each once at most',
    ],
    [{ formatParam: true }, 'listHandler: option "formatParam" needs option "formats"'],
    [
      { formats, formatParam: true, filters: { format: "text" } },
      'listHandler: option "filters" can\'t name "format" beside option "formatParam"',
    ],
  ])("%j is a TypeError", (options, message) => {
    const Loose = memoryModel<{ id: string }>({ name: "Loose" });
    expect(() => listHandler(Loose, { serializer: pick("id"), ...options } as never)).toThrow(
      new TypeError(message),
    );
  });
});
