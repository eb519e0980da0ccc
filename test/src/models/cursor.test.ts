import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { BadRequest } from "../../../src/errors.ts";
import { decodeCursor, encodeCursor, queryHash } from "../../../src/models/cursor.ts";
import { configure } from "../../../src/settings.ts";

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

  it("tells queries apart by type: a number, its text, a bigint and a date differ", () => {
    const values = [5, "5", 5n, new Date(5), { date: 5 }, { bigint: "5" }, [5], null];
    expect(new Set(values.map(value => queryHash([value]))).size).toBe(values.length);
  });

  it("is signed with the secret key", () => {
    const unsigned = encodeCursor(hash, ["x"]);
    configure({ secretKey: "one" });
    const signed = encodeCursor(hash, ["x"]);
    expect(signed).not.toBe(unsigned);
    expect(decodeCursor(signed, hash, unknown(1))).toEqual(["x"]);
    expect(() => decodeCursor(unsigned, hash, unknown(1))).toThrow(refusal);
    configure({ secretKey: "two" });
    expect(() => decodeCursor(signed, hash, unknown(1))).toThrow(refusal);
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
