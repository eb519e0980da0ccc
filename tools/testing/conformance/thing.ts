import assert from "node:assert/strict";
import { HttpError } from "../../../src/core/errors.ts";
import type { FieldKind, Model, OrderKey, Queryset, Where } from "../../../src/models/types.ts";

/** The object that the suite stores: one field of every kind, some of them nullable. */
export interface Thing {
  id: string;
  name: string | null;
  email: string | null;
  group: string | null;
  rank: number | null;
  score: number | null;
  big: bigint | null;
  price: string | null;
  active: boolean | null;
  born: Date | null;
  data: unknown;
  version?: number | null;
}

/** The kinds of a {@link Thing}'s fields; `email` is unique. Hand them to `sqlModel` as `columns`. */
export const thingFields: Readonly<Record<Exclude<keyof Thing, "version">, FieldKind>> = {
  id: "text",
  name: "text",
  email: "text",
  group: "text",
  rank: "integer",
  score: "real",
  big: "bigint",
  price: "decimal",
  active: "boolean",
  born: "date",
  data: "json",
};

/** What an engine may be unable to do; what it can't is left out of the suite. */
export type Capability =
  | "offset"
  | "cursor"
  | "ordering"
  | "filters"
  | "search"
  | "unique"
  /** To change, or to remove, all objects of a queryset in one statement. */
  | "sets"
  /** To keep writes together, apart from what others do on the same connection. */
  | "together"
  | "bigint"
  | "decimal"
  /** Any double; without it, numbers from 1E-130 to 1E+125. */
  | "double";

/** One promise of the contract. */
export interface Case {
  name: string;
  needs: readonly Capability[];
  /** @param statements how many statements the engine has sent so far, where it counts them */
  run(model: Model<Thing>, statements?: () => number): Promise<void>;
}

/** A thing of nulls but for what is given. */
export function thing(given: Partial<Thing> = {}): Partial<Thing> {
  const empty = Object.fromEntries(Object.keys(thingFields).map(name => [name, null])) as Partial<Thing>;
  const { id: _id, ...blank } = empty;
  return { ...blank, ...given };
}

/** Stores things one after the other. */
export async function seed(model: Model<Thing>, given: readonly Partial<Thing>[]): Promise<Thing[]> {
  const stored: Thing[] = [];
  for (const item of given) stored.push(await model.create(thing(item)));
  return stored;
}

/** The ids of all that a condition finds, in order. */
export async function idsOf(objects: Queryset<Thing>): Promise<string[]> {
  const { items } = await objects.orderBy("id").page({});
  return items.map(({ id }) => id);
}

/** Asserts what a condition finds, by list, by count and by `get`. */
export async function finds(
  model: Model<Thing>,
  where: Where<Thing>,
  expected: readonly string[],
): Promise<void> {
  const found = model.objects.filter(where);
  const message = JSON.stringify(where, (_key, value) => (typeof value === "bigint" ? `${value}n` : value));
  assert.deepEqual(await idsOf(found), [...expected].sort(), message);
  assert.equal(await found.count(), expected.length, message);
  for (const id of await idsOf(model.objects)) {
    assert.equal((await found.get(id)) !== undefined, expected.includes(id), `${message} get ${id}`);
  }
}

/** Asserts that something is refused with this status, or one of these. It may throw or reject. */
export async function refuses(
  status: number | readonly number[],
  run: () => unknown,
  message?: string,
): Promise<HttpError> {
  let error: unknown;
  try {
    await run();
  } catch (caught) {
    error = caught;
  }
  assert.ok(error instanceof HttpError, `${message ?? "it"} must be refused with an HttpError, got ${error}`);
  const isExpected = [status].flat().includes(error.statusCode);
  assert.ok(isExpected, `${message ?? "it"} must be refused with ${status}, got ${error.statusCode}`);
  return error;
}

/** Reads all pages by cursor. */
export async function pages<T>(
  objects: Queryset<T>,
  limit: number,
  between?: (page: number) => Promise<unknown>,
): Promise<T[][]> {
  const read: T[][] = [];
  let cursor: string | undefined;
  do {
    const page = await objects.page(cursor === undefined ? { limit } : { limit, cursor });
    read.push(page.items);
    cursor = page.nextCursor;
    if (cursor !== undefined) await between?.(read.length);
  } while (cursor !== undefined);
  return read;
}

/** The ids in the order asked for. */
export async function ordered(model: Model<Thing>, ...keys: OrderKey<Thing>[]): Promise<string[]> {
  const { items } = await model.objects.orderBy(...keys).page({});
  return items.map(({ id }) => id);
}
