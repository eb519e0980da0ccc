import { expect, it } from "vitest";
import { textList } from "../../../src/core/textList.ts";

it.each([
  ["", []],
  [" , ,", []],
  ["a", ["a"]],
  [" a ,b,, c d ", ["a", "b", "c d"]],
])("the items of %j stand without blanks, and empty ones are none", (text, items) => {
  expect(textList(text)).toEqual(items);
});
