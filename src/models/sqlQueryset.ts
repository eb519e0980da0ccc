import { type RawBuilder, sql } from "kysely";
import { isStorableText } from "./checkValue.ts";
import { decodeCursor, encodeCursor, queryHash } from "./cursor.ts";
import { checkPage, kindsOfSteps, type OrderStep, orderSteps, positionOf } from "./ordering.ts";
import { behindSql, conditionSql } from "./sqlCompile.ts";
import type { SqlTable } from "./sqlTable.ts";
import type { FieldKind, OrderKey, Page, PageRequest, Queryset, Where } from "./types.ts";
import { both, type ConditionTree, compileSearch, compileWhere } from "./where.ts";

type Sql = RawBuilder<unknown>;

/** Iteration reads so many rows at a time. */
const chunk = 500;

const longestId = 1000;

/** An id as its column holds it; `undefined` for a text that can be nobody's id. */
export function readId(id: unknown, kind: FieldKind): string | number | bigint | undefined {
  const text = typeof id === "number" || typeof id === "bigint" ? String(id) : id;
  if (!isStorableText(text) || text.length > longestId) return undefined;
  if (kind === "text") return text;
  const read = /^-?\d{1,19}$/.test(text) ? BigInt(text) : undefined;
  if (read === undefined || String(read) !== text || BigInt.asIntN(64, read) !== read) return undefined;
  if (kind === "bigint") return read;
  return Number.isSafeInteger(Number(read)) ? Number(read) : undefined;
}

/** The objects of a table. Each method but iteration is one query. */
export class SqlQueryset<T extends object> implements Queryset<T> {
  readonly #name: string;
  readonly #table: SqlTable;
  readonly #condition: ConditionTree | undefined;
  readonly #keys: readonly string[];

  constructor(name: string, table: SqlTable, condition?: ConditionTree, keys: readonly string[] = []) {
    this.#name = name;
    this.#table = table;
    this.#condition = condition;
    this.#keys = keys;
  }

  filter(where: Where<T>): Queryset<T> {
    return this.#narrowed(compileWhere(where, this.#table.kinds));
  }

  search(text: string, fields: readonly (keyof T & string)[]): Queryset<T> {
    return this.#narrowed(compileSearch(text, fields, this.#table.kinds));
  }

  orderBy(...keys: OrderKey<T>[]): Queryset<T> {
    orderSteps(keys, this.#table.idKey, this.#table.kinds);
    return new SqlQueryset(this.#name, this.#table, this.#condition, keys);
  }

  async get(id: string): Promise<T | undefined> {
    const { idKey, kinds } = this.#table;
    const value = readId(id, kinds[idKey] ?? "text");
    if (value === undefined) return undefined;
    const isIt = sql`${sql.id(idKey)} = ${value}`;
    const [row] = await this.#table.select(this.#where(isIt), undefined, 1, 0);
    return row as T | undefined;
  }

  async page(request: PageRequest): Promise<Page<T>> {
    const { limit, offset } = checkPage(request);
    const steps = this.#steps();
    const hash = queryHash([this.#name, this.#condition, steps]);
    const { cursor } = request;
    const position =
      cursor === undefined ? undefined : decodeCursor(cursor, hash, kindsOfSteps(steps, this.#table.kinds));
    const rows = await this.#rows(steps, position, limit + 1, offset);
    const more = rows.length > limit;
    const items = (more ? rows.slice(0, limit) : rows) as T[];
    const last = items.at(-1);
    if (more) return last ? { items, nextCursor: encodeCursor(hash, positionOf(last, steps)) } : { items };
    const isWhole = position === undefined && (items.length > 0 || offset === 0);
    return isWhole ? { items, total: offset + items.length } : { items };
  }

  count(): Promise<number> {
    return this.#table.count(this.#condition);
  }

  async *[Symbol.asyncIterator](): AsyncIterator<T> {
    const steps = this.#steps();
    let position: unknown[] | undefined;
    for (;;) {
      const rows = await this.#rows(steps, position, chunk, 0);
      yield* rows as T[];
      const last = rows.at(-1);
      if (last === undefined || rows.length < chunk) return;
      position = positionOf(last, steps);
    }
  }

  #narrowed(condition: ConditionTree): Queryset<T> {
    return new SqlQueryset(this.#name, this.#table, both(this.#condition, condition), this.#keys);
  }

  #steps(): OrderStep[] {
    return orderSteps(this.#keys, this.#table.idKey, this.#table.kinds);
  }

  #where(more?: Sql): Sql | undefined {
    const own = this.#condition && conditionSql(this.#condition, this.#table.flavor);
    return own && more ? sql`${own} and ${more}` : (own ?? more);
  }

  #rows(
    steps: readonly OrderStep[],
    position: readonly unknown[] | undefined,
    limit: number,
    offset: number,
  ): Promise<Record<string, unknown>[]> {
    const { kinds, flavor } = this.#table;
    const behind = position && behindSql(steps, position, kinds, flavor);
    const order = sql.join(steps.map(({ field, descending }) => flavor.order(field, descending)));
    return this.#table.select(this.#where(behind), order, limit, offset);
  }
}
