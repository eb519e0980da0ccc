import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { digitsOf, isExact, plainNumber } from "../../../src/core/numberText.ts";

describe("the digits of a number", () => {
  it.each([
    ["0.050", "", "5", -1],
    ["-120", "-", "12", 3],
    ["1.5e3", "", "15", 4],
    ["-0e99999", "", "", 0],
    ["1e99999999999999999999", "", "1", 1e20 + 1],
  ])("of %s", (text, sign, digits, point) => {
    expect(digitsOf(text)).toEqual({ sign, digits, point });
  });

  it.each(["", "-", ".5", "5.", "1e", "0x10", "Infinity", "NaN", "1,5", " 1"])("%j is none", text => {
    expect(digitsOf(text)).toBeUndefined();
    expect(plainNumber(text)).toBeUndefined();
    expect(isExact(text, 1)).toBe(false);
  });

  it("are all there in a double that was made of what it writes itself", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), number => {
        expect(isExact(String(number), number)).toBe(true);
      }),
    );
  });

  it.each([
    ["1e-7", "0.0000001"],
    ["1.25E+2", "125"],
    ["-12e-1", "-1.2"],
    ["1.50", "1.50"],
    ["0e5", "0"],
    ["1e199", `1${"0".repeat(199)}`],
    ["1e200", undefined],
    ["1e-201", undefined],
  ])("%s is written plainly as %s", (text, plain) => expect(plainNumber(text)).toBe(plain));
});
