import fc from "fast-check";
import { expect } from "vitest";
import { HttpError } from "../../src/core/errors.ts";
import { memoryModel } from "../../src/models/memory/memoryModel.ts";
import { operatorNames } from "../../src/models/query/where.ts";
import type { Model, OrderKey, Where } from "../../src/models/types.ts";
import { pages } from "../../tools/testing/conformance/thing.ts";
import { type Thing, thingFields } from "../../tools/testing/modelConformance.ts";

/** Texts that databases order, fold and match in ways of their own. */
export const texts: readonly string[] = [
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

/** Decimals of which some write one number in two ways, and some that don't. */
export const prices = {
  all: ["-10", "-9.5", "-0", "0", "0.10", "0.1", "9", "10", "100.25"],
  distinct: ["-10", "-9.5", "0", "0.1", "9", "10", "100.25"],
} as const;

const text = fc.constantFrom(...texts);
const some = {
  name: fc.option(text),
  rank: fc.option(fc.integer({ min: -2, max: 3 })),
  score: fc.option(fc.constantFrom(-0.5, 0, 0.1, 1, 1e21)),
  big: fc.option(fc.constantFrom(-1n, 0n, 9007199254740993n, 2n ** 63n - 1n)),
  price: fc.option(fc.constantFrom<string>(...prices.all)),
  active: fc.option(fc.boolean()),
  born: fc.option(fc.constantFrom(-1, 0, 1e12, 8.64e15).map(ms => new Date(ms))),
  data: fc.option(fc.constantFrom<unknown>(1, "a", true, [], {}, { a: 1, b: [null] }, { b: [null], a: 1 }), {
    nil: null,
  }),
};
/** Conditions on fields by values of theirs, and keys to order by. */
export interface Conditions<T> {
  where: fc.Arbitrary<Where<T>>;
  key: fc.Arbitrary<OrderKey<T>>;
}

/** Makes any condition, by every operator and nested, and any order of these fields. */
export function conditionsOver<T>(
  values: Readonly<Partial<Record<keyof T & string, fc.Arbitrary<unknown>>>>,
): Conditions<T> {
  const field = fc.constantFrom(...(Object.keys(values) as (keyof T & string)[]));
  const comparison = field.chain(name =>
    fc.constantFrom(...operatorNames).chain(operator => {
      const value = values[name] as fc.Arbitrary<unknown>;
      const operand =
        operator === "in" || operator === "notIn"
          ? fc.array(value, { maxLength: 3 })
          : operator === "isNull"
            ? fc.boolean()
            : operator === "between"
              ? fc.tuple(value, value)
              : value;
      return operand.map(given => ({ [name]: { [operator]: given } }) as Where<T>);
    }),
  );
  const { where } = fc.letrec<{ where: Where<T> }>(tie => ({
    where: fc.oneof(
      { maxDepth: 3 },
      comparison,
      tie("where").map(not => ({ not }) as Where<T>),
      fc.array(tie("where"), { maxLength: 3 }).map(and => ({ and }) as Where<T>),
      fc.array(tie("where"), { maxLength: 3 }).map(or => ({ or }) as Where<T>),
    ),
  }));
  return { where, key: field.chain(name => fc.constantFrom<OrderKey<T>>(name, `-${name}`)) };
}

/** The same things in a model and in memory. */
export interface Both {
  stored: Model<Thing>;
  memory: Model<Thing>;
}

/**
 * Stores the same random things in a model and in memory.
 *
 * @param stored an empty model
 * @param among the prices that the things have
 * @param moments when they were born, in milliseconds since 1970
 */
export async function fillBoth(
  stored: Model<Thing>,
  among: readonly string[] = prices.all,
  moments: readonly number[] = [-1, 0, 1e12, 8.64e15],
): Promise<Both> {
  const memory = memoryModel<Thing>({ name: "Thing", fields: thingFields });
  const price = fc.option(fc.constantFrom(...among));
  const born = fc.option(fc.constantFrom(...moments).map(ms => new Date(ms)));
  const samples = fc.sample(fc.record({ ...some, price, born }), { numRuns: 60, seed: 7 });
  for (const [at, sample] of samples.entries()) {
    const data = { ...sample, id: `t${at}` } as Thing;
    await stored.create(data);
    await memory.create(data);
  }
  return { stored, memory };
}

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
  const ids = (await pages(objects, 7)).flat().map(({ id }) => id);
  expect(await objects.count()).toBe(ids.length);
  return ids;
}

/** Asserts that both find the same, in the same order, on every condition and order. */
export async function giveSameResults({ stored, memory }: Both, numRuns: number): Promise<void> {
  const { where, key } = conditionsOver<Thing>(some);
  await fc.assert(
    fc.asyncProperty(where, fc.array(key, { maxLength: 3 }), async (condition, keys) => {
      const inMemory = await outcome(() => walk(memory, condition, keys));
      expect(await outcome(() => walk(stored, condition, keys))).toEqual(inMemory);
    }),
    { numRuns },
  );
}

/** Asserts that both find the same texts by a search. */
export async function searchAlike({ stored, memory }: Both): Promise<void> {
  for (const part of texts) {
    const ids = async (model: Model<Thing>) =>
      (await model.objects.search(part, ["name"]).page({})).items.map(({ id }) => id);
    expect(await ids(stored), part).toEqual(await ids(memory));
  }
}
