import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { constantTimeEqual, randomString } from "../../../src/auth/random.ts";

describe("randomString", () => {
  it("has the length and the characters that are asked for", () => {
    for (const length of [0, 1, 22, 5000]) {
      expect(randomString(length)).toMatch(new RegExp(`^[a-zA-Z0-9]{${length}}$`));
    }
    expect(randomString(50, "01")).toMatch(/^[01]{50}$/);
    expect(randomString(3, "x")).toBe("xxx");
  });

  it("favours no character", () => {
    const counts = new Map<string, number>();
    for (const letter of randomString(60_000, "abc")) counts.set(letter, (counts.get(letter) ?? 0) + 1);
    // Five standard deviations of a fair draw are below 600.
    const many = Array.from({ length: 40_000 }, (_, code) => String.fromCharCode(code)).join("");
    const early = randomString(20_000, many)
      .split("")
      .filter(letter => letter < many.charAt(25_536));
    // 65536 values do not divide evenly among 40000 characters: these would come twice as often as the others.
    expect(Math.abs(early.length / 20_000 - 25_536 / 40_000)).toBeLessThan(0.02);
    for (const letter of "abc") expect(Math.abs((counts.get(letter) ?? 0) - 20_000)).toBeLessThan(600);
  });

  it("never gives the same string twice", () => {
    expect(new Set(Array.from({ length: 1000 }, () => randomString(12))).size).toBe(1000);
  });

  it("refuses other lengths and alphabets", () => {
    for (const length of [-1, 1.5, Number.NaN, "4" as never, 2 ** 60]) {
      expect(() => randomString(length)).toThrow(
        new TypeError("randomString: length must be a whole number of at least 0"),
      );
    }
    for (const alphabet of ["", "aa", 5 as never]) {
      expect(() => randomString(4, alphabet)).toThrow(
        new TypeError("randomString: alphabet must be a string of different characters"),
      );
    }
  });
});

describe("constantTimeEqual", () => {
  it("agrees with ordinary comparison, whatever the lengths", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" }), (a, b) => {
        expect(constantTimeEqual(a, a)).toBe(true);
        expect(constantTimeEqual(a, b)).toBe(a === b);
        expect(constantTimeEqual(a, new TextEncoder().encode(b))).toBe(a === b);
      }),
    );
  });

  it("refuses what is neither text nor bytes", () => {
    for (const value of [undefined, null, 5, {}, ["a"]] as never[]) {
      const error = new TypeError("constantTimeEqual: takes strings or Uint8Arrays");
      expect(() => constantTimeEqual(value, "a")).toThrow(error);
      expect(() => constantTimeEqual("a", value)).toThrow(error);
    }
  });
});
