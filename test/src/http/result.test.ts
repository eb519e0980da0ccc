import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HttpError, NotFound, ServerError } from "../../../src/core/errors.ts";
import { isReady } from "../../../src/http/ready.ts";
import { respond } from "../../../src/http/respond.ts";
import { type ResultOptions, toResult } from "../../../src/http/result.ts";
import { eventOf, nosniff, type Received, received, sources } from "../../support/events.ts";

const json = { "content-type": "application/json" };

describe.each(sources)("a response to %s", source => {
  const event = eventOf(source);
  const written = async (value: unknown, options?: ResultOptions): Promise<Received> =>
    received(source, await toResult(event, value, options));
  const got = (
    status: number,
    headers: Received["headers"],
    body: string,
    cookies: string[] = [],
  ): Received => ({
    status,
    headers: cookies.length > 0 ? { ...headers, "cache-control": "no-store" } : headers,
    cookies,
    body: Buffer.from(body),
  });

  it("carries a value as JSON", async () => {
    expect(await written({ id: 1, name: "Zoë" })).toEqual(got(200, json, '{"id":1,"name":"Zoë"}'));
    expect(await written([1n])).toEqual(got(200, json, '["1"]'));
    expect(await written(false, { status: 201 })).toEqual(got(201, json, "false"));
    expect(await written({ statusCode: 7 })).toEqual(got(200, json, '{"statusCode":7}'));
  });

  it("carries null as JSON, and nothing at all with a status that has no body", async () => {
    for (const value of [undefined, null]) expect(await written(value)).toEqual(got(200, json, "null"));
    for (const status of [204, 304]) {
      for (const value of [undefined, null, { a: 1 }, "text", Buffer.from("x")]) {
        expect(await written(value, { status })).toEqual(got(status, {}, ""));
        expect(await written({ statusCode: status, body: value })).toEqual(got(status, {}, ""));
      }
    }
  });

  it("carries a string as text, or as JSON when asked to", async () => {
    expect(await written("hé")).toEqual(got(200, { "content-type": "text/plain; charset=utf-8" }, "hé"));
    expect(await written("")).toEqual(got(200, { "content-type": "text/plain; charset=utf-8" }, ""));
    expect(await written("hé", { json: true })).toEqual(got(200, json, '"hé"'));
    expect(await written("<p>", { headers: { "content-TYPE": "text/html" } })).toEqual(
      got(200, { "content-type": "text/html" }, "<p>"),
    );
  });

  it("carries bytes unchanged", async () => {
    const bytes = Buffer.from([0, 255, 128, 10]);
    const type = { "content-type": "application/octet-stream" };
    const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
    for (const value of [bytes, new Uint8Array(bytes), buffer]) {
      expect(await written(value)).toEqual({ ...got(200, type, ""), body: bytes });
      expect(
        await written({ statusCode: 201, body: value, headers: { "Content-Type": "image/png" } }),
      ).toEqual({
        ...got(201, { "content-type": "image/png" }, ""),
        body: bytes,
      });
    }
  });

  it("carries the headers it is given", async () => {
    const headers = { Location: "/users/1", Vary: "Accept" };
    expect(await written({ id: 1 }, { status: 201, headers })).toEqual(
      got(201, { ...json, location: "/users/1", vary: "Accept" }, '{"id":1}'),
    );
    expect(await written(1, { headers: { "SET-cookie": "a=1, b", A: "1" } })).toEqual(
      got(200, { ...json, a: "1" }, "1", ["a=1, b"]),
    );
  });

  it("carries what a ready response says, in whatever form", async () => {
    const ready = {
      statusCode: 418,
      statusDescription: "418 nonsense",
      unknown: 1,
      headers: {
        "content-type": "text/css",
        "Set-Cookie": "b=2; Expires=Wed, 21 Oct 2026",
        "X-N": 5,
        "X-B": true,
      },
      multiValueHeaders: { "set-COOKIE": ["c=3", "d=4"], Link: ["<a>", "<b>"] },
      cookies: ["a=1, x"],
      body: "p {}",
    };
    const response = await written(ready);
    expect({
      ...response,
      headers: { ...response.headers, link: [response.headers.link].flat().join(", ") },
    }).toEqual(
      got(418, { "content-type": "text/css", "x-n": "5", "x-b": "true", link: "<a>, <b>" }, "p {}", [
        "a=1, x",
        "b=2; Expires=Wed, 21 Oct 2026",
        "c=3",
        "d=4",
      ]),
    );
  });

  it("carries the body of a ready response whatever its type", async () => {
    expect(await written({ statusCode: 200, body: { a: 1n } })).toEqual(got(200, json, '{"a":"1"}'));
    expect(await written({ statusCode: 200, body: 0 })).toEqual(got(200, json, "0"));
    expect(await written({ statusCode: 200, body: "text" })).toEqual(got(200, {}, "text"));
    expect(await written({ statusCode: 200, body: "aGk=", isBase64Encoded: true })).toEqual(
      got(200, {}, "hi"),
    );
    for (const body of [undefined, null])
      expect(await written({ statusCode: 200, body })).toEqual(got(200, {}, ""));
    expect(await written({ statusCode: 200, headers: { "content-type": "a/b" }, body: [1] })).toEqual(
      got(200, { "content-type": "a/b" }, "[1]"),
    );
  });

  it("merges header names that differ in case", async () => {
    const headers = {
      "content-type": "text/html",
      "Content-Type": "text/css",
      "X-A": "1",
      "x-a": ["2", "3"],
    };
    const response = await written({ statusCode: 200, headers, body: "" });
    expect({ ...response.headers, "x-a": [response.headers["x-a"]].flat().join(", ") }).toEqual({
      "content-type": "text/css",
      "x-a": "1, 2, 3",
    });
  });

  it("counts a pair that both maps of headers have once", async () => {
    const response = await written({
      statusCode: 200,
      headers: { "Set-Cookie": "a=1", "X-A": "1" },
      multiValueHeaders: { "Set-Cookie": ["a=1", "b=2"], "X-A": ["1"] },
    });
    expect(response).toEqual(got(200, { "x-a": "1" }, "", ["a=1", "b=2"]));
  });

  it("gives a ready response the headers it lacks, merges Vary, and adds cookies", async () => {
    const ready = {
      statusCode: 200,
      headers: { vary: "Accept, origin", etag: '"1"' },
      cookies: ["a=1"],
      body: "",
    };
    const headers = { Vary: "Origin, Cookie", ETag: '"2"', "Set-Cookie": "b=2", "X-New": "1" };
    expect(await written(ready, { headers, status: 500 })).toEqual(
      got(200, { vary: "Accept, origin, Cookie", etag: '"1"', "x-new": "1" }, "", ["a=1", "b=2"]),
    );
    expect((await written({ statusCode: 200, headers: { Vary: "*" } }, { headers })).headers.vary).toBe("*");
  });

  it("keeps many cookies apart", async () => {
    const cookies = Array.from({ length: 50 }, (_, index) => `c${index}=${index}, x`);
    expect((await written({ statusCode: 200, cookies })).cookies).toEqual(cookies);
    expect((await written({ statusCode: 200, cookies: ["one=1"] })).cookies).toEqual(["one=1"]);
  });

  it("never lets a header be split, whoever gave it", async () => {
    const evil = "a\r\nSet-Cookie: stolen=1\0\u0085";
    const clean = "aSet-Cookie: stolen=1";
    expect((await written(1, { headers: { "X-A": evil } })).headers["x-a"]).toBe(clean);
    const ready = {
      statusCode: 200,
      headers: { "X-A": evil, "bad name": "1", "": "2", "x\r\ny": "3", "X-T": "a\tb" },
      multiValueHeaders: { "X-B": [evil] },
      cookies: [evil],
    };
    expect(await written(ready)).toEqual(
      got(200, { "x-a": clean, "x-b": clean, "x-t": "a\tb" }, "", [clean]),
    );
  });

  it("leaves out headers and cookies that are not text, number or boolean", async () => {
    const strange = [undefined, null, {}, () => 1, Symbol("s")];
    const ready = {
      statusCode: 200,
      headers: Object.fromEntries(strange.map((value, index) => [`x-${index}`, value])),
      multiValueHeaders: { "x-a": strange, "x-b": [] },
      cookies: strange,
      body: "",
    };
    expect(await written(ready)).toEqual(got(200, {}, ""));
    for (const odd of [null, 1, "x", [null], true]) {
      expect(await written({ statusCode: 200, headers: odd, multiValueHeaders: odd, cookies: odd })).toEqual(
        got(200, {}, "", []),
      );
    }
  });

  it("takes the headers of a ready response from a Headers object as well", async () => {
    const headers = new Headers([
      ["x-a", "1"],
      ["set-cookie", "a=1"],
      ["set-cookie", "b=2"],
    ]);
    expect(await written({ statusCode: 200, headers })).toEqual(got(200, { "x-a": "1" }, "", ["a=1", "b=2"]));
  });

  it("leaves out values that no header can have", async () => {
    const odd = [{ toString: false }, { toString: () => "x" }, Symbol("x"), () => "x", null, undefined];
    for (const value of odd) {
      const maps = {
        headers: { "X-A": value, "X-B": [value, "1"] },
        multiValueHeaders: { "X-C": [value, "2"] },
      };
      expect(await written({ statusCode: 200, ...maps })).toEqual(got(200, { "x-b": "1", "x-c": "2" }, ""));
    }
  });

  it("carries a web Response, cookies apart", async () => {
    const response = new Response("hé", { status: 202, headers: { "X-A": "1" } });
    response.headers.append("Set-Cookie", "a=1, x");
    response.headers.append("Set-Cookie", "b=2");
    expect(await written(response, { status: 500, headers: { "X-A": "2", "X-B": "3" } })).toEqual(
      got(202, { "content-type": "text/plain;charset=UTF-8", "x-a": "1", "x-b": "3" }, "hé", [
        "a=1, x",
        "b=2",
      ]),
    );
    expect(await written(Response.json({ a: 1 }))).toEqual(got(200, json, '{"a":1}'));
    expect(await written(new Response(null, { status: 204 }))).toEqual(got(204, {}, ""));
    const bytes = Buffer.from([255, 0, 254]);
    for (const type of ["image/png", "text/plain", "application/json"]) {
      const binary = new Response(bytes, { headers: { "content-type": type } });
      expect(await written(binary)).toEqual({ ...got(200, { "content-type": type }, ""), body: bytes });
    }
  });

  it("carries the whole of a body that is a stream, as text where its type says so", async () => {
    for (const make of streams) {
      const type = { "content-type": "application/octet-stream" };
      expect(await written({ statusCode: 201, body: make("hé", "llo") })).toEqual(got(201, type, "héllo"));
      expect(await written(make("a", "b"), { status: 202, headers: { "X-A": "1" } })).toEqual(
        got(202, { ...type, "x-a": "1" }, "ab"),
      );
      const css = {
        statusCode: 200,
        headers: { "Content-Type": "text/css" },
        cookies: ["a=1"],
        body: make("p{}"),
      };
      expect(await written(css)).toEqual(got(200, { "content-type": "text/css" }, "p{}", ["a=1"]));
      expect(await toResult(event, { ...css, body: make("p{}") })).toMatchObject({ body: "p{}" });
      const bytes = [Buffer.from([255, 0]), new Uint8Array([254])];
      expect(await written({ ...css, body: make(...bytes) })).toMatchObject({
        body: Buffer.from([255, 0, 254]),
      });
      expect(await written({ statusCode: 200, body: make() })).toEqual(got(200, type, ""));
    }
  });

  it("fails with the error of a stream, and when a piece is neither a string nor bytes", async () => {
    const broken = Readable.from(
      (async function* failing(): AsyncGenerator<string> {
        yield "half";
        throw new NotFound("The other half is missing");
      })(),
    );
    await expect(written({ statusCode: 200, body: broken })).rejects.toThrow(
      new NotFound("The other half is missing"),
    );
    for (const make of streams) {
      await expect(written({ statusCode: 200, body: make("x", { an: "object" }) })).rejects.toThrow(
        new ServerError("A body that is streamed must give strings or bytes"),
      );
    }
  });

  it("closes a stream that nobody reads", async () => {
    const closed: string[] = [];
    const unread = [
      new Readable({
        read: () => undefined,
        destroy: (_error, done) => done(closed.push("readable") as never),
      }),
      new ReadableStream({ cancel: () => void closed.push("web") }),
      {
        [Symbol.asyncIterator]: () => ({
          next: () => Promise.reject(new Error("It was read")),
          return: () => Promise.reject(new Error(`${closed.push("iterator")}`)),
        }),
      },
      { [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error("It was read")) }) },
    ];
    for (const [index, body] of unread.entries()) {
      if (index === 0) (body as Readable).on("error", () => undefined);
      expect(await written({ statusCode: 204, body })).toEqual(got(204, {}, ""));
    }
    expect(closed).toEqual(["readable", "web", "iterator"]);
  });

  it("is valid whatever the value", async () => {
    await fc.assert(
      fc.asyncProperty(anyValue(), fc.option(anyHeaders(), { nil: undefined }), async (value, headers) => {
        try {
          const options = headers === undefined ? undefined : { headers };
          const response = await written(value, options);
          if (!isReady(value)) expect(response.status).toBe(200);
        } catch (error) {
          // A cycle, or a toString that fails: our own error, and nothing else.
          expect(error).toBeInstanceOf(HttpError);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("answered once more stays the same", async () => {
    await fc.assert(
      fc.asyncProperty(anyReady(), async value => {
        const once = await toResult(event, value);
        expect(received(source, await toResult(event, once))).toEqual(received(source, once));
      }),
      { numRuns: 200 },
    );
  });
});

/** Every kind of body that comes piece by piece. */
const streams: ((...pieces: unknown[]) => unknown)[] = [
  (...pieces) => Readable.from(pieces),
  (...pieces) => ReadableStream.from(pieces),
  async function* generator(...pieces) {
    yield* pieces;
  },
];

const anyHeaders = (): fc.Arbitrary<Record<string, string>> =>
  fc.dictionary(
    fc.oneof(fc.string(), fc.constantFrom("Vary", "Set-Cookie", "content-Type")),
    fc.string({ unit: "binary" }),
  );

const anyReady = (): fc.Arbitrary<unknown> =>
  fc.record(
    {
      statusCode: fc.integer({ min: 200, max: 599 }),
      headers: fc.oneof(anyHeaders(), fc.anything()),
      multiValueHeaders: fc.oneof(fc.dictionary(fc.string(), fc.array(fc.string())), fc.anything()),
      cookies: fc.oneof(fc.array(fc.string()), fc.anything()),
      body: fc.oneof(fc.string(), fc.jsonValue()),
    },
    { requiredKeys: ["statusCode"] },
  );

const anyValue = (): fc.Arbitrary<unknown> =>
  fc.oneof(
    anyReady(),
    fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, withTypedArray: true }),
  );

describe("the form of a response", () => {
  const of = (source: (typeof sources)[number], value: unknown): unknown => toResult(eventOf(source), value);
  const body = '{"a":1}';
  const headers = { "Content-Type": "application/json", ...nosniff };

  it("has no field that its source does not want", () => {
    for (const source of ["rest", "http", "http-v1", "url"] as const) {
      expect(of(source, { a: 1 })).toEqual({ statusCode: 200, headers, body });
    }
    expect(toResult({ foreign: true }, { a: 1 })).toEqual({ statusCode: 200, headers, body });
    const status = { statusCode: 200, statusDescription: "200 OK", body, isBase64Encoded: false };
    for (const source of ["alb", "lattice-v1", "lattice-v2"] as const) {
      expect(of(source, { a: 1 })).toEqual({ ...status, headers });
    }
    expect(of("alb-multi", { a: 1 })).toEqual({
      ...status,
      multiValueHeaders: { "Content-Type": ["application/json"], "X-Content-Type-Options": ["nosniff"] },
    });
  });

  it("says base64 where bytes are sent", () => {
    for (const source of sources)
      expect(of(source, Buffer.from("hi"))).toMatchObject({ isBase64Encoded: true, body: "aGk=" });
  });

  it("is text where its type says text and its bytes are, whatever they came in", async () => {
    const text = "\ufeffé,1\r\n";
    const bytes = Buffer.from(text);
    const types = [
      "text/csv",
      "TEXT/HTML; charset=utf-8",
      "application/json",
      "application/problem+json",
      "application/xml",
      "application/x-ndjson",
      "application/yaml",
      "image/svg+xml",
      "text/event-stream",
    ];
    for (const type of types) {
      const ready = { statusCode: 200, headers: { "content-type": type } };
      const forms: Record<string, unknown> = {
        "a buffer": { ...ready, body: bytes },
        "a typed array": { ...ready, body: new Uint8Array(bytes) },
        respond: respond({ headers: ready.headers, body: bytes }),
        "a stream": { ...ready, body: Readable.from([bytes.subarray(0, 4), bytes.subarray(4)]) },
        "a web Response": new Response(bytes, { headers: ready.headers }),
      };
      for (const [form, value] of Object.entries(forms)) {
        for (const source of sources) {
          if (form === "a stream") Object.assign(value as object, { body: Readable.from([bytes]) });
          const given = form === "a web Response" ? (value as Response).clone() : value;
          const result = await toResult(eventOf(source), given);
          expect([form, source, result.isBase64Encoded ?? false, result.body]).toEqual([
            form,
            source,
            false,
            text,
          ]);
        }
      }
      const given = { headers: { "Content-Type": type } };
      expect(await toResult(eventOf("rest"), bytes, given)).toMatchObject({
        headers: given.headers,
        body: text,
      });
      const base64 = { ...ready, body: bytes.toString("base64"), isBase64Encoded: true };
      for (const source of sources) {
        expect(received(source, of(source, base64)).body).toEqual(bytes);
        expect(of(source, base64)).toMatchObject(
          source === "rest" ? { body: text } : { isBase64Encoded: true },
        );
      }
    }
  });

  it("stays base64 where it is compressed, not UTF-8, or not of a type of text", () => {
    const ready = (body: Uint8Array, headers: object): object => ({ statusCode: 200, headers, body });
    const csv = { "content-type": "text/csv" };
    const values = [
      ready(gzipSync("a,b"), { ...csv, "content-encoding": "gzip" }),
      ready(Buffer.from("a,b"), { ...csv, "Content-Encoding": "x" }),
      ready(Buffer.from([0x61, 0xff]), csv),
      ready(Buffer.from("a,b"), { "content-type": "application/octet-stream" }),
      ready(Buffer.from("a,b"), { "content-type": "image/png" }),
      ready(Buffer.from("a,b"), {}),
    ] as { body: Buffer }[];
    for (const value of values) {
      for (const source of sources) {
        const base64 = { ...value, body: value.body.toString("base64"), isBase64Encoded: true };
        for (const given of [value, base64]) {
          expect(of(source, given)).toMatchObject({ isBase64Encoded: true, body: base64.body });
        }
      }
    }
    const broken = { statusCode: 200, headers: csv, body: "no base64", isBase64Encoded: true };
    expect(of("rest", broken)).toMatchObject({ isBase64Encoded: true, body: "no base64" });
  });

  it("has cookies where its source looks for them", () => {
    const ready = { statusCode: 204, cookies: ["a=1", "b=2", "c=3"] };
    const common = { statusCode: 204, body: "" };
    const own = { ...nosniff, "Cache-Control": "no-store" };
    const described = { ...common, statusDescription: "204 No Content", isBase64Encoded: false };
    for (const source of ["rest", "http-v1"] as const) {
      expect(of(source, ready)).toEqual({
        ...common,
        headers: own,
        multiValueHeaders: { "Set-Cookie": ready.cookies },
      });
      expect(of(source, { ...ready, cookies: ["a=1"] })).toEqual({
        ...common,
        headers: { ...own, "Set-Cookie": "a=1" },
      });
    }
    expect(of("http", ready)).toEqual({ ...common, headers: own, cookies: ready.cookies });
    expect(of("alb-multi", ready)).toEqual({
      ...described,
      multiValueHeaders: {
        "Set-Cookie": ready.cookies,
        "X-Content-Type-Options": ["nosniff"],
        "Cache-Control": ["no-store"],
      },
    });
    for (const source of ["alb", "lattice-v1", "lattice-v2"] as const) {
      expect(of(source, ready)).toEqual({
        ...described,
        headers: { ...own, "set-cookie": "a=1", "Set-cookie": "b=2", "sEt-cookie": "c=3" },
      });
    }
  });

  it("leaves out what no header can carry", () => {
    const headers = { "X-A": "a\r\nb\u0000\u0085€\t\u00ff", "X-B": { toString: "" }, "a b": "1" };
    const multiValueHeaders = { "X-B": [{ toString: "" }], "X-C": ["1", "2"] };
    expect(of("rest", { statusCode: 200, headers, multiValueHeaders })).toEqual({
      statusCode: 200,
      headers: { "X-A": "ab\t\u00ff", ...nosniff },
      multiValueHeaders: { "X-C": ["1", "2"] },
      body: "",
    });
  });

  it("describes any status in words", () => {
    for (let statusCode = 200; statusCode <= 599; statusCode++) {
      expect(received("alb", of("alb", { statusCode })).status).toBe(statusCode);
    }
    expect(of("alb", { statusCode: 299 })).toMatchObject({ statusDescription: "299 Success" });
  });
});

describe("isReady", () => {
  it("takes plain objects with a whole status alone, a number or its text", () => {
    class OfClass {
      statusCode = 200;
    }
    const bare: unknown = Object.assign(Object.create(null), { statusCode: 599 });
    class Whole extends OfClass {
      headers = {};
      body = "x";
    }
    for (const value of [{ statusCode: 200 }, { statusCode: "404" }, bare, new Whole()]) {
      expect(isReady(value)).toBe(true);
    }
    for (const statusCode of [99, 199, 600, 200.5, "99", "2e2", " 200", null, undefined, Number.NaN, 200n]) {
      expect(isReady({ statusCode })).toBe(false);
    }
    for (const value of [
      new OfClass(),
      Object.assign(() => 1, { statusCode: 200 }),
      null,
      "x",
      new HttpError(404),
    ]) {
      expect(isReady(value)).toBe(false);
    }
  });
});

describe("toResult", () => {
  it("is no promise but for a web Response and a stream", () => {
    const event = eventOf("http");
    for (const value of [1, "x", Buffer.alloc(1), { statusCode: 200 }, undefined]) {
      expect(toResult(event, value)).not.toBeInstanceOf(Promise);
    }
    expect(toResult(event, new Response("x"))).toBeInstanceOf(Promise);
    expect(toResult(event, { statusCode: 200, body: Readable.from(["x"]) })).toBeInstanceOf(Promise);
  });

  it("refuses a web Response that has no status", async () => {
    await expect(toResult(eventOf("http"), Response.error())).rejects.toThrow(
      new ServerError("The response has no valid status"),
    );
  });

  it("sends a compressed body of a web Response as the bytes it is", async () => {
    const response = new Response("zip", {
      headers: { "content-type": "text/css", "content-encoding": "br" },
    });
    expect(await toResult(eventOf("rest"), response)).toMatchObject({ body: "emlw", isBase64Encoded: true });
  });

  it("takes what can be iterated, but is not a stream, as any other value", async () => {
    const queryset = { a: 1, [Symbol.asyncIterator]: () => Readable.from([{}])[Symbol.asyncIterator]() };
    expect(await toResult(eventOf("http"), queryset)).toMatchObject({ body: '{"a":1}' });
  });

  it("takes a Response whose headers can't list cookies", async () => {
    const headers = { forEach: (each: (value: string, name: string) => void) => each("a=1", "set-cookie") };
    const response = { status: 200, headers, arrayBuffer: async () => new ArrayBuffer(0) };
    expect(await toResult(eventOf("http"), response)).toEqual({
      statusCode: 200,
      headers: { ...nosniff, "Cache-Control": "no-store" },
      cookies: ["a=1"],
      body: "",
    });
  });
});
