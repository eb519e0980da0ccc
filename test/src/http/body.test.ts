import { describe, expect, it } from "vitest";
import { BadRequest } from "../../../src/errors.ts";
import { keepBody, readBody, sentBody } from "../../../src/http/body.ts";
import { eventOf, sources } from "../../support/events.ts";

describe("readBody", () => {
  it.each(sources)("gives the text that was sent, base64 or not, on %s", source => {
    for (const base64 of [true, false]) {
      expect(readBody(eventOf(source, { body: "\ufeffé 😀", base64 }))).toBe("é 😀");
    }
    expect(readBody(eventOf(source))).toBe("");
  });

  it("refuses what is no text", () => {
    for (const body of [1, {}, [], true]) {
      expect(() => readBody({ body })).toThrow(new BadRequest("Malformed body"));
    }
    for (const event of [undefined, null, 1, "a", {}, { body: null }]) expect(readBody(event)).toBe("");
  });
});

describe("sentBody", () => {
  it("is the event's own body until one is kept, and then the first that was", () => {
    const event: { body: unknown } = { body: "a" };
    expect(sentBody(event)).toBe("a");
    event.body = { a: 1 };
    expect(sentBody(event)).toEqual({ a: 1 });
    keepBody(event);
    event.body = { a: 2 };
    keepBody(event);
    event.body = { a: 3 };
    expect(sentBody(event)).toEqual({ a: 1 });
    expect(sentBody({ body: "b" })).toBe("b");
  });

  it("is nothing where there is no event", () => {
    for (const event of [undefined, null, 1, "a"]) {
      keepBody(event);
      expect(sentBody(event)).toBeUndefined();
    }
  });
});
