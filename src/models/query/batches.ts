/**
 * Joins what one response asks of a store into few reads. It imports nothing but types: who loads it late then has no chunk of
 * what it shares with others.
 */
import type { FieldKind } from "../types.ts";

/** Objects as they are read by keys. */
export interface KeyedObjects {
  filter(where: never): KeyedObjects;
  page(request: never): Promise<{ items: unknown[]; nextCursor?: string }>;
  firstOfEach?(fields: readonly never[], limit: number): Promise<unknown[]>;
}

type Values = readonly unknown[];
type Row = Record<string, unknown>;

/** How objects are found by values of some of their fields. */
export interface KeyedRead {
  /** Their model's name, for messages. */
  readonly name: string;
  /** The fields, with what they hold where that is known. */
  readonly fields: readonly { readonly name: string; readonly kind: FieldKind | undefined }[];
  /** The objects that a request may see, in the order asked for; it is called once for each read. */
  objects(request: object): KeyedObjects | Promise<KeyedObjects>;
  /** How many there may be of the same values. */
  readonly limit: number;
}

/** A condition takes so many values. */
const mostKeys = 10_000;
/** So many are read at once where each key takes a read of its own. */
export const atOnce = 10;
/** So many pages of all keys are read where a store gives less than was asked for. */
const mostPages = 10;

const isWhole = (text: string): boolean => /^-?\d{1,19}$/.test(text);

/** A value as a field of this kind holds it; `undefined` for what none can hold. */
function asKind(kind: FieldKind | undefined, value: unknown): unknown {
  const isNumber = typeof value === "number" || typeof value === "bigint";
  if (kind === "text") {
    const text = isNumber ? String(value) : value;
    return typeof text === "string" && text.isWellFormed() && !text.includes("\0") ? text : undefined;
  }
  if (kind !== "integer" && kind !== "bigint") return value;
  if (!isNumber && (typeof value !== "string" || !isWhole(value))) return undefined;
  if (typeof value === "number" && !Number.isSafeInteger(value)) return undefined;
  if (kind === "bigint")
    return BigInt.asIntN(64, BigInt(value)) === BigInt(value) ? BigInt(value) : undefined;
  return Number.isSafeInteger(Number(value)) ? Number(value) : undefined;
}

const textOf = (value: unknown): string => (value instanceof Date ? value.toISOString() : String(value));

/** Values as one text, equal where a store holds them equal: `1`, `1n` and `"1"` are one. */
const keyOf = (values: Values): string =>
  values.length === 1 ? textOf(values[0]) : JSON.stringify(values.map(textOf));

/** The values by which objects are found; `undefined` where one is missing or can be nobody's. */
export function keyValues({ fields }: Pick<KeyedRead, "fields">, given: Values): Values | undefined {
  const values: unknown[] = [];
  for (let at = 0; at < fields.length; at++) {
    const value = given[at] ?? undefined;
    const held = value === undefined ? undefined : asKind(fields[at]?.kind, value);
    if (held === undefined) return undefined;
    values.push(held);
  }
  return values;
}

/** That an object has one of some lists of values: `{ author: [1, 2] }`, or `{ tenant: "a", id: [1, 2] }` for each tenant. */
function whereOf(names: readonly string[], keys: readonly Values[]): object {
  const last = names.at(-1) as string;
  const groups = new Map<string, Row & { [last: string]: unknown[] }>();
  for (const values of keys) {
    const before = values.slice(0, -1);
    const text = keyOf(before);
    const fixed = (): Row => Object.fromEntries(before.map((value, at) => [names[at], { eq: value }]));
    const group = groups.get(text) ?? ({ ...fixed(), [last]: [] } as Row & { [last: string]: unknown[] });
    groups.set(text, group);
    (group[last] as unknown[]).push(values.at(-1));
  }
  const all = [...groups.values()];
  return all.length === 1 ? (all[0] as object) : { or: all };
}

/** That an object has one of some lists of values, each named once; none of it where there are none. */
export function keysWhere(names: readonly string[], keys: readonly Values[]): object {
  const known = new Map(keys.map(values => [keyOf(values), values]));
  return known.size === 0 ? { [names.at(-1) as string]: [] } : whereOf(names, [...known.values()]);
}

/** Runs for each item, so many at once. */
export async function eachOf<I>(items: readonly I[], run: (item: I) => Promise<unknown>): Promise<void> {
  const open = items.values();
  const worker = async (): Promise<void> => {
    for (const item of open) await run(item);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
}

/** Objects by their keys, in order. */
type Found = Map<string, unknown[]>;

/** Reads the first of each key, of a store that has no way of its own. */
async function firstPages(
  objects: KeyedObjects,
  read: KeyedRead,
  keys: readonly Values[],
  found: Found,
): Promise<void> {
  const names = read.fields.map(({ name }) => name);
  const add = collector(read, found);
  const asked = objects.filter(whereOf(names, keys) as never);
  let cursor: string | undefined;
  for (let at = 0; at < mostPages; at++) {
    const limit = read.limit * keys.length;
    // These cursors go to nobody: they may hold any value.
    const request = { limit, shows: (): boolean => true };
    const page = await asked.page((cursor === undefined ? request : { ...request, cursor }) as never);
    for (const item of page.items) add(item);
    cursor = page.nextCursor;
    if (cursor === undefined) return;
  }
  const isShort = (values: Values): boolean => (found.get(keyOf(values))?.length ?? 0) < read.limit;
  if (keys.length === 1) return;
  await eachOf(keys.filter(isShort), values => {
    found.delete(keyOf(values));
    return firstPages(objects, read, [values], found);
  });
}

function collector({ fields, limit }: KeyedRead, found: Found): (item: unknown) => void {
  return function collect(item) {
    const key = keyOf(fields.map(({ name }) => (item as Row)[name]));
    const items = found.get(key);
    if (items === undefined) found.set(key, [item]);
    else if (items.length < limit) items.push(item);
  };
}

async function readKeys(request: object, read: KeyedRead, keys: readonly Values[]): Promise<Found> {
  const found: Found = new Map();
  try {
    for (let at = 0; at < keys.length; at += mostKeys) {
      const some = keys.slice(at, at + mostKeys);
      const names = read.fields.map(({ name }) => name);
      const objects = await read.objects(request);
      if (objects.firstOfEach === undefined) {
        await firstPages(objects, read, some, found);
        continue;
      }
      const asked = objects.filter(whereOf(names, some) as never);
      const items = (await asked.firstOfEach?.(names as never[], read.limit)) ?? [];
      items.forEach(collector(read, found));
    }
  } catch (error) {
    // What the store can't do is not the client's fault.
    const { statusCode, message } = error as { statusCode?: number; message?: string };
    if (statusCode === undefined || statusCode >= 500) throw error;
    throw new Error(`${read.name} can't be read: ${message}`, { cause: error });
  }
  return found;
}

interface Waiting {
  values: Values;
  resolve(items: unknown[]): void;
  reject(error: unknown): void;
}

interface Batch {
  known: Map<string, Promise<unknown[]>>;
  open: Map<string, Waiting>;
}

const batches: WeakMap<object, Map<unknown, Map<unknown, Batch>>> = /* @__PURE__ */ new WeakMap();

function batchOf(request: object, what: unknown, which: unknown): Batch {
  const ofRequest = batches.get(request) ?? new Map<unknown, Map<unknown, Batch>>();
  batches.set(request, ofRequest);
  const ofModel = ofRequest.get(what) ?? new Map<unknown, Batch>();
  ofRequest.set(what, ofModel);
  const batch = ofModel.get(which) ?? { known: new Map(), open: new Map() };
  ofModel.set(which, batch);
  return batch;
}

const ready = Promise.resolve();

async function flush(batch: Batch, request: object, read: KeyedRead): Promise<void> {
  const waiting = [...batch.open];
  batch.open = new Map();
  try {
    const found = await readKeys(
      request,
      read,
      waiting.map(([, { values }]) => values),
    );
    for (const [key, { resolve }] of waiting) resolve(found.get(key) ?? []);
  } catch (error) {
    for (const [, { reject }] of waiting) reject(error);
  }
}

/**
 * Reads objects by a key, together with all others that are asked for until no promise is left to go on: each key once for a
 * request.
 *
 * @param request what a serializer is given, one for each response
 * @param what whose objects they are, and `which` of them: what has both in common is read together
 * @param values what {@link keyValues} gave
 * @returns the objects, as many as the limit lets through
 */
export function loadBatched(
  request: object,
  what: unknown,
  which: unknown,
  read: KeyedRead,
  values: Values,
): Promise<unknown[]> {
  const batch = batchOf(request, what, which);
  const key = keyOf(values);
  const known = batch.known.get(key);
  if (known !== undefined) return known;
  const promise = new Promise<unknown[]>((resolve, reject) => {
    // A promise job that has come last leads behind all that go on now.
    if (batch.open.size === 0) ready.then(() => process.nextTick(() => flush(batch, request, read)));
    batch.open.set(key, { values, resolve, reject });
  });
  batch.known.set(key, promise);
  return promise;
}
