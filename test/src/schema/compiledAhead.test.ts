import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { compile as compileNow } from "../../../src/schema/compileNow.ts";
import type { RemoveAdditional } from "../../../src/schema/jsonSchemaObject.ts";
import { compiledAhead } from "../../support/compiledAhead.ts";
import { schemas, values } from "../../support/randomSchemas.ts";
import { type Compared, differences } from "../../support/sameChecks.ts";
import { textFormats } from "../../support/textFormats.ts";

async function expectSame(all: readonly Compared[]): Promise<void> {
  expect(await differences(all)).toEqual([]);
}

function isGood(schema: object): boolean {
  try {
    compileNow(schema, false);
    return true;
  } catch {
    return false;
  }
}

const object = (properties: object, more: object = {}): object => ({ type: "object", properties, ...more });

const texts = [
  "",
  "x",
  "5",
  "true",
  "2026-02-30",
  "2026-02-28",
  "2026-02-28T10:00:00Z",
  "10:00:00Z",
  "ann@example.com",
  "https://user:secret@example.com:8080/x?y#z",
  "/a/b",
  "::1",
  "10.0.0.1",
  "P1DT2H",
  "e\u0301",
  "😀",
  "\ud800",
  "[a-z]",
  "[",
  "aGk=",
  "4a7b8c9d-0000-4000-8000-123456789abc",
  "a{b}",
  "example.com",
  "#/a/0",
];

describe("a schema that was compiled ahead", () => {
  it.each(textFormats)("has the format %s as Ajv has it at run time", async format => {
    await expectSame([
      [{ type: "string", format }, false, [...texts, 5, null]],
      [object({ a: { format } }), false, texts.map(a => ({ a }))],
    ]);
  });

  it("has the formats of numbers, and limits of dates", async () => {
    const numbers = [
      0,
      1.5,
      2 ** 31,
      -(2 ** 31),
      2 ** 53,
      2 ** 63,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      "5",
      5n,
      null,
    ];
    await expectSame([
      ...["int32", "int64", "float", "double"].map(
        format => [{ type: "number", format }, false, numbers] as const,
      ),
      [
        { type: "string", format: "date", formatMinimum: "2026-02-01", formatExclusiveMaximum: "2026-02-28" },
        false,
        [...texts, "2026-02-14"],
      ],
    ]);
  });

  const node = object(
    { value: { type: "integer" }, next: { $ref: "#/$defs/node" } },
    { unevaluatedProperties: false },
  );
  const cases: Readonly<Record<string, readonly Compared[]>> = {
    "$ref, $defs and recursion": [
      [
        { $ref: "#/$defs/node", $defs: { node } },
        false,
        [{ value: 1, next: { value: "2", next: {} } }, { next: { other: 1 } }, 1],
      ],
      [
        object({ self: { $ref: "#" }, "a/b~c": { $ref: "#/properties/self" } }),
        false,
        [{ self: { self: 1 } }, { "a/b~c": 1 }],
      ],
      [
        { $ref: "#/definitions/x", definitions: { x: { type: ["string", "null"], nullable: true } } },
        false,
        [1, null, "x"],
      ],
    ],
    "ids, anchors and dynamic references": [
      [
        { $id: "user", ...object({ friend: { $ref: "user" } }, { required: ["id"] }) },
        false,
        [{}, { id: 1, friend: {} }],
      ],
      [
        { $id: "https://a.example/all", $ref: "one", $defs: { a: { $id: "one", minimum: 3 } } },
        false,
        [1, 5],
      ],
      [
        {
          $id: "tree",
          $dynamicAnchor: "node",
          ...object({ below: { type: "array", items: { $dynamicRef: "#node" } } }),
        },
        false,
        [{ below: [{ below: 1 }] }, { below: [{}] }],
      ],
    ],
    "defaults, within lists and from references too": [
      [
        object({
          role: { default: "user" },
          tags: { type: "array", default: [] },
          at: object({ x: { default: { y: [1, null] } } }, { default: {} }),
        }),
        false,
        [{}, { role: "admin" }, { at: {} }, { tags: 1 }],
      ],
      [
        {
          type: "array",
          items: object({ n: { $ref: "#/$defs/n" } }),
          $defs: { n: { type: "integer" } },
          prefixItems: [{ default: 1 }],
        },
        false,
        [[], [{}], [{ n: "1" }], { n: 1 }],
      ],
    ],
    "what is removed, in each way": [true, "all", "failing"].map(
      way =>
        [
          object(
            { a: { type: "integer" } },
            { additionalProperties: way === "failing" ? { type: "string" } : false },
          ),
          way as RemoveAdditional,
          [{ a: 1, b: 2, c: "x" }, { b: 1 }, { a: "x", b: 2 }],
        ] as const,
    ),
    "one schema compiled in several ways": [false, true, "all", "failing"].map(
      way =>
        [object({ a: {} }, { additionalProperties: false }), way as RemoveAdditional, [{ b: 1 }]] as const,
    ),
    "text of queries": [
      [
        object({
          page: { type: "integer", minimum: 1, default: 1 },
          tags: { type: "array", items: { type: "number" } },
          on: { type: ["boolean", "null"] },
        }),
        false,
        [{ page: "2", tags: "1", on: "" }, { page: "x", tags: ["1", "y"], on: "true" }, { page: ["3"] }],
      ],
    ],
    "dates, bigints and bytes on the way out": [
      [
        object({
          at: { type: "string", format: "date-time" },
          big: { type: "string" },
          bytes: { type: "string" },
        }),
        false,
        [
          { at: new Date(0), big: 10n, bytes: new Uint8Array([1, 2]), hidden: 1 },
          { at: new Date(Number.NaN) },
          new Date(0),
        ],
      ],
    ],
    "unevaluated properties and items": [
      [
        {
          allOf: [object({ a: {} })],
          anyOf: [object({ b: { const: 1 } }, { required: ["b"] }), true],
          unevaluatedProperties: false,
        },
        false,
        [{ a: 1, b: 1 }, { a: 1, b: 2 }, { c: 1 }],
      ],
      [
        {
          type: "array",
          prefixItems: [{ type: "string" }],
          contains: { type: "integer" },
          unevaluatedItems: false,
        },
        false,
        [["x"], ["x", 1], ["x", 1, "y"]],
      ],
      [
        JSON.parse(`{
          "if": { "properties": { "kind": { "const": "a" } }, "required": ["kind"] },
          "then": { "properties": { "a": {} } }, "else": { "properties": { "b": {} } },
          "unevaluatedProperties": { "type": "string" }
        }`) as object,
        false,
        [{ kind: "a", a: 1 }, { b: 1 }, { c: "x", kind: "b" }],
      ],
    ],
    "equality and lengths": [
      [{ const: { a: [1, { b: null }] } }, false, [{ a: [1, { b: null }] }, { a: [1, {}] }]],
      [{ enum: [1, "x", null, [1], { a: 1 }] }, false, [1, [1], { a: 1 }, { a: 2 }, undefined]],
      [
        { type: "array", uniqueItems: true },
        false,
        [
          [1, 1],
          [{ a: 1 }, { a: 1 }],
          [1, "1"],
        ],
      ],
      [{ type: "string", minLength: 1, maxLength: 1 }, false, texts],
    ],
    "names, dependencies, tuples and extensions": [
      [
        object(
          {},
          {
            propertyNames: { pattern: "^[a-z]+$" },
            minProperties: 1,
            dependentRequired: { a: ["b"] },
            dependentSchemas: { b: { maxProperties: 1 } },
          },
        ),
        false,
        [{}, { A: 1 }, { a: 1 }, { b: 1, c: 1 }],
      ],
      [
        {
          "x-note": 1,
          ...object(
            { a: { "x-other": {}, example: 1, type: "string" } },
            { patternProperties: { "^n\\d": { type: "number", multipleOf: 0.1 } } },
          ),
        },
        false,
        [{ a: 1 }, { n1: 0.3, n2: "x" }],
      ],
      [
        { prefixItems: [{ type: "string" }, { type: "number" }], items: false, minItems: 2 },
        false,
        [[], ["x"], ["x", 1, 2]],
      ],
    ],
    "texts that look like code": [
      [
        object({
          a: { const: 'require("ajv/dist/runtime/equal").default' },
          "`${x}`\u2028": { pattern: "[\\]/`'\"]", default: "</script>\u2028" },
        }),
        false,
        [{ a: 'require("ajv/dist/runtime/equal").default' }, { a: "equal", "`${x}`\u2028": "x" }, {}],
      ],
      [true, false, [1]],
      [false, false, [1]],
    ],
  };

  it.each(Object.entries(cases))("gives the same values and errors: %s", async (_name, all) => {
    await expectSame(all);
  });

  it("says the same of every value, whatever the schema", async () => {
    const some = fc.array(
      fc.tuple(
        schemas.filter(isGood),
        fc.constantFrom<RemoveAdditional>(false, false, true, "all", "failing"),
        fc.array(values, { minLength: 5, maxLength: 12 }),
      ),
      { minLength: 1, maxLength: 25 },
    );
    await fc.assert(fc.asyncProperty(some, expectSame), {
      numRuns: Math.ceil(Number(process.env.FUZZ_RUNS ?? 60) / 10),
      // The long form looks further each time; the short one says the same of the same code.
      ...(process.env.FUZZ_RUNS === undefined && { seed: 1 }),
    });
  });
});

describe("a schema that was not compiled ahead", () => {
  it("is a TypeError that names it, and so is one with other options", async () => {
    const known = { type: "string" };
    const compile = await compiledAhead([[known, false]]);
    expect(compile({ type: "string" }, false).validator("x")).toBe(true);
    expect(() => compile({ type: "number" }, false)).toThrow(
      new TypeError(
        'jsonSchema: this schema was not there when the others were compiled ahead: {"type":"number"}. Make it where its module is loaded, the same each time, and compile again; or leave Ajv in, by --no-compile or without the condition tsverless-compiled',
      ),
    );
    expect(() => compile(known, true)).toThrow(TypeError);
    expect(() => compile({ const: "x".repeat(1000) }, false)).toThrow(/: \{"const":"x{290}…\. Make it/);
  });

  it("is a TypeError that says what to load where none was", async () => {
    vi.resetModules();
    const { compile } = await import("../../../src/schema/compiledAhead.ts");
    expect(() => compile({ type: "number" }, false)).toThrow(
      new TypeError(
        'jsonSchema: no schemas were compiled ahead, and the condition tsverless-compiled wants them to be: {"type":"number"}. Load the file that `tsverless compile` writes before all else',
      ),
    );
  });
});
