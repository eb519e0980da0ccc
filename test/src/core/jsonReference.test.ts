import { describe, expect, it } from "vitest";
import { dereferenced, targetOf } from "../../../src/core/jsonReference.ts";

const root = {
  $defs: {
    "a/b": { type: "integer" },
    "m~n": { type: "number" },
    "~1": { type: "null" },
    "ü %": { type: "string" },
    "100%": { type: "boolean" },
    "": { title: "empty" },
    list: [{ title: "first" }],
  },
};

describe("targetOf", () => {
  it.each<[string, unknown]>([
    ["#", root],
    ["#/$defs/a~1b", root.$defs["a/b"]],
    ["#/$defs/a%2Fb", root.$defs["a/b"]],
    ["#/%24defs/m~0n", root.$defs["m~n"]],
    ["#/$defs/~01", root.$defs["~1"]],
    ["#/$defs/%C3%BC%20%25", root.$defs["ü %"]],
    ["#/$defs/100%", root.$defs["100%"]],
    ["#/$defs/", root.$defs[""]],
    ["#/$defs/list/0", root.$defs.list[0]],
  ])("follows %s", (reference, target) => {
    expect(targetOf(root, reference)).toBe(target);
  });

  it.each([
    "#/$defs/nothing",
    "#/$defs/a~1b/type/length",
    "#/constructor",
    "#/$defs/list/length/x",
    "#anchor",
    "other.json#/$defs/list",
    "/$defs/list",
    "",
    7,
    undefined,
  ])("leads nowhere by %j", reference => {
    expect(targetOf(root, reference)).toBeUndefined();
  });
});

describe("dereferenced", () => {
  it("is the schema itself where that refers to nothing", () => {
    const schema = { type: "string" };
    expect(dereferenced({}, schema)).toBe(schema);
  });

  it("follows a reference to a reference", () => {
    const of = { $defs: { a: { $ref: "#/$defs/b" }, b: { $ref: "#/$defs/c" }, c: { type: "integer" } } };
    expect(dereferenced(of, { $ref: "#/$defs/a" })).toEqual({ type: "integer" });
  });

  it("keeps what stands beside a reference, which counts before what it leads to", () => {
    const of = {
      $defs: {
        a: { $ref: "#/$defs/b", properties: { x: { title: "a" }, y: {} }, required: ["x"] },
        b: {
          type: "object",
          title: "b",
          properties: { x: { title: "b" }, z: { title: "b" } },
          required: ["z", "x"],
        },
      },
    };
    expect(dereferenced(of, { $ref: "#/$defs/a", title: "own" })).toEqual({
      type: "object",
      title: "own",
      properties: { x: { title: "a" }, y: {}, z: { title: "b" } },
      required: ["x", "z"],
    });
  });

  it("ends where references go in a circle", () => {
    const of = { $ref: "#", $defs: { a: { $ref: "#/$defs/b", title: "a" }, b: { $ref: "#/$defs/a" } } };
    expect(dereferenced(of, { $ref: "#/$defs/b" })).toEqual({ title: "a" });
    expect(dereferenced(of, of)).toEqual({ $defs: of.$defs });
  });

  it("says nothing where there is nothing to be read", () => {
    for (const schema of [undefined, null, true, false, "text", [], { $ref: "#/nowhere" }])
      expect(dereferenced({}, schema)).toEqual({});
    expect(dereferenced({ $defs: { yes: true } }, { $ref: "#/$defs/yes", title: "own" })).toEqual({
      title: "own",
    });
  });
});
