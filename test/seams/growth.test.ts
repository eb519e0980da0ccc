import * as lite from "drizzle-orm/sqlite-core";
import { afterAll, describe, expect, it } from "vitest";
import { listHandler } from "../../generics/listHandler.ts";
import { credentialOf } from "../../src/auth/credentials.ts";
import { matchesStrongly, matchesWeakly } from "../../src/http/etag.ts";
import { mergeHeaders } from "../../src/http/headers.ts";
import { partsOf } from "../../src/http/multipart.ts";
import { pathOf, resolvePath } from "../../src/http/path.ts";
import { readQuery } from "../../src/http/query.ts";
import { readCookies, readHeaders } from "../../src/http/read.ts";
import { drizzleModel } from "../../src/models/drizzle/drizzleModel.ts";
import { decimalKey, isDecimal } from "../../src/models/fields/decimal.ts";
import { memoryModel } from "../../src/models/memory/memoryModel.ts";
import { readQueryGuesses, readQueryValue } from "../../src/models/query/queryValue.ts";
import { sqlModel } from "../../src/models/sql/sqlModel.ts";
import { sqlite } from "../../src/models/sqlite.ts";
import type { FieldKind, Model } from "../../src/models/types.ts";
import { jsonPatch } from "../../src/patch/jsonPatch.ts";
import { mergePatch } from "../../src/patch/mergePatch.ts";
import { jsonSchema } from "../../src/schema/jsonSchema.ts";
import { pick } from "../../src/serializers/pick.ts";
import { drizzleSqlite } from "../support/drizzle.ts";
import { sources } from "../support/events.ts";
import { awkward, growth, most, textOf } from "../support/growth.ts";
import { send } from "../support/send.ts";
import { textFormats } from "../support/textFormats.ts";

const quiet = (work: () => unknown) => () => {
  try {
    return work();
  } catch {
    return undefined;
  }
};

const v2 = (more: object): object => ({
  version: "2.0",
  rawPath: "/x",
  rawQueryString: "",
  headers: {},
  requestContext: { http: { method: "GET", path: "/x" } },
  ...more,
});
const v1 = (more: object): object => ({
  httpMethod: "GET",
  path: "/x",
  headers: {},
  multiValueHeaders: {},
  requestContext: { stage: "test" },
  ...more,
});

const kinds: FieldKind[] = ["text", "integer", "real", "bigint", "boolean", "date", "decimal", "json"];

/** What reads a text that a client chooses. */
const readers: [name: string, read: (text: string) => unknown][] = [
  ["a query string", text => readQuery(v2({ rawQueryString: text }))],
  ["a value of a query", text => readQuery(v1({ queryStringParameters: { q: text } }))],
  ["a cookie", text => readCookies(v2({ cookies: [text] }))],
  ["a cookie header", text => readCookies(v1({ headers: { cookie: text } }))],
  ["a header", text => readHeaders(v1({ headers: { "x-a": text } }))],
  ["If-None-Match", text => matchesWeakly(text, '"a"')],
  ["If-Match", text => matchesStrongly(text, '"a"')],
  ["Vary", text => mergeHeaders({ Vary: text }, { Vary: "Origin" })],
  ["an Authorization header", text => credentialOf(v1({ headers: { authorization: text } }))],
  ["a path", text => pathOf(v2({ rawPath: `/${text}` }))],
  ["a target of Location", text => resolvePath(v1({ path: `/${text}` }), `./${text}`)],
  [
    "the header of a part",
    text => {
      const header = `Content-Disposition: form-data; name="${text}"`;
      return [...partsOf(Buffer.from(`--b\r\n${header}\r\n\r\na\r\n--b--`), ["b"], 9)];
    },
  ],
  ["a decimal", text => isDecimal(text)],
  ["a decimal that is one", text => isDecimal(text) && decimalKey(text)],
  ["a guess at a value", text => readQueryGuesses(text)],
  ...kinds.map((kind): [string, (text: string) => unknown] => [
    `a value of kind ${kind}`,
    text => readQueryValue(text, kind),
  ]),
  [
    "a pointer of a JSON Patch",
    text => jsonPatch({ a: {} }, [{ op: "add", path: `/a/${text}`, value: 1 }], ["a"]),
  ],
  ["a key of a merge patch", text => mergePatch({ [text]: { a: 1 } }, { [text]: { b: 2 } })],
  ...textFormats.map((format): [string, (text: string) => unknown] => {
    const schema = jsonSchema({ type: "string", format });
    return [`the format ${format}`, text => schema["~standard"].validate(text)];
  }),
];

/** V8 parses groups in more than linear time, but no more than 32,767 of them: it never takes 0.1 s. */
const isBounded = (name: string, unit: string): boolean => name === "the format regex" && unit === "(";

describe("what a text costs grows with its length, and not with the square of that", () => {
  it.each(readers)("%s", { timeout: 60_000 }, (name, read) => {
    for (const [kind, unit, end] of awkward) {
      if (isBounded(name, unit)) continue;
      const ratio = growth(size => {
        const text = textOf(unit, end, size);
        return quiet(() => read(text));
      });
      expect([kind, ratio < most]).toEqual([kind, true]);
    }
  });
});

/** What reads many things that a client sends. */
const many: [name: string, make: (size: number) => () => unknown][] = [
  [
    "headers",
    size => {
      const headers = Object.fromEntries(Array.from({ length: size }, (_, at) => [`X-${at}`, "a"]));
      return () => readHeaders(v1({ headers, multiValueHeaders: {} }));
    },
  ],
  [
    "headers that are there twice",
    size => {
      const names = Array.from({ length: size }, (_, at) => `X-${at}`);
      const headers = Object.fromEntries(names.map(name => [name, "a"]));
      const multiValueHeaders = Object.fromEntries(names.map(name => [name.toLowerCase(), ["a", "b"]]));
      return () => readHeaders(v1({ headers, multiValueHeaders }));
    },
  ],
  [
    "parameters in maps",
    size => {
      const names = Array.from({ length: size }, (_, at) => `n${at}`);
      const queryStringParameters = Object.fromEntries(names.map(name => [name, "a"]));
      const multiValueQueryStringParameters = Object.fromEntries(names.map(name => [name, ["a"]]));
      return () => readQuery(v1({ queryStringParameters, multiValueQueryStringParameters }));
    },
  ],
  [
    "cookies",
    size => {
      const cookies = Array.from({ length: size }, (_, at) => `c${at}=1`);
      return () => readCookies(v2({ cookies }));
    },
  ],
  [
    "errors of a JSON Schema with branches",
    size => {
      const choice = { anyOf: [{ type: "number" }, { type: "boolean" }] };
      const schema = jsonSchema({ type: "array", items: choice });
      const list = Array.from({ length: size / 4 }, () => "x");
      return () => schema["~standard"].validate(list);
    },
  ],
  [
    "operations of a JSON Patch at the head of a long list",
    size => {
      const patch = Array.from({ length: size }, () => ({ op: "add", path: "/tags/0", value: 1 }));
      const tags = Array.from({ length: 2000 }, () => 0);
      return () => jsonPatch({ tags }, patch, ["tags"], { maxOperations: patch.length });
    },
  ],
];

describe("what many things cost grows with their number", () => {
  it.each(many)("%s", { timeout: 60_000 }, (_name, make) => {
    expect(growth(make, 4096)).toBeLessThan(most);
  });
});

interface Note {
  id: string;
  text: string;
}
const db = sqlite(":memory:");
const drizzled = drizzleSqlite(":memory:");
afterAll(async () => {
  await db.destroy();
  drizzled.file.close();
});

const engines: [string, () => Model<Note>][] = [
  ["memoryModel", () => memoryModel<Note>({ name: "Note", fields: { id: "text", text: "text" } })],
  [
    "sqlModel on SQLite",
    () => sqlModel<Note>({ db, name: "Note", table: "notes", columns: { id: "text", text: "text" } }),
  ],
  [
    "drizzleModel on SQLite",
    () => {
      drizzled.file.exec("create table notes (id text primary key, text text)");
      const columns = { id: lite.text().primaryKey(), text: lite.text().notNull() };
      return drizzleModel(drizzled.db, lite.sqliteTable("notes", columns), { name: "Note" });
    },
  ],
];

describe.each(engines)("a search on %s", (_name, make) => {
  const Notes = make();
  const long = "a".repeat(100_000);

  it("finds a text in any case, and letters of any script", async () => {
    await Notes.create({ id: "1", text: "Ärger über GRÜSSE an İpek, ЖУК and 100% [*?_]" });
    const found = async (text: string): Promise<number> => Notes.objects.search(text, ["text"]).count();
    for (const text of ["ÄRGER", "ärger", "grüsse", "жук", "ЖУк", "100% [*?_]", "AND", ""]) {
      expect([text, await found(text)]).toEqual([text, 1]);
    }
    for (const text of ["arger", "100_", "[a]", "жуки", "a*d"]) {
      expect([text, await found(text)]).toEqual([text, 0]);
    }
  });

  it("takes no time for the worst of texts", async () => {
    for (let at = 0; at < 20; at++) await Notes.create({ id: `long${at}`, text: long });
    const begun = process.cpuUsage();
    for (const length of [99, 999]) {
      const text = `${"a".repeat(length)}b`;
      expect(await Notes.objects.search(text, ["text"]).count()).toBe(0);
      expect(await Notes.objects.filter({ text: { contains: text } }).count()).toBe(0);
    }
    const { user } = process.cpuUsage(begun);
    expect(user / 1e6).toBeLessThan(3);
  });

  it("is refused beyond its bound, by q and by contains, on every source", async () => {
    const options = { serializer: pick("id", "text"), filters: ["text"], search: ["text"] } as const;
    const usual = listHandler(Notes, options);
    const short = listHandler(Notes, { ...options, maxSearch: 3 });
    for (const source of sources) {
      const ask = async (handler: typeof usual, name: string, value: string) => {
        const { status, body } = await send(handler as never, source, { query: [[name, value]] });
        return [status, (body as { message?: string }).message];
      };
      for (const name of ["q", "search", "text[contains]"]) {
        const refused = (most: number) => [400, `At most ${most} characters in parameter: ${name}`];
        expect(await ask(usual, name, "a".repeat(101))).toEqual(refused(100));
        expect(await ask(usual, name, "z".repeat(100))).toEqual([200, undefined]);
        expect(await ask(short, name, "abcd")).toEqual(refused(3));
        expect(await ask(short, name, "abc")).toEqual([200, undefined]);
      }
    }
  });

  it("bounds are from 1 to 1000", () => {
    for (const maxSearch of [0, 1001, 1e9]) {
      expect(() => listHandler(Notes, { serializer: pick("id"), maxSearch })).toThrow(
        new TypeError('loadQueryset: option "maxSearch" must be from 1 to 1000'),
      );
    }
  });
});
