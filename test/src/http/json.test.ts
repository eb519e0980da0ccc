import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytesOf } from "../../../src/core/bytes.ts";
import { NotFound, ServerError } from "../../../src/core/errors.ts";
import { toJson } from "../../../src/http/json.ts";

const unwritable = new ServerError("The response cannot be written as JSON");

describe("toJson", () => {
  it("writes what JSON knows as JSON does", () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        expect(toJson(value)).toBe(JSON.stringify(value));
      }),
    );
  });

  it("writes null for what JSON has no word for", () => {
    for (const value of [undefined, () => 1, Symbol("s"), Number.NaN, null])
      expect(toJson(value)).toBe("null");
    expect(toJson({ a: undefined, b: [undefined] })).toBe('{"b":[null]}');
    expect(toJson({ a: undefined, b: [undefined], c: 1n })).toBe('{"b":[null],"c":"1"}');
  });

  const plain: [string, unknown, unknown][] = [
    ["a Date", new Date(0), "1970-01-01T00:00:00.000Z"],
    ["an invalid Date", new Date(Number.NaN), null],
    ["a bigint", 12345678901234567890n, "12345678901234567890"],
    ["a Buffer", Buffer.from("key"), "a2V5"],
    ["an empty Buffer", Buffer.alloc(0), ""],
    ["a Uint8Array", Uint8Array.of(0, 255), "AP8="],
    ["an empty Uint8Array", new Uint8Array(), ""],
    ["part of a typed array", new Uint8Array([1, 2, 3]).subarray(1), "AgM="],
    ["a Float64Array", new Float64Array([1]), "AAAAAAAA8D8="],
    ["a BigInt64Array", new BigInt64Array([1n]), "AQAAAAAAAAA="],
    ["a DataView", new DataView(Uint8Array.of(7).buffer), "Bw=="],
    ["an ArrayBuffer", Uint8Array.of(7).buffer, "Bw=="],
    [
      "a Map",
      new Map<unknown, unknown>([
        ["a", 1n],
        [2, new Set([3])],
      ]),
      { a: "1", 2: [3] },
    ],
    ["an empty Map", new Map(), {}],
    ["a Set", new Set([new Date(0), 1]), ["1970-01-01T00:00:00.000Z", 1]],
    ["an empty object", {}, {}],
    ["an array-like object", { "0": 1 }, { "0": 1 }],
    ["what looks like a Buffer", { type: "Buffer", data: [1] }, { type: "Buffer", data: [1] }],
  ];
  it.each(plain)("writes %s alone and at any depth", (_, value, expected) => {
    expect(JSON.parse(toJson(value))).toEqual(expected);
    const deep = { list: [{ value }], map: new Map([["value", value]]) };
    expect(JSON.parse(toJson(deep))).toEqual({ list: [{ value: expected }], map: { value: expected } });
  });

  it("honours toJSON, of bytes and of what holds bigints as well", () => {
    class Hash extends Uint8Array {
      toJSON(): string {
        return Buffer.from(this).toString("hex");
      }
    }
    class Digest extends Uint8Array {
      toJSON(): object {
        return { bytes: this.length };
      }
    }
    expect(JSON.parse(toJson([Digest.of(1, 2), 1n]))).toEqual([{ bytes: 2 }, "1"]);
    const money = { amount: 5n, toJSON: () => "5.00" };
    const tags = Object.assign(new Map([["a", 1]]), { toJSON: () => ["tags"] });
    const blob = { toJSON: () => Buffer.from("b") };
    expect(JSON.parse(toJson({ hash: Hash.of(255), money, tags, blob, count: 1n }))).toEqual({
      hash: "ff",
      money: "5.00",
      tags: ["tags"],
      blob: "Yg==",
      count: "1",
    });
  });

  it("keeps a key named __proto__ of a Map an ordinary key", () => {
    expect(toJson(new Map([["__proto__", 1]]))).toBe('{"__proto__":1}');
  });

  it("fails as our own fault on what contains itself or is too deep", () => {
    const cycle: unknown[] = [];
    cycle.push(cycle);
    const map = new Map<string, unknown>();
    map.set("self", map);
    let deep: unknown = 1;
    for (let level = 0; level < 100_000; level++) deep = [deep];
    for (const value of [cycle, map, deep, { cycle, big: 1n }])
      expect(() => toJson(value)).toThrow(unwritable);
  });

  it("lets an HttpError of a toJSON through, and hides any other", () => {
    const throwing = (error: Error) => ({
      toJSON() {
        throw error;
      },
    });
    expect(() => toJson(throwing(new NotFound()))).toThrow(new NotFound());
    expect(() => toJson(throwing(new TypeError("secret")))).toThrow(unwritable);
  });
});

describe("bytesOf", () => {
  it("shares the memory of what it is given", () => {
    const bytes = Uint8Array.of(1, 2, 3);
    const found = bytesOf(bytes.subarray(1));
    bytes[1] = 9;
    expect(found).toEqual(Buffer.of(9, 3));
  });

  it("finds no bytes in anything else", () => {
    for (const value of [undefined, null, "abc", [1, 2], { length: 1 }, 1])
      expect(bytesOf(value)).toBeUndefined();
  });
});
