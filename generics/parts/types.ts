import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { Context } from "aws-lambda";
import type { AuthUserOptions } from "../../middlewares/authUser.ts";
import type { CorsOptions } from "../../middlewares/cors.ts";
import type { ErrorsOptions } from "../../middlewares/errors.ts";
import type { JsonBodyOptions } from "../../middlewares/jsonBody.ts";
import type { WarmupOptions } from "../../middlewares/warmup.ts";
import type { Claims } from "../../src/auth/claims.ts";
import type { AnyModel } from "../../src/core/anyModel.ts";
import type { AnyMiddleware } from "../../src/core/middleware.ts";
import type { Operation } from "../../src/core/operationMetadata.ts";
import type { MaybePromise } from "../../src/core/types.ts";
import type { Register } from "../../src/http/rules.ts";
import type { HttpEvent } from "../../src/http/types.ts";
import type { Queryset } from "../../src/models/types.ts";
import type { After, Checked, State } from "../../src/pipeline/types.ts";
import type { Loading, Serializer } from "../../src/serializers/types.ts";
import type { IncludeOption } from "./including.ts";

/** `authUser`'s options for whatever users. */
export interface AuthOptions
  extends Omit<AuthUserOptions<object, boolean>, "model" | "loadUser" | "optional"> {
  /** Where the user is looked up by id. @default settings.userModel */
  model?: AnyModel;
  /** Finds the user instead of a model. */
  loadUser?: (id: string, claims: Claims) => unknown;
  /** Lets requests without any credential through, with `user: undefined`. @default false */
  optional?: boolean;
}

/** Stands for users whose type no `auth` option declares. Exists in types alone. */
export interface UnknownUser {
  "~absent": true;
}

/** The `auth` option of a factory, whose users are inferred from its model or its `loadUser`. */
export interface AuthOption<User, Optional extends boolean> {
  /** Requires a user: `authUser`'s options. Without it anybody may call. */
  auth?: AuthUserOptions<User, Optional>;
}

/**
 * What `context.user` is. It is inferred from the `auth` option's model or `loadUser`; without these it may be the
 * registered user or nobody.
 */
export type UserOf<User, Optional> = User extends UnknownUser
  ? (Register extends { user: infer Registered } ? Registered : undefined) | undefined
  : Optional extends true
    ? User | undefined
    : User;

type AnyParameters = HttpEvent["pathParameters"];

/** The parameters of a path, of which this one is known to be there, or one of these. */
type PathParameters<Param extends string> = [Param] extends [never]
  ? AnyParameters
  : Param extends string
    ? NonNullable<AnyParameters> & { [Name in Param]: string }
    : never;

/** Who calls, together with what the context holds of the objects that the path is under. It exists in types alone. */
export interface CallerBelow<User, Parents> {
  "~below": [User, Parents];
}

interface SignedInAs<User> {
  user: User;
  claims: undefined extends User ? Claims | undefined : Claims;
}

/** What the context says of who calls, and of the objects that the path is under. */
type Called<Caller> = [Caller] extends [CallerBelow<infer User, infer Parents>]
  ? SignedInAs<User> & Parents
  : SignedInAs<Caller>;

/** What every step of a generic may rely on: the event, the user, and what comes before `use`. */
export interface Begin<Caller, Body = unknown, Loaded extends object = object, Param extends string = never>
  extends State {
  event: Omit<HttpEvent, "body" | "pathParameters"> & { body: Body; pathParameters: PathParameters<Param> };
  context: Context & Called<Caller> & Loaded;
}

/** A step's second argument: the event and the context behind all middlewares of `use`. */
export interface RequestBehind<Use, Known extends State> {
  event: After<Use, Known>["event"];
  context: After<Use, Known>["context"];
}

/** What a `queryset` option may return. */
export type ScopeResult<T> = MaybePromise<Queryset<T> | readonly T[]>;

/** A rule of `permit` inside a generic; only `true` permits. It runs before the body is read. */
export type Permit<Known extends State> = (
  event: HttpEvent,
  context: Known["context"],
) => MaybePromise<boolean>;

/** Options that every generic takes. */
export interface CommonOptions<Use extends readonly AnyMiddleware[], Known extends State> {
  /**
   * More middleware, outside everything: its hooks see every response, those of errors and preflight requests included.
   * @default none
   */
  around?: readonly AnyMiddleware[];
  /**
   * More middleware, next to the function: its `before` sees the user, the object and the body, its `after` the finished
   * response.
   * @default none
   */
  use?: Use & Checked<Use, Known>;
  /** The status of the response. */
  status?: number;
  /** `cors`'s options, or `false` for no CORS headers. */
  cors?: CorsOptions | false;
  /** `errors`'s options. */
  errors?: ErrorsOptions;
  /** `warmup`'s options, or `false` to leave it out. */
  warmup?: WarmupOptions | false;
  /** What the OpenAPI document says of it: summary, tags, examples. */
  operation?: Operation;
}

/** Options of generics that answer for objects of a model. */
export interface ModelOptions<
  T,
  Use extends readonly AnyMiddleware[],
  Known extends State,
  Early extends State = Known,
> extends CommonOptions<Use, Known> {
  /** Rules that must hold, all of them; 403 otherwise. They see `context.object` where one is loaded. */
  permit?: Permit<Early> | readonly Permit<Early>[];
  /** What goes out of an object. */
  serializer?: Serializer<T, RequestBehind<Use, Known> & Loading>;
}

/** Options of generics that read a body. */
export interface BodyOptions<T, Required extends keyof T & string, Optional extends keyof T & string, Body> {
  /** Keys of the body that must be there. Keys in no list are dropped. */
  required?: readonly Required[];
  /** Keys of the body that may be there. */
  optional?: readonly Optional[];
  /** A Standard Schema that the body must fit; its output is what is stored. */
  body?: StandardSchemaV1<unknown, Body>;
  /** `jsonBody`'s options. */
  jsonBody?: JsonBodyOptions;
}

/** What JSON has for a date or a bigint, which a model takes as well. */
type InJson<Value> = Value extends Date ? string : Value extends bigint ? string | number : never;

/**
 * A schema whose output is the model's: fields that it has, with values that they take, or their form in JSON. Where the type of
 * one is not known, its value is not compared.
 */
export type Fitting<T, Body> = StandardSchemaV1<
  unknown,
  {
    [K in keyof Body]: string extends K
      ? Body[K]
      : K extends keyof T
        ? unknown extends Body[K]
          ? unknown
          : T[K] | InJson<T[K]> | undefined
        : never;
  }
>;

/** Options whose `body` fits the model, unless a step of one's own stores something else of what it gives. */
export type BodyFits<T, Body, Step extends string> =
  | { [K in Step]: object }
  | ({ [K in Step]?: undefined } & { body?: Fitting<T, Body> });

/** The body that reaches a step: the schema's output, else the listed keys. */
export type BodyOf<T, Required extends keyof T, Optional extends keyof T, Body> = unknown extends Body
  ? Pick<T, Required> & Partial<Pick<T, Optional>>
  : Body;

/** Fields that are set by the API and not by its client: of the model's fields, and of no others. */
export type DefaultsOf<T, Defaults> = Defaults &
  Partial<T> & { [K in Exclude<keyof Defaults, keyof T>]: never };

/** The `defaults` option of generics that create. */
export interface DefaultsOption<T, Defaults, Request> {
  /**
   * Gives fields that every new object gets, such as its owner. They win over what the client sends, so that nobody can
   * forge them. Write it before the step that relies on their types.
   * @default none
   */
  defaults?: (request: Request) => MaybePromise<DefaultsOf<T, Defaults>>;
}

/** What reaches the `create` step: the body, and the defaults over it. */
export type DataOf<Body, Defaults> = [keyof Defaults] extends [never]
  ? Body
  : Omit<Body, keyof Defaults> & Defaults;

/** The option of generics that write many objects. */
export interface AtomicOption {
  /**
   * Writes all objects or none: what one item gets is the response, and names its place, `"2.email"`. The model has to be able to,
   * as those of this package are; a step of one's own is apart from it.
   * @default false
   */
  atomic?: boolean;
}

/** The option of generics that change an object. */
export interface RequireMatchOption {
  /** Refuses requests without `If-Match` by 428, so that nobody overwrites a version that they did not see. @default false */
  requireMatch?: boolean;
}

/** Options of generics that are about one object of the path. */
export interface ObjectOptions<
  T,
  Caller,
  Use extends readonly AnyMiddleware[],
  Known extends State,
  Early extends State = Known,
  Param extends string = string,
> extends ModelOptions<T, Use, Known, Early>,
    IncludeOption<T> {
  /** The path parameter that names the object. @default "id" */
  param?: Param;
  /** The field that the parameter is compared with. @default the model's id */
  lookup?: keyof T & string;
  /** The objects that this request may reach; others are 404. @default all of them */
  queryset?: (event: HttpEvent, context: Begin<Caller>["context"]) => ScopeResult<T>;
  /** The entity tag of an object, in quotes. @default a hash of what goes out */
  etag?: (object: T, request: RequestBehind<Use, Known>) => string | undefined;
}

/** What goes out must be said: nothing leaks by default. */
export interface SerializerRequired {
  serializer: unknown;
}
