import type { Middleware } from "../../src/core/middleware.ts";
import type { RelatedOf } from "../../src/models/types.ts";
import type { Serialize } from "../../src/serializers/toSerializer.ts";

type RelationName<T> = keyof RelatedOf<T> & string;

/** The option of generics that let a client ask for relations. */
export interface IncludeOption<T> {
  /**
   * Relations of the `fields` serializer that are shown, and read, only where `?include=author,comments.author` asks for them. Others
   * are always shown.
   * @default none
   */
  include?: readonly (RelationName<T> | `${RelationName<T>}.${string}`)[];
}

/** What a client may ask for besides what always goes out. */
export interface Including {
  /** The serializer of whatever request it is given. */
  readonly serialize: Serialize;
  /** That of one request. */
  serializerFor(event: unknown): Serialize;
  /** What refuses a request that asks for what there is not, before anything is read. */
  readonly checks: readonly Middleware[];
}
