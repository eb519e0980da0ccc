import { createRequire } from "node:module";
import fc from "fast-check";
import { expect, it } from "vitest";
import { ucs2length } from "../../../src/schema/ucs2length.ts";

const ofAjv = createRequire(import.meta.url)("ajv/dist/runtime/ucs2length.js") as {
  default: (text: string) => number;
};

it("counts what Ajv counts: characters, also beside halves of one", () => {
  expect(["", "é", "a😀b", "\ud83d", "\ude00\ud83d", "\ud83d\ud83d\ude00\ude00"].map(ucs2length)).toEqual([
    0, 1, 3, 1, 2, 3,
  ]);
  const unit = fc.constantFrom("a", "é", "\ud83d", "\ude00", "\udbff", "\udc00");
  fc.assert(
    fc.property(fc.array(unit), units => {
      expect(ucs2length(units.join(""))).toBe(ofAjv.default(units.join("")));
    }),
  );
});
