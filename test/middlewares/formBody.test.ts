import middy from "@middy/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type FormBodyOptions, formBody } from "../../middlewares/formBody.ts";
import { BadRequest, HttpError, PayloadTooLarge, UnsupportedMediaType } from "../../src/core/errors.ts";
import { rawBody } from "../../src/http/body.ts";
import { anyEvent } from "../support/anyEvent.ts";
import { eventOf, sources } from "../support/events.ts";

const type = "application/x-www-form-urlencoded";
const malformed = new BadRequest("Malformed body");

/** The body behind the middleware; runs it in a real Middy handler. */
const parse = (event: unknown, options?: FormBodyOptions): Promise<unknown> =>
  middy((event: unknown) => (event as { body: unknown }).body).use(formBody(options))(
    event as never,
    {} as never,
  ) as Promise<unknown>;

const thrown = async (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    value => expect.fail(`got ${JSON.stringify(value)}`),
    error => error,
  );

describe.each(sources)("formBody with an event of %s", source => {
  const both = [true, false];
  const event = (body: string | Uint8Array, base64: boolean, headers: object = { "Content-Type": type }) =>
    eventOf(source, { method: "POST", headers: headers as Record<string, string>, body, base64 });

  it("gives text by name, and a list where a name occurs twice", async () => {
    for (const base64 of both) {
      expect(await parse(event("a=1&b=x+y&c=%C3%A9%26&a=&a=3&empty&=v&toString=t", base64))).toEqual({
        a: ["1", "", "3"],
        b: "x y",
        c: "é&",
        empty: "",
        "": "v",
        toString: "t",
      });
      expect(await parse(event("&&a=b=c&&", base64))).toEqual({ a: "b=c" });
    }
  });

  it("reads what URLSearchParams writes", async () => {
    const pairs = fc.array(
      fc.tuple(fc.string({ unit: "grapheme", maxLength: 5 }), fc.string({ unit: "grapheme" })),
      {
        minLength: 1,
        maxLength: 5,
      },
    );
    await fc.assert(
      fc.asyncProperty(pairs, fc.boolean(), async (pairs, base64) => {
        const form = new URLSearchParams(pairs);
        fc.pre(!pairs.some(([name]) => /__proto__|constructor/.test(name)));
        const expected: Record<string, unknown> = {};
        for (const name of form.keys()) {
          const values = form.getAll(name);
          expected[name] = values.length === 1 ? values[0] : values;
        }
        expect(await parse(event(form.toString(), base64))).toEqual(expected);
      }),
      { numRuns: 30 },
    );
  });

  it("makes an empty object of an absent or empty body, whatever its type", async () => {
    expect(await parse(eventOf(source))).toEqual({});
    expect(await parse(event("", false, { "Content-Type": "text/plain" }))).toEqual({});
  });

  it("keeps a percent sign that begins no escape", async () => {
    expect(await parse(event("a=100%&b=%zz&c=%2&%=%25", false))).toEqual({
      a: "100%",
      b: "%zz",
      c: "%2",
      "%": "%",
    });
  });

  it("refuses what is not UTF-8, escapes included, and a blank body", async () => {
    for (const body of ["a=%FF", "%C3=1", "a=%ED%A0%80", " ", "\r\n", "\ufeff"]) {
      for (const base64 of both) await expect(parse(event(body, base64))).rejects.toThrow(malformed);
    }
    await expect(parse(event(Buffer.from([0x61, 0x3d, 0xff]), true))).rejects.toThrow(
      source === "lattice-v1" ? BadRequest : malformed,
    );
  });

  it("refuses the names that could reach a prototype, also as steps of a path", async () => {
    for (const name of ["__proto__", "a[__proto__]", "__proto__.x", "%5F_proto__", "x.__proto__.y"]) {
      expect(await thrown(parse(event(`${name}=1`, false)))).toEqual(
        new BadRequest("Forbidden key: __proto__"),
      );
    }
    for (const name of ["constructor.prototype", "constructor[prototype][x]", "a.constructor.prototype.b"]) {
      expect(await thrown(parse(event(`${name}=1`, false)))).toEqual(
        new BadRequest("Forbidden key: constructor"),
      );
    }
    expect(await parse(event("constructor=1&prototype=2&constructors.prototype=3", false))).toEqual({
      constructor: "1",
      prototype: "2",
      "constructors.prototype": "3",
    });
  });

  it("refuses another type, another charset and a coded body, and says what it takes", async () => {
    const refusal = (headers: Record<string, string>): UnsupportedMediaType =>
      new UnsupportedMediaType(undefined, { headers });
    for (const other of [
      "application/json",
      "multipart/form-data; boundary=x",
      `${type}x`,
      `${type}; charset=latin1`,
    ]) {
      const error = await thrown(parse(event("a=1", false, { "Content-Type": other })));
      expect(error).toMatchObject(refusal({ Accept: type }));
    }
    const error = await thrown(
      parse(event("a=1", true, { "Content-Type": type, "Content-Encoding": "gzip" })),
    );
    expect(error).toMatchObject(refusal({ "Accept-Encoding": "identity" }));
    for (const same of [`${type}; charset=UTF-8`, `${type.toUpperCase()};charset="utf-8"`]) {
      expect(await parse(event("a=1", false, { "Content-Type": same }))).toEqual({ a: "1" });
    }
    expect(await parse(event("a=1", false, {}))).toEqual({ a: "1" });
  });

  it("refuses more bytes and more fields than allowed", async () => {
    for (const base64 of both) {
      expect(await parse(event("a=é", base64), { maxBytes: 4 })).toEqual({ a: "é" });
      await expect(parse(event("a=éx", base64), { maxBytes: 4 })).rejects.toThrow(PayloadTooLarge);
      expect(await parse(event("a=1&a=2", base64), { maxParts: 2 })).toEqual({ a: ["1", "2"] });
      await expect(parse(event("a=1&a=2&b=3", base64), { maxParts: 2 })).rejects.toThrow(PayloadTooLarge);
    }
    const names = (count: number): string => Array.from({ length: count }, (_, at) => `n${at}=`).join("&");
    expect(Object.keys((await parse(event(names(1000), false))) as object)).toHaveLength(1000);
    await expect(parse(event(names(1001), false))).rejects.toThrow(PayloadTooLarge);
  });

  it("keeps the bytes for rawBody", async () => {
    const sent = event("a=%c3%A9&b", true);
    await parse(sent);
    expect(rawBody(sent).toString()).toBe("a=%c3%A9&b");
  });
});

describe("formBody", () => {
  it("leaves an object as it is, but for names that it refuses", async () => {
    const body = { a: 1 };
    expect(await parse({ body })).toBe(body);
    await expect(parse({ body: JSON.parse('{"__proto__":1}') })).rejects.toThrow(BadRequest);
    for (const body of [7, true]) await expect(parse({ body })).rejects.toThrow(malformed);
  });

  it("never fails with anything but an HttpError", async () => {
    await fc.assert(
      fc.asyncProperty(anyEvent(), async event => {
        await parse(event).catch(error => expect(error).toBeInstanceOf(HttpError));
      }),
    );
  });

  it("refuses wrong options", () => {
    expect(() => formBody({ maxBytes: -1 })).toThrow(/^formBody: option "maxBytes"/);
    expect(() => formBody({ maxParts: "1" as never })).toThrow(/^formBody: option "maxParts"/);
    expect(() => formBody({ maxFields: 1 } as never)).toThrow(/^formBody: .*"maxFields"/);
  });
});
