import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { Context } from "aws-lambda";
import type { HttpEvent } from "../http/types.ts";

/** What a serializer is told besides the object. */
export interface SerializerRequest<Event = HttpEvent, Ctx = Context> {
  readonly event: Event;
  readonly context: Ctx;
}

declare const keys: unique symbol;
declare const source: unique symbol;

/** A serializer that names keys of the object, such as that of `pick`. */
export interface KeySerializer<Key extends string> {
  /** Exists in types alone: it lets a compiler compare the keys with the object's. */
  readonly [keys]: Key;
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
  | ObjectSerializer<NoInfer<T>>
  | StandardSchemaV1;

/** The object behind a nested field: the item of a list, without promises, null and undefined. */
type Nested<V> = Item<NonNullable<Awaited<V>>>;
type Item<V> = V extends readonly (infer One)[] ? NonNullable<One> : V;

type NestedSource<V> =
  | true
  | KeySerializer<keyof Nested<V> & string>
  | ObjectSerializer<Nested<V>>
  | StandardSchemaV1;

/** What one field may come from: a field's name, `true` for the field of its own name, a function, a serializer. */
export type FieldSource<T, Name extends string> =
  | (keyof T & string)
  | SerializerFunction<T>
  | (Name extends keyof T ? NestedSource<T[Name]> : string extends Name ? AnyNestedSource : never);

/** Where the names are not known to the compiler, nested keys are not compared. */
type AnyNestedSource = true | KeySerializer<string> | ObjectSerializer<never> | StandardSchemaV1;

/** The serializer that `pick` returns. */
export interface PickSerializer<Key extends string> extends KeySerializer<Key> {
  <T>(object: T & KnownKeys<T, Key>, request?: SerializerRequest): Pick<T, Key & keyof T>;
}

/** The serializer that `omit` returns. */
export interface OmitSerializer<Key extends string> extends KeySerializer<Key> {
  <T>(object: T & KnownKeys<T, Key>, request?: SerializerRequest): Omit<T, Key>;
}

/** The serializer that `fields` returns. */
export interface FieldsSerializer<T, Name extends string> extends ObjectSerializer<T> {
  (
    object: NoInfer<T>,
    request?: SerializerRequest,
  ): { [N in Name]: unknown } | Promise<{ [N in Name]: unknown }>;
}

type KnownKeys<T, Key> = [Key] extends [keyof T] ? unknown : never;
