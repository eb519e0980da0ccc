import type { Value } from "../fields/checkValue.ts";
import type { KnownFields } from "../fields/knownFields.ts";
import { readId } from "../fields/readId.ts";
import type { FieldKind, Page, PageRequest, Queryset } from "../types.ts";
import { BaseQueryset, type Query, type QuerysetSource } from "./baseQueryset.ts";
import { decodeCursor, encodeCursor } from "./cursor.ts";
import type { StoreJoins } from "./joins.ts";
import { behindPosition } from "./keyset.ts";
import { checkPage, kindsOfSteps, type OrderStep, positionOf } from "./ordering.ts";
import {
  decodeIds,
  decodeOffset,
  encodeIds,
  encodeOffset,
  firstStanding,
  type PlaceForm,
  placeForm,
} from "./place.ts";
import type { SetWrites } from "./setWrites.ts";
import { both, type ConditionTree } from "./where.ts";

/** What a store is asked for. */
export interface Find {
  /** Checked and made small; absent when all are meant. */
  condition: ConditionTree | undefined;
  /** A total order, the id last; nulls come first where a step ascends, last where it descends. */
  order: readonly OrderStep[];
  /** How many at most; `Infinity` for all. */
  limit: number;
  /** How many to pass over. */
  offset: number;
}

/** A store as {@link keysetQueryset} reads it. */
export interface KeysetSource<T> {
  /** The model's name; cursors belong to it. */
  name: string;
  idKey: keyof T & string;
  /** All fields with their kinds. */
  fields: KnownFields;
  /** @throws BadRequest when the store can't do what is asked */
  find(request: Find): Promise<T[]>;
  /** @throws BadRequest when the store can't do what is asked */
  count(condition: ConditionTree | undefined): Promise<number>;
  /** How the store changes all objects that meet a condition, which its queryset then does. */
  writes?: SetWrites | undefined;
  /** How statements of the same database look into the store; absent where none can. */
  joins?: StoreJoins | undefined;
  /** Finds of all objects that have the same values of some fields the first so many, where the store can at once. */
  findEach?: ((request: Find, each: Each) => Promise<T[]>) | undefined;
}

/** How many objects with the same values of these fields are asked for, the first in order. */
export interface Each {
  readonly fields: readonly string[];
  readonly limit: number;
}

/** What is found, and where it stands: for stores that know that more precisely than their objects do. */
export interface PlacedSource<T, Found> extends QuerysetSource, Pick<KeysetSource<T>, "count"> {
  /** What the values of a position are. */
  kinds(order: readonly OrderStep[]): Kinds | Promise<Kinds>;
  /** @param behind the position of which all that is found comes behind */
  find(request: Find, behind: readonly unknown[] | undefined): Promise<Found[]>;
  findEach?: ((request: Find, each: Each) => Promise<Found[]>) | undefined;
  object(found: Found): T;
  position(found: Found, order: readonly OrderStep[]): unknown[] | Promise<unknown[]>;
}

type Kinds = readonly (FieldKind | undefined)[];

/** Where a page begins. */
interface Start {
  offset: number;
  /** The position that all of it comes behind. */
  behind?: readonly unknown[];
  /** The ids that the cursor held, the last first. */
  ids?: readonly unknown[];
}

/** Iteration reads so many objects at a time. */
const chunk = 500;

/** The objects of a store. Each method but iteration asks it once. */
export class KeysetQueryset<T extends object, Found> extends BaseQueryset<T, PlacedSource<T, Found>> {
  protected with(query: Query): Queryset<T> {
    return new KeysetQueryset(this.source, query);
  }

  async get(id: string): Promise<T | undefined> {
    const source = this.source;
    const { idKey, fields } = source;
    const kind = fields?.[idKey] ?? "text";
    const value = readId(id, kind);
    if (value === undefined) return undefined;
    const condition = both(this.condition, { op: "eq", field: idKey, kind, value });
    const [found] = await source.find({ condition, order: [], limit: 1, offset: 0 }, undefined);
    return found && source.object(found);
  }

  override async first(): Promise<T | undefined> {
    const [found] = await this.#find(this.steps(), 1, 0, undefined);
    return found && this.source.object(found);
  }

  override async exists(): Promise<boolean> {
    return (await this.#find([], 1, 0, undefined)).length > 0;
  }

  async page(request: PageRequest): Promise<Page<T>> {
    const { limit, offset } = checkPage(request);
    const source = this.source;
    const order = this.steps();
    const form = placeForm(
      order.map(({ field }) => field),
      source.idKey,
      request.shows,
    );
    const { cursor } = request;
    const start: Start = cursor === undefined ? { offset } : await this.#startOf(cursor, form, order);
    const found = await this.#find(order, limit + 1, start.offset, start.behind);
    const more = found.length > limit;
    const kept = more ? found.slice(0, limit) : found;
    const items = kept.map(one => source.object(one));
    if (more) {
      const isLast = kept.length === 0;
      return isLast ? { items } : { items, nextCursor: await this.#cursorBehind(kept, start, form, order) };
    }
    const isWhole = start.behind === undefined && (items.length > 0 || start.offset === 0);
    return isWhole ? { items, total: start.offset + items.length } : { items };
  }

  get firstOfEach(): ((fields: readonly string[], limit: number) => Promise<T[]>) | undefined {
    const { source, condition } = this;
    const { findEach, idKey } = source;
    if (findEach === undefined) return undefined;
    return async (fields, limit) => {
      const all: Find = { condition, order: this.steps(), limit: Number.POSITIVE_INFINITY, offset: 0 };
      // No two have the same id.
      const isOne = fields.includes(idKey);
      const found = await (isOne ? source.find(all, undefined) : findEach(all, { fields, limit }));
      return found.map(one => source.object(one));
    };
  }

  async count(): Promise<number> {
    return this.source.count(this.condition);
  }

  async *[Symbol.asyncIterator](): AsyncIterator<T> {
    const source = this.source;
    const order = this.steps();
    let behind: readonly unknown[] | undefined;
    for (;;) {
      const found = await this.#find(order, chunk, 0, behind);
      for (const one of found) yield source.object(one);
      const last = found.at(-1);
      if (last === undefined || found.length < chunk) return;
      behind = await source.position(last, order);
    }
  }

  async #startOf(cursor: string, form: PlaceForm, order: readonly OrderStep[]): Promise<Start> {
    const source = this.source;
    const hash = this.hash(order);
    if (form === "offset") return { offset: decodeOffset(cursor, hash) };
    if (form === "position") {
      return { offset: 0, behind: decodeCursor(cursor, hash, await source.kinds(order)) };
    }
    const { idKey, fields } = source;
    const kind = fields?.[idKey];
    const ids = decodeIds(cursor, hash, kind);
    const condition = both(this.condition, { op: "in", field: idKey, kind, values: ids as Value[] });
    const found = await source.find({ condition, order: [], limit: ids.length, offset: 0 }, undefined);
    const at = firstStanding(ids, isIt => found.findIndex(one => isIt(this.#idOf(one))));
    return { offset: 0, behind: await source.position(found[at] as Found, order), ids };
  }

  async #cursorBehind(
    kept: readonly Found[],
    { offset, ids = [] }: Start,
    form: PlaceForm,
    order: readonly OrderStep[],
  ): Promise<string> {
    const hash = this.hash(order);
    if (form === "offset") return encodeOffset(hash, offset + kept.length);
    if (form === "position") {
      return encodeCursor(hash, await this.source.position(kept.at(-1) as Found, order));
    }
    return encodeIds(hash, [...kept.map(one => this.#idOf(one)).reverse(), ...ids]);
  }

  #idOf(found: Found): unknown {
    return (this.source.object(found) as Record<string, unknown>)[this.source.idKey];
  }

  #find(
    order: readonly OrderStep[],
    limit: number,
    offset: number,
    behind: readonly unknown[] | undefined,
  ): Promise<Found[]> {
    return this.source.find({ condition: this.condition, order, limit, offset }, behind);
  }
}

/**
 * A queryset over any store that finds objects by a condition, in an order: it checks what is asked, makes cursors that
 * stay correct while others insert and delete, and reads long lists piece by piece.
 *
 * @param source how the store is asked
 * @example
 * const objects = keysetQueryset<Post>({ name: "Post", idKey: "id", fields, find, count });
 */
export function keysetQueryset<T extends object>(source: KeysetSource<T>): Queryset<T> {
  const { name, idKey, fields, writes, joins, findEach } = source;
  return new KeysetQueryset<T, T>({
    name,
    idKey,
    fields,
    writes,
    joins,
    findEach,
    kinds: order => kindsOfSteps(order, fields),
    find(request, behind) {
      const { condition, order } = request;
      if (behind === undefined) return source.find(request);
      return source.find({ ...request, condition: both(condition, behindPosition(order, behind, fields)) });
    },
    count: condition => source.count(condition),
    object: found => found,
    position: positionOf,
  });
}
