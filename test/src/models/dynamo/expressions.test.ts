import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BadRequest } from "../../../../src/core/errors.ts";
import { dynamoModel } from "../../../../src/models/dynamo/dynamoModel.ts";
import type { FieldKind, OrderKey, Where } from "../../../../src/models/types.ts";
import {
  type Placeholders,
  Refused,
  readCondition,
  readKeyCondition,
  readUpdate,
} from "../../../support/dynamoGrammar.ts";
import { checkInput, type KnownTable } from "../../../support/dynamoStrict.ts";

const names = { "#a": "a", "#b": "b", "#c": "c" };
const values: Record<string, AttributeValue> = {
  ":v": { N: "1" },
  ":w": { N: "2" },
  ":s": { S: "S" },
  ":t": { BOOL: true },
  ":e": { S: "" },
};
const placeholders = (): Placeholders => ({ names, values, used: new Set() });

describe("the grammar that the tests hold expressions to", () => {
  const good = [
    "#a = :v",
    "#a = :v AND #b = :w",
    "(#a = :v OR #b = :w) AND #c = :v",
    "#a = :v OR #b = :w AND #c = :v",
    "NOT #a = :v AND #b IN (:v, :w)",
    "NOT (#a = :v OR #b = :w)",
    "attribute_not_exists(#a) OR attribute_type(#a, :s)",
    "#a BETWEEN :v AND :w AND begins_with(#b, :s)",
  ];
  it.each(good)("takes %s", text => expect(() => readCondition(text, placeholders())).not.toThrow());

  const bad = [
    "",
    "((#a = :v))",
    "(#a = :v)",
    "(#a = :v OR #b = :w)",
    "(#a = :v) AND #b = :w",
    "#a = :v OR (#b = :w AND #c = :v)",
    "(#a = :v AND #b = :w) AND #c = :v",
    "((#a = :v OR #b = :w)) AND #c = :v",
    "NOT (#a = :v)",
    "a = :v",
    "size = :v",
    "#a = #a",
    "contains(#a, #a)",
    "#a > :t",
    "begins_with(#a, :v)",
    "attribute_type(#a, :v)",
    "attribute_exists(:v)",
    "#a BETWEEN :w AND :v",
    "#a BETWEEN :v AND :s",
    "#a = :unknown",
    "#unknown = :v",
    "#a == :v",
    "#a = :v AND",
    "#a = :v #b = :w",
    `#a IN (${Array(101).fill(":v").join(", ")})`,
    Array(160).fill("#a = :v").join(" OR "),
    Array(400).fill("#a = :v").join(" OR "),
    "like(#a, :v)",
    "attribute_exists(#a, #b)",
  ];
  it.each(bad)("refuses %s", text => expect(() => readCondition(text, placeholders())).toThrow(Refused));

  it("holds key conditions to the keys, and updates to each attribute once", () => {
    const key = (text: string) => () => readKeyCondition(text, placeholders(), "a", "b");
    expect(key("#a = :v AND #b > :w")).not.toThrow();
    for (const text of [
      "#a > :v",
      "#b = :v",
      "#a = :v AND #c = :w",
      "#a = :v OR #b = :w",
      "#a = :e",
      "#a = :v AND #a = :w",
    ])
      expect(key(text), text).toThrow(Refused);
    const update = (text: string) => () => readUpdate(text, placeholders());
    expect(update("SET #a = if_not_exists(#a, :v) + :w, #b = :v REMOVE #c")()).toEqual(["a", "b", "c"]);
    for (const text of [
      "SET #a = :v, #a = :w",
      "SET #a = :v SET #b = :v",
      "SET #a = :v REMOVE #a",
      "PUT #a = :v",
      "SET #a",
    ])
      expect(update(text), text).toThrow(Refused);
  });

  it("refuses placeholders that nothing uses, and filters that name the keys read by", () => {
    const table: KnownTable = { keys: ["id"], indexes: { byA: ["a", "b"] } };
    const query = {
      KeyConditionExpression: "#a = :v",
      IndexName: "byA",
      ExpressionAttributeNames: { "#a": "a" },
    };
    const bound = { ":v": { N: "1" } };
    expect(() => checkInput({ ...query, ExpressionAttributeValues: bound }, table)).not.toThrow();
    const bad = [
      { ...query, ExpressionAttributeValues: { ...bound, ":w": { N: "2" } } },
      { ...query, ExpressionAttributeValues: bound, FilterExpression: "#a = :v" },
      { ...query, ExpressionAttributeValues: bound, ConsistentRead: true },
      { Key: { id: { S: "" } } },
      { Item: { id: { S: "x" }, a: { NULL: true } } },
      { ExpressionAttributeNames: {} },
      { Limit: 0 },
    ];
    for (const input of bad) expect(() => checkInput(input, table), JSON.stringify(input)).toThrow(Refused);
  });
});

interface Thing {
  id: string;
  group: string;
  name: string | null;
  age: number | null;
  on: boolean | null;
  at: Date | null;
  price: string | null;
}
const fields: Record<keyof Thing, FieldKind> = {
  id: "text",
  group: "text",
  name: "text",
  age: "integer",
  on: "boolean",
  at: "date",
  price: "decimal",
};

/** Notes what is asked, and finds nothing. */
function asked(more: object, shape: KnownTable) {
  const inputs: object[] = [];
  const client = {
    config: {},
    async send(command: { input: object }) {
      inputs.push(command.input);
      checkInput(command.input, shape);
      return { Items: [], Count: 0, Attributes: {} };
    },
  };
  const model = dynamoModel<Thing>({
    client,
    table: "things",
    name: "Thing",
    key: { partition: "id" },
    fields,
    allowScan: true,
    ...more,
  });
  return { model, inputs };
}

const leaf: fc.Arbitrary<Where<Thing>> = fc.oneof(
  fc.record({
    name: fc.constantFrom("a", "", null, ["a", "b"], { startsWith: "a" }, { contains: "" }, { ne: "a" }),
  }),
  fc.record({
    age: fc.constantFrom(1, null, { gte: 1 }, { gt: 1, lte: 5 }, { in: [1, null] }, { isNull: true }),
  }),
  fc.record({ on: fc.constantFrom(true, { gt: false }, { lte: true }, [true, false]) }),
  fc.record({ at: fc.constantFrom({ lt: new Date(5) }, new Date(0)) }),
  fc.record({ price: fc.constantFrom("1.50", { gte: "2" }) }),
  fc.record({ group: fc.constantFrom("g", { gte: "a" }, { startsWith: "g" }) }),
  fc.record({ id: fc.constantFrom("a", { gt: "a" }, { startsWith: "t" }) }),
  fc.constant({ age: Array.from({ length: 230 }, (_item, at) => at) }),
) as never;
const { where } = fc.letrec<{ where: Where<Thing> }>(tie => ({
  where: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.record({ and: fc.array(tie("where"), { maxLength: 4 }) }),
    fc.record({ or: fc.array(tie("where"), { maxLength: 4 }) }),
    fc.record({ not: tie("where") }),
  ),
})) as { where: fc.Arbitrary<Where<Thing>> };

const layouts: [title: string, more: object, shape: KnownTable][] = [
  ["one key", {}, { keys: ["id"], indexes: {} }],
  [
    "a sort key and an index",
    { key: { partition: "group", sort: "id" }, indexes: { byAge: { partition: "name", sort: "age" } } },
    { keys: ["group", "id"], indexes: { byAge: ["name", "age"] } },
  ],
  [
    "a table that is shared",
    {
      key: { partition: { attribute: "pk", field: "id", prefix: "T#" } },
      entity: { type: "Thing" },
      indexes: { byGroup: { partition: { attribute: "g", field: "group" }, sort: "at" } },
    },
    { keys: ["pk"], indexes: { byGroup: ["g", "at"] } },
  ],
];

describe("every expression that a model writes", () => {
  it.each(layouts)("is one that DynamoDB takes: %s", async (_title, more, shape) => {
    await fc.assert(
      fc.asyncProperty(where, async condition => {
        const { model, inputs } = asked(more, shape);
        await model.objects.filter(condition).page({});
        await model.objects.filter(condition).count();
        expect(inputs.length).toBeLessThan(10);
      }),
      { numRuns: 300 },
    );
  });

  it("of one condition in and, or and not has no parentheses", async () => {
    const shape = { keys: ["id"], indexes: {} };
    const conditions: [Where<Thing>, string][] = [
      [{ age: { gte: 1 } }, "#n0 >= :v0"],
      [{ or: [{ age: { gte: 1 } }] }, "#n0 >= :v0"],
      [{ and: [{ or: [{ and: [{ age: { gte: 1 } }] }] }] }, "#n0 >= :v0"],
      [{ not: { age: { gte: 1 } } }, "NOT #n0 >= :v0"],
      [{ not: { not: { age: { gte: 1 } } } }, "#n0 >= :v0"],
      [{ age: null }, "attribute_not_exists(#n0) OR attribute_type(#n0, :v0)"],
      [{ or: [{ age: 1 }, { name: "a", group: "b" }] }, "#n0 = :v0 OR #n1 = :v1 AND #n2 = :v2"],
      [{ age: 1, or: [{ name: "a" }, { group: "b" }] }, "#n0 = :v0 AND (#n1 = :v1 OR #n2 = :v2)"],
      [{ not: { name: "a", age: 1 } }, "NOT (#n0 = :v0 AND #n1 = :v1)"],
    ];
    for (const [condition, text] of conditions) {
      const { model, inputs } = asked({}, shape);
      await model.objects.filter(condition).count();
      expect(inputs, text).toMatchObject([{ FilterExpression: text }]);
    }
  });

  it.each(layouts)(
    "searches, orders and counts by one that DynamoDB takes: %s",
    async (_title, more, shape) => {
      const orders = fc.constantFrom<readonly OrderKey<Thing>[]>(
        [],
        ["id"],
        ["-age"],
        ["at", "-id"],
        ["group", "name"],
      );
      await fc.assert(
        fc.asyncProperty(
          where,
          orders,
          fc.constantFrom("a", "Ä%_", "x y"),
          async (condition, order, text) => {
            const { model } = asked(more, shape);
            const found = model.objects.filter(condition).search(text, ["name", "group"]);
            const refused = (error: unknown) => expect(error).toBeInstanceOf(BadRequest);
            await found
              .orderBy(...order)
              .page({ limit: 5 })
              .catch(refused);
            await found.count().catch(refused);
            await found.get("a").catch(refused);
          },
        ),
        { numRuns: 200 },
      );
    },
  );

  it("has one form for each operator", async () => {
    const isNull = "attribute_not_exists(#n0) OR attribute_type(#n0, :v0)";
    const conditions: [Where<Thing>, string][] = [
      [{ age: 1 }, "#n0 = :v0"],
      [{ age: { ne: 1 } }, "NOT #n0 = :v0"],
      [{ age: { gt: 1, lte: 5 } }, "#n0 > :v0 AND #n0 <= :v1"],
      [{ age: [1, 2] }, "#n0 IN (:v0, :v1)"],
      [{ age: [1, null] }, `${isNull} OR #n0 IN (:v1)`],
      [{ not: { age: [1, 2] } }, "NOT #n0 IN (:v0, :v1)"],
      [{ name: { contains: "a" } }, "attribute_type(#n0, :v0) AND contains(#n0, :v1)"],
      [{ name: { startsWith: "a" } }, "attribute_type(#n0, :v0) AND begins_with(#n0, :v1)"],
      [{ not: { name: { contains: "a" } } }, "NOT (attribute_type(#n0, :v0) AND contains(#n0, :v1))"],
      [{ age: { isNull: true } }, isNull],
      [{ age: { isNull: false } }, `NOT (${isNull})`],
      [{ age: 1, name: null }, "#n0 = :v0 AND (attribute_not_exists(#n1) OR attribute_type(#n1, :v1))"],
      [
        { or: [{ age: { gt: 1, lt: 5 } }, { not: { name: "a", group: "g" } }] },
        "#n0 > :v0 AND #n0 < :v1 OR NOT (#n1 = :v2 AND #n2 = :v3)",
      ],
    ];
    for (const [condition, FilterExpression] of conditions) {
      const { model, inputs } = asked({}, { keys: ["id"], indexes: {} });
      await model.objects.filter(condition).count();
      expect(inputs, FilterExpression).toMatchObject([{ FilterExpression }]);
    }
  });

  it("asks nothing where nothing can be found, and all without a filter", async () => {
    const asks = async (condition: Where<Thing>): Promise<object[]> => {
      const { model, inputs } = asked({}, { keys: ["id"], indexes: {} });
      await model.objects.filter(condition).count();
      return inputs;
    };
    expect(await asks({ or: [] })).toEqual([]);
    const [scan] = await asks({ and: [] });
    expect(scan).not.toHaveProperty("FilterExpression");
  });

  it("has one form for each condition of keys", async () => {
    const [, more, shape] = layouts[1] as (typeof layouts)[number];
    const conditions: [Where<Thing>, object][] = [
      [{ group: "g" }, { KeyConditionExpression: "#n0 = :v0" }],
      [{ group: "g", id: { gt: "a" } }, { KeyConditionExpression: "#n0 = :v0 AND #n1 > :v1" }],
      [
        { group: "g", id: { gte: "a", lt: "c" } },
        { KeyConditionExpression: "#n0 = :v0 AND #n1 BETWEEN :v1 AND :v2" },
      ],
      [
        { group: "g", id: { startsWith: "a" } },
        { KeyConditionExpression: "#n0 = :v0 AND begins_with(#n1, :v1)" },
      ],
      [{ group: ["g", "h"] }, { FilterExpression: "#n0 IN (:v0, :v1)" }],
      [
        { name: "n", age: { gte: 1, lte: 5 }, price: "1" },
        {
          IndexName: "byAge",
          KeyConditionExpression: "#n0 = :v0 AND #n1 BETWEEN :v1 AND :v2",
          FilterExpression: "#n2 = :v3",
        },
      ],
      [
        { name: "n", age: 5 },
        { IndexName: "byAge", KeyConditionExpression: "#n0 = :v0 AND #n1 = :v1" },
      ],
    ];
    for (const [condition, input] of conditions) {
      const { model, inputs } = asked(more, shape);
      await model.objects.filter(condition).count();
      expect(inputs).toMatchObject([input]);
    }
  });

  it("of a write is one that DynamoDB takes, whatever is written", async () => {
    const value = fc.record({
      name: fc.option(fc.string()),
      age: fc.option(fc.integer()),
      on: fc.option(fc.boolean()),
      at: fc.option(fc.date({ min: new Date(0), max: new Date(2e12), noInvalidDate: true })),
      price: fc.option(fc.constantFrom("1", "2.50")),
    });
    for (const version of [undefined, false] as const) {
      await fc.assert(
        fc.asyncProperty(value, value, async (before, changes) => {
          const { model } = asked(version === undefined ? {} : { version }, { keys: ["id"], indexes: {} });
          const object = { id: "a", group: "g", ...before };
          await model.create(object);
          await model.update(object, changes).catch(error => expect(error).not.toBeInstanceOf(Refused));
          await model.delete(object);
        }),
        { numRuns: 100 },
      );
    }
  });
});
