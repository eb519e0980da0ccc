import { inspect } from "node:util";
import { expect, it } from "vitest";
import { privateField } from "../../../src/core/privateField.ts";

it.each<[string, object]>([
  ["an object", { a: 1 }],
  ["an object without a prototype", Object.create(null)],
  ["a list", [1]],
  ["a frozen object", Object.freeze({ a: 1 })],
  ["a sealed object", Object.seal({ a: 1 })],
  ["a proxy", new Proxy({ a: 1 }, {})],
  ["a class", class Event {}],
])("stands on %s, and is another value for each field and object", (_, object) => {
  const one = privateField<string>();
  const other = privateField<number>();
  expect([one.get(object), other.get(object)]).toEqual([undefined, undefined]);
  one.set(object, "first");
  other.set(object, 2);
  one.set(object, "second");
  expect([one.get(object), other.get(object), one.get({})]).toEqual(["second", 2, undefined]);
});

it("is kept when its object is frozen later, and can be set then", () => {
  const field = privateField<number>();
  const object = { a: 1 };
  field.set(object, 1);
  Object.freeze(object);
  expect(field.get(object)).toBe(1);
  field.set(object, 2);
  expect(field.get(object)).toBe(2);
});

it("is seen by nobody, and no copy has it", () => {
  const field = privateField<string>();
  const object = { a: 1 };
  field.set(object, "secret");
  expect(Reflect.ownKeys(object)).toEqual(["a"]);
  expect(object).toStrictEqual({ a: 1 });
  expect(inspect(object, { showHidden: true, depth: 9 })).not.toContain("secret");
  for (const copy of [{ ...object }, structuredClone(object), Object.create(object)]) {
    expect(field.get(copy)).toBeUndefined();
  }
});
