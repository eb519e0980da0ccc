import { BadRequest } from "../../core/errors.ts";
import { compareValues } from "../fields/values.ts";
import { arrayQueryset } from "../query/arrayQueryset.ts";
import { BaseQueryset, type Query } from "../query/baseQueryset.ts";
import { matches } from "../query/matches.ts";
import { checkPage, orderSteps } from "../query/ordering.ts";
import { firstObjects } from "../query/reading.ts";
import type { ConditionTree } from "../query/where.ts";
import type { OrderKey, Page, PageRequest, Queryset, Where } from "../types.ts";
import type { Item, ReadInput } from "./api.ts";
import { eachParts, eachValues, readEach } from "./each.ts";
import { conjunctsOf } from "./expression.ts";
import {
  type Batch,
  collect,
  type DynamoSource,
  type FetchedObject,
  perBatch,
  readAll,
  readBatches,
  readEnough,
} from "./fetch.ts";
import { itemKey, keyOfId, readId } from "./ids.ts";
import { type Places, placesOf } from "./place.ts";
import { type Plan, planOf, type Reading } from "./plan.ts";
import { countItems, requestOf } from "./reader.ts";
import { datesAsText } from "./values.ts";

/** The objects of a table. */
export class DynamoQueryset<T extends object> extends BaseQueryset<T, DynamoSource> {
  protected with(query: Query): Queryset<T> {
    return new DynamoQueryset(this.source, query);
  }

  override filter(where: Where<T>): Queryset<T> {
    return super.filter(datesAsText(where, this.source.fields) as Where<T>);
  }

  /** Without keys objects come in the order that is read; to ask for no keys is to ask for that of the ids. */
  override orderBy(...keys: OrderKey<T>[]): Queryset<T> {
    return super.orderBy(...(keys.length === 0 ? [this.source.idKey as OrderKey<T>] : keys));
  }

  async get(id: string): Promise<T | undefined> {
    const { layout } = this.source;
    const value = readId(layout, id);
    if (value === undefined) return undefined;
    const { sort } = layout.table;
    if (layout.idForm === "partition" && sort !== undefined && sort.value === undefined) {
      for await (const row of this.narrowed(this.#isId(value))) return row;
      return undefined;
    }
    return (await this.#find(value))?.row as T | undefined;
  }

  /** The object that an id alone determines, with its item, if it is among them. */
  async #find(value: unknown): Promise<FetchedObject | undefined> {
    const { layout, table, rows } = this.source;
    const { partition } = layout.table;
    const isScoped = layout.idForm === "sort" && partition.value === undefined;
    const key = isScoped
      ? itemKey(layout.table, this.#partitionOf(partition.field), value)
      : keyOfId(layout, value);
    const item = key && (await table.get(key));
    const row = item && rows.read(item);
    const isIn = row !== undefined && (this.condition === undefined || matches(this.condition, row));
    return isIn ? { row, item: item as Item } : undefined;
  }

  async page(request: PageRequest): Promise<Page<T>> {
    const { limit } = checkPage(request);
    if (request.offset !== undefined) {
      throw new BadRequest(`${this.source.layout.name} takes no offset: use the cursor`, {
        field: "offset",
      });
    }
    const plan = this.#plan();
    if (plan.kind === "nothing") return { items: [], total: 0 };
    if (plan.kind === "items" || plan.isUnsorted) {
      return this.#inMemory(await this.#all(plan), this.hash(this.keys)).page(request);
    }
    const { cursor } = request;
    const places = (): Places => this.#places(plan, request.shows);
    const start = cursor === undefined ? undefined : await places().start(cursor);
    return limit === 0 ? { items: [] } : this.#fill(plan, places, start, limit);
  }

  /** Objects are read by their keys where those are named, else one query for each value of a partition, ten at once. */
  async firstOfEach(fields: readonly (keyof T & string)[], limit: number): Promise<T[]> {
    const parts = eachParts(this.condition).map(condition => this.#of(condition));
    const found = await readEach(parts, part => part.#firstOfEach(fields, limit));
    return [...new Map(found.map(object => [this.#idOf(object), object])).values()];
  }

  async #firstOfEach(fields: readonly (keyof T & string)[], limit: number): Promise<T[]> {
    const plan = this.#planOrRefusal();
    if (plan instanceof BadRequest || (plan.kind === "read" && plan.keys.length === 0)) {
      const each = eachValues(this.condition, fields).map(condition => this.#of(condition));
      const first = each.map(one => one.#planOrRefusal())[0];
      if (first instanceof BadRequest) throw first;
      if (first?.kind === "read" && first.keys.length > 0) {
        return readEach(each, one => firstObjects(one, limit));
      }
      if (plan instanceof BadRequest) throw plan;
    }
    if (plan.kind === "nothing") return [];
    const all = this.#inMemory(await this.#all(plan), "");
    return all.firstOfEach?.(fields, limit) as Promise<T[]>;
  }

  #of(condition: ConditionTree | undefined): DynamoQueryset<T> {
    return new DynamoQueryset(this.source, { condition, keys: this.keys });
  }

  #planOrRefusal(): Plan | BadRequest {
    try {
      return this.#plan(this.keys, Number.POSITIVE_INFINITY);
    } catch (error) {
      if (error instanceof BadRequest) return error;
      throw error;
    }
  }

  async count(): Promise<number> {
    const { layout, table } = this.source;
    const plan = this.#plan([]);
    if (plan.kind === "nothing") return 0;
    if (plan.kind === "items") return (await this.#all(plan)).length;
    const { input, isExact } = requestOf(layout, plan);
    if (isExact) return countItems(table, input);
    let count = 0;
    for await (const { found } of this.#read(input)) count += found.length;
    return count;
  }

  async *[Symbol.asyncIterator](): AsyncIterator<T> {
    const plan = this.#plan();
    if (plan.kind === "nothing") return;
    if (plan.kind === "items" || plan.isUnsorted) {
      yield* this.#inMemory(await this.#all(plan), "");
      return;
    }
    const { input } = requestOf(this.source.layout, plan);
    for await (const { found } of this.#read(input)) for (const { row } of found) yield row as T;
  }

  #isId(value: unknown): ConditionTree {
    const { idKey, kinds } = this.source.layout;
    return { op: "eq", field: idKey, kind: kinds?.[idKey], value: value as string };
  }

  #plan(keys: readonly string[] = this.keys, mostKeys: number = this.source.maxReads * perBatch): Plan {
    const { layout, allowScan } = this.source;
    const steps = keys.length === 0 ? [] : orderSteps(keys, layout.idKey, layout.kinds);
    return planOf({ layout, allowScan, mostKeys }, this.condition, steps);
  }

  /** Where ids are unique in their partition alone, the queryset must say which one it is. */
  #partitionOf(field: string | undefined): unknown {
    const conjuncts = this.condition === undefined ? [] : conjunctsOf(this.condition);
    for (const node of conjuncts) if (node.op === "eq" && node.field === field) return node.value;
    const { name, idKey } = this.source.layout;
    throw new BadRequest(`${name} can't be found by ${idKey} without ${field}: filter by it`, {
      ...(field !== undefined && { field }),
    });
  }

  #places({ path }: Reading, shows: PageRequest["shows"]): Places {
    const { layout } = this.source;
    const itemOf = async (id: unknown): Promise<Item | undefined> => (await this.#find(id))?.item;
    return placesOf(layout, path, this.condition, this.hash(this.keys), shows, itemOf);
  }

  /** What {@link firstObjects} reads. @throws BadRequest where that is more than one call may read */
  async readFirst(most: number): Promise<T[]> {
    const plan = this.#plan();
    if (plan.kind === "nothing") return [];
    if (plan.kind === "items" || plan.isUnsorted) {
      return (await this.#inMemory(await this.#all(plan), "").page({ limit: most })).items;
    }
    const { found, next } = await collect(this.source, this.condition, plan, undefined, most);
    if (next && found.length < most) throw readEnough(this.source);
    return found.slice(0, most).map(({ row }) => row as T);
  }

  /** A page may be short of its limit, where it was read often enough. */
  async #fill(plan: Reading, places: () => Places, start: Item | undefined, limit: number): Promise<Page<T>> {
    // One more than asked for shows whether there is a next page.
    const { found, next } = await collect(this.source, this.condition, plan, start, limit + 1);
    const kept = found.slice(0, limit);
    const items = kept.map(({ row }) => row as T);
    const last = found.length > limit ? found[limit - 1]?.item : next;
    if (last) return { items, nextCursor: places().cursor(last, kept) };
    return start === undefined ? { items, total: items.length } : { items };
  }

  #read(input: ReadInput, start?: Item, size?: (page: number) => number): AsyncGenerator<Batch> {
    return readBatches(this.source, this.condition, input, start, size);
  }

  #all(plan: Exclude<Plan, { kind: "nothing" }>): Promise<T[]> {
    return readAll(this.source, this.condition, plan, this.keys) as Promise<T[]>;
  }

  #idOf(object: T): unknown {
    return (object as Record<string, unknown>)[this.source.layout.idKey];
  }

  #inMemory(found: T[], hash: string): Queryset<T> {
    const { idKey, kinds } = this.source.layout;
    found.sort((a, b) => compareValues(this.#idOf(a), this.#idOf(b)));
    return arrayQueryset<T>({
      name: hash,
      idKey,
      fields: kinds,
      sorted: () => found,
      find: () => undefined,
      copy: object => object,
    }).orderBy(...(this.keys as OrderKey<T>[]));
  }
}
