import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonPatch } from "../../../src/patch/jsonPatch.ts";
import { LongList } from "../../../src/patch/longList.ts";

describe("LongList", () => {
  it("does what a plain list does", () => {
    const step = fc.tuple(fc.constantFrom("insert", "remove", "set", "at"), fc.nat(), fc.integer());
    fc.assert(
      fc.property(fc.nat(3000), fc.array(step, { maxLength: 400 }), (length, steps) => {
        const plain = Array.from({ length }, (_, index) => index);
        const list = new LongList(plain);
        for (const [kind, place, value] of steps) {
          if (kind === "insert") {
            const at = place % (plain.length + 1);
            plain.splice(at, 0, value);
            list.insert(at, value);
          } else if (plain.length > 0) {
            const at = place % plain.length;
            if (kind === "remove") expect(list.remove(at)).toBe(plain.splice(at, 1)[0]);
            else if (kind === "at") expect(list.at(at)).toBe(plain[at]);
            else {
              plain[at] = value;
              list.set(at, value);
            }
          }
        }
        const written: unknown[] = ["old"];
        list.writeTo(written);
        expect(written).toEqual(plain);
        expect(list.length).toBe(plain.length);
      }),
      { numRuns: 60 },
    );
  });
});

describe("a patch of a long list", () => {
  it("comes to what the same patch of a short one does, whatever is read in between", () => {
    const operation = fc.oneof(
      fc.record({ op: fc.constant("add"), path: fc.nat(60).map(at => `/tags/${at}`), value: fc.integer() }),
      fc.record({
        op: fc.constant("replace"),
        path: fc.nat(59).map(at => `/tags/${at}`),
        value: fc.integer(),
      }),
      fc.record({
        op: fc.constant("move"),
        from: fc.nat(20).map(at => `/tags/${at}`),
        path: fc.nat(20).map(at => `/tags/${at}`),
      }),
      fc.record({
        op: fc.constant("copy"),
        from: fc.nat(20).map(at => `/tags/${at}`),
        path: fc.nat(20).map(at => `/tags/${at}`),
      }),
      fc.constant({ op: "copy", from: "/tags", path: "/seen" }),
    );
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 30 }), patch => {
        const short = Array.from({ length: 100 }, (_, index) => index);
        const rest = Array.from({ length: 1500 }, (_, index) => -index);
        const of = (tags: number[]) => jsonPatch({ tags, seen: null as unknown }, patch, ["tags", "seen"]);
        const [one, other] = [of(short), of([...short, ...rest])];
        expect(other.tags).toEqual([...one.tags, ...rest]);
        expect(other.seen === null).toBe(one.seen === null);
        if (Array.isArray(one.seen)) expect(other.seen).toEqual([...one.seen, ...rest]);
      }),
      { numRuns: 100 },
    );
  });
});
