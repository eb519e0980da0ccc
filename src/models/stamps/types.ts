import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { Stamps } from "../types.ts";

type Name<T> = keyof T & string;

type Named<T, Key extends string> = Name<T> | (Key extends keyof T ? boolean : false);

/** The option `stamps`: `true` for `createdAt` and `updatedAt`, else each with its field, or `true` for the field of its name. */
export type StampsOption<T> =
  | ("createdAt" | "updatedAt" extends keyof T ? boolean : false)
  | { readonly [Key in keyof Stamps<T>]?: Named<T, Key> };

/** The options of every model that say what it sets itself. */
export interface KeepOptions<T> {
  /**
   * The fields that say when an object was created and changed, and by whom: the model sets them with each write, whatever it is
   * given of them. Dates, or text where the schema declares that.
   * @default none
   */
  stamps?: StampsOption<T>;
  /**
   * The field that says when an object was deleted: `delete` sets it, and what is deleted is found by `withDeleted()` and
   * `onlyDeleted()` alone.
   * @default none, `delete` removes
   */
  softDelete?: Name<T>;
}

/** {@link KeepOptions} at run time, and what is checked beside them. */
export interface ResolvedKeepOptions {
  readonly stamps?: unknown;
  readonly softDelete?: string;
  readonly schema?: StandardSchemaV1 | undefined;
  readonly version?: unknown;
}
