import { BadRequest, PayloadTooLarge } from "../../src/core/errors.ts";
import type { Model } from "../../src/models/types.ts";

/** What became of one item of a bulk request. */
export interface BulkResult {
  /** The status that a request for this item alone would have had. */
  status: number;
  /** The object's id. */
  id?: unknown;
  /** Where a new object is. */
  location?: string;
  /** What a request for this item alone would have got. */
  error?: Record<string, unknown>;
}

/** Does to one object what its item asks for, through this model. */
export type WriteItem<T> = (model: Model<T>) => Promise<BulkResult>;

/** How the items of a request are dealt with. */
export interface BulkRun<T, Item> {
  items: readonly Item[];
  request: { event: unknown; context: unknown };
  /** Reads and checks one item. */
  prepare(item: Item): Promise<WriteItem<T>>;
  /** What is known of an item that failed. */
  known?(item: Item): Partial<BulkResult>;
  /** Where an item stands in the body: `2`, `ids.2`. */
  placeOf(index: number): string;
}

/** @throws TypeError when no item could ever pass */
export function mostItems(name: string, maxItems = 100): number {
  if (maxItems < 1) throw new TypeError(`${name}: option "maxItems" must be at least 1`);
  return maxItems;
}

/** @throws PayloadTooLarge when there are too many items */
export function checkCount(items: readonly unknown[], maxItems: number): void {
  if (items.length > maxItems) throw new PayloadTooLarge(`At most ${maxItems} items at once`);
}

/**
 * Refuses ids that are there twice.
 *
 * @param ids what is not an id is `undefined`: that is the item's own matter
 * @param placeOf where the id of an item stands in the body
 * @throws BadRequest naming the place of the second
 */
export function checkDistinct(
  ids: readonly (string | number | undefined)[],
  placeOf: (index: number) => string,
): void {
  const seen = new Set<string>();
  ids.forEach((id, index) => {
    if (id === undefined) return;
    if (seen.has(String(id))) throw new BadRequest("An id is there twice", { field: placeOf(index) });
    seen.add(String(id));
  });
}
