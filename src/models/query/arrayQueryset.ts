import type { KnownFields } from "../fields/knownFields.ts";
import type { Page, PageRequest, Queryset } from "../types.ts";
import { BaseQueryset, type Query, type QuerysetSource } from "./baseQueryset.ts";
import { decodeCursor, encodeCursor, mostIds } from "./cursor.ts";
import { matches } from "./matches.ts";
import {
  checkPage,
  comparePositions,
  kindsOfSteps,
  type OrderStep,
  orderSteps,
  positionOf,
} from "./ordering.ts";
import {
  decodeIds,
  decodeOffset,
  encodeIds,
  encodeOffset,
  firstStanding,
  type PlaceForm,
  placeForm,
} from "./place.ts";

/** Where an {@link arrayQueryset} finds its objects. */
export interface ArraySource<T> extends QuerysetSource {
  /** Read when the first condition is made. */
  readonly fields: KnownFields;
  /** All objects, in the order of their ids. */
  sorted(): readonly T[];
  /** The object of this id. */
  find(id: string): T | undefined;
  /** What is handed out for an object of the source. */
  copy(object: T): T;
}

const sameText = (value: unknown): string => (value instanceof Date ? value.toISOString() : String(value));

class ArrayQueryset<T extends object> extends BaseQueryset<T, ArraySource<T>> {
  protected with(query: Query): Queryset<T> {
    return new ArrayQueryset(this.source, query);
  }

  get(id: string): Promise<T | undefined> {
    const found = this.source.find(id);
    const hidden = found === undefined || (this.condition && !matches(this.condition, found));
    return Promise.resolve(hidden ? undefined : this.source.copy(found as T));
  }

  async page(request: PageRequest): Promise<Page<T>> {
    const { limit, offset } = checkPage(request);
    const source = this.source;
    const steps = this.steps();
    const all = this.#matching(steps);
    const form = placeForm(
      steps.map(({ field }) => field),
      source.idKey,
      request.shows,
    );
    const { cursor } = request;
    const start = cursor === undefined ? offset : this.#startAfter(cursor, all, steps, form);
    const found = all.slice(start, start + limit);
    const page: Page<T> = { items: found.map(object => source.copy(object)), total: all.length };
    const next = start + limit;
    if (found.length > 0 && next < all.length) page.nextCursor = this.#cursorAt(next, all, steps, form);
    return page;
  }

  async firstOfEach(fields: readonly (keyof T & string)[], limit: number): Promise<T[]> {
    const counts = new Map<string, number>();
    const found = this.#matching(this.steps()).filter(object => {
      const key = JSON.stringify(fields.map(field => sameText(object[field])));
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      return count <= limit;
    });
    return found.map(object => this.source.copy(object));
  }

  async count(): Promise<number> {
    const condition = this.condition;
    const all = this.source.sorted();
    return condition ? all.filter(object => matches(condition, object)).length : all.length;
  }

  async *[Symbol.asyncIterator](): AsyncIterator<T> {
    for (const object of this.#matching(this.steps())) yield this.source.copy(object);
  }

  /** The id is in order whatever it holds: the fields, which take long to learn, are not asked for. */
  protected override steps(): OrderStep[] {
    return orderSteps(this.keys, this.source.idKey, this.keys.length > 0 ? this.source.fields : undefined);
  }

  /** The source is in the order of its ids and sorting is stable, so that ties stay in that order. */
  #matching(steps: readonly OrderStep[]): readonly T[] {
    const condition = this.condition;
    const all = this.source.sorted();
    const found = condition ? all.filter(object => matches(condition, object)) : all;
    if (this.keys.length === 0) return found;
    const fields = this.source.fields;
    return found
      .map(object => ({ object, position: positionOf(object, steps) }))
      .sort((a, b) => comparePositions(a.position, b.position, steps, fields))
      .map(({ object }) => object);
  }

  #cursorAt(next: number, all: readonly T[], steps: readonly OrderStep[], form: PlaceForm): string {
    const hash = this.hash(steps);
    if (form === "offset") return encodeOffset(hash, next);
    if (form === "position") return encodeCursor(hash, positionOf(all[next - 1] as T, steps));
    const last = all.slice(Math.max(0, next - mostIds), next).reverse();
    return encodeIds(
      hash,
      last.map(object => this.#idOf(object)),
    );
  }

  #idOf(object: T): unknown {
    return (object as Record<string, unknown>)[this.source.idKey];
  }

  #startAfter(cursor: string, all: readonly T[], steps: readonly OrderStep[], form: PlaceForm): number {
    const fields = this.source.fields;
    const hash = this.hash(steps);
    if (form === "offset") return decodeOffset(cursor, hash);
    if (form === "ids") {
      const ids = decodeIds(cursor, hash, fields?.[this.source.idKey]);
      return firstStanding(ids, isIt => all.findIndex(object => isIt(this.#idOf(object)))) + 1;
    }
    const position = decodeCursor(cursor, hash, kindsOfSteps(steps, fields));
    let from = 0;
    let to = all.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      const passed = comparePositions(positionOf(all[middle] as T, steps), position, steps, fields) <= 0;
      if (passed) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}

/**
 * A queryset over objects in memory.
 *
 * @param source where they are
 */
export function arrayQueryset<T extends object>(source: ArraySource<T>): Queryset<T> {
  return new ArrayQueryset(source);
}
