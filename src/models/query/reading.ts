import { BadRequest } from "../../core/errors.ts";
import { checkOptions } from "../../core/options.ts";
import type { AllOptions, Page, PageRequest } from "../types.ts";

/** What can be read page by page. */
export interface Paged<T> {
  page(request: PageRequest): Promise<Page<T>>;
  /**
   * The way of a store where one call may read only so much.
   *
   * @throws BadRequest where that is too much
   */
  readFirst?(most: number): Promise<T[]>;
}

/** How many objects `all` gives unless it is said. */
const mostObjects = 1000;

/** The cursors of what is read here go to nobody: they may hold any value. */
const shows = (): boolean => true;

/** The objects of the first pages: as many as are asked for, or all. A page may be short of its limit, and have a next one. */
export async function firstObjects<T>(objects: Paged<T>, most: number): Promise<T[]> {
  if (objects.readFirst) return objects.readFirst(most);
  const read: T[] = [];
  let cursor: string | undefined;
  do {
    const limit = most - read.length;
    const page = await objects.page(cursor === undefined ? { limit, shows } : { limit, cursor, shows });
    for (const item of page.items) read.push(item);
    cursor = page.nextCursor;
  } while (cursor !== undefined && read.length < most);
  return read;
}

/** The first object of a queryset, in its order. */
export async function firstOf<T>(objects: Paged<T>): Promise<T | undefined> {
  return (await firstObjects(objects, 1))[0];
}

/** All objects. @throws BadRequest when they are more than `most`, with what to do about it */
export async function readAtMost<T>(objects: Paged<T>, most: number, advice: string): Promise<T[]> {
  const read = await firstObjects(objects, most + 1);
  if (read.length > most) throw new BadRequest(`More than ${most} objects: ${advice}`);
  return read;
}

/**
 * All objects of a queryset, in its order.
 *
 * @throws BadRequest when they are more than the limit; TypeError on a wrong option
 */
export async function allOf<T>(objects: Paged<T>, options: AllOptions = {}): Promise<T[]> {
  checkOptions("all", options, { limit: "count" });
  const { limit = mostObjects } = options;
  return readAtMost(objects, limit, "narrow them, read them page by page, or allow more");
}
