import type { Operation } from "../src/facts.ts";
import type { HttpEvent, HttpResult } from "../src/http/types.ts";
import type { AnyMiddleware } from "../src/middleware.ts";
import type { Model } from "../src/models/types.ts";
import { checkArgument, checkOptions, isKind, type OptionKind } from "../src/options.ts";
import type { LambdaHandler } from "../src/pipeline/pipeline.ts";
import { type CreateOptions, createHandler } from "./createHandler.ts";
import { type DeleteOptions, deleteHandler } from "./deleteHandler.ts";
import { type ListOptions, listHandler } from "./listHandler.ts";
import type { CreateCall, DeleteCall, Given, ListCall, RetrieveCall, UpdateCall } from "./parts/calls.ts";
import { rememberParam } from "./parts/params.ts";
import type {
  AuthOption,
  AuthOptions,
  Begin,
  BodyOf,
  BodyOptions,
  DefaultsOption,
  ModelOptions,
  RequestBehind,
  RequireMatchOption,
  ScopeResult,
  UnknownUser,
  UserOf,
} from "./parts/types.ts";
import { type RetrieveOptions, retrieveHandler } from "./retrieveHandler.ts";
import { type UpdateOptions, updateHandler } from "./updateHandler.ts";

/** The verbs of a resource. */
export type Verb = "create" | "retrieve" | "update" | "delete" | "list";

/** What one verb does differently. `auth: undefined` opens it to anybody. */
type Part<Options, T> = Partial<Omit<Options, "auth" | "use" | "required" | "optional" | "body">> & {
  auth?: AuthOptions | undefined;
  /** Takes the place of the shared middleware; list that again where it shall stay. */
  use?: readonly AnyMiddleware[];
  required?: readonly (keyof T & string)[];
  optional?: readonly (keyof T & string)[];
};

/** What documents say of all verbs alike. */
type SharedOperation = Pick<
  Operation,
  "tags" | "description" | "deprecated" | "hidden" | "security" | "responses"
>;

/** Options of {@link resource}: what all verbs share, and under each verb's name what it does differently. */
export interface ResourceOptions<
  T,
  R extends keyof T & string,
  O extends keyof T & string,
  B,
  W,
  M extends readonly AnyMiddleware[],
  D = object,
  Up extends boolean = false,
> extends Omit<ModelOptions<T, M, Begin<W>>, "status" | "serializer" | "operation">,
    Required<Pick<ModelOptions<T, M, Begin<W>>, "serializer">>,
    BodyOptions<T, R, O, B>,
    RequireMatchOption,
    DefaultsOption<T, D, RequestBehind<M, Begin<W, BodyOf<T, R, O, B>>>>,
    Pick<
      ListOptions<T, W, M>,
      "filters" | "ordering" | "search" | "allow" | "limit" | "maxLimit" | "count" | "envelope"
    >,
    Pick<RetrieveOptions<T, W, M>, "param" | "lookup" | "etag"> {
  /** What the OpenAPI document says of every verb; a verb's own `operation` goes over it. */
  operation?: SharedOperation;
  /** The objects that a request may reach, with every verb; others are 404. @default all of them */
  queryset?: (event: HttpEvent, context: Begin<W>["context"]) => ScopeResult<T>;
  create?: Part<CreateOptions<T, R, O, B, W, M, D>, T> | false;
  retrieve?: Part<RetrieveOptions<T, W, M>, T> | false;
  update?: Part<UpdateOptions<T, R, O, B, W, M, D, Up>, T> | false;
  delete?: Part<DeleteOptions<T, W, M>, T> | false;
  list?: Part<ListOptions<T, W, M>, T> | false;
}

/** The options of one verb: its own over those that are shared. */
type OptionsFor<G, V extends Verb> = G extends { readonly [K in V]: infer Own extends object }
  ? Omit<G, keyof Own> & Own
  : G;

interface Calls<T, G> {
  create: CreateCall<T, OptionsFor<G, "create">>;
  retrieve: RetrieveCall<T, OptionsFor<G, "retrieve">>;
  update: UpdateCall<T, OptionsFor<G, "update">>;
  delete: DeleteCall;
  list: ListCall<T, OptionsFor<G, "list">>;
}

type VerbsOn<G> = { [V in Verb]: G extends { readonly [K in V]: false } ? never : V }[Verb];

/** The handlers of a resource, but for the verbs that are `false`. */
export type Resource<T = unknown, G = object> = {
  [V in VerbsOn<G>]: LambdaHandler<HttpResult, Calls<T, G>[V]>;
};

const common = ["auth", "use", "permit", "serializer", "cors", "errors", "warmup"] as const;
const ofObject = [...common, "queryset", "param", "lookup", "etag"] as const;
const ofBody = ["required", "optional", "body", "jsonBody"] as const;
const ofList = [
  "queryset",
  "filters",
  "ordering",
  "search",
  "allow",
  "limit",
  "maxLimit",
  "count",
  "envelope",
] as const;

const verbs: Record<Verb, [factory: unknown, shared: readonly string[]]> = {
  create: [createHandler, [...common, ...ofBody, "defaults"]],
  retrieve: [retrieveHandler, ofObject],
  update: [updateHandler, [...ofObject, ...ofBody, "requireMatch", "defaults"]],
  delete: [deleteHandler, [...ofObject, "requireMatch"]],
  list: [listHandler, [...common, ...ofList]],
};
const known: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "operation",
  ...ofObject,
  ...ofBody,
  ...ofList,
  "defaults",
  "requireMatch",
  ...Object.keys(verbs),
]);

const sharedKinds: Record<keyof SharedOperation, OptionKind> = {
  tags: "names",
  description: "string",
  deprecated: "boolean",
  hidden: "boolean",
  security: "array",
  responses: "object",
};

type Loose = Record<string, unknown>;
type Factory = (model: unknown, options: Loose) => LambdaHandler;

function checkResource(model: unknown, options: unknown): asserts options is Loose {
  checkArgument("resource", "model", model ?? null, "model");
  checkArgument("resource", "options", options ?? null, "object");
  checkOptions("resource", (options as Loose).operation, sharedKinds);
  for (const [name, value] of Object.entries(options as Loose)) {
    if (!known.has(name))
      throw new TypeError(`resource: unknown option "${name}"; it takes ${[...known].join(", ")}`);
    if (Object.hasOwn(verbs, name) && value !== undefined && value !== false && !isKind(value, "object")) {
      throw new TypeError(`resource: option "${name}" must be an object or false`);
    }
  }
}

/** What documents say of one verb: its own words over those of the resource. */
function operationOf({ operation }: Loose, part: Loose | undefined): { operation?: object } {
  if (operation === undefined) return {};
  return { operation: { ...(operation as object), ...(part?.operation as object | undefined) } };
}

/**
 * Makes the handlers of a model at once: `create`, `retrieve`, `update`, `delete` and `list`.
 *
 * @param model where the objects are
 * @param options what the verbs share; under a verb's name what it does differently, or `false` to leave it out
 * @returns a handler for each verb
 * @throws TypeError when an argument is not what it should be
 * @example
 * export const users = resource(Users, {
 *   auth: { model: Users },
 *   serializer: pick("id", "email"),
 *   required: ["email"],
 *   create: { auth: undefined },
 *   delete: false,
 * });
 */
export function resource<
  T,
  const R extends keyof T & string = never,
  const O extends keyof T & string = never,
  B = unknown,
  U = UnknownUser,
  const Opt extends boolean = false,
  const M extends readonly AnyMiddleware[] = [],
  D = object,
  const Up extends boolean = false,
  const G = object,
>(
  model: Model<T>,
  options: Given<ResourceOptions<T, R, O, B, UserOf<U, Opt>, M, D, Up> & AuthOption<U, Opt>, G>,
): Resource<T, G> {
  checkResource(model, options);
  const handlers: Partial<Record<Verb, LambdaHandler>> = {};
  for (const [verb, [factory, names]] of Object.entries(verbs) as [Verb, [Factory, string[]]][]) {
    const part = options[verb];
    if (part === false) continue;
    const shared = Object.fromEntries(
      names.filter(name => Object.hasOwn(options, name)).map(name => [name, (options as Loose)[name]]),
    );
    // An update has defaults for what it creates, and may not create.
    if (verb === "update" && (part as Loose | undefined)?.upsert !== true) delete shared.defaults;
    const own: Loose = {
      ...shared,
      ...(part as Loose | undefined),
      ...operationOf(options, part as Loose | undefined),
    };
    const handler = factory(model, own);
    if (typeof own.param === "string") rememberParam(handler, own.param);
    handlers[verb] = handler;
  }
  return handlers as Resource<T, G>;
}
