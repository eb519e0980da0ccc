import { expect, it } from "vitest";
import { trimEnd } from "../../../src/core/trimEnd.ts";

it.each([
  ["/users//", "/users"],
  ["/users", "/users"],
  ["//a/", "//a"],
  ["///", ""],
  ["", ""],
])("takes off the characters at the end of %j alone", (text, trimmed) => {
  expect(trimEnd(text, "/")).toBe(trimmed);
});
