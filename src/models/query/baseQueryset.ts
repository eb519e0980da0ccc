import type { KnownFields } from "../fields/knownFields.ts";
import type { AllOptions, OrderKey, Page, PageRequest, Queryset, Where } from "../types.ts";
import { noSoftDelete, wouldMatch } from "./admission.ts";
import { asAsked } from "./asAsked.ts";
import { queryHash } from "./cursor.ts";
import type { Joins, StoreJoins } from "./joins.ts";
import { type OrderStep, orderSteps } from "./ordering.ts";

import { allOf, firstOf } from "./reading.ts";
import { type SetWrites, setChanges } from "./setWrites.ts";
import { both, type ConditionTree, compileSearch, compileWhere } from "./where.ts";

/** What every queryset knows of its objects. */
export interface QuerysetSource {
  /** The model's name; cursors belong to it. */
  readonly name: string;
  readonly idKey: string;
  /** All fields with their kinds, where they are known. */
  readonly fields: KnownFields;
  /** How all objects of a queryset are changed; absent where the store has no way of its own. */
  readonly writes?: SetWrites | undefined;
  /** How statements of the same database look into it; absent where none can. */
  readonly joins?: StoreJoins | undefined;
  /** The field that says when an object was deleted. @default that of the writes */
  readonly softDelete?: string | undefined;
}

/** What a queryset was asked for so far. */
export interface Query {
  /** Checked and made small; absent when all are meant. */
  readonly condition: ConditionTree | undefined;
  /** The keys of the order, as they were given. */
  readonly keys: readonly string[];
  /** Whether what is deleted is among them, or alone is. @default none of it is */
  readonly deleted?: "with" | "only";
}

const everything: Query = { condition: undefined, keys: [] };

const softDeleteOf = ({ softDelete, writes }: QuerysetSource): string | undefined =>
  softDelete ?? writes?.softDelete;

function markOf(field: string, isDeleted: boolean): ConditionTree {
  const isNull: ConditionTree = { op: "isNull", field };
  return isDeleted ? { op: "not", node: isNull } : isNull;
}

/**
 * What narrows a queryset is the same on every engine: it checks what is asked and gives a new queryset; nothing is changed.
 * An engine says how it finds. What a queryset holds is private, so that no log shows it.
 */
export abstract class BaseQueryset<T, Source extends QuerysetSource> implements Queryset<T> {
  readonly #source: Source;
  readonly #query: Query;
  readonly #condition: ConditionTree | undefined;

  constructor(source: Source, query: Query = everything) {
    this.#source = source;
    this.#query = query;
    const { condition, deleted } = query;
    const field = softDeleteOf(source);
    this.#condition =
      field === undefined || deleted === "with"
        ? condition
        : both(condition, markOf(field, deleted === "only"));
  }

  abstract get(id: string): Promise<T | undefined>;
  abstract page(request: PageRequest): Promise<Page<T>>;
  abstract count(): Promise<number>;
  abstract [Symbol.asyncIterator](): AsyncIterator<T>;

  /** The queryset of the same source for another query. */
  protected abstract with(query: Query): Queryset<T>;

  protected get source(): Source {
    return this.#source;
  }

  protected get condition(): ConditionTree | undefined {
    return this.#condition;
  }

  protected get keys(): readonly string[] {
    return this.#query.keys;
  }

  filter(where: Where<T>): Queryset<T> {
    return this.narrowed(compileWhere(where, this.#source.fields));
  }

  search(text: string, fields: readonly (keyof T)[]): Queryset<T> {
    return this.narrowed(compileSearch(text, fields as readonly string[], this.#source.fields));
  }

  orderBy(...keys: OrderKey<T>[]): Queryset<T> {
    orderSteps(keys, this.#source.idKey, this.#source.fields);
    return this.with({ ...this.#query, keys });
  }

  withDeleted(): Queryset<T> {
    return this.#deleted("with");
  }

  onlyDeleted(): Queryset<T> {
    return this.#deleted("only");
  }

  admits(object: Partial<T>, isWhole: boolean): boolean | undefined {
    return wouldMatch(this.condition, object, isWhole);
  }

  first(): Promise<T | undefined> {
    return firstOf(this);
  }

  all(options?: AllOptions): Promise<T[]> {
    return allOf(this, options);
  }

  /** No order is asked for, which the engine might not have. */
  async exists(): Promise<boolean> {
    return (await firstOf(this.with({ ...this.#query, keys: [] }))) !== undefined;
  }

  get update(): ((changes: Partial<T>) => Promise<number>) | undefined {
    const { source, condition } = this;
    const { writes } = source;
    return (
      writes &&
      async function update(changes) {
        const { idKey, fields } = source;
        const { version, schema, own } = writes;
        const set = setChanges(changes, { idKey, fields, version, schema, own });
        return set === undefined ? 0 : writes.update(condition, set);
      }
    );
  }

  get delete(): (() => Promise<number>) | undefined {
    const { condition } = this;
    const { writes } = this.source;
    const isPurge = this.#query.deleted === "only" && writes?.purge !== undefined;
    return (
      writes &&
      (async () => (isPurge ? writes.purge?.(condition) : writes.delete(condition)) as Promise<number>)
    );
  }

  protected narrowed(condition: ConditionTree): Queryset<T> {
    return this.with({ ...this.#query, condition: both(this.#query.condition, condition) });
  }

  #deleted(deleted: "with" | "only"): Queryset<T> {
    if (softDeleteOf(this.#source) === undefined) throw noSoftDelete(this.#source.name);
    return this.with({ ...this.#query, deleted });
  }

  protected steps(): OrderStep[] {
    return orderSteps(this.keys, this.#source.idKey, this.#source.fields);
  }

  /** What lets a statement on another table look into it. */
  get joins(): Joins | undefined {
    const { joins } = this.#source;
    return joins && { ...joins, select: fields => joins.select(fields, this.condition) };
  }

  /** What its cursors are bound to. */
  protected hash(order: readonly unknown[]): string {
    return queryHash([this.#source.name, asAsked(this.condition), order]);
  }
}

/** What lets statements look into a queryset; `undefined` where none can. */
export const joinsOf = (objects: object): Joins | undefined =>
  objects instanceof BaseQueryset ? objects.joins : undefined;
