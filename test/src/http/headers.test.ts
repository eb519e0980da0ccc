import { describe, expect, it } from "vitest";
import {
  coverHeaders,
  fillHeaders,
  type HeaderBag,
  headersOfReady,
  mergeHeaders,
} from "../../../src/http/headers.ts";

const bagOf = (headers: Record<string, string | string[]>): HeaderBag => headersOfReady({ headers });
const shown = (bag: HeaderBag): Record<string, string[]> =>
  Object.fromEntries([...bag.values()].map(({ name, values }) => [name, values]));

describe("two layers of headers", () => {
  it("say together what responses vary by, whichever is the upper one", () => {
    const one = bagOf({ Vary: "Accept, origin" });
    fillHeaders(one, { vary: "Origin, Cookie" });
    expect(shown(one)).toEqual({ Vary: ["Accept, origin, Cookie"] });
    const other = bagOf({ Vary: "Accept, origin" });
    coverHeaders(other, bagOf({ vary: "Origin, Cookie" }));
    expect(shown(other)).toEqual({ vary: ["Accept, origin, Cookie"] });
    expect(mergeHeaders({ Vary: "Accept, origin" }, { vary: "Origin, Cookie" })).toEqual({
      vary: "Accept, origin, Cookie",
    });
  });

  it.each([
    ["*", "Accept"],
    ["Accept", "*"],
    ["Accept, *", "Cookie"],
  ])("vary by everything when one does: %s and %s", (some, more) => {
    expect(mergeHeaders({ Vary: some }, { Vary: more })).toEqual({ Vary: "*" });
  });

  it("set each cookie once, and those of the first before those of the second", () => {
    const cookies = ["a=1", "b=2"];
    const under = bagOf({ "Set-Cookie": cookies });
    fillHeaders(under, { "set-cookie": "a=1" });
    expect(shown(under)).toEqual({ "Set-Cookie": cookies });
    fillHeaders(under, { "set-cookie": "c=3" });
    expect(shown(under)).toEqual({ "Set-Cookie": [...cookies, "c=3"] });
    const over = bagOf({ "Set-Cookie": cookies });
    coverHeaders(over, bagOf({ "Set-Cookie": ["c=3", "b=2"] }));
    expect(shown(over)).toEqual({ "Set-Cookie": [...cookies, "c=3"] });
  });

  it("have of any other header what the upper one says, in any case", () => {
    const low = bagOf({ ETag: '"1"', "X-List": ["a", "b"] });
    fillHeaders(low, { etag: '"2"', "X-New": "1\r\nX-Bad: 1", "bad name": "x" });
    expect(shown(low)).toEqual({ ETag: ['"1"'], "X-List": ["a", "b"], "X-New": ["1X-Bad: 1"] });
    const high = bagOf({ ETag: '"1"', "X-List": ["a", "b"], "X-Own": "1" });
    coverHeaders(high, bagOf({ etag: '"2"', "x-list": "c" }));
    expect(shown(high)).toEqual({ etag: ['"2"'], "x-list": ["c"], "X-Own": ["1"] });
    expect(mergeHeaders({ ETag: '"1"', "X-Own": "1" }, { etag: '"2"' })).toEqual({
      etag: '"2"',
      "X-Own": "1",
    });
  });

  it("leave both as they were", () => {
    const under = Object.freeze({ Vary: "A", "X-A": "1" });
    const over = bagOf({ "X-B": ["1", "2"] });
    const bag = bagOf({ Vary: "B" });
    coverHeaders(bag, over);
    fillHeaders(bag, under);
    bag.get("x-b")?.values.push("3");
    expect(shown(over)).toEqual({ "X-B": ["1", "2"] });
    expect(mergeHeaders(under, undefined)).toBe(under);
    expect(mergeHeaders(undefined, under)).toBe(under);
  });
});
