import { describe, expect, it } from "vitest";
import { jsonSchema } from "../../../src/schema/jsonSchema.ts";

const schema = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  type: "object",
  properties: {
    pair: { type: "array", prefixItems: [{ type: "string" }], items: { $ref: "#/$defs/n" } },
    $defs: { type: "string", default: { prefixItems: 1 } },
  },
  dependentRequired: { a: ["b"] },
  dependentSchemas: { c: { required: ["d"] } },
  $defs: { n: { type: "number", enum: [1, 2] } },
} as const;

const convert = (source: object | boolean, target: string): unknown =>
  jsonSchema(source)["~standard"].jsonSchema.input({ target });

describe("~standard.jsonSchema", () => {
  it.each(["draft-2020-12", "openapi-3.1", "openapi-3.2"])(
    "gives the schema as it is for %s, as a copy",
    target => {
      const made = jsonSchema(schema)["~standard"].jsonSchema;
      expect(made.input({ target })).toEqual(schema);
      expect(made.output({ target })).toEqual(schema);
      expect(made.input({ target })).not.toBe(schema);
    },
  );

  it("translates to draft-07", () => {
    expect(convert(schema, "draft-07")).toEqual({
      $schema: "http://json-schema.org/draft-07/schema#",
      type: "object",
      properties: {
        pair: { type: "array", items: [{ type: "string" }], additionalItems: { $ref: "#/definitions/n" } },
        $defs: { type: "string", default: { prefixItems: 1 } },
      },
      dependencies: { a: ["b"], c: { required: ["d"] } },
      definitions: { n: { type: "number", enum: [1, 2] } },
    });
  });

  it("refuses what draft-07 has no word for, and targets that it does not know", () => {
    expect(() => convert({ type: "object", unevaluatedProperties: false }, "draft-07")).toThrow(
      new TypeError('jsonSchema: draft-07 has no "unevaluatedProperties"'),
    );
    for (const target of ["openapi-3.0", "draft-04", ""]) {
      expect(() => convert({}, target)).toThrow(
        new TypeError(`jsonSchema: there is no conversion to "${target}"`),
      );
    }
  });

  it("writes schemas that are true or false as objects", () => {
    expect(convert(true, "draft-2020-12")).toEqual({});
    expect(convert(false, "draft-07")).toEqual({ not: {} });
  });
});
