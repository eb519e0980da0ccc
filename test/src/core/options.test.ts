import { describe, expect, it } from "vitest";
import {
  checkArgument,
  checkOptions,
  isKind,
  type OptionKind,
  wantedKind,
} from "../../../src/core/options.ts";
import { memoryModel } from "../../../src/models/memory/memoryModel.ts";

const model = memoryModel({ name: "Thing" });
const fn = (): void => undefined;

/** For each kind what it is called, and which of these values are of it. */
const values: Record<string, unknown> = {
  null: null,
  true: true,
  false: false,
  0: 0,
  1: 1,
  "-1": -1,
  1.5: 1.5,
  200: 200,
  599: 599,
  600: 600,
  199: 199,
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  "2^53": 2 ** 53,
  "1n": 1n,
  "''": "",
  "'x'": "x",
  "[]": [],
  "['a']": ["a"],
  "['a',1]": ["a", 1],
  "{}": {},
  date: new Date(0),
  fn,
  model,
  "a model without create": { objects: {} },
};
const kinds: Record<OptionKind, [wanted: string, names: string[]]> = {
  any: ["anything", Object.keys(values)],
  array: ["an array", ["[]", "['a']", "['a',1]"]],
  boolean: ["true or false", ["true", "false"]],
  count: ["a whole number of at least 0", ["0", "1", "200", "599", "600", "199"]],
  false: ["false", ["false"]],
  function: ["a function", ["fn"]],
  model: ["a model", ["model"]],
  names: ["an array of strings", ["[]", "['a']"]],
  number: ["a number", ["0", "1", "-1", "1.5", "200", "599", "600", "199", "2^53"]],
  object: ["an object", ["{}", "date", "model", "a model without create"]],
  status: ["a status from 200 to 599", ["200", "599"]],
  string: ["a string", ["''", "'x'"]],
};

describe.each(Object.entries(kinds))("the kind %s", (kind, [wanted, names]) => {
  it("takes its own values and no others", () => {
    const taken = Object.keys(values).filter(name => isKind(values[name], kind as OptionKind));
    expect(taken.sort()).toEqual([...names].sort());
  });

  it("is named in words when a value is of another", () => {
    expect(wantedKind(kind as OptionKind)).toBe(wanted);
    for (const [name, value] of Object.entries(values)) {
      const check = (): void => checkArgument("make", "it", value, kind as OptionKind);
      if (names.includes(name)) expect(check, name).not.toThrow();
      else expect(check, name).toThrow(new TypeError(`make: it must be ${wanted}`));
    }
    expect(() => checkArgument("make", "it", undefined, kind as OptionKind)).not.toThrow();
  });
});

it("several kinds are named with an or, and one of them is enough", () => {
  const either = ["function", "names"] as const;
  expect(wantedKind(either)).toBe("a function or an array of strings");
  expect([fn, ["a"], [], {}, 1].map(value => isKind(value, either))).toEqual([
    true,
    true,
    true,
    false,
    false,
  ]);
  expect(() => checkArgument("make", "it", 1, either)).toThrow(
    new TypeError("make: it must be a function or an array of strings"),
  );
});

describe("checkOptions", () => {
  const allowed = { name: "string", size: ["count", "boolean"] } as const;

  it("passes known options of the right kind, undefined ones, and none at all", () => {
    const fine = [
      undefined,
      {},
      { name: "x" },
      { name: undefined, size: undefined },
      { size: 1 },
      { size: false },
    ];
    for (const options of fine) expect(() => checkOptions("make", options, allowed)).not.toThrow();
  });

  it("refuses what is not a set of options", () => {
    for (const options of [null, 5, "x", true, [], fn]) {
      expect(() => checkOptions("make", options as never, allowed)).toThrow(
        new TypeError("make: options must be an object"),
      );
    }
  });

  it("refuses an unknown option, even undefined or named as what every object has, and names the known ones", () => {
    for (const name of ["nam", "Name", "constructor", "toString", "hasOwnProperty"]) {
      for (const value of ["x", undefined]) {
        expect(() => checkOptions("make", { [name]: value }, allowed)).toThrow(
          new TypeError(`make: unknown option "${name}"; it takes name, size`),
        );
      }
    }
    const proto = JSON.parse('{"__proto__":{}}') as object;
    expect(() => checkOptions("make", proto, allowed)).toThrow('unknown option "__proto__"');
    expect(() => checkOptions<object>("make", { x: 1 }, {})).toThrow(
      new TypeError('make: unknown option "x"; it takes none'),
    );
  });

  it("refuses an option of the wrong kind and names it", () => {
    expect(() => checkOptions("make", { name: 5 }, allowed)).toThrow(
      new TypeError('make: option "name" must be a string'),
    );
    expect(() => checkOptions("make", { name: null }, allowed)).toThrow(
      new TypeError('make: option "name" must be a string'),
    );
    expect(() => checkOptions("make", { size: -1 }, allowed)).toThrow(
      new TypeError('make: option "size" must be a whole number of at least 0 or true or false'),
    );
  });
});
