import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { BadRequest } from "../../../../src/core/errors.ts";
import { configure } from "../../../../src/core/settings.ts";
import { decodeCursor, encodeCursor, queryHash } from "../../../../src/models/query/cursor.ts";

const refusal = new BadRequest("Invalid cursor", { field: "cursor" });
const hash = queryHash(["User", undefined, []]);
const unknown = (length: number): undefined[] => Array.from({ length }, () => undefined);

afterEach(() => configure({ secretKey: undefined }));

describe("cursor", () => {
  it("carries values of every kind", () => {
    const position = ["ü😀", 1.5, -7, 9007199254740993n, true, null, new Date(-5)];
    expect(decodeCursor(encodeCursor(hash, position), hash, unknown(7))).toEqual(position);
  });

  it("belongs to its query", () => {
    const others = [
      ["Post", undefined, []],
      ["User", { op: "eq", value: 1 }, []],
      ["User", undefined, ["id"]],
    ];
    for (const other of others) {
      expect(() => decodeCursor(encodeCursor(queryHash(other), ["x"]), hash, unknown(1))).toThrow(refusal);
    }
    expect(() => decodeCursor(encodeCursor(hash, ["x", 1]), hash, unknown(1))).toThrow(refusal);
  });

  it("distinguishes queries by type: a number, its text, a bigint and a date differ", () => {
    const values = [5, "5", 5n, new Date(5), { date: 5 }, { bigint: "5" }, [5], null];
    expect(new Set(values.map(value => queryHash([value]))).size).toBe(values.length);
  });

  describe("with a secret key", () => {
    const one = "one".repeat(11);
    const two = "two".repeat(11);
    const plain = (cursor: string): string => Buffer.from(cursor, "base64url").toString("latin1");

    it("is read by nobody else", () => {
      expect(plain(encodeCursor(hash, ["a hidden value"]))).toContain("a hidden value");
      configure({ secretKey: one });
      const sealed = encodeCursor(hash, ["a hidden value"]);
      expect(plain(sealed)).not.toContain("hidden");
      expect(decodeCursor(sealed, hash, unknown(1))).toEqual(["a hidden value"]);
      configure({ secretKey: two });
      expect(() => decodeCursor(sealed, hash, unknown(1))).toThrow(refusal);
    });

    it("is none where it was made without one, and the other way round", () => {
      const open = encodeCursor(hash, ["x"]);
      configure({ secretKey: one });
      const sealed = encodeCursor(hash, ["x"]);
      expect(() => decodeCursor(open, hash, unknown(1))).toThrow(refusal);
      configure({ secretKey: undefined });
      expect(() => decodeCursor(sealed, hash, unknown(1))).toThrow(refusal);
    });

    it("is made with the first of a list, and read with each of it", () => {
      configure({ secretKey: one });
      const old = encodeCursor(hash, ["x"]);
      configure({ secretKey: [two, one] });
      const fresh = encodeCursor(hash, ["x"]);
      expect(decodeCursor(old, hash, unknown(1))).toEqual(["x"]);
      configure({ secretKey: [two] });
      expect(decodeCursor(fresh, hash, unknown(1))).toEqual(["x"]);
      expect(() => decodeCursor(old, hash, unknown(1))).toThrow(refusal);
    });

    it("is the same for the same place, and has nothing in common with that of another", () => {
      configure({ secretKey: one });
      const [first, again, other] = [
        ["x", 1],
        ["x", 1],
        ["x", 2],
      ].map(at => encodeCursor(hash, at));
      expect(again).toBe(first);
      expect(other?.slice(0, 16)).not.toBe(first?.slice(0, 16));
    });

    it("has a length that reveals little of its values", () => {
      configure({ secretKey: one });
      expect(encodeCursor(hash, ["x".repeat(20)])).toHaveLength(encodeCursor(hash, ["x"]).length);
    });

    it("belongs to its query, and is refused after any change of one character", () => {
      configure({ secretKey: one });
      const cursor = encodeCursor(hash, ["x", 1, null]);
      const foreign = queryHash(["Post", undefined, []]);
      expect(() => decodeCursor(cursor, foreign, unknown(3))).toThrow(refusal);
      for (let at = 0; at < cursor.length; at++) {
        const changed = `${cursor.slice(0, at)}${cursor[at] === "A" ? "B" : "A"}${cursor.slice(at + 1)}`;
        expect(() => decodeCursor(changed, hash, unknown(3)), changed).toThrow(refusal);
      }
    });
  });

  it("is refused when its values are not of the columns' kinds", () => {
    for (const [kind, value] of [
      ["date", "x"],
      ["integer", 1.5],
      ["bigint", "1"],
      ["text", 1],
      ["boolean", 1],
    ] as const) {
      expect(() => decodeCursor(encodeCursor(hash, [value]), hash, [kind])).toThrow(refusal);
      expect(decodeCursor(encodeCursor(hash, [null]), hash, [kind])).toEqual([null]);
    }
  });

  it("is refused after any change of one character", () => {
    const cursor = encodeCursor(hash, ["x", 1, null]);
    for (let at = 0; at < cursor.length; at++) {
      const changed = `${cursor.slice(0, at)}${cursor[at] === "A" ? "B" : "A"}${cursor.slice(at + 1)}`;
      expect(() => decodeCursor(changed, hash, unknown(3)), changed).toThrow(refusal);
    }
  });

  it("refuses whatever else it is given", () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.string(), fc.base64String()), value => {
        expect(() => decodeCursor(value, hash, unknown(1))).toThrow(refusal);
      }),
    );
  });
});
