import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonEqual } from "../../../src/schema/jsonEqual.ts";
import { jsonSchema } from "../../../src/schema/jsonSchema.ts";
import { checkSchema } from "../../../src/schema/standard.ts";
import { differences } from "../../support/sameChecks.ts";

/** An object without a prototype, as `readQuery` and `node:sqlite` give them. */
const bare = (entries: object): object => Object.assign(Object.create(null), entries);

/** Keys that a careless comparison asks of the object itself. */
const keys = ["valueOf", "toString", "constructor", "hasOwnProperty", "toJSON", "length", "a"];

describe("two values are equal", () => {
  it.each<[string, unknown, unknown]>([
    ["as JSON has them, whatever their prototype", bare({ a: [bare({ b: 1 })] }), { a: [{ b: 1 }] }],
    ["without a prototype both", bare({ a: 1, b: 2 }), bare({ b: 2, a: 1 })],
    ["as Dates of one time", new Date(5), new Date(5)],
    ["as 0 and -0", [0], [-0]],
    ["as NaN, which JSON does not have", [Number.NaN], [Number.NaN]],
    ["as bytes", new Uint8Array([1, 2]), new Uint8Array([1, 2])],
  ])("%s", (_name, a, b) => {
    expect(jsonEqual(a, b)).toBe(true);
    expect(jsonEqual(b, a)).toBe(true);
  });

  it.each<[string, unknown, unknown]>([
    ["a list and an object with the same keys", ["x"], { 0: "x" }],
    ["a key that is undefined and one that is not there", { a: undefined }, { b: undefined }],
    ["an inherited key and a sent one", { toString: Object.prototype.toString }, {}],
    ["lists of other lengths", [1], [1, 2]],
    ["Dates of other times", new Date(5), new Date(6)],
    ["null and an object", null, {}],
    ["a number and its text", 1, "1"],
  ])("but not %s", (_name, a, b) => {
    expect(jsonEqual(a, b)).toBe(false);
    expect(jsonEqual(b, a)).toBe(false);
  });

  it("exactly where their texts are, keys sorted", () => {
    const value = fc.jsonValue({ depthSize: "small" });
    const sorted = (one: unknown): string =>
      JSON.stringify(one, (_key, part: unknown) =>
        typeof part === "object" && part !== null && !Array.isArray(part)
          ? { keys: Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)) }
          : part,
      );
    fc.assert(
      fc.property(value, value, (a, b) => {
        expect(jsonEqual(a, b)).toBe(sorted(a) === sorted(b));
        expect(jsonEqual(a, JSON.parse(JSON.stringify(a)))).toBe(true);
      }),
    );
  });
});

describe("const, enum and uniqueItems", () => {
  it.each(keys)("take an object with the key %s for what it is, compiled ahead or not", async key => {
    const sent = { [key]: 1 };
    const values = [sent, bare(sent), { [key]: 2 }, {}, [sent, bare(sent)], [sent, { [key]: 2 }], 1];
    const all = [{ const: sent }, { enum: [sent, "x"] }, { type: "array", uniqueItems: true }] as const;
    const judged = all.map(schema => values.map(value => checkSchema(jsonSchema(schema), value)));
    const isRight = judged.map(results => results.map(result => !("errors" in result)));
    expect(isRight).toEqual([
      [true, true, false, false, false, false, false],
      [true, true, false, false, false, false, false],
      [false, false, false, false, false, true, false],
    ]);
    expect(await differences(all.map(schema => [schema, false, values]))).toEqual([]);
  });
});
