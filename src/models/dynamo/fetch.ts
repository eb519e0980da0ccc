import { BadRequest } from "../../core/errors.ts";
import type { QuerysetSource } from "../query/baseQueryset.ts";
import { matches } from "../query/matches.ts";
import type { ConditionTree } from "../query/where.ts";
import type { Item, ReadInput } from "./api.ts";
import type { TableLayout } from "./layout.ts";
import type { Plan, Reading } from "./plan.ts";
import { readPages, requestOf } from "./reader.ts";
import type { Rows } from "./rows.ts";
import type { DynamoTable } from "./table.ts";

/** What a queryset needs of its model. */
export interface DynamoSource extends QuerysetSource {
  layout: TableLayout;
  table: DynamoTable;
  rows: Rows;
  allowScan: boolean;
  /** How many times one call may read a page of the table, of 1 MB at most each. */
  maxReads: number;
}

/** What a call gets that would have to read more than it may. */
export function readEnough({ name, maxReads }: DynamoSource): BadRequest {
  const pages = maxReads === 1 ? "one page" : `${maxReads} pages`;
  return new BadRequest(
    `${name} has too much to read for one call, which reads ${pages} of the table: narrow the filter, or have an index serve it`,
  );
}

/** `BatchGetItem` takes so many keys. */
export const perBatch = 100;

/** An object, and the item that it was read from. */
export interface FetchedObject {
  row: object;
  item: Item;
}

/** What pages of the table held of the objects asked for. */
export interface Batch {
  found: FetchedObject[];
  /** Where the next page begins; absent on the last. */
  next: Item | undefined;
}

function ofItems(
  { rows }: DynamoSource,
  condition: ConditionTree | undefined,
  items: readonly Item[],
): FetchedObject[] {
  const found: FetchedObject[] = [];
  for (const item of items) {
    const row = rows.read(item);
    if (row && (condition === undefined || matches(condition, row))) found.push({ row, item });
  }
  return found;
}

/** The objects that a request finds, page by page. What DynamoDB could not judge is judged here. */
export async function* readBatches(
  source: DynamoSource,
  condition: ConditionTree | undefined,
  input: ReadInput,
  start: Item | undefined,
  size: (page: number) => number = () => Number.POSITIVE_INFINITY,
): AsyncGenerator<Batch> {
  for await (const { Items = [], LastEvaluatedKey } of readPages(source.table, input, start, size)) {
    yield { found: ofItems(source, condition, Items), next: LastEvaluatedKey };
  }
}

const firstSize = 50;

/** Reads until there are so many, there is no more, or it was read often enough: `next` says where it goes on. */
export async function collect(
  source: DynamoSource,
  condition: ConditionTree | undefined,
  plan: Reading,
  start: Item | undefined,
  most: number,
): Promise<Batch> {
  const { layout, maxReads } = source;
  const { input, isFiltered } = requestOf(layout, plan);
  const found: FetchedObject[] = [];
  // Where a filter drops some, more are read each time.
  const size = (at: number): number =>
    isFiltered ? Math.max(most, firstSize) * 2 ** at : most - found.length;
  let reads = 0;
  for await (const batch of readBatches(source, condition, input, start, size)) {
    found.push(...batch.found);
    reads++;
    if (found.length >= most || reads === maxReads) return { found, next: batch.next };
  }
  return { found, next: undefined };
}

async function itemsOf({ table }: DynamoSource, keys: readonly Item[]): Promise<Item[]> {
  if (keys.length === 1) {
    const item = await table.get(keys[0] as Item);
    return item ? [item] : [];
  }
  const items: Item[] = [];
  for (let at = 0; at < keys.length; at += perBatch) {
    items.push(...(await table.batch(keys.slice(at, at + perBatch))));
  }
  return items;
}

/**
 * All objects that a plan finds, in no order.
 *
 * @param order what they are to be ordered by, for the message
 * @throws BadRequest when they are more than may be read for one call
 */
export async function readAll(
  source: DynamoSource,
  condition: ConditionTree | undefined,
  plan: Exclude<Plan, { kind: "nothing" }>,
  order: readonly string[],
): Promise<object[]> {
  const { layout, maxReads } = source;
  if (plan.kind === "items") {
    return ofItems(source, condition, await itemsOf(source, plan.keys)).map(({ row }) => row);
  }
  const rows: object[] = [];
  let reads = 0;
  for await (const { found, next } of readBatches(
    source,
    condition,
    requestOf(layout, plan).input,
    undefined,
  )) {
    for (const { row } of found) rows.push(row);
    reads++;
    if (next && reads === maxReads) {
      throw new BadRequest(
        `${layout.name} can't be ordered by ${order.join(", ")}: too many to be sorted without an index`,
      );
    }
  }
  return rows;
}
