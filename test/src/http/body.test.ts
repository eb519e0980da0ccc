import { describe, expect, it } from "vitest";
import { BadRequest } from "../../../src/core/errors.ts";
import { copyEvent, keepRawBody, putBody, rawBody, readBody, sentRawBody } from "../../../src/http/body.ts";
import { eventOf, sources } from "../../support/events.ts";

describe("readBody", () => {
  it.each(sources)("gives the text that was sent, base64 or not, on %s", source => {
    for (const base64 of [true, false]) {
      expect(readBody(eventOf(source, { body: "\ufeffé 😀", base64 }))).toBe("é 😀");
    }
    expect(readBody(eventOf(source))).toBe("");
  });

  it("refuses what is not text", () => {
    for (const body of [1, {}, [], true]) {
      expect(() => readBody({ body })).toThrow(new BadRequest("Malformed body"));
    }
    for (const body of ["e30", "e30=\n", "*"]) {
      expect(() => readBody({ body, isBase64Encoded: true })).toThrow(new BadRequest("Malformed body"));
    }
    expect(() => readBody({ body: "/w==", isBase64Encoded: true })).toThrow(new BadRequest("Malformed body"));
    expect(() => readBody({ body: "\ud800" })).toThrow(new BadRequest("Malformed body"));
    for (const event of [undefined, null, 1, "a", {}, { body: null }]) expect(readBody(event)).toBe("");
  });
});

describe("rawBody", () => {
  it.each(sources)("gives the bytes that were sent, base64 or not, on %s", source => {
    const text = "\ufeffé 😀\r\n";
    for (const base64 of [true, false]) {
      expect(rawBody(eventOf(source, { body: text, base64 }))).toEqual(Buffer.from(text));
    }
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    expect(rawBody(eventOf(source, { body: bytes }))).toEqual(Buffer.from(bytes));
    expect(rawBody(eventOf(source))).toEqual(Buffer.alloc(0));
  });

  it("is the same whatever our middlewares put on the event, text included", () => {
    for (const put of [{ a: 1 }, "other text", 5, null, undefined]) {
      const event: Record<string, unknown> = { body: "eyJhIjoxfQ==", isBase64Encoded: true };
      putBody(event, put);
      putBody(event, [put]);
      expect(event.body).toEqual([put]);
      expect(rawBody(event).toString()).toBe('{"a":1}');
      putBody(event, put);
      expect(rawBody(event).toString()).toBe('{"a":1}');
      expect(readBody(event)).toBe('{"a":1}');
      expect(rawBody(copyEvent(event, { body: 1 })).toString()).toBe('{"a":1}');
    }
  });

  it("is that of the present body when an event is used again", () => {
    const event: Record<string, unknown> = { body: "one" };
    putBody(event, 1);
    event.body = "two";
    expect(rawBody(event).toString()).toBe("two");
    putBody(event, 2);
    expect(rawBody(event).toString()).toBe("two");
    keepRawBody(event);
    expect(rawBody(event).toString()).toBe("two");
    event.body = "three";
    keepRawBody(event);
    event.body = "parsed by another";
    expect(rawBody(event).toString()).toBe("three");
  });

  it("gives a buffer of its own each time", () => {
    const event = { body: "abc" };
    rawBody(event).fill(0);
    expect(rawBody(event).toString()).toBe("abc");
  });

  it("refuses base64 that is none", () => {
    for (const body of ["e30", "e3 0", "e30=x", "{}"]) {
      expect(() => rawBody({ body, isBase64Encoded: true })).toThrow(new BadRequest("Malformed body"));
    }
  });

  it("says so where the bytes are gone", () => {
    for (const body of [{}, [], 1, true]) expect(() => rawBody({ body })).toThrow(TypeError);
    for (const event of [undefined, null, 1, "a", {}, { body: null }]) {
      expect(rawBody(event)).toEqual(Buffer.alloc(0));
    }
  });
});

describe("sentRawBody", () => {
  it("is the event's own body until another is put in its place", () => {
    const event: Record<string, unknown> = { body: "a" };
    expect(sentRawBody(event)).toBe("a");
    putBody(event, { a: 1 });
    expect(sentRawBody(event)).toBe("a");
    const direct: Record<string, unknown> = { body: { a: 1 } };
    putBody(direct, { a: 2 });
    expect([direct.body, sentRawBody(direct)]).toEqual([{ a: 2 }, { a: 1 }]);
  });

  it("is nothing where there is no event", () => {
    for (const event of [undefined, null, 1, "a"]) {
      keepRawBody(event);
      expect(sentRawBody(event)).toBeUndefined();
    }
  });
});
