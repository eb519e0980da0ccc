import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { Context } from "aws-lambda";
import type { HttpEvent } from "../http/types.ts";
import type { Model, RelatedOf } from "../models/types.ts";

/**
 * Reads an object by its id. What the serializers of one response ask for is read together, by one read for each model, and
 * each object once. Of null, and of an id that nobody has, it gives `undefined`.
 */
export type Load = <T>(
  model: Model<T>,
  id: string | number | bigint | null | undefined,
) => Promise<T | undefined>;

/** What serializers have to read other objects by. */
export interface Loading {
  /** Reads an object by its id, together with all others of the response: `load(Users, post.author)`. */
  readonly load: Load;
}

/** What a serializer is given besides the object. */
export interface SerializerRequest<Event = HttpEvent, Ctx = Context> extends Loading {
  readonly event: Event;
  readonly context: Ctx;
}

declare const keys: unique symbol;
declare const source: unique symbol;
declare const how: unique symbol;
declare const item: unique symbol;

/** How a serializer of ours makes what goes out: `{ pick: Key }`, `{ omit: Key }` or `{ fields: Map }`. */
interface SerializedBy<How> {
  /** Exists in types alone: it lets a client's types follow what goes out. */
  readonly [how]?: How;
}

/** A serializer that names keys of the object, such as that of `pick`. */
export interface KeySerializer<Key extends string> {
  /**
   * Exists in types alone: it lets a compiler compare the keys with the object's. It is a function, for keys that do not fit
   * would make a type that cannot be, and the message about them would not name them.
   */
  readonly [keys]: () => Key;
}

/** A serializer that reads fields of an object of a certain type, such as that of `fields`. */
export interface ObjectSerializer<T> {
  /** Exists in types alone. */
  readonly [source]: (object: T) => void;
}

/** A plain function as a serializer. It is none of those above, whose keys are compared with the object's. */
export type SerializerFunction<T, Request = SerializerRequest> = ((
  object: T,
  request: Request,
) => unknown) & {
  readonly [keys]?: never;
  readonly [source]?: never;
};

/**
 * What turns an object into what goes out: a function `(object, { event, context }) => value`, `pick`, `omit`, `fields`,
 * or any Standard Schema, of which only the output goes out. Keys that `T` does not have do not compile. `T` is never inferred
 * from the serializer: the model decides it.
 */
export type Serializer<T, Request = SerializerRequest> =
  | SerializerFunction<NoInfer<T>, Request>
  | KeySerializer<keyof NoInfer<T> & string>
  | (ObjectSerializer<NoInfer<T>> & WithoutKeys)
  | (StandardSchemaV1 & WithoutKeys);

/** Not what `pick` and `omit` make: the compiler compares those with {@link KeySerializer} alone, and names the wrong key. */
export interface WithoutKeys {
  readonly [keys]?: never;
}

/** A serializer of objects that stand in another one, or are related to it. */
export type NestedSerializer = KeySerializer<string> | ObjectSerializer<never> | StandardSchemaV1;

/** The serializer that `listOf` returns. */
export interface ListSerializer<S> extends SerializedBy<{ listOf: S }> {
  /** Exists in types alone. */
  readonly [item]: () => S;
}

/** What lets an object out that is known by its type. */
type NestedOf<V> = KeySerializer<keyof V & string> | ObjectSerializer<V> | StandardSchemaV1;

/** What shows what is related to an object. */
type RelatedSource<Related> = Related extends readonly (infer One)[]
  ? ListSerializer<NestedOf<One>>
  : NestedOf<NonNullable<Related>>;

/** The object behind a nested field: the item of a list, without promises, null and undefined. */
type Nested<V> = Item<NonNullable<Awaited<V>>>;
type Item<V> = V extends readonly (infer One)[] ? NonNullable<One> : V;

type NestedSource<V> =
  | true
  | NestedOf<Nested<V>>
  | (NonNullable<Awaited<V>> extends readonly unknown[] ? ListSerializer<NestedOf<Nested<V>>> : never);

/** What one field may come from: a field's name, `true` for the field of its own name, a function, a serializer. */
export type FieldSource<T, Name extends string> =
  | (keyof T & string)
  | SerializerFunction<T>
  | (Name extends keyof RelatedOf<T>
      ? RelatedSource<RelatedOf<T>[Name]> | (Name extends keyof T ? true : never)
      : Name extends keyof T
        ? NestedSource<T[Name]>
        : string extends Name
          ? AnyNestedSource
          : never);

/** Where the names are not known to the compiler, nested keys are not compared. */
type AnyNestedSource = true | NestedSerializer | ListSerializer<NestedSerializer>;

/**
 * The last signature of serializers of ours, which nobody can call: the compiler infers from the last one, and must not take the
 * object of a nested serializer for that of the one around.
 */
type Uninferred = (this: never) => never;

/** The serializer that `pick` returns. */
export interface PickSerializer<Key extends string>
  extends KeySerializer<Key>,
    SerializedBy<{ pick: Key }>,
    Uninferred {
  <T>(object: T & KnownKeys<T, Key>, request?: SerializerRequest): Pick<T, Key & keyof T>;
}

/** The serializer that `omit` returns. */
export interface OmitSerializer<Key extends string>
  extends KeySerializer<Key>,
    SerializedBy<{ omit: Key }>,
    Uninferred {
  <T>(object: T & KnownKeys<T, Key>, request?: SerializerRequest): Omit<T, Key>;
}

/** The serializer that `fields` returns. */
export interface FieldsSerializer<T, Name extends string, Map = unknown>
  extends ObjectSerializer<T>,
    SerializedBy<{ fields: Map }>,
    Uninferred {
  (
    object: NoInfer<T>,
    request?: SerializerRequest,
  ): { [N in Name]: unknown } | Promise<{ [N in Name]: unknown }>;
}

type KnownKeys<T, Key> = [Key] extends [keyof T] ? unknown : never;

type FieldBy<V, S> =
  IsOwn<S> extends true
    ? V extends null | undefined
      ? null
      : V extends readonly (infer One)[]
        ? FieldBy<One, ItemOf<S>>[]
        : Serialized<V, S>
    : never;

/** What serializes the items of a list. */
type ItemOf<S> = S extends SerializedBy<{ listOf: infer Item }> ? Item : S;

/** What is shown of what is related: null where an object refers to nothing. */
type RelatedBy<Related, S> = Related extends readonly unknown[]
  ? FieldBy<Related, S>
  : FieldBy<NonNullable<Related>, S> | null;

/** Whether it serializes an object, and does not compute a field from the one around. */
type IsOwn<S> = S extends StandardSchemaV1 | SerializedBy<unknown>
  ? S extends PlainFunction
    ? false
    : true
  : false;
/** A function that is not a serializer of ours: it has no marks. */
type PlainFunction = ((...args: never) => unknown) & { readonly [keys]?: never; readonly [source]?: never };

type FieldsOf<T, Map> = {
  -readonly [N in keyof Map]: Map[N] extends true
    ? N extends keyof T
      ? T[N]
      : unknown
    : Map[N] extends keyof T
      ? T[Map[N]]
      : IsOwn<Map[N]> extends true
        ? N extends keyof RelatedOf<T>
          ? RelatedBy<RelatedOf<T>[N], Map[N]>
          : N extends keyof T
            ? FieldBy<Awaited<T[N]>, Map[N]>
            : unknown
        : Map[N] extends (...args: never) => infer Made
          ? Awaited<Made>
          : unknown;
};

/** What a serializer makes of an object, before it becomes JSON; `unknown` where its type does not say it. */
export type Serialized<T, S> = 0 extends 1 & S
  ? unknown
  : S extends StandardSchemaV1<unknown, infer Output>
    ? Output
    : S extends SerializedBy<infer How>
      ? HowMade<T, How>
      : S extends (...args: never) => infer Made
        ? Awaited<Made>
        : unknown;

type HowMade<T, How> = How extends { pick: infer Key }
  ? Pick<T, Key & keyof T>
  : How extends { omit: infer Key }
    ? Omit<T, Key & keyof T>
    : How extends { fields: infer Map }
      ? unknown extends Map
        ? unknown
        : FieldsOf<T, Map>
      : unknown;

/** The fields of an object that a serializer lets out as they are stored; none where it is a function, whose ways nobody knows. */
export type ShownFields<T, S> = 0 extends 1 & S
  ? keyof T
  : S extends StandardSchemaV1<unknown, infer Output>
    ? keyof Output & keyof T
    : S extends SerializedBy<infer How>
      ? HowShown<T, How>
      : never;

/** Whether a field goes out as it is stored, or one of what is related, to which a path leads. */
export type IsShownAt<T, S, Path extends string> =
  Path extends ShownFields<T, S>
    ? true
    : Path extends `${infer Name}.${infer Rest}`
      ? S extends SerializedBy<{ fields: infer Map }>
        ? Name extends keyof Map & keyof RelatedOf<T>
          ? IsShownAt<Nested<RelatedOf<T>[Name]>, ItemOf<Map[Name]>, Rest>
          : false
        : false
      : false;

type HowShown<T, How> = How extends { pick: infer Key }
  ? Key & keyof T
  : How extends { omit: infer Key }
    ? Exclude<keyof T, Key>
    : How extends { fields: infer Map }
      ? { [N in keyof Map]: Map[N] extends true ? N : Map[N] extends keyof T ? Map[N] : never }[keyof Map]
      : never;
