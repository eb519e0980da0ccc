import { asCaller } from "../src/core/callers.ts";
import { Conflict, PreconditionFailed } from "../src/core/errors.ts";
import { mapMaybePromise } from "../src/core/maybePromise.ts";
import type { AnyMiddleware, HookRequest } from "../src/core/middleware.ts";
import type { OptionsOf } from "../src/core/options.ts";
import { cleanValue } from "../src/http/headers.ts";
import { areClean } from "../src/http/result.ts";
import type { HttpEvent, HttpResult } from "../src/http/types.ts";
import { writeResponse } from "../src/http/writeResponse.ts";
import type { Model } from "../src/models/types.ts";
import { assemble, type LambdaHandler } from "../src/pipeline/pipeline.ts";
import { serializeData } from "../src/serializers/serializeData.ts";
import { type ResolvedBodyOptions, readBodyWith, settableBy } from "./parts/body.ts";
import { buildChain, checkGeneric } from "./parts/buildChain.ts";
import { withDefaults } from "./parts/defaults.ts";
import { ending } from "./parts/ending.ts";
import type { CreateEndpoint, StrictOptions } from "./parts/endpoint.ts";
import type { IncludeOption } from "./parts/including.ts";
import { bodyKinds, commonKinds, type GenericTable } from "./parts/kinds.ts";
import { type BasePathOption, type LocationOptions, locator } from "./parts/location.ts";
import { onlyIfNone, wantsNone } from "./parts/object.ts";
import { optionalOutput } from "./parts/output.ts";
import { belowParent } from "./parts/parent.ts";
import type { CallerOf, ParentOption, ResolvedParentOptions } from "./parts/parentTypes.ts";
import type {
  AuthOption,
  Begin,
  BodyFits,
  BodyOf,
  BodyOptions,
  DataOf,
  DefaultsOption,
  ModelOptions,
  RequestBehind,
  ScopeResult,
  UnknownUser,
} from "./parts/types.ts";
import { type Create, creating } from "./parts/within.ts";

export interface CreateOptions<
  T,
  Required extends keyof T & string,
  Optional extends keyof T & string,
  Body,
  Caller,
  Use extends readonly AnyMiddleware[],
  Defaults = object,
> extends ModelOptions<T, Use, Begin<Caller, BodyOf<T, Required, Optional, Body>>, Begin<Caller, unknown>>,
    BodyOptions<T, Required, Optional, Body>,
    BasePathOption,
    IncludeOption<T>,
    DefaultsOption<T, Defaults, RequestBehind<Use, Begin<Caller, BodyOf<T, Required, Optional, Body>>>> {
  /** Where an object is, when it is not under the path of the request. @default the path and the id */
  location?: (
    object: T,
    request: RequestBehind<Use, Begin<Caller, BodyOf<T, Required, Optional, Body>>>,
  ) => string;
  /**
   * The objects that this request may reach; one that would not be among them is not stored: 404. A plain list admits none.
   * @default all of them
   */
  queryset?: (event: HttpEvent, context: Begin<Caller>["context"]) => ScopeResult<T>;
  /**
   * Stores the object.
   * @default data => model.create(data)
   */
  create?: (
    data: DataOf<BodyOf<T, Required, Optional, Body>, Defaults>,
    request: RequestBehind<Use, Begin<Caller, BodyOf<T, Required, Optional, Body>>>,
  ) => T | Promise<T>;
}

type ResolvedCreate = ResolvedBodyOptions &
  ResolvedParentOptions &
  LocationOptions & {
    serializer?: unknown;
    include?: readonly string[];
    queryset?: unknown;
    defaults?: unknown;
    create?: Create;
  };

/** The options of {@link createHandler}. */
export const createKinds: GenericTable<OptionsOf<typeof createHandler>> = {
  ...commonKinds,
  ...bodyKinds,
  serializer: "any",
  include: "names",
  queryset: "function",
  defaults: "function",
  create: "function",
  location: "function",
  basePath: "string",
};

/**
 * Makes a handler that creates an object from the body: `POST /users`.
 *
 * It answers 201 with `Location` and the serialized object, or the object's id when no serializer is given. Only listed
 * keys, or what a `body` schema lets through, are taken; what `defaults` gives wins over them. An id that is taken is 409,
 * or 412 when the request says `If-None-Match: *`.
 *
 * @param model where the object is stored
 * @param options what the body may hold, what is set by the API itself, who may call, what goes out
 * @returns a Lambda handler for every HTTP event source
 * @throws TypeError when an argument is not what it should be
 * @example
 * export const handler = createHandler(Users, { required: ["email"], optional: ["name"], serializer: pick("id", "email") });
 */
export function createHandler<
  T,
  const Required extends keyof T & string = never,
  const Optional extends keyof T & string = never,
  Body = unknown,
  User = UnknownUser,
  const MaybeUser extends boolean = false,
  Parent = never,
  Above = never,
  Top = never,
  const Use extends readonly AnyMiddleware[] = [],
  Defaults = object,
  const Options = object,
>(
  model: Model<T>,
  options: StrictOptions<
    CreateOptions<T, Required, Optional, Body, CallerOf<User, MaybeUser, Parent, Above, Top>, Use, Defaults> &
      AuthOption<User, MaybeUser> &
      ParentOption<T, User, MaybeUser, Parent, Above, Top>,
    Options
  > &
    BodyFits<T, NoInfer<Body>, "create"> = {} as never,
): LambdaHandler<HttpResult, CreateEndpoint<T, Options>> {
  const resolved = checkGeneric<ResolvedCreate>("createHandler", model, options, createKinds);
  const locate = locator("createHandler", resolved);
  const { status = 201 } = resolved;
  // An id that the API makes is never taken, so that no condition of a request is about it.
  const choosesId = settableBy("createHandler", resolved, model).keys.includes(model.idKey);
  const { serialize, checks = [] } = optionalOutput("createHandler", resolved, model) ?? {};
  const below = belowParent("createHandler", model, resolved, false);
  const create = withDefaults(below.defaults, creating(model, below.queryset, resolved.create));

  function send(object: unknown, request: HookRequest): void | Promise<void> {
    const { event } = request;
    const id = (object as Record<string, unknown> | null | undefined)?.[model.idKey];
    const output = serialize === undefined ? id : serializeData(serialize, object, request);
    const location = locate(object, id, event, request);
    const headers = location === undefined ? undefined : { Location: cleanValue(location) };
    return mapMaybePromise(output, settled =>
      writeResponse(request, settled, { status, headers, json: true, [areClean]: true }),
    );
  }
  function createOnError(request: HookRequest): void {
    const { error, event } = request;
    if (!(error instanceof Conflict) || error.field !== model.idKey || !wantsNone(event)) return;
    request.error = new PreconditionFailed(undefined, { cause: error });
  }
  const end = ending({
    openapi: () => ({
      kind: { verb: "create", model },
      reaches: { model, queryset: below.queryset },
      parameters: choosesId ? [onlyIfNone] : [],
      body: { model },
      responses: [
        {
          status,
          headers: { Location: "Where the new object is" },
          content:
            resolved.serializer === undefined
              ? { model, field: model.idKey }
              : { model, serializer: resolved.serializer, include: resolved.include },
        },
      ],
      errors: [...(resolved.queryset === undefined ? [] : [404]), 409, ...(choosesId ? [412] : [])],
    }),
    send,
    onError: createOnError,
  });
  const read = readBodyWith("createHandler", model, resolved, below);
  const chain = buildChain(resolved, { ending: end, load: [...checks, ...below.load], read });
  return assemble(chain, function createObject(event, context) {
    const { body } = event as { body?: unknown };
    return asCaller(context, () => create(body, { event, context }));
  });
}
