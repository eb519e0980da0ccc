import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type JsonSchemaOptions, jsonSchema } from "../../../src/schema/jsonSchema.ts";
import { checkOutgoing, checkSchema, checkText } from "../../../src/schema/standard.ts";

const errorsOf = (schema: object | boolean, value: unknown, options?: JsonSchemaOptions): unknown =>
  (checkSchema(jsonSchema(schema, options), value) as { errors?: unknown }).errors;
const passed = (schema: object | boolean, value: unknown, options?: JsonSchemaOptions): unknown => {
  const result = checkSchema(jsonSchema(schema, options), value) as { errors?: unknown; value?: unknown };
  expect(result.errors).toBeUndefined();
  return result.value;
};
const textOf = (schema: object, value: unknown): unknown =>
  (checkSchema(jsonSchema(schema), value, checkText) as { value?: unknown }).value;
const outgoing = (schema: object, value: unknown): unknown =>
  (checkSchema(jsonSchema(schema), value, checkOutgoing) as { value?: unknown }).value;

const user = (reference: string, keyword = "$ref"): object => ({
  properties: { age: { type: "number" }, friend: { [keyword]: reference } },
});

describe("jsonSchema", () => {
  it("gives a good value back as it is, uncopied where nothing changes it", () => {
    const value = { email: "a@b.c", other: [1] };
    const schema = { type: "object", properties: { email: { type: "string", format: "email" } } };
    expect(passed(schema, value)).toBe(value);
    expect(passed(true, value)).toBe(value);
  });

  const strings = { type: "object", properties: { a: { type: "string" } } };
  const cases: [name: string, schema: object | boolean, value: unknown, errors: unknown][] = [
    [
      "every problem, nested paths joined by dots",
      {
        type: "object",
        properties: {
          address: { type: "object", properties: { city: { type: "string" }, zip: { type: "string" } } },
          tags: { type: "array", items: { type: "string", minLength: 2 } },
        },
      },
      { address: { city: 1, zip: 2 }, tags: ["ok", "x"] },
      [
        { field: "address.city", message: "must be string" },
        { field: "address.zip", message: "must be string" },
        { field: "tags.1", message: "must not have fewer than 2 characters" },
      ],
    ],
    [
      "the missing property",
      { properties: { a: { type: "object", required: ["b", "c"] } } },
      { a: {} },
      [
        { field: "a.b", message: "is required" },
        { field: "a.c", message: "is required" },
      ],
    ],
    [
      "the property too many",
      { ...strings, additionalProperties: false },
      { b: 1, c: 2 },
      [
        { field: "b", message: "is not allowed" },
        { field: "c", message: "is not allowed" },
      ],
    ],
    [
      "the unevaluated property",
      { ...strings, unevaluatedProperties: false },
      { b: 1 },
      [{ field: "b", message: "is not allowed" }],
    ],
    [
      "a forbidden property",
      { properties: { a: false } },
      { a: 1 },
      [{ field: "a", message: "is not allowed" }],
    ],
    ["the root", strings, "x", [{ field: "", message: "must be object" }]],
    ["types", { type: ["string", "null"] }, 1, [{ field: "", message: "must be string or null" }]],
    ["an enum", { enum: ["a", 1, null] }, "b", [{ field: "", message: 'must be one of "a", 1, null' }]],
    ["a const", { const: "a" }, "b", [{ field: "", message: 'must be "a"' }]],
    [
      "a format",
      { type: "string", format: "email" },
      "x",
      [{ field: "", message: 'must match format "email"' }],
    ],
    ["a limit", { type: "number", minimum: 18 }, 5, [{ field: "", message: "must be >= 18" }]],
    [
      "a choice of types",
      { anyOf: [{ type: "string" }, { type: "null" }] },
      1,
      [{ field: "", message: "must be string or null" }],
    ],
    [
      "a choice of forms, once",
      {
        oneOf: [
          { type: "object", required: ["a"] },
          { type: "object", required: ["b"] },
        ],
      },
      {},
      [{ field: "", message: "matches none of the allowed forms" }],
    ],
    [
      "forms that exclude each other",
      { oneOf: [{ type: "number" }, { type: "integer" }] },
      1,
      [{ field: "", message: "matches more than one of the forms that exclude each other" }],
    ],
    [
      "items of which none fits, once",
      { type: "array", contains: { type: "string" } },
      [1, 2],
      [{ field: "", message: "must contain at least 1 valid item(s)" }],
    ],
    [
      "a bad name",
      { propertyNames: { pattern: "^a" } },
      { b: 1 },
      [{ field: "b", message: "is no valid name" }],
    ],
    [
      "what a condition asks for, not the condition",
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
      { if: { required: ["a"] }, then: { required: ["b"] } },
      { a: 1 },
      [{ field: "b", message: "is required" }],
    ],
    ["a dependency", { dependentRequired: { a: ["b"] } }, { a: 1 }, [{ field: "b", message: "is required" }]],
    [
      "duplicates",
      { type: "array", uniqueItems: true },
      [1, 1],
      [{ field: "", message: "must not have the same item twice" }],
    ],
    [
      "what must not be",
      { not: { type: "string" } },
      "x",
      [{ field: "", message: "has a form that is not allowed" }],
    ],
    [
      "odd names",
      { properties: { "a/b~c": { type: "string" } } },
      { "a/b~c": 1 },
      [{ field: "a/b~c", message: "must be string" }],
    ],
    [
      "a tilde and a one",
      { properties: { "~1": false } },
      { "~1": 1 },
      [{ field: "~1", message: "is not allowed" }],
    ],
    ["anything", false, 1, [{ field: "", message: "is not allowed" }]],
  ];
  it.each(cases)("reports %s", (_name, schema, value, errors) => {
    expect(errorsOf(schema, value)).toEqual(errors);
  });

  it("follows references, also to itself", () => {
    const tree = {
      type: "object",
      properties: { value: { $ref: "#/$defs/number" }, children: { type: "array", items: { $ref: "#" } } },
      $defs: { number: { type: "number" } },
    };
    expect(errorsOf(tree, { value: 1, children: [{ value: "x" }] })).toEqual([
      { field: "children.0.value", message: "must be number" },
    ]);
    let deep: unknown = {};
    for (let level = 0; level < 100_000; level++) deep = { children: [deep] };
    expect(errorsOf(tree, deep)).toEqual([{ field: "", message: "is nested too deeply" }]);
  });

  it.each<[how: string, schema: object]>([
    ["its $id", { $id: "user", ...user("user") }],
    [
      "the $id within",
      { properties: { friend: { $ref: "user" } }, $defs: { any: { $id: "user", ...user("user") } } },
    ],
    ["an address", { $id: "https://a.example/x/user", ...user("/x/user#") }],
    [
      "an anchor",
      { properties: { friend: { $ref: "#user" } }, $defs: { any: { $anchor: "user", ...user("#user") } } },
    ],
    ["a dynamic anchor", { $dynamicAnchor: "user", ...user("#user", "$dynamicRef") }],
    [
      "a pointer from the $id around it",
      { properties: { friend: { $id: "user", ...user("#/$defs/one"), $defs: { one: user("#") } } } },
    ],
    [
      "a pointer into an address",
      { $id: "urn:a:b", properties: { friend: user("urn:a:b#/properties/friend") } },
    ],
  ])("follows a reference by %s, as what text and what goes out is read by", (_how, schema) => {
    const friend = { age: 1, friend: { age: 2 } };
    const hidden = { friend: { ...friend, friend: { age: 2, password: "x" }, password: "x" } };
    expect(errorsOf(schema, { friend: { friend: { age: "2" } } })).toEqual([
      { field: "friend.friend.age", message: "must be number" },
    ]);
    expect(outgoing(schema, hidden)).toEqual({ friend });
    expect(textOf(schema, { friend: { age: "1", friend: { age: "2" } } })).toEqual({ friend });
  });

  it("takes a property for one that was sent only where it was, whatever objects inherit", () => {
    const team = {
      type: "object",
      properties: { constructor: { type: "string" }, valueOf: { type: "number" } },
      required: ["constructor"],
      dependentRequired: { toString: ["valueOf"] },
    };
    expect(errorsOf(team, {})).toEqual([{ field: "constructor", message: "is required" }]);
    expect(passed(team, { constructor: "McLaren" })).toEqual({ constructor: "McLaren" });
    expect(errorsOf(team, { constructor: 1, toString: 1 })).toEqual([
      { field: "constructor", message: "must be string" },
      { field: "valueOf", message: "is required" },
    ]);
  });

  it("knows the formats", () => {
    const good = {
      email: "a@b.co",
      uuid: "f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
      date: "2024-02-29",
      "date-time": "2024-02-29T10:00:00Z",
      uri: "https://example.com/a",
      ipv4: "10.0.0.1",
    };
    for (const [format, value] of Object.entries(good)) {
      expect(errorsOf({ type: "string", format }, value)).toBeUndefined();
      expect(errorsOf({ type: "string", format }, "-")).toHaveLength(1);
    }
    expect(errorsOf({ type: "string", format: "date" }, "2023-02-29")).toHaveLength(1);
  });

  it("fills in defaults at any depth without touching the input", () => {
    const schema = {
      type: "object",
      properties: {
        role: { type: "string", default: "user" },
        options: { type: "object", default: {}, properties: { page: { type: "integer", default: 1 } } },
        list: { type: "array", items: { type: "object", properties: { n: { default: 0 } } } },
      },
    };
    const input = { list: [{}, { n: 5 }] };
    expect(passed(schema, input)).toEqual({
      role: "user",
      options: { page: 1 },
      list: [{ n: 0 }, { n: 5 }],
    });
    expect(input).toEqual({ list: [{}, { n: 5 }] });
  });

  it("removes additional properties in the three ways of Ajv, from a copy", () => {
    const schema = {
      type: "object",
      properties: { a: { type: "number" }, inner: { type: "object", additionalProperties: false } },
      additionalProperties: { type: "number" },
    };
    const input = { a: 1, inner: { x: 1 }, b: 2 };
    const before = structuredClone(input);
    expect(errorsOf(schema, input)).toEqual([{ field: "inner.x", message: "is not allowed" }]);
    expect(passed(schema, input, { removeAdditional: true })).toEqual({ a: 1, inner: {}, b: 2 });
    expect(passed(schema, input, { removeAdditional: "all" })).toEqual({ a: 1, inner: {} });
    expect(passed(schema, { ...input, b: "x" }, { removeAdditional: "failing" })).toEqual({
      a: 1,
      inner: {},
    });
    expect(input).toEqual(before);
  });

  it("copies a key named __proto__ as a key, and keeps the class of an instance", () => {
    const schema = { type: "object", properties: { role: { default: "user" } } };
    const input: unknown = JSON.parse('{"__proto__":{"admin":true}}');
    const copy = passed(schema, input) as { admin?: boolean };
    expect(copy.admin).toBeUndefined();
    expect(JSON.stringify(copy)).toBe('{"__proto__":{"admin":true},"role":"user"}');

    class User {
      role?: string;
    }
    const user = new User();
    expect(passed(schema, user)).toBeInstanceOf(User);
    expect(user.role).toBeUndefined();
    const at = new Date(0);
    expect((passed(schema, { at }) as { at: Date }).at).toBe(at);
  });

  it("treats text as text, unless asked to coerce it", () => {
    expect(errorsOf({ type: "integer" }, "5")).toEqual([{ field: "", message: "must be integer" }]);
    expect(passed({ type: "integer" }, "5", { coerce: true })).toBe(5);
    expect(textOf({ type: "integer" }, "5")).toBe(5);
  });

  const number = { type: "number" };
  const integer = { type: "integer" };
  const list = { type: "array", items: integer };
  const texts: [schema: object, text: unknown, value: unknown][] = [
    [number, "1.5", 1.5],
    [number, "-2e3", -2000],
    [number, ".5", 0.5],
    [integer, "007", 7],
    [{ type: "boolean" }, "true", true],
    [{ type: "boolean" }, "false", false],
    [{ type: "null" }, "", null],
    [{ type: ["integer", "null"] }, "", null],
    [{ type: ["integer", "string"] }, "5", "5"],
    [{ type: "string" }, "5", "5"],
    [{ anyOf: [integer, { type: "boolean" }] }, "true", true],
    [{ enum: [1, 2] }, "2", 2],
    [{ const: true }, "true", true],
    [{ allOf: [integer, { minimum: 1 }] }, "3", 3],
    [{ $ref: "#/$defs/n", $defs: { n: integer } }, "3", 3],
    [list, "1", [1]],
    [list, ["1", "2"], [1, 2]],
    [integer, ["1"], 1],
    [{ type: "string" }, ["a"], "a"],
    [{ type: ["string", "array"] }, "a", "a"],
    [
      { type: "array", prefixItems: [integer, { type: "boolean" }], items: number },
      ["1", "true", "2"],
      [1, true, 2],
    ],
    [
      { type: "object", properties: { a: integer } },
      { a: "1", b: "2" },
      { a: 1, b: "2" },
    ],
    [{ type: "object", additionalProperties: integer }, { b: "2" }, { b: 2 }],
    [
      { type: "object", patternProperties: { "^n": integer } },
      { n1: "2", m: "2" },
      { n1: 2, m: "2" },
    ],
    [{}, "5", "5"],
  ];
  it.each(texts)("reads text by %j: %j", (schema, text, value) => {
    expect(textOf(schema, text)).toEqual(value);
  });

  it.each([
    [
      integer,
      ["", " ", "x", "1.5", "0x10", "Infinity", "NaN", "1e999", "9007199254740993", "5 ", "1,5", "true"],
    ],
    [number, ["", "Infinity", "-Infinity", "NaN", "0b1", "1e999", "--1"]],
    [{ type: "boolean" }, ["", "yes", "1", "TRUE"]],
    [{ type: "string" }, [["a", "b"], [], { a: "b" }]],
    [list, ["x", ["1", "x"]]],
  ] as [object, unknown[]][])("refuses text that is none of %j", (schema, bad) => {
    for (const text of bad) {
      expect(checkSchema(jsonSchema(schema), text, checkText)).toHaveProperty("errors.length");
    }
  });

  it("lets out what it declares and nothing else, in the form of JSON", () => {
    const schema = {
      type: "object",
      properties: {
        id: { type: "string" },
        at: { type: "string", format: "date-time" },
        big: { type: "string" },
        bytes: { type: "string" },
        author: { type: "object", properties: { name: { type: "string" } } },
        tags: { type: "array", items: { type: "object", properties: { t: { type: "string" } } } },
        free: { type: "object" },
        gone: { type: "string" },
      },
      additionalProperties: false,
    };
    const value = {
      id: "1",
      password: "x",
      at: new Date(0),
      big: 7n,
      bytes: Buffer.from("k"),
      author: { name: "Ann", password: "x" },
      tags: [{ t: "a", password: "x" }],
      free: { any: 1 },
      gone: undefined,
    };
    expect(outgoing(schema, value)).toEqual({
      id: "1",
      at: "1970-01-01T00:00:00.000Z",
      big: "7",
      bytes: "aw==",
      author: { name: "Ann" },
      tags: [{ t: "a" }],
      free: { any: 1 },
    });
    expect(
      outgoing({ type: "object", properties: { a: true }, additionalProperties: true }, { a: 1, b: 2 }),
    ).toEqual({
      a: 1,
      b: 2,
    });
    const hostile: unknown = JSON.parse('{"__proto__":{"admin":true},"a":1}');
    const open = outgoing({ properties: { a: true }, additionalProperties: true }, hostile) as {
      admin?: boolean;
    };
    expect(open.admin).toBeUndefined();
    expect(open).toEqual({ a: 1 });
    const both = {
      allOf: [{ properties: { a: true } }, { $ref: "#/$defs/b" }],
      $defs: { b: { properties: { b: true } } },
    };
    expect(outgoing(both, { a: 1, b: 2, c: 3 })).toEqual({ a: 1, b: 2 });
  });

  it("never throws and never changes its input, whatever the value", () => {
    const schema = jsonSchema(
      {
        type: "object",
        properties: {
          a: { type: "integer", default: 1 },
          b: { type: "array", items: { type: "object", properties: { c: { default: null } } } },
        },
        additionalProperties: false,
      },
      { removeAdditional: true },
    );
    const anyValue = fc.oneof(
      fc.anything(),
      fc.record(
        { a: fc.anything(), b: fc.oneof(fc.anything(), fc.array(fc.object())) },
        { requiredKeys: [] },
      ),
    );
    fc.assert(
      fc.property(anyValue, fc.constantFrom(undefined, checkText, checkOutgoing), (value, mode) => {
        const before = fc.stringify(value);
        checkSchema(schema, value, mode);
        expect(fc.stringify(value)).toBe(before);
      }),
      { numRuns: 1000 },
    );
  });

  it("refuses a broken schema when it is made, naming the place", () => {
    const broken: [schema: unknown, message: string][] = [
      [{ type: "strin" }, "jsonSchema: type must be JSONType or JSONType[]: strin"],
      [{ typ: "string" }, 'jsonSchema: strict mode: unknown keyword: "typ"'],
      [{ type: "string", format: "nope" }, 'jsonSchema: unknown format "nope" ignored in schema at path "#"'],
      [{ properties: { a: 5 } }, "jsonSchema: properties.a must be a schema: an object, true or false"],
      [{ properties: [] }, "jsonSchema: properties must be an object of schemas"],
      [{ items: [{}] }, "jsonSchema: items must be a schema: an object, true or false"],
      [{ anyOf: [] }, "jsonSchema: anyOf must be a list of schemas, not empty"],
      [{ anyOf: [{ not: 3 }] }, "jsonSchema: anyOf.0.not must be a schema: an object, true or false"],
      [{ required: [1] }, "jsonSchema: required must be an array of strings"],
      [{ required: "a" }, "jsonSchema: required must be an array of strings"],
      [{ minLength: -1 }, "jsonSchema: minLength must be a whole number of at least 0"],
      [{ multipleOf: 0 }, "jsonSchema: multipleOf must be a number above 0"],
      [{ enum: [] }, "jsonSchema: enum must have non-empty array"],
      [{ $ref: "#/nowhere" }, "jsonSchema: can't resolve reference #/nowhere from id #"],
      [{ $async: true }, "jsonSchema: $async must be left out: a JSON Schema is checked synchronously"],
      [null, "jsonSchema: schema must be an object or true or false"],
      [undefined, "jsonSchema: schema must be an object or true or false"],
      ["string", "jsonSchema: schema must be an object or true or false"],
    ];
    for (const [schema, message] of broken) {
      expect(() => jsonSchema(schema as object)).toThrow(new TypeError(message));
    }
    expect(() => jsonSchema({ pattern: "(" })).toThrow(TypeError);
    const cyclic: { not?: object } = {};
    cyclic.not = cyclic;
    expect(() => jsonSchema(cyclic)).toThrow(
      new TypeError("jsonSchema: not must be finite: the schema contains itself"),
    );
  });

  it("refuses wrong options when it is made", () => {
    expect(() => jsonSchema({}, { coerce: "yes" } as never)).toThrow(
      new TypeError('jsonSchema: option "coerce" must be true or false'),
    );
    expect(() => jsonSchema({}, { removeAdditional: "some" } as never)).toThrow(
      new TypeError('jsonSchema: option "removeAdditional" must be true, false, "all" or "failing"'),
    );
    expect(() => jsonSchema({}, { strict: true } as never)).toThrow(TypeError);
  });

  it("takes two schemas of one $id, the notes of OpenAPI, and what TypeBox hides in symbols", () => {
    expect(errorsOf({ $id: "user", type: "string" }, 1)).toHaveLength(1);
    expect(errorsOf({ $id: "user", type: "number" }, "x")).toHaveLength(1);
    const noted = {
      type: "string",
      example: "a",
      "x-internal": true,
      externalDocs: {},
      [Symbol("Kind")]: "String",
    };
    expect(errorsOf(noted, "a")).toBeUndefined();
  });
});

describe("the format url", () => {
  const Url = jsonSchema({ type: "string", format: "url" });
  const isValid = (text: string) => !("issues" in (Url["~standard"].validate(text) as object));

  it.each([
    "http://example.com",
    "https://example.com:8443/a/b?c=d@e#f",
    "ftp://ada:secret@example.com/",
    "https://münchen.example.com/x",
    "http://8.8.8.8/",
  ])("takes %s", text => {
    expect(isValid(text)).toBe(true);
  });

  it.each([
    "example.com",
    "http://localhost/",
    "http://10.0.0.1/",
    "http://127.0.0.1:80/",
    "http://ada@127.0.0.1/",
    "http://example.com/a b",
    "javascript://example.com/",
    "http://",
    "http://example",
    `http://${"a".repeat(300)}.com`,
  ])("refuses %s", text => {
    expect(isValid(text)).toBe(false);
  });
});
