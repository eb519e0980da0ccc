import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { AnyModel } from "../core/anyModel.ts";

/**
 * What kind of value a field holds: `text` a string, `integer` and `real` a number, `boolean`, `date` a `Date`, `bigint`
 * a bigint of 64 bits, `decimal` a string such as `"12.30"` that compares as the number it writes, `json` whatever JSON
 * can say.
 */
export type FieldKind = "text" | "integer" | "real" | "boolean" | "date" | "bigint" | "decimal" | "json";

/** The operators of one field's condition. All that are given must hold. */
export interface Operators<V> {
  eq?: V;
  ne?: V;
  gt?: NonNullable<V>;
  gte?: NonNullable<V>;
  lt?: NonNullable<V>;
  lte?: NonNullable<V>;
  /** From the first to the second, both included; nothing where the second is less. */
  between?: readonly [from: NonNullable<V>, to: NonNullable<V>];
  in?: readonly V[];
  /** None of these: the full complement of `in`, nulls included where null is not one of them. */
  notIn?: readonly V[];
  /** Case-sensitive; `%` and `_` are ordinary characters. */
  contains?: string;
  /** Case-sensitive; `%` and `_` are ordinary characters. */
  startsWith?: string;
  /** Case-sensitive; `%` and `_` are ordinary characters. */
  endsWith?: string;
  /** The same text, whatever its case: letters of every script fold as in `search`. */
  ieq?: string;
  /** `contains`, whatever the case. */
  icontains?: string;
  /** `startsWith`, whatever the case. */
  istartsWith?: string;
  /** `endsWith`, whatever the case. */
  iendsWith?: string;
  isNull?: boolean;
}

/** A value to equal, a list of which one must be equalled, or operators. */
export type Condition<V> = V | readonly V[] | Operators<V>;

/**
 * Which objects are meant: `{ age: { gte: 18 }, role: ["admin", "editor"], not: { name: "Ann" } }`. All that stands in
 * one object must hold. `not` is the full complement, nulls included. `undefined` and unknown fields or operators are
 * refused, never ignored.
 */
export type Where<T> = { [K in keyof T]?: Condition<T[K]> } & {
  and?: readonly Where<T>[];
  or?: readonly Where<T>[];
  not?: Where<T>;
} & WhereRelated<T>;

/** A field to order by; a leading `-` turns the order around. */
export type OrderKey<T> = (keyof T & string) | `-${keyof T & string}`;

/** Which part of a queryset is asked for. `offset` and `cursor` exclude each other. */
export interface PageRequest {
  /** How many objects at most. @default all of them */
  limit?: number;
  /** How many to pass over. */
  offset?: number;
  /** The `nextCursor` of the page before. */
  cursor?: string;
  /**
   * Whether a field goes out to whom the cursor is for. Without a secret key, which encrypts cursors, anybody can read them: they
   * hold values of these fields alone. `undefined` where that is not known: then the id counts as shown, and nothing else.
   * @default unknown for all
   */
  shows?: (field: string) => boolean | undefined;
}

/** One page of objects. */
export interface Page<T> {
  items: T[];
  /** Leads to the next page; absent on the last one. */
  nextCursor?: string;
  /** How many there are in all, where the model knows without extra work. */
  total?: number;
}

/** Options of a queryset's `all`. */
export interface AllOptions {
  /** How many objects there may be. @default 1000 */
  limit?: number;
}

/**
 * Objects of a model, narrowed lazily. Immutable: every call returns a new one. A class of one's own may leave out what is
 * optional: `asQueryset` makes it of the rest.
 */
export interface Queryset<T> extends AsyncIterable<T> {
  /** Keeps the objects that match; joins with what was asked before. @throws BadRequest on an unknown field or operator */
  filter(where: Where<T>): Queryset<T>;
  /** Keeps the objects of which one of `fields` contains the text, whatever its case. */
  search(text: string, fields: readonly (keyof T)[]): Queryset<T>;
  /** Orders by these keys, and last by id, so that the order is total. */
  orderBy(...keys: OrderKey<T>[]): Queryset<T>;
  /** The object of this id, if it is among them. */
  get(id: string): Promise<T | undefined>;
  /** One page. @throws BadRequest on a cursor that is malformed, tampered with or another query's */
  page(request: PageRequest): Promise<Page<T>>;
  /** How many there are. */
  count(): Promise<number>;
  /**
   * Whether an object would be among them, judged by its fields before it is stored. A queryset that has no such method is asked
   * by `get` once the object is stored, which is then taken back if need be.
   *
   * @param object its fields
   * @param isWhole whether a field that is absent is null; else the database may be yet to make it
   * @returns `undefined` when it depends on a field that is yet to be made
   */
  admits?(object: Partial<T>, isWhole: boolean): boolean | undefined;
  /** The first in the order asked for; `undefined` when there is none. */
  first?(): Promise<T | undefined>;
  /** All of them, in the order asked for. @throws BadRequest when they are more than `limit` */
  all?(options?: AllOptions): Promise<T[]>;
  /** Whether there is any. */
  exists?(): Promise<boolean>;
  /**
   * Of all that have the same values of these fields the first `limit`, in the order asked for: what relations read of many
   * objects at once. A queryset that has no such method is asked by `filter` and `page`.
   */
  firstOfEach?(fields: readonly (keyof T & string)[], limit: number): Promise<T[]>;
  /**
   * Sets fields of all of them; the order does not matter. What is `undefined` stays as it is.
   *
   * @returns how many there were
   * @throws BadRequest on the id, the version, an unknown field or a wrong value, Conflict on a duplicate
   */
  update?(changes: Partial<T>): Promise<number>;
  /**
   * Removes all of them. Where the model has `softDelete`, marks them, and removes those of {@link onlyDeleted} for good.
   *
   * @returns how many there were
   * @throws Conflict when others refer to one
   */
  delete?(): Promise<number>;
  /** Those that are deleted as well. @throws TypeError when the model has no `softDelete` */
  withDeleted?(): Queryset<T>;
  /** Those alone that are deleted. @throws TypeError when the model has no `softDelete` */
  onlyDeleted?(): Queryset<T>;
}

/** The fields that say when an object was created and changed, and by whom. */
export interface Stamps<T> {
  /** When it was created. */
  readonly createdAt?: keyof T & string;
  /** When it was last changed. */
  readonly updatedAt?: keyof T & string;
  /** Who created it. */
  readonly createdBy?: keyof T & string;
  /** Who last changed it. */
  readonly updatedBy?: keyof T & string;
}

/** A queryset that has all methods: that of a model of this package, of a step, or one from `asQueryset`. */
export interface FullQueryset<T> extends Queryset<T> {
  filter(where: Where<T>): FullQueryset<T>;
  search(text: string, fields: readonly (keyof T)[]): FullQueryset<T>;
  orderBy(...keys: OrderKey<T>[]): FullQueryset<T>;
  first(): Promise<T | undefined>;
  all(options?: AllOptions): Promise<T[]>;
  exists(): Promise<boolean>;
  update(changes: Partial<T>): Promise<number>;
  delete(): Promise<number>;
  withDeleted(): FullQueryset<T>;
  onlyDeleted(): FullQueryset<T>;
}

declare const related: unique symbol;

/**
 * Says in the type of an object what is related to it, by the names of the model's relations. It exists in types alone: an
 * object holds keys, and what they refer to is read when a serializer shows it.
 *
 * @example
 * interface Post extends RelatedTo<{ author: User; comments: Comment[] }> { id: string; author: string; title: string }
 */
export interface RelatedTo<Related> {
  /** Exists in types alone. */
  readonly [related]?: Related;
}

/** What is related to an object, by name; nothing where its type does not say. */
export type RelatedOf<T> = [T] extends [never]
  ? object
  : typeof related extends keyof T
    ? NonNullable<T[typeof related]>
    : object;

/** Whether the type of an object says what is related to it. */
export type HasRelated<T> = typeof related extends keyof T ? true : false;

/** One of what is related: the item of a list, without null. */
type OneOf<Related> = Related extends readonly (infer Item)[] ? NonNullable<Item> : NonNullable<Related>;

/** The names of the relations of objects, and what each leads to. */
type RelationsIn<T> = { [K in keyof RelatedOf<T> & string]: OneOf<RelatedOf<T>[K]> };

/** How many relations a path may yet lead through. */
type Left = readonly 1[];
type Most = readonly [1, 1, 1];

/**
 * Fields of what is related to an object, by the relations that lead to it, three at most: `"author.name"`, `"author.org.name"`;
 * none where the type of the objects does not say what is related to them.
 */
export type RelatedPath<T, Depth extends Left = Most> = Depth extends readonly [1, ...infer Rest extends Left]
  ? {
      [K in keyof RelationsIn<T>]:
        | `${K}.${keyof RelationsIn<T>[K] & string}`
        | `${K}.${RelatedPath<RelationsIn<T>[K], Rest>}`;
    }[keyof RelationsIn<T>]
  : never;

/** What a field holds that a path leads to, or an object's own. */
export type ValueAt<T, Path extends string> = Path extends keyof T
  ? T[Path]
  : Path extends `${infer Name}.${infer Rest}`
    ? Name extends keyof RelationsIn<T>
      ? ValueAt<RelationsIn<T>[Name], Rest>
      : never
    : never;

/** Conditions of what is related: `{ "author.name": "Ann" }`, and of several fields of one, `{ "comments.*": { … } }`. */
type WhereRelated<T> = [keyof RelatedOf<T>] extends [never]
  ? unknown
  : { [P in RelatedPath<T>]?: Condition<ValueAt<T, P>> } & {
      [K in keyof RelationsIn<T> as `${K & string}.*`]?: Where<RelationsIn<T>[K]>;
    };

/** A model of whatever objects, as a relation leads to it. */
export interface RelatedModel extends AnyModel {
  readonly schema?: StandardSchemaV1;
  readonly fields?: Readonly<Record<string, FieldKind | undefined>>;
  readonly relations?: Relations;
  readonly softDelete?: string;
}

/** What `one` and `many` give: to which objects of another model each object is related. */
export interface Relation {
  /** Whether at most one object is related, or any number. */
  readonly kind: "one" | "many";
  /** The model of the related objects; that of a function is asked for when it is needed. */
  readonly model: RelatedModel;
  /** The fields that refer: of the object itself for `one`, of the related objects for `many`. */
  readonly keys: readonly string[];
  /** The fields that they refer to, one for each, where they were given. */
  readonly references: readonly string[] | undefined;
}

/** The relations of a model, by name. */
export type Relations = Readonly<Record<string, Relation>>;

/**
 * Where objects live. Every generic talks to this alone, so that any database fits.
 */
export interface Model<T> {
  /** Shown in messages and documents: `"User"`. */
  readonly name: string;
  /** The field that holds the id. */
  readonly idKey: keyof T & string;
  /** The schema of a whole object. */
  readonly schema?: StandardSchemaV1;
  /** The fields and what they hold, where the model knows; values of a query string are read accordingly. */
  readonly fields?: Readonly<Record<string, FieldKind | undefined>>;
  /** What is related to the objects, by name; see `one` and `many`. */
  readonly relations?: Relations;
  /** The fields that the model sets with each write, whatever it is given of them. */
  readonly stamps?: Stamps<T>;
  /** The field that says when an object was deleted: `delete` sets it, and {@link objects} has none of those. */
  readonly softDelete?: keyof T & string;
  /** All objects. */
  readonly objects: Queryset<T>;
  /** Stores a new object and makes its id when none is given. @throws Conflict on a duplicate */
  create(data: Partial<T>): Promise<T>;
  /** Changes fields of an object. @throws Conflict if it changed since it was loaded, NotFound if it is gone */
  update(object: T, changes: Partial<T>): Promise<T>;
  /** Removes an object. @throws Conflict if it changed since it was loaded, NotFound if it is gone */
  delete(object: T): Promise<void>;
  /**
   * Takes back that an object was deleted, where the model has `softDelete`.
   *
   * @throws Conflict if it changed since it was loaded or what is unique is taken, NotFound if it is not deleted
   */
  restore?(object: T): Promise<T>;
  /**
   * Runs a function of which all writes are kept when it returns, and none when it throws; absent where the engine can't.
   *
   * @param run writes through the model that it is given, each object once. What it reads there may be as it was before
   * @returns what it returns
   * @throws what it throws, and what the engine refuses at the end: Conflict where others were faster
   */
  together?<R>(run: (model: Model<T>) => Promise<R>): Promise<R>;
}

/** A model whose querysets have all methods. */
export interface FullModel<T> extends Model<T> {
  readonly objects: FullQueryset<T>;
  /** @throws TypeError when the model has no `softDelete` */
  restore(object: T): Promise<T>;
}

/** The type of a model's objects. */
export type ObjectOf<M> = M extends Model<infer T> ? T : never;
