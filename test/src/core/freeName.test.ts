import { expect, it } from "vitest";
import { freeName } from "../../../src/core/freeName.ts";

it("a name that is taken gets the first number that makes it free", () => {
  const taken = new Set(["a", "a2", "a3", "bx2", "b"]);
  const isFree = (name: string): boolean => !taken.has(name);
  expect([freeName("c", isFree), freeName("a", isFree), freeName("b", isFree, "x")]).toEqual([
    "c",
    "a4",
    "bx3",
  ]);
});
