import middy from "@middy/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type JsonBodyOptions, jsonBody } from "../../middlewares/jsonBody.ts";
import { BadRequest, HttpError, PayloadTooLarge, UnsupportedMediaType } from "../../src/core/errors.ts";
import { rawBody } from "../../src/http/body.ts";
import { anyEvent } from "../support/anyEvent.ts";
import { eventOf, sources, type TestRequest } from "../support/events.ts";

/** The body behind the middleware; runs it in a real Middy handler. */
const parse = (event: unknown, options?: JsonBodyOptions): Promise<unknown> =>
  middy((event: unknown) => (event as { body: unknown }).body).use(jsonBody(options))(
    event as never,
    {} as never,
  ) as Promise<unknown>;

const malformed = new BadRequest("Malformed body");
const unsupported = new UnsupportedMediaType(undefined, { headers: { Accept: "application/json" } });
const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);

describe.each(sources)("jsonBody with an event of %s", source => {
  const sent = (request: TestRequest, options?: JsonBodyOptions): Promise<unknown> =>
    parse(eventOf(source, { method: "POST", ...request }), options);
  const typed = (body: string, type: string): TestRequest => ({ body, headers: { "Content-Type": type } });

  it("parses any JSON, base64 or not", async () => {
    for (const base64 of [true, false]) {
      expect(await sent({ body: '{"name":"Zoë 😀","list":[1,null]}', base64 })).toEqual({
        name: "Zoë 😀",
        list: [1, null],
      });
      expect(await sent({ body: " [1] ", base64 })).toEqual([1]);
      expect(await sent({ body: '"x"', base64 })).toBe("x");
      expect(await sent({ body: "0", base64 })).toBe(0);
    }
  });

  it("makes an empty object of an absent, empty or null body, whatever its type", async () => {
    expect(await sent({})).toEqual({});
    for (const body of ["", "null", " null ", "\ufeffnull"]) expect(await sent({ body })).toEqual({});
    expect(await sent(typed("", "text/plain"))).toEqual({});
  });

  it("refuses a body that is blank but not empty", async () => {
    for (const body of [" ", " \r\n\t", "\ufeff", "\ufeff ", "\u00a0", "\u2028"]) {
      for (const base64 of [true, false]) await expect(sent({ body, base64 })).rejects.toThrow(malformed);
    }
  });

  it("refuses bytes that are not UTF-8", async () => {
    const quoted = (...bytes: number[]): Uint8Array => Buffer.from([0x22, ...bytes, 0x22]);
    const bodies = [
      quoted(0xff),
      quoted(0xc3),
      quoted(0xe9),
      quoted(0xc0, 0xaf),
      quoted(0xed, 0xa0, 0x80),
      quoted(0xf4, 0x90, 0x80, 0x80),
      Buffer.from("\ufeff{}", "utf16le"),
    ];
    for (const body of bodies) await expect(sent({ body })).rejects.toThrow(malformed);
  });

  it("refuses text that is not base64 where the event says so", async () => {
    const good = Buffer.from('{"a":1}').toString("base64");
    const flag = source === "lattice-v1" ? "is_base64_encoded" : "isBase64Encoded";
    const flagged = (body: string): Record<string, unknown> => ({
      ...eventOf(source, { method: "POST" }),
      body,
      [flag]: true,
    });
    expect(await parse(flagged(good))).toEqual({ a: 1 });
    const bodies = [
      '{"a":1}',
      good.replace(/=+$/, ""),
      `${good}=`,
      `${good}\n`,
      ` ${good}`,
      good.replace("J", "%"),
      `${good.slice(0, 4)}\r\n${good.slice(4)}`,
      Buffer.from('"??>"').toString("base64url"),
      "e30",
      "e3=0",
      "====",
      "e31=",
    ];
    for (const body of bodies) await expect(parse(flagged(body))).rejects.toThrow(malformed);
  });

  it("takes UTF-8 alone, under any of its names", async () => {
    for (const charset of ["utf-8", "UTF-8", '"utf-8"', "utf8"]) {
      expect(await sent(typed('"é"', `application/json; charset=${charset}`))).toBe("é");
    }
    for (const charset of ["iso-8859-1", "utf-16", "UTF-16LE", "windows-1252", "us-ascii", '"latin1"', ""]) {
      const request = typed('"e"', `application/json; charset=${charset}`);
      await expect(sent(request)).rejects.toThrow(unsupported);
      expect(await sent(request, { disableContentTypeCheck: true })).toBe("e");
      expect(await sent(request, { disableContentTypeError: true })).toBe('"e"');
    }
    const twice = "application/json; charset=utf-8; charset=latin1";
    await expect(sent(typed("{}", twice))).rejects.toThrow(unsupported);
  });

  it("refuses a body that is compressed, and says what it takes", async () => {
    const coded = (coding: string): TestRequest => ({ body: "{}", headers: { "Content-Encoding": coding } });
    for (const coding of ["gzip", "br", "deflate", "GZIP", "identity, gzip", "x-unknown"]) {
      for (const options of [{}, { disableContentTypeCheck: true }]) {
        await expect(sent(coded(coding), options)).rejects.toThrow(
          new UnsupportedMediaType(undefined, { headers: { "Accept-Encoding": "identity" } }),
        );
      }
    }
    for (const coding of ["identity", "Identity", ""]) expect(await sent(coded(coding))).toEqual({});
    expect(await sent({ headers: { "Content-Encoding": "gzip" } })).toEqual({});
  });

  it("says with a 415 what it takes, in the words of PATCH where it is one", async () => {
    for (const method of ["POST", "PUT", "DELETE", "QUERY"]) {
      await expect(sent({ ...typed("a", "text/plain"), method })).rejects.toThrow(unsupported);
    }
    await expect(sent({ ...typed("a", "text/plain"), method: "PATCH" })).rejects.toThrow(
      new UnsupportedMediaType(undefined, {
        headers: { Accept: "application/json", "Accept-Patch": "application/json" },
      }),
    );
  });

  it("leaves the bytes for rawBody, a byte order mark and all", async () => {
    const text = '\ufeff {"é":\n1.0}';
    for (const base64 of [true, false]) {
      const event = eventOf(source, { method: "POST", body: text, base64 });
      const before = rawBody(event);
      expect(await parse(event)).toEqual({ é: 1 });
      expect([before, rawBody(event)]).toEqual([Buffer.from(text), Buffer.from(text)]);
    }
  });

  it("takes every way to say JSON", async () => {
    const types = [
      "application/json",
      "APPLICATION/JSON",
      "application/json; charset=utf-8",
      "application/json ;charset=utf-8",
      "application/merge-patch+json",
      "application/vnd.api+json;v=1",
    ];
    for (const type of types) expect(await sent(typed('{"a":1}', type))).toEqual({ a: 1 });
  });

  it("refuses a body of another type, unless asked not to look or not to mind", async () => {
    const types = [
      "text/plain",
      "application/jsonp",
      "application/json+xml",
      "text/json",
      "x/application/json",
    ];
    for (const type of types) {
      await expect(sent(typed('{"a":1}', type))).rejects.toThrow(unsupported);
      expect(await sent(typed('{"a":1}', type), { disableContentTypeCheck: true })).toEqual({ a: 1 });
      expect(await sent(typed("a=1", type), { disableContentTypeError: true })).toBe("a=1");
    }
  });

  it("refuses what is not JSON", async () => {
    for (const body of ["{", "{'a':1}", "undefined", "NaN", '{"a":1}x', "[1,]", "\u0000", "{a:1}"]) {
      await expect(sent({ body })).rejects.toThrow(malformed);
    }
  });

  it("refuses the keys that lead to a prototype, however they are written", async () => {
    const bodies: [string, string][] = [
      ['{"__proto__":{"admin":true}}', "__proto__"],
      ['{"a":[{"__proto__":1}]}', "__proto__"],
      ['{"\\u005f_proto__":1}', "__proto__"],
      ['{"constructor":{"prototype":{}}}', "constructor"],
      ['{"a":{"\\u0063onstructor":{"prot\\u006Ftype":1}}}', "constructor"],
    ];
    for (const [body, key] of bodies) {
      await expect(sent({ body })).rejects.toThrow(new BadRequest(`Forbidden key: ${key}`));
    }
    for (const body of ['{"constructor":"Lotus"}', '{"constructor":{"name":"x"}}', '{"text":"__proto__"}']) {
      expect(await sent({ body })).toEqual(JSON.parse(body));
    }
  });

  it("refuses more bytes than allowed, counted as they were sent", async () => {
    for (const base64 of [true, false]) {
      expect(await sent({ body: '"éé"', base64 }, { maxBytes: 6 })).toBe("éé");
      await expect(sent({ body: '"ééé"', base64 }, { maxBytes: 7 })).rejects.toThrow(new PayloadTooLarge());
    }
    const most = `"${"x".repeat(6_291_454)}"`;
    expect(await sent({ body: most })).toHaveLength(6_291_454);
    await expect(sent({ body: `${most} ` })).rejects.toThrow(new PayloadTooLarge());
  });

  it("refuses deeper nesting than allowed", async () => {
    expect(await sent({ body: nested(512) })).toHaveLength(1);
    await expect(sent({ body: nested(513) })).rejects.toThrow(malformed);
    await expect(sent({ body: nested(1_000_000) })).rejects.toThrow(malformed);
    expect(await sent({ body: '{"a":[1]}' }, { maxDepth: 2 })).toEqual({ a: [1] });
    await expect(sent({ body: '{"a":[[]]}' }, { maxDepth: 2 })).rejects.toThrow(malformed);
    await expect(sent({ body: "[]" }, { maxDepth: 0 })).rejects.toThrow(malformed);
  });

  it("takes a wide body and brackets within strings for what they are", async () => {
    const wide = JSON.stringify(Array.from({ length: 2000 }, (_, id) => ({ id, text: "[[{{" })));
    expect(await sent({ body: wide })).toHaveLength(2000);
    expect(await sent({ body: JSON.stringify("[".repeat(2000)) })).toHaveLength(2000);
  });

  it("revives values", async () => {
    const reviver = (key: string, value: unknown): unknown =>
      key === "at" ? new Date(value as string) : value;
    expect(await sent({ body: '{"at":"2026-01-01T00:00:00.000Z","n":1}' }, { reviver })).toEqual({
      at: new Date("2026-01-01T00:00:00.000Z"),
      n: 1,
    });
    await expect(sent({ body: '{"__proto__":1}' }, { reviver })).rejects.toThrow(
      new BadRequest("Forbidden key: __proto__"),
    );
    const refuse = (error: Error) => () => {
      throw error;
    };
    await expect(sent({ body: "1" }, { reviver: refuse(new TypeError("x")) })).rejects.toThrow(malformed);
    const own = new BadRequest("No numbers");
    await expect(sent({ body: "1" }, { reviver: refuse(own) })).rejects.toBe(own);
  });

  it("parses whatever JSON can say", async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue({ noUnicodeString: false }), fc.boolean(), async (value, base64) => {
        const text = JSON.stringify(value);
        fc.pre(!/__proto__|constructor/.test(text));
        expect(await sent({ body: text, base64 })).toEqual(JSON.parse(text) ?? {});
      }),
      { numRuns: 100 },
    );
  });
});

describe("jsonBody", () => {
  it("keeps a body that is an object already", async () => {
    const body = { a: [1], when: new Date(0), bytes: Buffer.from("x") };
    expect(await parse({ body })).toBe(body);
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;
    expect(await parse({ body: cycle })).toBe(cycle);
    const forbidden = JSON.parse('{"a":{"__proto__":1}}') as object;
    await expect(parse({ body: forbidden })).rejects.toThrow(new BadRequest("Forbidden key: __proto__"));
    await expect(parse({ body: JSON.parse(nested(513)) as unknown })).rejects.toThrow(malformed);
  });

  it("refuses a body of any other type", async () => {
    for (const body of [1, true, 1n, Symbol("s"), () => 1]) {
      await expect(parse({ body })).rejects.toThrow(malformed);
    }
  });

  it("makes an event of what is none", async () => {
    for (const event of [null, 1, "x", false]) expect(await parse(event)).toEqual({});
  });

  it("never fails with anything but an HttpError", async () => {
    await fc.assert(
      fc.asyncProperty(anyEvent(), async event => {
        try {
          expect(await parse(event)).toBeDefined();
        } catch (error) {
          expect(error).toBeInstanceOf(HttpError);
          expect([400, 413, 415]).toContain((error as HttpError).statusCode);
        }
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    [{ maxBytes: -1 }, 'jsonBody: option "maxBytes" must be a whole number of at least 0'],
    [{ maxDepth: "9" }, 'jsonBody: option "maxDepth" must be a whole number of at least 0'],
    [{ reviver: {} }, 'jsonBody: option "reviver" must be a function'],
    [{ disableContentTypeCheck: 1 }, 'jsonBody: option "disableContentTypeCheck" must be true or false'],
    [null, "jsonBody: options must be an object"],
    [
      { limit: 1 },
      'jsonBody: unknown option "limit"; it takes reviver, disableContentTypeCheck, disableContentTypeError, maxBytes, maxDepth',
    ],
  ])("refuses the options %j", (options, message) => {
    expect(() => jsonBody(options as never)).toThrow(new TypeError(message));
  });

  it("says what it adds", () => {
    expect(jsonBody()).toMatchObject({ name: "jsonBody", needs: [], adds: ["event.body"] });
  });
});
