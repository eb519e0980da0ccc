import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HttpError, ServerError } from "../../../src/errors.ts";
import { isReady, type ResultOptions, toResult } from "../../../src/http/result.ts";
import { eventOf, type Received, received, sources } from "../../support/events.ts";

const json = { "content-type": "application/json" };

describe.each(sources)("a response to %s", source => {
  const event = eventOf(source);
  const answer = async (value: unknown, options?: ResultOptions): Promise<Received> =>
    received(source, await toResult(event, value, options));
  const got = (
    status: number,
    headers: Received["headers"],
    body: string,
    cookies: string[] = [],
  ): Received => ({
    status,
    headers,
    cookies,
    body: Buffer.from(body),
  });

  it("carries a value as JSON", async () => {
    expect(await answer({ id: 1, name: "Zoë" })).toEqual(got(200, json, '{"id":1,"name":"Zoë"}'));
    expect(await answer([1n])).toEqual(got(200, json, '["1"]'));
    expect(await answer(false, { status: 201 })).toEqual(got(201, json, "false"));
    expect(await answer({ statusCode: 7 })).toEqual(got(200, json, '{"statusCode":7}'));
  });

  it("carries null as JSON, and nothing at all with a status that has no body", async () => {
    for (const value of [undefined, null]) expect(await answer(value)).toEqual(got(200, json, "null"));
    for (const status of [204, 304]) {
      for (const value of [undefined, null, { a: 1 }, "text", Buffer.from("x")]) {
        expect(await answer(value, { status })).toEqual(got(status, {}, ""));
        expect(await answer({ statusCode: status, body: value })).toEqual(got(status, {}, ""));
      }
    }
  });

  it("carries a string as text, or as JSON when asked to", async () => {
    expect(await answer("hé")).toEqual(got(200, { "content-type": "text/plain; charset=utf-8" }, "hé"));
    expect(await answer("")).toEqual(got(200, { "content-type": "text/plain; charset=utf-8" }, ""));
    expect(await answer("hé", { json: true })).toEqual(got(200, json, '"hé"'));
    expect(await answer("<p>", { headers: { "content-TYPE": "text/html" } })).toEqual(
      got(200, { "content-type": "text/html" }, "<p>"),
    );
  });

  it("carries bytes unchanged", async () => {
    const bytes = Buffer.from([0, 255, 128, 10]);
    const type = { "content-type": "application/octet-stream" };
    const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
    for (const value of [bytes, new Uint8Array(bytes), buffer]) {
      expect(await answer(value)).toEqual({ ...got(200, type, ""), body: bytes });
      expect(
        await answer({ statusCode: 201, body: value, headers: { "Content-Type": "image/png" } }),
      ).toEqual({
        ...got(201, { "content-type": "image/png" }, ""),
        body: bytes,
      });
    }
  });

  it("carries the headers it is given", async () => {
    const headers = { Location: "/users/1", Vary: "Accept" };
    expect(await answer({ id: 1 }, { status: 201, headers })).toEqual(
      got(201, { ...json, location: "/users/1", vary: "Accept" }, '{"id":1}'),
    );
    expect(await answer(1, { headers: { "SET-cookie": "a=1, b", A: "1" } })).toEqual(
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
    const reply = await answer(ready);
    expect({ ...reply, headers: { ...reply.headers, link: [reply.headers.link].flat().join(", ") } }).toEqual(
      got(418, { "content-type": "text/css", "x-n": "5", "x-b": "true", link: "<a>, <b>" }, "p {}", [
        "a=1, x",
        "b=2; Expires=Wed, 21 Oct 2026",
        "c=3",
        "d=4",
      ]),
    );
  });

  it("carries the body of a ready response whatever its type", async () => {
    expect(await answer({ statusCode: 200, body: { a: 1n } })).toEqual(got(200, json, '{"a":"1"}'));
    expect(await answer({ statusCode: 200, body: 0 })).toEqual(got(200, json, "0"));
    expect(await answer({ statusCode: 200, body: "text" })).toEqual(got(200, {}, "text"));
    expect(await answer({ statusCode: 200, body: "aGk=", isBase64Encoded: true })).toEqual(
      got(200, {}, "hi"),
    );
    for (const body of [undefined, null])
      expect(await answer({ statusCode: 200, body })).toEqual(got(200, {}, ""));
    expect(await answer({ statusCode: 200, headers: { "content-type": "a/b" }, body: [1] })).toEqual(
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
    const reply = await answer({ statusCode: 200, headers, body: "" });
    expect({ ...reply.headers, "x-a": [reply.headers["x-a"]].flat().join(", ") }).toEqual({
      "content-type": "text/css",
      "x-a": "1, 2, 3",
    });
  });

  it("counts a pair that both maps of headers have once", async () => {
    const reply = await answer({
      statusCode: 200,
      headers: { "Set-Cookie": "a=1", "X-A": "1" },
      multiValueHeaders: { "Set-Cookie": ["a=1", "b=2"], "X-A": ["1"] },
    });
    expect(reply).toEqual(got(200, { "x-a": "1" }, "", ["a=1", "b=2"]));
  });

  it("gives a ready response the headers it lacks, merges Vary, and adds cookies", async () => {
    const ready = {
      statusCode: 200,
      headers: { vary: "Accept, origin", etag: '"1"' },
      cookies: ["a=1"],
      body: "",
    };
    const headers = { Vary: "Origin, Cookie", ETag: '"2"', "Set-Cookie": "b=2", "X-New": "1" };
    expect(await answer(ready, { headers, status: 500 })).toEqual(
      got(200, { vary: "Accept, origin, Cookie", etag: '"1"', "x-new": "1" }, "", ["a=1", "b=2"]),
    );
    expect((await answer({ statusCode: 200, headers: { Vary: "*" } }, { headers })).headers.vary).toBe("*");
  });

  it("keeps many cookies apart", async () => {
    const cookies = Array.from({ length: 50 }, (_, index) => `c${index}=${index}, x`);
    expect((await answer({ statusCode: 200, cookies })).cookies).toEqual(cookies);
    expect((await answer({ statusCode: 200, cookies: ["one=1"] })).cookies).toEqual(["one=1"]);
  });

  it("never lets a header be split, whoever gave it", async () => {
    const evil = "a\r\nSet-Cookie: stolen=1\0\u0085";
    const clean = "aSet-Cookie: stolen=1";
    expect((await answer(1, { headers: { "X-A": evil } })).headers["x-a"]).toBe(clean);
    const ready = {
      statusCode: 200,
      headers: { "X-A": evil, "bad name": "1", "": "2", "x\r\ny": "3", "X-T": "a\tb" },
      multiValueHeaders: { "X-B": [evil] },
      cookies: [evil],
    };
    expect(await answer(ready)).toEqual(got(200, { "x-a": clean, "x-b": clean, "x-t": "a\tb" }, "", [clean]));
  });

  it("leaves out headers and cookies that are no text, number or boolean", async () => {
    const strange = [undefined, null, {}, () => 1, Symbol("s")];
    const ready = {
      statusCode: 200,
      headers: Object.fromEntries(strange.map((value, index) => [`x-${index}`, value])),
      multiValueHeaders: { "x-a": strange, "x-b": [] },
      cookies: strange,
      body: "",
    };
    expect(await answer(ready)).toEqual(got(200, {}, ""));
    for (const odd of [null, 1, "x", [null], true]) {
      expect(await answer({ statusCode: 200, headers: odd, multiValueHeaders: odd, cookies: odd })).toEqual(
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
    expect(await answer({ statusCode: 200, headers })).toEqual(got(200, { "x-a": "1" }, "", ["a=1", "b=2"]));
  });

  it("carries a web Response, cookies apart", async () => {
    const response = new Response("hé", { status: 202, headers: { "X-A": "1" } });
    response.headers.append("Set-Cookie", "a=1, x");
    response.headers.append("Set-Cookie", "b=2");
    expect(await answer(response, { status: 500, headers: { "X-A": "2", "X-B": "3" } })).toEqual(
      got(202, { "content-type": "text/plain;charset=UTF-8", "x-a": "1", "x-b": "3" }, "hé", [
        "a=1, x",
        "b=2",
      ]),
    );
    expect(await answer(Response.json({ a: 1 }))).toEqual(got(200, json, '{"a":1}'));
    expect(await answer(new Response(null, { status: 204 }))).toEqual(got(204, {}, ""));
    const bytes = Buffer.from([255, 0, 254]);
    for (const type of ["image/png", "text/plain", "application/json"]) {
      const binary = new Response(bytes, { headers: { "content-type": type } });
      expect(await answer(binary)).toEqual({ ...got(200, { "content-type": type }, ""), body: bytes });
    }
  });

  it("is valid whatever the value", async () => {
    await fc.assert(
      fc.asyncProperty(anyValue(), fc.option(anyHeaders(), { nil: undefined }), async (value, headers) => {
        try {
          const options = headers === undefined ? undefined : { headers };
          const reply = await answer(value, options);
          if (!isReady(value)) expect(reply.status).toBe(200);
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
  const headers = { "Content-Type": "application/json" };

  it("has no field that its source does not want", () => {
    for (const source of ["rest", "http", "url"] as const) {
      expect(of(source, { a: 1 })).toEqual({ statusCode: 200, headers, body });
    }
    expect(toResult({ foreign: true }, { a: 1 })).toEqual({ statusCode: 200, headers, body });
    const status = { statusCode: 200, statusDescription: "200 OK", body, isBase64Encoded: false };
    for (const source of ["alb", "lattice-v1", "lattice-v2"] as const) {
      expect(of(source, { a: 1 })).toEqual({ ...status, headers });
    }
    expect(of("alb-multi", { a: 1 })).toEqual({
      ...status,
      multiValueHeaders: { "Content-Type": ["application/json"] },
    });
  });

  it("says base64 where bytes are sent", () => {
    for (const source of sources)
      expect(of(source, Buffer.from("hi"))).toMatchObject({ isBase64Encoded: true, body: "aGk=" });
  });

  it("has cookies where its source looks for them", () => {
    const ready = { statusCode: 204, cookies: ["a=1", "b=2", "c=3"] };
    const common = { statusCode: 204, body: "" };
    const described = { ...common, statusDescription: "204 No Content", isBase64Encoded: false };
    expect(of("rest", ready)).toEqual({
      ...common,
      headers: {},
      multiValueHeaders: { "Set-Cookie": ready.cookies },
    });
    expect(of("rest", { ...ready, cookies: ["a=1"] })).toEqual({
      ...common,
      headers: { "Set-Cookie": "a=1" },
    });
    expect(of("http", ready)).toEqual({ ...common, headers: {}, cookies: ready.cookies });
    expect(of("alb-multi", ready)).toEqual({
      ...described,
      multiValueHeaders: { "Set-Cookie": ready.cookies },
    });
    for (const source of ["alb", "lattice-v1", "lattice-v2"] as const) {
      expect(of(source, ready)).toEqual({
        ...described,
        headers: { "set-cookie": "a=1", "Set-cookie": "b=2", "sEt-cookie": "c=3" },
      });
    }
  });

  it("leaves out what no header can carry", () => {
    const headers = { "X-A": "a\r\nb\u0000\u0085€\t\u00ff", "X-B": { toString: "" }, "a b": "1" };
    const multiValueHeaders = { "X-B": [{ toString: "" }], "X-C": ["1", "2"] };
    expect(of("rest", { statusCode: 200, headers, multiValueHeaders })).toEqual({
      statusCode: 200,
      headers: { "X-A": "ab\t\u00ff" },
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
  it("takes plain objects with a whole status alone", () => {
    class Answer {
      statusCode = 200;
    }
    const bare: unknown = Object.assign(Object.create(null), { statusCode: 599 });
    for (const value of [{ statusCode: 200 }, bare]) expect(isReady(value)).toBe(true);
    for (const statusCode of [99, 199, 600, 200.5, "200", null, undefined, Number.NaN, 200n]) {
      expect(isReady({ statusCode })).toBe(false);
    }
    for (const value of [
      new Answer(),
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
  it("is no promise but for a web Response", () => {
    const event = eventOf("http");
    for (const value of [1, "x", Buffer.alloc(1), { statusCode: 200 }, undefined]) {
      expect(toResult(event, value)).not.toBeInstanceOf(Promise);
    }
    expect(toResult(event, new Response("x"))).toBeInstanceOf(Promise);
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

  it("takes a Response whose headers can't list cookies", async () => {
    const headers = { forEach: (each: (value: string, name: string) => void) => each("a=1", "set-cookie") };
    const response = { status: 200, headers, arrayBuffer: async () => new ArrayBuffer(0) };
    expect(await toResult(eventOf("http"), response)).toEqual({
      statusCode: 200,
      headers: {},
      cookies: ["a=1"],
      body: "",
    });
  });
});
