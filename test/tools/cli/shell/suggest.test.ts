import { expect, it } from "vitest";
import { suggest } from "../../../../tools/cli/shell/suggest.ts";

const words = ["dev", "routes", "openapi", "deploy-template"];

it.each([
  ["rotes", "routes"],
  ["ROUTES", "routes"],
  ["route", "routes"],
  ["deploy", "deploy-template"],
  ["opneapi", "openapi"],
  ["dve", "dev"],
  ["dveop", undefined],
  ["de", "dev"],
  ["xyz", undefined],
])("%s means %s", (word, meant) => {
  expect(suggest(word, words)).toBe(meant);
});

it("no word is meant where none is known, and none by what has no letters", () => {
  expect(suggest("dev", [])).toBeUndefined();
  expect(["", "-", "--"].map(odd => suggest(odd, words))).toEqual([undefined, undefined, undefined]);
});
