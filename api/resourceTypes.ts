import type { CreateOptions } from "../generics/createHandler.ts";
import type { DeleteOptions } from "../generics/deleteHandler.ts";
import type { ListOptions } from "../generics/listHandler.ts";
import type { BasePathOption } from "../generics/parts/location.ts";
import type {
  AuthOptions,
  Begin,
  BodyOf,
  BodyOptions,
  DefaultsOption,
  ModelOptions,
  RequestBehind,
  RequireMatchOption,
  ScopeResult,
} from "../generics/parts/types.ts";
import type { BulkCalls, BulkVerbsOn, RestoreOn, VerbCalls, VerbsOn } from "../generics/parts/verbs.ts";
import type { RestoreOptions } from "../generics/restoreHandler.ts";
import type { RetrieveOptions } from "../generics/retrieveHandler.ts";
import type { UpdateOptions } from "../generics/updateHandler.ts";
import type { AnyMiddleware } from "../src/core/middleware.ts";
import type { Operation } from "../src/core/operationMetadata.ts";
import type { Simplify } from "../src/core/types.ts";
import type { HttpEvent, HttpResult } from "../src/http/types.ts";
import type { LambdaHandler } from "../src/pipeline/pipeline.ts";
import type { StandardSchemaV1 } from "../src/schema/standard.ts";

/** What one verb does differently. `auth: undefined` opens it to anybody. */
type VerbOptions<Options, T, Body = never> = Partial<
  Omit<Options, "auth" | "use" | "required" | "optional" | "body" | "param">
> & {
  auth?: AuthOptions | undefined;
  /** Takes the place of the shared middleware; list that again where it shall stay. */
  use?: readonly AnyMiddleware[];
  required?: readonly (keyof T & string)[];
  optional?: readonly (keyof T & string)[];
  /** Takes the place of the shared schema. */
  body?: [Body] extends [never] ? never : StandardSchemaV1<unknown, Body>;
};

/** What a verb on one object does differently. */
type ObjectVerbOptions<Options, T, Param extends string, Body = never> = VerbOptions<Options, T, Body> & {
  param?: Param;
};

/** The output of the verb's own schema, else that of the shared one. */
type OwnOr<Own, Shared> = unknown extends Own ? Shared : Own;

type SharedWord = "tags" | "description" | "deprecated" | "hidden" | "security" | "responses";

export type SharedWords = Pick<Operation, SharedWord>;

/** What documents say of all verbs alike; the rest is each verb's own. */
type SharedOperation = SharedWords & { [K in Exclude<keyof Operation, SharedWord>]?: never };

/** What is said of many objects at once, and which verbs have none of it. */
export interface BulkOptions {
  /** Writes all objects of a request or none. @default false */
  atomic?: boolean;
  /** How many items a request may have; 413 beyond. @default 100 */
  maxItems?: number;
  create?: false;
  update?: false;
  delete?: false;
}

/** Options of {@link resource}: what all verbs share, and under each verb's name what it does differently. */
export interface ResourceOptions<
  T,
  Required extends keyof T & string,
  Optional extends keyof T & string,
  Body,
  Caller,
  Use extends readonly AnyMiddleware[],
  Defaults = object,
  Upsert extends boolean = false,
  CreateBody = unknown,
  UpdateBody = unknown,
  Param extends string = string,
  OwnParam extends string = string,
> extends Omit<ModelOptions<T, Use, Begin<Caller>>, "status" | "operation">,
    BodyOptions<T, Required, Optional, Body>,
    RequireMatchOption,
    BasePathOption,
    Pick<CreateOptions<T, Required, Optional, Body, Caller, Use, Defaults>, "location">,
    DefaultsOption<T, Defaults, RequestBehind<Use, Begin<Caller, BodyOf<T, Required, Optional, Body>>>>,
    Pick<
      ListOptions<T, Caller, Use>,
      | "filters"
      | "or"
      | "ordering"
      | "search"
      | "maxSearch"
      | "allow"
      | "limit"
      | "maxLimit"
      | "count"
      | "deleted"
      | "envelope"
      | "formats"
      | "formatParam"
      | "fields"
      | "include"
    >,
    Pick<RetrieveOptions<T, Caller, Use, Param | OwnParam>, "lookup" | "etag"> {
  /** The path parameter that names the object. @default "id" */
  param?: Param;
  /** What the OpenAPI document says of every verb; a verb's own `operation` goes over it. */
  operation?: SharedOperation;
  /**
   * The objects that a request may reach, with every verb; others are 404, and so is storing what would not be among them.
   * @default all of them
   */
  queryset?: (event: HttpEvent, context: Begin<Caller>["context"]) => ScopeResult<T>;
  create?:
    | VerbOptions<
        CreateOptions<T, Required, Optional, OwnOr<CreateBody, Body>, Caller, Use, Defaults>,
        T,
        CreateBody
      >
    | false;
  retrieve?: ObjectVerbOptions<RetrieveOptions<T, Caller, Use, Param | OwnParam>, T, OwnParam> | false;
  update?:
    | ObjectVerbOptions<
        UpdateOptions<
          T,
          Required,
          Optional,
          OwnOr<UpdateBody, Body>,
          Caller,
          Use,
          Defaults,
          Upsert,
          Param | OwnParam
        >,
        T,
        OwnParam,
        UpdateBody
      >
    | false;
  delete?: ObjectVerbOptions<DeleteOptions<T, Caller, Use, Param | OwnParam>, T, OwnParam> | false;
  list?: VerbOptions<ListOptions<T, Caller, Use>, T> | false;
  /**
   * Takes back that an object was deleted too: `POST /users/{id}/restore`. The model needs `softDelete`.
   * @default false
   */
  restore?: boolean | ObjectVerbOptions<RestoreOptions<T, Caller, Use, Param | OwnParam>, T, OwnParam>;
  /**
   * Creates, changes and deletes many objects too: `POST`, `PATCH` and `DELETE /users/bulk`. What is said of the verb for one object
   * holds for each of many.
   * @default false
   */
  bulk?: boolean | BulkOptions;
}

/** The handlers of a resource, but for the verbs that are `false`. */
export type Resource<T = unknown, Options = object> = Simplify<{
  [V in VerbsOn<Options> | RestoreOn<Options> | BulkVerbsOn<Options>]: LambdaHandler<
    HttpResult,
    (VerbCalls<T, Options> & BulkCalls<T, Options>)[V]
  >;
}>;
