import fc from "fast-check";

const names = fc.constantFrom("a", "b", "c");
const count = fc.integer({ min: 0, max: 3 });
const number = fc.constantFrom(-1, 0, 1, 1.5, 2, 3);
const text = fc.constantFrom("", "a", "ab", "abc", "5", "true", "2026-02-28", "a@b.cd", "😀");

/** Values that random schemas may be about: few names, few texts, few numbers. */
export const values: fc.Arbitrary<unknown> = fc.letrec(tie => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.oneof(text, number, fc.boolean(), fc.constantFrom(null, undefined, 7n, new Date(0))),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(names, tie("value"), { maxKeys: 3, noNullPrototype: true }),
  ),
})).value;

const part = <T>(keyword: string, value: fc.Arbitrary<T>): Record<string, fc.Arbitrary<T>> => ({
  [keyword]: value,
});

/** What `$ref` leads to; schemas that lead back to themselves with every value would take the time of a whole stack. */
const others = fc.constantFrom<object | boolean>(
  false,
  { type: "integer", minimum: 1 },
  { enum: ["a", null, [1]] },
  { type: "array", items: { $ref: "#/$defs/other" }, maxItems: 2 },
  {
    type: "object",
    properties: { a: { default: 1 }, b: { $ref: "#/$defs/other" } },
    additionalProperties: false,
  },
);

/** Draft 2020-12 with all that Ajv has keywords for; some of these it refuses. */
export const schemas: fc.Arbitrary<object> = fc.letrec<{ schema: object | boolean; whole: object }>(tie => {
  const inner = tie("schema");
  const some = fc.array(inner, { minLength: 1, maxLength: 3 });
  const map = fc.dictionary(names, inner, { maxKeys: 3 });
  const record = (...parts: Record<string, fc.Arbitrary<unknown>>[]): fc.Arbitrary<object> =>
    fc.record(Object.assign({}, ...parts), { requiredKeys: [] });
  const typed = fc.oneof(
    record(
      part("minLength", count),
      part("maxLength", count),
      part("pattern", fc.constantFrom("^a", "b$", "\\d")),
      part("format", fc.constantFrom("date", "email", "date-time", "url")),
      part("default", text),
    ).map(one => ({ type: "string", ...one })),
    record(
      part("minimum", number),
      part("exclusiveMaximum", number),
      part("multipleOf", fc.constantFrom(0.5, 1, 2)),
      part("default", number),
    ).map(one => ({ type: "number", ...one })),
    fc
      .uniqueArray(fc.constantFrom("string", "integer", "boolean", "null", "array", "object"), {
        minLength: 1,
        maxLength: 3,
      })
      .map(type => ({ type })),
    fc.constantFrom(
      { const: { a: 1 } },
      { const: "a" },
      { enum: [1, "a", null, [1]] },
      { $ref: "#/$defs/other" },
    ),
  );
  const object = record(
    part("properties", map),
    part("required", fc.uniqueArray(names)),
    part("additionalProperties", inner),
    part(
      "patternProperties",
      inner.map(one => ({ "^[bc]$": one })),
    ),
    part("unevaluatedProperties", inner),
    part("minProperties", count),
    part("propertyNames", fc.constantFrom({ pattern: "^[ab]" }, { enum: ["a", "b"] })),
    part("dependentRequired", fc.constant({ a: ["b"] })),
    part(
      "dependentSchemas",
      inner.map(one => ({ b: one })),
    ),
    part("default", fc.constant({ a: 1 })),
  ).map(one => ({ type: "object", ...one }));
  const list = record(
    part("items", inner),
    part("prefixItems", some),
    part("contains", inner),
    part("minItems", count),
    part("maxItems", count),
    part("uniqueItems", fc.boolean()),
    part("unevaluatedItems", inner),
  ).map(one => ({ type: "array", ...one }));
  const joined = record(
    part("anyOf", some),
    part("oneOf", some),
    part("allOf", some),
    part("not", inner),
    part("if", inner),
    part("then", inner),
    part("else", inner),
    part("unevaluatedProperties", fc.constant(false)),
  );
  return {
    schema: fc.oneof(
      { maxDepth: 3, depthSize: "small" },
      typed,
      { weight: 2, arbitrary: object },
      list,
      joined,
      fc.boolean(),
    ),
    whole: fc
      .tuple(fc.oneof(object, object, list, joined, typed), others)
      .map(([one, other]) => ({ ...one, $defs: { other } })),
  };
}).whole;
