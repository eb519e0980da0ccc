import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decimalKey, fromSortable, toSortable } from "../../../src/models/fields/decimal.ts";
import { canonicalJson, compareText, copyObject, foldCase } from "../../../src/models/fields/values.ts";
import { sqlModel } from "../../../src/models/sql/sqlModel.ts";
import { sqlite } from "../../../src/models/sqlite.ts";
import { type Thing, thingFields } from "../../../tools/testing/modelConformance.ts";
import { type Both, fillBoth, giveSameResults, searchAlike } from "../../support/sameResults.ts";

const db = sqlite(":memory:");
let both: Both;

beforeAll(async () => {
  both = await fillBoth(sqlModel<Thing>({ db, name: "Thing", table: "things", columns: thingFields }));
});
afterAll(() => db.destroy());

describe("memory and SQLite", () => {
  it("answer every condition and order alike", () => giveSameResults(both, 400));
  it("search alike", () => searchAlike(both));
});

describe("values", () => {
  it("order text by code point, as its bytes do", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" }), (a, b) => {
        expect(Math.sign(compareText(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
  });

  it("fold case in every script, where letters have one counterpart", () => {
    expect(foldCase("ÄÖ Σ ЖЯ ABC ß İ")).toBe("äö σ жя abc ß İ");
  });

  it("copy what holds objects, and refuse what is too deep to", () => {
    const given = { list: [{ at: new Date(5) }], bytes: new Uint8Array([1]), none: undefined };
    const copy = copyObject(given);
    expect(copy).toEqual({ list: [{ at: new Date(5) }], bytes: new Uint8Array([1]) });
    expect(copy.list[0]).not.toBe(given.list[0]);
    expect(copy.bytes).not.toBe(given.bytes);
    let deep: unknown = 1;
    for (let at = 0; at < 10_000; at++) deep = [deep];
    expect(() => copyObject({ deep })).toThrow("Too deeply nested");
    expect(() => canonicalJson({ deep })).toThrow("Too deeply nested");
    const shadowed = copyObject(JSON.parse('{"__proto__":{"admin":true}}') as { admin?: boolean });
    expect(Object.keys(shadowed)).toEqual(["__proto__"]);
    expect(shadowed.admin).toBeUndefined();
  });

  it("sort decimals as numbers and keep them as written", () => {
    const sorted = [
      "-100",
      "-10.5",
      "-10.25",
      "-10",
      "-9",
      "-0.01",
      "0",
      "0.009",
      "0.01",
      "9",
      "9.5",
      "10",
      "100",
    ];
    const keys = sorted.map(decimalKey);
    expect([...keys].sort()).toEqual(keys);
    expect(decimalKey("-0.0")).toBe(decimalKey("0"));
    expect(decimalKey("007.50")).toBe(decimalKey("7.5"));
    for (const written of sorted) expect(fromSortable(toSortable(written))).toBe(written);
  });
});
