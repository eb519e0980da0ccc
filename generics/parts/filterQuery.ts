import type { Simplify } from "../../src/core/types.ts";
import type { FilterOperator } from "../../src/models/query/filters.ts";
import type { ValueAt } from "../../src/models/types.ts";
import type { IsShownAt } from "../../src/serializers/types.ts";

/** The value of an option as it was given. */
export type Option<Given, Name extends string> = Given extends { readonly [K in Name]: infer Value }
  ? Value
  : undefined;

/** The names in a list. */
export type NamesIn<Value> = Value extends readonly (infer Name extends string)[] ? Name : never;

/** The keys that a list of names, or an object by names, is about. */
export type KeysOf<Value> = Value extends readonly unknown[]
  ? NamesIn<Value>
  : Value extends object
    ? keyof Value & string
    : never;

type Text<Value> = Value extends Date
  ? Date | string
  : Value extends bigint
    ? bigint | number | string
    : Value extends string | number | boolean
      ? Value
      : string;
/** One value, or several of which one is meant. */
export type OneOrMore<Value> = Value | readonly Value[];
/** Compares a value with the one that was asked for, and nothing else of it. */
type Equality = "eq" | "ne" | "in" | "notIn" | "isNull";

/** Compares text with a part of it, or whatever the case. */
type Textual = "contains" | "startsWith" | "endsWith" | "ieq" | "icontains" | "istartsWith" | "iendsWith";

/** The operators that the `filters` option allows for a field. */
type OperatorsOf<T, Given, Field extends string> =
  Option<Option<Given, "filters">, Field> extends readonly (infer Op extends FilterOperator)[]
    ? Op
    : Option<Option<Given, "filters">, Field> extends {
          readonly operators: readonly (infer Op extends FilterOperator)[];
        }
      ? Op
      : IsShownAt<T, Option<Given, "serializer">, Field> extends true
        ? FilterOperator
        : Equality;

/** Fields by the operator that they may be filtered by: `age[gte]`. */
type Filtered<T, Given, Field extends string> = Field extends string
  ? `${Field}[${OperatorsOf<T, Given, Field>}]`
  : never;

/** What stands behind an operator. */
type Operand<T, Key extends string> = Key extends `${string}[${"in" | "notIn"}]`
  ? OneOrMore<FieldText<T, Key>>
  : Key extends `${string}[isNull]`
    ? boolean
    : Key extends `${string}[between]`
      ? readonly [from: FieldText<T, Key>, to: FieldText<T, Key>]
      : Key extends `${string}[${Textual}]`
        ? string
        : FieldText<T, Key>;

/** What stands behind a field's bare name: a value, or several where that is allowed. */
type Bare<T, Given, Field extends string> =
  "in" extends OperatorsOf<T, Given, Field>
    ? OneOrMore<FieldText<T, `${Field}[]`>>
    : FieldText<T, `${Field}[]`>;

/** Fields of which one value may be asked for by the bare name. */
type Equal<T, Given, Field extends string> = Field extends string
  ? [OperatorsOf<T, Given, Field> & ("eq" | "in")] extends [never]
    ? never
    : Field
  : never;

/** What a query may filter by. */
export type Filters<T, Given, Field extends string> = {
  [K in Equal<T, Given, Field>]?: Bare<T, Given, K>;
} & { [K in Filtered<T, Given, Field>]?: Operand<T, K> };
type FieldText<T, Key extends string> = Key extends `${infer Field}[${string}]`
  ? Text<NonNullable<ValueAt<T, Field>>>
  : never;

/** Filters of which one of several must hold. */
export type Alternatives<T, Given, Field extends string> = readonly Simplify<Filters<T, Given, Field>>[];
