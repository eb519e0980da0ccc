import { expect, it } from "vitest";
import { nearest } from "../../../../tools/cli/shell/nearest.ts";

const words = ["dev", "routes", "openapi", "deploy-template"];

it.each([
  ["rotes", "routes"],
  ["ROUTES", "routes"],
  ["route", "routes"],
  ["deploy", "deploy-template"],
  ["opneapi", "openapi"],
  ["dve", undefined],
  ["de", "dev"],
  ["xyz", undefined],
])("%s means %s", (word, meant) => {
  expect(nearest(word, words)).toBe(meant);
});

it("means nothing where there is nothing", () => {
  expect(nearest("dev", [])).toBeUndefined();
});
