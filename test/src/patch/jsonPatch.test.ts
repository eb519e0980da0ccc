import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BadRequest, Conflict, HttpError, PayloadTooLarge } from "../../../src/core/errors.ts";
import { jsonPatch } from "../../../src/patch/jsonPatch.ts";

const target = { name: "Ann", tags: ["a", "b"], address: { city: "Bern", "a/b": 1, "m~n": 2 } };
const fields = ["name", "tags", "address"];

describe("jsonPatch", () => {
  it.each([
    ["add", [{ op: "add", path: "/tags/1", value: "x" }], { tags: ["a", "x", "b"] }],
    ["append", [{ op: "add", path: "/tags/-", value: "x" }], { tags: ["a", "b", "x"] }],
    ["remove", [{ op: "remove", path: "/tags/0" }], { tags: ["b"] }],
    ["replace", [{ op: "replace", path: "/name", value: null }], { name: null }],
    ["move", [{ op: "move", from: "/tags/0", path: "/tags/1" }], { tags: ["b", "a"] }],
    ["copy", [{ op: "copy", from: "/tags/0", path: "/name" }], { name: "a" }],
    ["test", [{ op: "test", path: "/name", value: "Ann" }], {}],
    [
      "escaped",
      [{ op: "replace", path: "/address/a~1b", value: 3 }],
      { address: { ...target.address, "a/b": 3 } },
    ],
    ["tilde", [{ op: "remove", path: "/address/m~0n" }], { address: { city: "Bern", "a/b": 1 } }],
    ["nothing", [], {}],
  ])("applies %s (RFC 6902)", (_, patch, changes) => {
    const before = structuredClone(target);
    expect(jsonPatch(target, patch, fields)).toEqual({ ...target, ...changes });
    expect(target).toEqual(before);
  });

  it.each([
    ["no list", {}, "Malformed patch: it must be a list of operations"],
    ["null", [null], "Malformed patch: [0].op must be one of add, remove, replace, move, copy, test"],
    [
      "an unknown op",
      [{ op: "spam", path: "/name" }],
      "Malformed patch: [0].op must be one of add, remove, replace, move, copy, test",
    ],
    ["no path", [{ op: "remove" }], "Malformed patch: [0].path must be a JSON pointer to a field"],
    [
      "the whole",
      [{ op: "replace", path: "", value: {} }],
      "Malformed patch: [0].path must be a JSON pointer to a field",
    ],
    [
      "a bad escape",
      [{ op: "remove", path: "/a~2" }],
      "Malformed patch: [0].path must be a JSON pointer to a field",
    ],
    [
      "another field",
      [{ op: "add", path: "/admin", value: true }],
      "Malformed patch: [0].path names a field that can't be changed",
    ],
    [
      "a source that is another field",
      [{ op: "copy", from: "/password", path: "/name" }],
      "Malformed patch: [0].from names a field that can't be changed",
    ],
    [
      "a prototype",
      [{ op: "add", path: "/address/__proto__/x", value: 1 }],
      "Malformed patch: [0].path is not allowed",
    ],
    [
      "a constructor",
      [{ op: "add", path: "/address/constructor", value: 1 }],
      "Malformed patch: [0].path is not allowed",
    ],
    [
      "a missing place",
      [{ op: "remove", path: "/address/zip" }],
      "Malformed patch: [0] names a place that does not exist",
    ],
    [
      "an index beyond the end",
      [{ op: "add", path: "/tags/9", value: 1 }],
      "Malformed patch: [0] names a place that does not exist",
    ],
    [
      "the length of a list",
      [{ op: "replace", path: "/tags/length", value: 4_294_967_295 }],
      "Malformed patch: [0] names a place that does not exist",
    ],
    [
      "the place behind a list, where nothing is to be replaced",
      [{ op: "replace", path: "/tags/-", value: "x" }],
      "Malformed patch: [0] names a place that does not exist",
    ],
    [
      "a member that is inherited",
      [{ op: "copy", from: "/address/toString", path: "/name" }],
      "Malformed patch: [0] names a place that does not exist",
    ],
    [
      "what is inside of text",
      [{ op: "copy", from: "/name/length", path: "/name" }],
      "Malformed patch: [0] names a place that does not exist",
    ],
    ["no value", [{ op: "add", path: "/name" }], "Malformed patch: [0].value is missing"],
    ["a test of no value", [{ op: "test", path: "/address/zip" }], "Malformed patch: [0].value is missing"],
  ])("refuses %s", (_, patch, message) => {
    expect(() => jsonPatch(target, patch, fields)).toThrow(
      expect.objectContaining({ constructor: BadRequest, message }),
    );
  });

  it("is all or nothing: a failing test leaves no change", () => {
    const patch = [
      { op: "replace", path: "/name", value: "Bob" },
      { op: "test", path: "/name", value: "Ann" },
    ];
    const before = structuredClone(target);
    expect(() => jsonPatch(target, patch, fields)).toThrow(
      new Conflict("The patch's test [1] does not hold"),
    );
    expect(target).toEqual(before);
  });

  it("finds no test to hold of a place that does not exist", () => {
    for (const path of ["/tags/7", "/tags/length", "/address/zip", "/name/length"]) {
      for (const value of [null, 2, 3]) {
        expect(() => jsonPatch(target, [{ op: "test", path, value }], fields)).toThrow(
          new Conflict("The patch's test [0] does not hold"),
        );
      }
    }
  });

  it("takes pointers of any length without exhausting the stack", () => {
    const deep = `/tags${"/0".repeat(3e6)}`;
    expect(() => jsonPatch(target, [{ op: "remove", path: deep }], fields)).toThrow(
      new BadRequest("Malformed patch: [0].path is nested too deeply"),
    );
    for (const token of ["a".repeat(5e6), "~0".repeat(2e6)]) {
      expect(() => jsonPatch(target, [{ op: "remove", path: `/address/${token}` }], fields)).toThrow(
        new BadRequest("Malformed patch: [0] names a place that does not exist"),
      );
    }
  });

  it("refuses to nest an object more deeply than a body may be", () => {
    const nest = (depth: number): unknown =>
      Array.from({ length: depth }).reduce<unknown>(inner => [inner], []);
    const within = [{ op: "add", path: `/tags/0`, value: nest(500) }];
    expect(jsonPatch(target, within, fields).tags).toHaveLength(3);
    const added = [...within, { op: "add", path: `/tags${"/0".repeat(400)}`, value: nest(500) }];
    const copied = [...within, { op: "copy", from: "/tags", path: `/tags${"/0".repeat(400)}` }];
    for (const patch of [added, [...copied, ...copied.slice(1)]]) {
      expect(() => jsonPatch(target, patch, fields)).toThrow(
        new BadRequest("The patch nests the object too deeply"),
      );
    }
  });

  it("never says more than 100 characters of a field's name", () => {
    const patch = [{ op: "remove", path: `/${"a".repeat(1e6)}` }];
    expect(() => jsonPatch(target, patch, fields)).toThrow(
      expect.objectContaining({ constructor: BadRequest, field: `${"a".repeat(100)}…` }),
    );
  });

  it("tests long lists in no time", () => {
    const list = Array.from({ length: 100_000 }, (_, index) => index);
    const patch = [
      { op: "add", path: "/tags", value: list },
      { op: "test", path: "/tags", value: list.toReversed() },
    ];
    expect(() => jsonPatch(target, patch, fields)).toThrow(
      new Conflict("The patch's test [1] does not hold"),
    );
  });

  it("stops copies of copies before they fill the memory", () => {
    const patch = Array.from({ length: 40 }, () => ({ op: "copy", from: "/tags", path: "/tags/-" }));
    expect(() => jsonPatch(target, patch, fields)).toThrow(PayloadTooLarge);
  });

  it("never throws anything but an HTTP error, and never pollutes a prototype", () => {
    const pointer = fc.oneof(
      fc.constantFrom(
        "/name",
        "/tags",
        "/tags/0",
        "/tags/-",
        "/address/city",
        "/address/__proto__/x",
        "/name/x",
        "",
      ),
      fc.string(),
    );
    const operation = fc.record(
      {
        op: fc.constantFrom("add", "remove", "replace", "move", "copy", "test", "x"),
        path: pointer,
        from: pointer,
        value: fc.anything(),
      },
      { requiredKeys: ["op"] },
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(operation, fc.anything())), patch => {
        try {
          jsonPatch(target, patch, fields);
        } catch (error) {
          expect(error).toBeInstanceOf(HttpError);
        }
        expect(({} as { x?: unknown }).x).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });
});
