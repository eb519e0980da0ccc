import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { listHandler } from "../../generics/listHandler.ts";
import { memoryModel } from "../../src/models/memory/memoryModel.ts";
import { sqlModel } from "../../src/models/sql/sqlModel.ts";
import { sqlite } from "../../src/models/sqlite.ts";
import type { Model } from "../../src/models/types.ts";
import { pick } from "../../src/serializers/pick.ts";
import { type EventSource, sources } from "../support/events.ts";
import { send, type TestResponse } from "../support/send.ts";

interface Item {
  id: string;
  kind: string;
}
const fields = { id: "text", kind: "text" } as const;
const objects = Array.from({ length: 7 }, (_, n): Item => ({ id: `i${n}`, kind: n % 2 ? "odd" : "even" }));
const folder = mkdtempSync(join(tmpdir(), "tsverless-pages-"));
const db = sqlite(join(folder, "pages.sqlite"));
const stored = sqlModel<Item>({ db, table: "items", columns: fields });
for (const object of objects) await stored.create(object);
afterAll(async () => {
  await db.destroy();
  rmSync(folder, { recursive: true });
});
const engines: [string, Model<Item>][] = [
  ["memoryModel", memoryModel<Item>({ name: "Item", objects, fields })],
  ["sqlModel on an SQLite file", stored],
];

type Query = readonly (readonly [string, string])[];
type Handler = Parameters<typeof send>[0];

/** The targets of `Link` by relation, their query decoded. */
function linksIn({ headers }: TestResponse): Record<string, { path: string; query: Query }> {
  const links = [...String(headers.link ?? "").matchAll(/<([^<>\s]+)>; rel="(\w+)"/g)];
  return Object.fromEntries(
    links.map(([, target, relation]) => {
      const { pathname, searchParams } = new URL(target as string, "http://here");
      return [relation, { path: pathname, query: [...searchParams] }];
    }),
  );
}
const idsIn = ({ body }: TestResponse): string[] => (body as Item[]).map(({ id }) => id);
const serializer = pick("id");

describe.each(sources.flatMap(source => engines.map(engine => [source, ...engine] as const)))(
  "a list on %s with %s",
  (source: EventSource, _engine, Items) => {
    const ask = (handler: Handler, query: Query = []): Promise<TestResponse> =>
      send(handler, source, { path: "/items", query });
    const handler = listHandler(Items, { serializer, filters: ["kind"], limit: 3 });

    it("that fits one page has no links", async () => {
      const whole = listHandler(Items, { serializer });
      expect((await ask(whole)).headers).not.toHaveProperty("link");
      expect((await ask(whole, [["offset", "0"]])).headers).not.toHaveProperty("link");
    });

    it("by cursor leads on and to the first page, and keeps what was asked", async () => {
      const query = [
        ["kind", "even"],
        ["limit", "2"],
      ] as const;
      const first = await ask(handler, query);
      const links = linksIn(first);
      expect(idsIn(first)).toEqual(["i0", "i2"]);
      expect(Object.keys(links)).toEqual(["next", "first"]);
      expect(links.first).toEqual({ path: links.next?.path, query });
      expect(links.next?.query).toEqual([...query, ["cursor", expect.stringMatching(/^[\w-]+$/)]]);
      const last = await ask(handler, links.next?.query);
      expect(idsIn(last)).toEqual(["i4", "i6"]);
      expect(linksIn(last)).toEqual({ first: links.first });
      expect(idsIn(await ask(handler, linksIn(last).first?.query))).toEqual(["i0", "i2"]);
    });

    it("by offset leads on, back and to the first page", async () => {
      const pages: [offset: string, ids: string[], links: Record<string, string>][] = [
        ["0", ["i0", "i1", "i2"], { next: "3", first: "0" }],
        ["3", ["i3", "i4", "i5"], { next: "6", prev: "0", first: "0" }],
        ["2", ["i2", "i3", "i4"], { next: "5", prev: "0", first: "0" }],
        ["6", ["i6"], { prev: "3", first: "0" }],
        ["20", [], { prev: "17", first: "0" }],
      ];
      for (const [offset, ids, expected] of pages) {
        const response = await ask(handler, [["offset", offset]]);
        const links = linksIn(response);
        expect(idsIn(response)).toEqual(ids);
        expect(Object.keys(links)).toEqual(Object.keys(expected));
        for (const [relation, at] of Object.entries(expected)) {
          expect(links[relation]?.query).toEqual([["offset", at]]);
        }
      }
    });

    it("is put into an envelope when the option says so", async () => {
      const enveloped = listHandler(Items, { serializer, envelope: true, limit: 4 });
      const first = await ask(enveloped);
      const next = (first.body as { next: string }).next;
      expect(first.body).toEqual({
        items: ["i0", "i1", "i2", "i3"].map(id => ({ id })),
        next: /<([^>]+)>; rel="next"/.exec(String(first.headers.link))?.[1],
      });
      expect(next).toMatch(source === "rest" ? /^\/dev\/items\?cursor=/ : /^\/items\?cursor=/);
      const last = await ask(enveloped, [...new URL(next, "http://here").searchParams]);
      expect(last.body).toEqual({ items: ["i4", "i5", "i6"].map(id => ({ id })), next: null });
    });

    it("is counted when the client asks and the option lets it", async () => {
      const plain = listHandler(Items, { serializer, count: true, filters: ["kind"], limit: 2 });
      const enveloped = listHandler(Items, { serializer, count: true, envelope: true, filters: ["kind"] });
      const counted = await ask(plain, [
        ["kind", "odd"],
        ["count", "true"],
      ]);
      expect([idsIn(counted), counted.headers["total-count"]]).toEqual([["i1", "i3"], "3"]);
      expect(linksIn(counted).next?.query.slice(0, 2)).toEqual([
        ["kind", "odd"],
        ["count", "true"],
      ]);
      for (const query of [[], [["count", "false"]]] as const) {
        expect((await ask(plain, query)).headers).not.toHaveProperty("total-count");
        expect((await ask(enveloped, query)).body).not.toHaveProperty("total");
      }
      const whole = await ask(enveloped, [["count", "true"]]);
      expect(whole.headers["total-count"]).toBe("7");
      expect(whole.body).toMatchObject({ next: null, total: 7 });
      const none = await ask(enveloped, [
        ["kind", "no such"],
        ["count", "true"],
      ]);
      expect([none.body, none.headers["total-count"]]).toEqual([{ items: [], next: null, total: 0 }, "0"]);
    });

    it("refuses what it does not take, and names it", async () => {
      const counting = listHandler(Items, { serializer, count: true });
      for (const count of ["", "1", "yes", "TRUE", "true,true"]) {
        const { status, body } = await ask(counting, [["count", count]]);
        const message = "count must be true or false";
        expect([status, body]).toEqual([400, { code: 400, message, field: "count" }]);
      }
      const { status, body } = await ask(handler, [["count", "true"]]);
      const message = "Unknown parameter: count";
      expect([status, body]).toEqual([400, { code: 400, message, field: "count" }]);
      expect((await ask(counting, [["total", "true"]])).status).toBe(400);
    });
  },
);

describe("what a step gives", () => {
  const Items = engines[0]?.[1] as Model<Item>;
  const ask = (handler: Handler, query: Query = []): Promise<TestResponse> =>
    send(handler, "http", { path: "/items", query });
  const all = [["count", "true"]] as const;

  it("as a list is counted by its length, and goes by offset", async () => {
    const handler = listHandler(Items, { serializer, count: true, limit: 2, list: () => objects });
    const response = await ask(handler, all);
    expect(response.headers["total-count"]).toBe("7");
    expect(linksIn(response)).toEqual({
      next: { path: "/items", query: [...all, ["offset", "2"]] },
      first: { path: "/items", query: [...all, ["offset", "0"]] },
    });
  });

  it("as a page has the total that it says, if any", async () => {
    const make = (page: object): Handler =>
      listHandler(Items, { serializer, count: true, envelope: true, list: () => page as never });
    const counted = await ask(make({ items: objects, total: 40 }), all);
    expect([counted.headers["total-count"], (counted.body as { total: number }).total]).toEqual(["40", 40]);
    const uncounted = await ask(make({ items: objects, nextCursor: "a b" }), all);
    expect(uncounted.headers).not.toHaveProperty("total-count");
    expect((uncounted.body as { next: string }).next).toBe("/items?count=true&cursor=a+b");
    expect((await ask(make({ items: objects, total: 40 }))).headers).not.toHaveProperty("total-count");
  });

  it("as a queryset is counted as it is", async () => {
    const handler = listHandler(Items, { serializer, count: true, list: qs => qs.filter({ kind: "odd" }) });
    expect((await ask(handler, all)).headers["total-count"]).toBe("3");
  });
});
