import { describe, expect, it } from "vitest";
import { differences, legible, renewed } from "../../../../tools/cli/replay/differences.ts";

describe("differences", () => {
  it.each([
    [1, 1, []],
    [null, null, []],
    [{ a: 1, b: [1, { c: 2 }] }, { b: [1, { c: 2 }], a: 1 }, []],
    [1, "1", ['the result: expected 1, got "1"']],
    [null, {}, ["the result: expected null, got {}"]],
    [[1], { 0: 1 }, ['the result: expected [1], got {"0":1}']],
    [{ a: { b: 1 } }, { a: { b: 2 } }, ["a.b: expected 1, got 2"]],
    [[{ a: 1 }], [{ a: 2 }], ["[0].a: expected 1, got 2"]],
    [{ list: [1, 2] }, { list: [1] }, ["list[1]: expected 2, got nothing"]],
    [{}, { a: null }, ["a: expected nothing, got null"]],
    [{ a: "<any>" }, { a: { b: 1 } }, []],
    [{ a: "<any>" }, { a: null }, []],
    [{ a: "<any>" }, {}, ['a: expected "<any>", got nothing']],
    ["x".repeat(100), "", [`the result: expected "${"x".repeat(56)}..., got ""`]],
  ])("of %j and %j are found, each with its place", (expected, actual, found) => {
    expect(differences(expected, actual)).toEqual(found);
  });
});

it("a result is legible when the JSON of its body is read", () => {
  expect(legible({ statusCode: 200, body: '{"a":[1]}' })).toEqual({ statusCode: 200, body: { a: [1] } });
  for (const same of [
    null,
    "text",
    { statusCode: 200, body: "{" },
    { statusCode: 200, body: "7" },
    { statusCode: 200, body: "[]", isBase64Encoded: true },
  ]) {
    expect(legible(same)).toEqual(same);
  }
});

it("a new expectation leaves open what the old one left open", () => {
  const old = { at: "<any>", gone: "<any>", list: [{ id: "<any>" }], kept: 1 };
  const value = { at: 5, list: [{ id: 1 }, { id: 2 }], kept: 2 };
  expect(renewed(old, value)).toEqual({ at: "<any>", list: [{ id: "<any>" }, { id: 2 }], kept: 2 });
  expect(renewed(undefined, value)).toEqual(value);
});
