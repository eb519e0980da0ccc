import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hasLongNumbers, parseLong } from "../../../src/core/longNumbers.ts";
import { isExact } from "../../../src/core/numberText.ts";

const keep = (text: string): unknown => parseLong(text, number => ({ sent: number.text }));

describe("parseLong", () => {
  it("is JSON.parse, but for numbers of which digits would be lost and whole ones beyond 2^53", () => {
    expect(keep('{"a":[1,-0.5,1e3,"12345678901234567890"],"b":9007199254740993,"c":{"d":1e400}}')).toEqual({
      a: [1, -0.5, 1000, "12345678901234567890"],
      b: { sent: "9007199254740993" },
      c: { d: { sent: "1e400" } },
    });
    expect(keep("0.1000000000000000055")).toEqual({ sent: "0.1000000000000000055" });
    expect(keep("1e22")).toEqual({ sent: "1e22" });
  });

  it("names each place", () => {
    const places: string[] = [];
    parseLong('[{"a":{"b":[0,1e400]}},1e400]', ({ isExact }, place) =>
      places.push(`${place.join("/")} ${isExact}`),
    );
    expect(places).toEqual(["0/a/b/1 false", "1 false"]);
  });

  it("is not needed where hasLongNumbers says so: every number of the text is kept to the digit", () => {
    const whole = fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }).map(String);
    const fraction = fc.tuple(whole, fc.bigInt({ min: 0n, max: 10n ** 20n })).map(([a, b]) => `${a}.${b}`);
    const written = fc.oneof(
      whole,
      fraction,
      fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
    );
    const number = fc
      .tuple(written, fc.option(fc.integer({ min: -400, max: 400 })))
      .map(([text, exponent]) => (exponent === null || text.includes("e") ? text : `${text}e${exponent}`));
    const gap = fc.constantFrom("", " ", "\n", "\t", "\r\n");
    fc.assert(
      fc.property(number, gap, fc.constantFrom("%", "[%]", '{"a":%}', '[0,%,"x"]'), (text, blank, frame) => {
        const json = frame.replace("%", `${blank}${text}${blank}`);
        if (!hasLongNumbers(json)) expect(isExact(text, Number(text)), json).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  it("finds a number wherever it begins and ends, beside numbers that are short", () => {
    for (const number of ["1234567890123456789", "-0.12345678901234567", "1e400", "1E400"]) {
      for (let before = 0; before < 40; before++) {
        const text = `[${" ".repeat(before)}${number}, 123456789012345, "é"]`;
        expect([text, hasLongNumbers(text)]).toEqual([text, true]);
      }
    }
  });

  it("texts without long numbers are not suspected for ids, dates and short numbers", () => {
    for (const value of [
      {
        id: "3e4f5a6b-7c8d-4e9f-8a0b-1c2d3e4f5a6b",
        at: "2020-02-29T12:34:56.789Z",
        n: 123456789012345,
        x: -0.1,
      },
      { card: "1234567890123456789", list: [1, 2.5, 3] },
    ])
      expect(hasLongNumbers(JSON.stringify(value))).toBe(false);
  });

  it("takes a time that grows with the text alone, whatever its depth", () => {
    const deep = (count: number): string =>
      `${"[".repeat(500)}${Array(count).fill("1").join()},1e400${"]".repeat(500)}`;
    const time = (count: number): number => {
      const text = deep(count);
      const start = performance.now();
      expect(hasLongNumbers(text)).toBe(true);
      keep(text);
      return performance.now() - start;
    };
    time(1000);
    expect(time(500_000)).toBeLessThan(40 * Math.max(time(50_000), 5));
  });
});
