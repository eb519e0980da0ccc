import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseSafely } from "../../../src/core/safeJson.ts";

const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);

describe("parseSafely", () => {
  it("parses what JSON.parse parses", () => {
    fc.assert(
      fc.property(fc.json(), text => {
        fc.pre(!text.includes("__proto__"));
        expect(parseSafely(text)).toEqual(JSON.parse(text));
      }),
    );
    for (const text of ['{"constructor":"x"}', '{"a":"__proto__"}', '{"prototype":{}}', nested(512)]) {
      expect(parseSafely(text)).toEqual(JSON.parse(text));
    }
  });

  it.each([
    ['{"__proto__":1}', "JSON has the forbidden key __proto__"],
    ['[{"a":{"__proto__":{}}}]', "JSON has the forbidden key __proto__"],
    ['{"\\u005f_proto\\u005f_":1}', "JSON has the forbidden key __proto__"],
    ['{"constructor":{"prototype":1}}', "JSON has the forbidden key constructor"],
    ['{"\\u0063onstructor":{"prototype":1}}', "JSON has the forbidden key constructor"],
    [nested(513), "JSON is nested too deeply"],
    [nested(100_000), "JSON is nested too deeply"],
  ])("refuses a forbidden key or depth (%#)", (text, message) => {
    expect(() => parseSafely(text)).toThrow(new SyntaxError(message));
  });

  it("refuses what is not JSON", () => {
    for (const text of ["", "{", "undefined", "NaN", "{'a':1}"])
      expect(() => parseSafely(text)).toThrow(SyntaxError);
  });
});
