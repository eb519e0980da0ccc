import { describe, expect, it } from "vitest";
import { etagOf, matchesStrongly, matchesWeakly } from "../../../src/http/etag.ts";

describe("etagOf", () => {
  it("is a quoted tag: the same for the same body, another for another", () => {
    expect(etagOf("body")).toMatch(/^"[\w-]+"$/);
    expect(etagOf("body")).toBe(etagOf("body"));
    expect(etagOf("body")).not.toBe(etagOf("Body"));
  });
});

/** RFC 9110 section 8.8.3.2: tag, other tag, strong match, weak match. */
const comparisons: [string, string, boolean, boolean][] = [
  ['W/"1"', 'W/"1"', false, true],
  ['W/"1"', 'W/"2"', false, false],
  ['W/"1"', '"1"', false, true],
  ['"1"', '"1"', true, true],
  ['"2", "1"', '"1"', true, true],
  ['"2" , W/"1"', '"1"', false, true],
  ['"a,b", "c"', '"a,b"', true, true],
  ["*", '"1"', true, true],
  [" * ", '"1"', true, true],
  ["", '"1"', false, false],
  ["1", '"1"', false, false],
  ['"1', '"1"', false, false],
];

describe("matching tags", () => {
  it.each(comparisons)("compares %s with %s: strongly %s, weakly %s", (header, tag, strong, weak) => {
    expect(matchesStrongly(header, tag)).toBe(strong);
    expect(matchesWeakly(header, tag)).toBe(weak);
  });
});
