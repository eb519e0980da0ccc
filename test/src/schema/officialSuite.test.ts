import { describe, expect, it } from "vitest";
import { jsonSchema } from "../../../src/schema/jsonSchema.ts";
import type { RemoveAdditional } from "../../../src/schema/jsonSchemaObject.ts";
import type { StandardSchemaV1 } from "../../../src/schema/standard.ts";
import { officialSuite, type SuiteGroup } from "../../support/officialSuite.ts";
import { type Compared, differences } from "../../support/sameChecks.ts";
import { knownDeviations, knownRefusals } from "../../support/suiteKnown.ts";

const ways: readonly RemoveAdditional[] = [false, true, "all", "failing"];

/** What `jsonSchema` says against a schema; `undefined` when it takes it. */
function refusalOf(schema: object | boolean, removeAdditional: RemoveAdditional = false): string | undefined {
  try {
    jsonSchema(schema, { removeAdditional });
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** A refusal by what is at fault, whatever its name and place. */
function causeOf(refusal: string): string {
  const format = /unknown format "([^"]+)"/.exec(refusal)?.[1];
  if (format !== undefined) return `format ${format}`;
  if (/can't resolve reference/.test(refusal)) return "reference to another document";
  return refusal.replace(/^jsonSchema: (strict mode: )?/, "");
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The value with every scalar as the text of a query string. */
function asText(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asText);
  if (isObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, asText(one)]));
  return value === null ? "" : String(value);
}

/** The value with objects that have no prototype, as `readQuery` gives them. */
function withoutPrototypes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPrototypes);
  if (!isObject(value)) return value;
  const made: Record<string, unknown> = Object.create(null);
  for (const [key, one] of Object.entries(value)) made[key] = withoutPrototypes(one);
  return made;
}

const data = new Set(["const", "enum", "default", "examples"]);
const fillings = [0, "x", [], {}];

/** The schema with a default for every property that has none. */
function withDefaults(schema: unknown): unknown {
  let count = 0;
  const filled = (one: unknown): unknown =>
    isObject(one) ? { default: fillings[count++ % fillings.length], ...one } : one;
  function within(node: unknown): unknown {
    if (Array.isArray(node)) return node.map(within);
    if (!isObject(node)) return node;
    const entries = Object.entries(node).map(([keyword, value]) => {
      if (data.has(keyword)) return [keyword, value];
      if (keyword !== "properties" || !isObject(value)) return [keyword, within(value)];
      return [
        keyword,
        Object.fromEntries(Object.entries(value).map(([name, one]) => [name, filled(within(one))])),
      ];
    });
    return Object.fromEntries(entries);
  }
  return within(schema);
}

/** A schema and its variants in each way that makes another function of it. */
function comparedOf({ schema, tests }: SuiteGroup): Compared[] {
  const values = tests.flatMap(({ data: value }) => [value, asText(value), withoutPrototypes(value)]);
  const text = JSON.stringify(schema);
  const isNaming = /"(?:additionalP|p)roperties"/.test(text);
  const filled = withDefaults(schema) as object | boolean;
  return [
    ...ways.filter(way => way === false || isNaming).map(way => [schema, way, values] as const),
    ...(JSON.stringify(filled) === text ? [] : [[filled, false, values] as const]),
  ].filter(([one, way]) => refusalOf(one, way) === undefined);
}

const groups = [...officialSuite.values()].flat();

describe("the JSON Schema test suite of draft 2020-12", () => {
  it("has each of its schemas compiled, but for known ones", () => {
    const counts: Record<string, number> = {};
    for (const { schema } of groups) {
      const refusal = refusalOf(schema);
      if (refusal !== undefined) counts[causeOf(refusal)] = (counts[causeOf(refusal)] ?? 0) + 1;
    }
    expect(groups.length).toBe(461);
    expect(counts).toEqual(knownRefusals);
  });

  it("has each of its values judged as the specification says, but for known ones", () => {
    const deviations: Record<string, string[]> = {};
    for (const { name, schema, tests } of groups) {
      if (refusalOf(schema) !== undefined) continue;
      const made = jsonSchema(schema);
      const others = tests.filter(({ data: value, valid }) => {
        const { issues } = made["~standard"].validate(value) as StandardSchemaV1.Result<unknown>;
        return (issues === undefined) !== valid;
      });
      if (others.length > 0) deviations[name] = others.map(one => one.description);
    }
    expect(deviations).toEqual(Object.assign({}, ...Object.values(knownDeviations)));
  });

  it.each([...officialSuite])("is judged the same compiled ahead: %s", async (_file, all) => {
    expect(await differences(all.flatMap(comparedOf))).toEqual([]);
  });
});
