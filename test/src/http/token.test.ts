import { expect, it } from "vitest";
import { isToken } from "../../../src/http/token.ts";

it.each(["X-A", "__Host-id", "a", "!#$%&'*+-.^_`|~0"])("%j is a token", text => {
  expect(isToken(text)).toBe(true);
});

it.each(["", "a b", "a:b", "a\n", "é", "(a)", 'a"', "a,b", "a/b"])("%j is not a token", text => {
  expect(isToken(text)).toBe(false);
});
