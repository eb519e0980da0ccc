import { decodeCursor, encodeCursor, queryHash } from "./cursor.ts";
import { behindPosition } from "./keyset.ts";
import { checkPage, kindsOfSteps, type OrderStep, orderSteps, positionOf } from "./ordering.ts";
import { readId } from "./readId.ts";
import type { OrderKey, Page, PageRequest, Queryset, Where } from "./types.ts";
import { both, type ConditionTree, compileSearch, compileWhere, type KnownFields } from "./where.ts";

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
}

/** Iteration reads so many objects at a time. */
const chunk = 500;

class KeysetQueryset<T extends object> implements Queryset<T> {
  readonly #source: KeysetSource<T>;
  readonly #condition: ConditionTree | undefined;
  readonly #keys: readonly string[];

  constructor(source: KeysetSource<T>, condition?: ConditionTree, keys: readonly string[] = []) {
    this.#source = source;
    this.#condition = condition;
    this.#keys = keys;
  }

  filter(where: Where<T>): Queryset<T> {
    return this.#narrowed(compileWhere(where, this.#source.fields));
  }

  search(text: string, fields: readonly (keyof T & string)[]): Queryset<T> {
    return this.#narrowed(compileSearch(text, fields, this.#source.fields));
  }

  orderBy(...keys: OrderKey<T>[]): Queryset<T> {
    orderSteps(keys, this.#source.idKey, this.#source.fields);
    return new KeysetQueryset(this.#source, this.#condition, keys);
  }

  async get(id: string): Promise<T | undefined> {
    const { idKey, fields } = this.#source;
    const kind = fields?.[idKey] ?? "text";
    const value = readId(id, kind);
    if (value === undefined) return undefined;
    const isIt: ConditionTree = { op: "eq", field: idKey, kind, value };
    const [object] = await this.#find([], 1, 0, isIt);
    return object;
  }

  async page(request: PageRequest): Promise<Page<T>> {
    const { limit, offset } = checkPage(request);
    const { name, fields } = this.#source;
    const steps = this.#steps();
    const hash = queryHash([name, this.#condition, steps]);
    const { cursor } = request;
    const position =
      cursor === undefined ? undefined : decodeCursor(cursor, hash, kindsOfSteps(steps, fields));
    const found = await this.#find(
      steps,
      limit + 1,
      offset,
      position && behindPosition(steps, position, fields),
    );
    const more = found.length > limit;
    const items = more ? found.slice(0, limit) : found;
    const last = items.at(-1);
    if (more) return last ? { items, nextCursor: encodeCursor(hash, positionOf(last, steps)) } : { items };
    const isWhole = position === undefined && (items.length > 0 || offset === 0);
    return isWhole ? { items, total: offset + items.length } : { items };
  }

  async count(): Promise<number> {
    return this.#source.count(this.#condition);
  }

  async *[Symbol.asyncIterator](): AsyncIterator<T> {
    const steps = this.#steps();
    let behind: ConditionTree | undefined;
    for (;;) {
      const found = await this.#find(steps, chunk, 0, behind);
      yield* found;
      const last = found.at(-1);
      if (last === undefined || found.length < chunk) return;
      behind = behindPosition(steps, positionOf(last, steps), this.#source.fields);
    }
  }

  #narrowed(condition: ConditionTree): Queryset<T> {
    return new KeysetQueryset(this.#source, both(this.#condition, condition), this.#keys);
  }

  #steps(): OrderStep[] {
    return orderSteps(this.#keys, this.#source.idKey, this.#source.fields);
  }

  #find(order: readonly OrderStep[], limit: number, offset: number, more?: ConditionTree): Promise<T[]> {
    const condition = more === undefined ? this.#condition : both(this.#condition, more);
    return this.#source.find({ condition, order, limit, offset });
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
  return new KeysetQueryset(source);
}
