import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HttpError } from "../../../src/errors.ts";
import { decimalKey, fromSortable, toSortable } from "../../../src/models/decimal.ts";
import { memoryModel } from "../../../src/models/memory.ts";
import { sqlModel } from "../../../src/models/sql.ts";
import { sqlite } from "../../../src/models/sqlite.ts";
import type { Model, OrderKey, Where } from "../../../src/models/types.ts";
import { canonicalJson, compareText, copyObject, foldCase } from "../../../src/models/values.ts";
import { type Thing, thingFields } from "../../../src/testing/modelConformance.ts";

const db = sqlite(":memory:");
const texts = [
  "",
  "a",
  "A",
  "ab",
  "Äb",
  "äB",
  "%",
  "_",
  "[a]",
  "*",
  "ß",
  "ẞ",
  "Σς",
  "σ",
  "K",
  "k",
  "İ",
  "😀",
  "\uffee",
];
const text = fc.constantFrom(...texts);
const some = {
  name: fc.option(text),
  rank: fc.option(fc.integer({ min: -2, max: 3 })),
  score: fc.option(fc.constantFrom(-0.5, 0, 0.1, 1, 1e21)),
  big: fc.option(fc.constantFrom(-1n, 0n, 9007199254740993n, 2n ** 63n - 1n)),
  price: fc.option(fc.constantFrom("-10", "-9.5", "-0", "0", "0.10", "0.1", "9", "10", "100.25")),
  active: fc.option(fc.boolean()),
  born: fc.option(fc.constantFrom(-1, 0, 1e12, 8.64e15).map(ms => new Date(ms))),
  data: fc.option(fc.constantFrom<unknown>(1, "a", true, [], {}, { a: 1, b: [null] }, { b: [null], a: 1 }), {
    nil: null,
  }),
};
type Field = keyof typeof some;
const fields = Object.keys(some) as Field[];
const field = fc.constantFrom(...fields);

const comparison = field.chain(name =>
  fc
    .constantFrom("eq", "ne", "gt", "gte", "lt", "lte", "in", "contains", "startsWith", "isNull")
    .chain(operator => {
      const value: fc.Arbitrary<unknown> = some[name];
      const operand =
        operator === "in" ? fc.array(value, { maxLength: 3 }) : operator === "isNull" ? fc.boolean() : value;
      return operand.map(given => ({ [name]: { [operator]: given } }) as Where<Thing>);
    }),
);
const { where } = fc.letrec<{ where: Where<Thing> }>(tie => ({
  where: fc.oneof(
    { maxDepth: 3 },
    comparison,
    tie("where").map(not => ({ not }) as Where<Thing>),
    fc.array(tie("where"), { maxLength: 3 }).map(and => ({ and }) as Where<Thing>),
    fc.array(tie("where"), { maxLength: 3 }).map(or => ({ or }) as Where<Thing>),
  ),
}));

let stored: Model<Thing>;
let memory: Model<Thing>;

beforeAll(async () => {
  stored = sqlModel<Thing>({ db, name: "Thing", table: "things", columns: thingFields });
  memory = memoryModel<Thing>({ name: "Thing", fields: thingFields });
  const samples = fc.sample(fc.record(some), { numRuns: 60, seed: 7 });
  for (const [at, sample] of samples.entries()) {
    const data = { ...sample, id: `t${at}` } as Thing;
    await stored.create(data);
    await memory.create(data);
  }
});
afterAll(() => db.destroy());

type Outcome = string[] | { refused: string };

async function outcome(ask: () => Promise<string[]>): Promise<Outcome> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof HttpError && error.statusCode === 400) return { refused: error.message };
    throw error;
  }
}

async function walk(
  model: Model<Thing>,
  condition: Where<Thing>,
  keys: OrderKey<Thing>[],
): Promise<string[]> {
  const objects = model.objects.filter(condition).orderBy(...keys);
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await objects.page({ limit: 7, cursor });
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  expect(await objects.count()).toBe(ids.length);
  return ids;
}

describe("memory and SQLite", () => {
  it("answer every condition and order alike", async () => {
    const key = field.chain(name => fc.constantFrom<OrderKey<Thing>>(name, `-${name}`));
    await fc.assert(
      fc.asyncProperty(where, fc.array(key, { maxLength: 3 }), async (condition, keys) => {
        const inMemory = await outcome(() => walk(memory, condition, keys));
        expect(await outcome(() => walk(stored, condition, keys))).toEqual(inMemory);
      }),
      { numRuns: 400 },
    );
  });

  it("search alike", async () => {
    for (const part of texts) {
      const ids = async (model: Model<Thing>) =>
        (await model.objects.search(part, ["name"]).page({})).items.map(({ id }) => id);
      expect(await ids(stored), part).toEqual(await ids(memory));
    }
  });
});

describe("values", () => {
  it("order text by code point, as its bytes do", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" }), (a, b) => {
        expect(Math.sign(compareText(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
  });

  it("fold case in every script, where letters have one counterpart", () => {
    expect(foldCase("ÄÖ Σ ЖЯ ABC ß İ")).toBe("äö σ жя abc ß İ");
  });

  it("copy what holds objects, and refuse what is too deep to", () => {
    const given = { list: [{ at: new Date(5) }], bytes: new Uint8Array([1]), none: undefined };
    const copy = copyObject(given);
    expect(copy).toEqual({ list: [{ at: new Date(5) }], bytes: new Uint8Array([1]) });
    expect(copy.list[0]).not.toBe(given.list[0]);
    expect(copy.bytes).not.toBe(given.bytes);
    let deep: unknown = 1;
    for (let at = 0; at < 10_000; at++) deep = [deep];
    expect(() => copyObject({ deep })).toThrow("Too deeply nested");
    expect(() => canonicalJson({ deep })).toThrow("Too deeply nested");
    const shadowed = copyObject(JSON.parse('{"__proto__":{"admin":true}}') as { admin?: boolean });
    expect(Object.keys(shadowed)).toEqual(["__proto__"]);
    expect(shadowed.admin).toBeUndefined();
  });

  it("sort decimals as numbers and keep them as written", () => {
    const sorted = [
      "-100",
      "-10.5",
      "-10.25",
      "-10",
      "-9",
      "-0.01",
      "0",
      "0.009",
      "0.01",
      "9",
      "9.5",
      "10",
      "100",
    ];
    const keys = sorted.map(decimalKey);
    expect([...keys].sort()).toEqual(keys);
    expect(decimalKey("-0.0")).toBe(decimalKey("0"));
    expect(decimalKey("007.50")).toBe(decimalKey("7.5"));
    for (const written of sorted) expect(fromSortable(toSortable(written))).toBe(written);
  });
});
