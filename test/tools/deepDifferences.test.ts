import { expect, it } from "vitest";
import { deepDifferences } from "../../tools/deepDifferences.ts";

const bytes = Buffer.from("ab");
const other = Buffer.from("ac");

it.each<[unknown, unknown, [path: (string | number)[], expected: unknown, actual: unknown][]]>([
  [1, 1, []],
  [{ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }, []],
  [{ a: [1, { b: 2 }] }, { a: [1, { b: 3 }] }, [[["a", 1, "b"], 2, 3]]],
  [
    { a: 1 },
    { b: 1 },
    [
      [["a"], 1, undefined],
      [["b"], undefined, 1],
    ],
  ],
  [[1], { 0: 1 }, [[[], [1], { 0: 1 }]]],
  [null, {}, [[[], null, {}]]],
  [{ a: bytes }, { a: other }, [[["a"], bytes, other]]],
])("%j and %j differ where they do", (expected, actual, found) => {
  const all = deepDifferences(expected, actual, Object.is);
  expect(all.map(one => [one.path, one.expected, one.actual])).toEqual(found);
});

it("nothing is found where the caller says that both are the same", () => {
  const isSame = (expected: unknown): boolean => expected === "any";
  expect(deepDifferences({ a: "any", b: 1 }, { a: { c: 1 }, b: 2 }, isSame)).toEqual([
    { path: ["b"], expected: 1, actual: 2 },
  ]);
});
