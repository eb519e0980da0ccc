import { sql } from "kysely";
import { decodeCursor, encodeCursor, queryHash } from "./cursor.ts";
import { checkPage, type OrderStep, orderSteps } from "./ordering.ts";
import { readId } from "./readId.ts";
import { behindSql, conditionSql, type SqlTarget, sameSql } from "./sqlCompile.ts";
import { aliasOf, type Sql, type SqlColumn } from "./sqlFlavor.ts";
import type { Read, SqlTable } from "./sqlTable.ts";
import type { FieldKind, OrderKey, Page, PageRequest, Queryset, Where } from "./types.ts";
import { both, type ConditionTree, compileSearch, compileWhere } from "./where.ts";

/** Iteration reads so many rows at a time. */
const chunk = 500;

/** What each value of a cursor is: the field's kind, or that of what is more precise. */
function placeKinds({ columns }: SqlTarget, steps: readonly OrderStep[]): FieldKind[] {
  return steps.map(({ field }) => {
    const { kind, position } = columns[field] as SqlColumn;
    return position?.kind ?? kind;
  });
}

/** Where a row stands in an order. */
function placed({ columns }: SqlTarget, steps: readonly OrderStep[], { object, stored }: Read): unknown[] {
  return steps.map(({ field }) => {
    const column = columns[field] as SqlColumn;
    const value = object[field] ?? null;
    return value === null || !column.position ? value : column.position.of(stored[aliasOf(column)]);
  });
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
    const target = await this.#table.open();
    const column = target.columns[idKey] as SqlColumn;
    if (column.accepts?.(value) === false) return undefined;
    const where = this.#where(target, sameSql(column, value));
    const [read] = await this.#table.select({ where, limit: 1, offset: 0 });
    return read?.object as T | undefined;
  }

  async page(request: PageRequest): Promise<Page<T>> {
    const { limit, offset } = checkPage(request);
    const steps = this.#steps();
    const hash = queryHash([this.#name, this.#condition, steps]);
    const target = await this.#table.open();
    const { cursor } = request;
    const kinds = placeKinds(target, steps);
    const position = cursor === undefined ? undefined : decodeCursor(cursor, hash, kinds);
    const read = await this.#read(target, steps, position, limit + 1, offset);
    const more = read.length > limit;
    const kept = more ? read.slice(0, limit) : read;
    const items = kept.map(({ object }) => object as T);
    const last = kept.at(-1);
    if (more)
      return last ? { items, nextCursor: encodeCursor(hash, placed(target, steps, last)) } : { items };
    const isWhole = position === undefined && (items.length > 0 || offset === 0);
    return isWhole ? { items, total: offset + items.length } : { items };
  }

  count(): Promise<number> {
    return this.#table.count(this.#condition);
  }

  async *[Symbol.asyncIterator](): AsyncIterator<T> {
    const steps = this.#steps();
    const target = await this.#table.open();
    let position: unknown[] | undefined;
    for (;;) {
      const read = await this.#read(target, steps, position, chunk, 0);
      for (const { object } of read) yield object as T;
      const last = read.at(-1);
      if (last === undefined || read.length < chunk) return;
      position = placed(target, steps, last);
    }
  }

  #narrowed(condition: ConditionTree): Queryset<T> {
    return new SqlQueryset(this.#name, this.#table, both(this.#condition, condition), this.#keys);
  }

  #steps(): OrderStep[] {
    return orderSteps(this.#keys, this.#table.idKey, this.#table.kinds);
  }

  #where(target: SqlTarget, more?: Sql): Sql | undefined {
    const own = this.#condition && conditionSql(this.#condition, target);
    return own && more ? sql`${own} and ${more}` : (own ?? more);
  }

  #read(
    target: SqlTarget,
    steps: readonly OrderStep[],
    position: readonly unknown[] | undefined,
    limit: number,
    offset: number,
  ): Promise<Read[]> {
    const { columns, flavor } = target;
    const where = this.#where(target, position && behindSql(steps, position, target));
    const order = sql.join(
      steps.map(({ field, descending }) => flavor.order(columns[field] as SqlColumn, descending)),
    );
    return this.#table.select({ where, order, limit, offset });
  }
}
