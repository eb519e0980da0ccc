import { loadObject } from "../middlewares/loadObject.ts";
import { asCaller } from "../src/core/callers.ts";
import { mapMaybePromise } from "../src/core/maybePromise.ts";
import type { AnyMiddleware, HookRequest } from "../src/core/middleware.ts";
import type { OptionsOf } from "../src/core/options.ts";
import type { HttpResult } from "../src/http/types.ts";
import type { Model } from "../src/models/types.ts";
import { assemble, type LambdaHandler } from "../src/pipeline/pipeline.ts";
import { buildChain, checkGeneric } from "./parts/buildChain.ts";
import { type ResolvedChangesOptions, readChangesWith } from "./parts/changes.ts";
import { ending } from "./parts/ending.ts";
import type { StrictOptions, UpdateEndpoint } from "./parts/endpoint.ts";
import { bodyKinds, commonKinds, type GenericTable, objectKinds } from "./parts/kinds.ts";
import { type BasePathOption, checkBasePath, ownAddress } from "./parts/location.ts";
import { checkConditions, etagHeader } from "./parts/object.ts";
import { requireOutput } from "./parts/output.ts";
import { belowParent } from "./parts/parent.ts";
import type { CallerOf, ParentOption, ResolvedParentOptions } from "./parts/parentTypes.ts";
import { representer, sendRepresentation } from "./parts/representation.ts";
import type {
  AuthOption,
  Begin,
  BodyFits,
  BodyOf,
  BodyOptions,
  DataOf,
  DefaultsOption,
  ObjectOptions,
  RequestBehind,
  RequireMatchOption,
  SerializerRequired,
  UnknownUser,
} from "./parts/types.ts";
import { checkUpsert, type UpsertOptions, upsertOf } from "./parts/upsert.ts";
import { type Update, updating } from "./parts/within.ts";

/** What an upsert may not find is there for the steps that come after. */
export interface LoadedOf<T, Upsert> {
  object: Upsert extends true ? T | undefined : T;
}

export interface UpdateOptions<
  T,
  Required extends keyof T & string,
  Optional extends keyof T & string,
  Body,
  Caller,
  Use extends readonly AnyMiddleware[],
  Defaults = object,
  Upsert extends boolean = false,
  Param extends string = string,
> extends ObjectOptions<
      T,
      Caller,
      Use,
      Begin<Caller, ChangesOf<T, Required, Optional, Body>, LoadedOf<T, Upsert>, Param>,
      Begin<Caller, unknown, LoadedOf<T, Upsert>, Param>,
      Param
    >,
    BodyOptions<T, Required, Optional, Body>,
    RequireMatchOption,
    BasePathOption,
    DefaultsOption<
      T,
      Defaults,
      RequestBehind<Use, Begin<Caller, BodyOf<T, Required, Optional, Body>, object, Param>>
    > {
  /** JSON that is sent by PUT replaces: listed keys that it leaves out become null. @default false, only given keys change */
  replace?: boolean;
  /** How many operations a JSON Patch may have; 413 beyond. @default 100 */
  maxOperations?: number;
  /**
   * JSON that is sent by PUT creates the object when it is missing, with the id of the path and the `defaults`; rules
   * then see no `context.object`.
   * @default false
   */
  upsert?: Upsert;
  /**
   * Stores the object that `upsert` creates; `data` holds the id.
   * @default data => model.create(data)
   */
  create?: (
    data: DataOf<BodyOf<T, Required, Optional, Body>, Defaults>,
    request: RequestBehind<Use, Begin<Caller, BodyOf<T, Required, Optional, Body>, object, Param>>,
  ) => T | Promise<T>;
  /**
   * Stores the changes.
   * @default (object, changes) => model.update(object, changes)
   */
  update?: (
    object: T,
    changes: ChangesOf<T, Required, Optional, Body>,
    request: RequestBehind<Use, Begin<Caller, ChangesOf<T, Required, Optional, Body>, { object: T }, Param>>,
  ) => T | Promise<T>;
}

/** What reaches the `update` step. A patch names only what it changes, so every key may be absent. */
export type ChangesOf<T, Required extends keyof T, Optional extends keyof T, Body> = unknown extends Body
  ? Partial<Pick<T, Required | Optional>>
  : Partial<Body>;

type ResolvedUpdate<T> = ResolvedChangesOptions &
  UpsertOptions &
  ResolvedParentOptions &
  RequireMatchOption &
  BasePathOption &
  Pick<ObjectOptions<T, undefined, [], never>, "lookup" | "serializer" | "include" | "etag"> & {
    upsert?: boolean;
    update?: Update<T>;
  };

/** The options of {@link updateHandler}. */
export const updateKinds: GenericTable<OptionsOf<typeof updateHandler>> = {
  ...commonKinds,
  ...objectKinds,
  ...bodyKinds,
  requireMatch: "boolean",
  replace: "boolean",
  maxOperations: "count",
  upsert: "boolean",
  defaults: "function",
  create: "function",
  update: "function",
  basePath: "string",
};

/**
 * Makes a handler that changes an object: `PUT` or `PATCH /users/{id}`.
 *
 * It answers 200 with the serialized object and its `ETag`, 412 when `If-Match` does not name the present version, 409
 * when somebody else was faster. PATCH changes what is sent and nothing else, as `application/json`,
 * `application/merge-patch+json` (RFC 7396) and `application/json-patch+json` (RFC 6902): a `body` schema checks the object
 * that comes of it, and its defaults fill nothing. `required` is asked of all but a JSON Patch, which reads only what the
 * serializer shows. With `replace` and `upsert` a PUT is the whole object; one that it creates gets 201 and
 * `Location`. A change by which the object would leave the `queryset` is not made: 404.
 *
 * @param model where the object is
 * @param options what may be changed, what goes out (`serializer` is required), who may call, which objects
 * @returns a Lambda handler for every HTTP event source
 * @throws TypeError when an argument is not what it should be
 * @example
 * export const handler = updateHandler(Users, { optional: ["name"], serializer: pick("id", "name") });
 */
export function updateHandler<
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
  const Upsert extends boolean = false,
  const Param extends string = "id",
  const Options = object,
>(
  model: Model<T>,
  options: StrictOptions<
    UpdateOptions<
      T,
      Required,
      Optional,
      Body,
      CallerOf<User, MaybeUser, Parent, Above, Top>,
      Use,
      Defaults,
      Upsert,
      Param
    > &
      AuthOption<User, MaybeUser> &
      ParentOption<T, User, MaybeUser, Parent, Above, Top> &
      SerializerRequired,
    Options
  > &
    BodyFits<T, NoInfer<Body>, "update">,
): LambdaHandler<HttpResult, UpdateEndpoint<T, Options>> {
  const resolved = checkGeneric<ResolvedUpdate<T>>("updateHandler", model, options, updateKinds);
  const basePath = checkBasePath("updateHandler", resolved.basePath);
  const { param, lookup, status } = resolved;
  const below = belowParent("updateHandler", model, resolved, true);
  const { queryset, defaults } = below;
  const update = updating(model, queryset, resolved.update, below.boundsAfter);
  const mayCreate = checkUpsert(model, resolved);
  const upsert = mayCreate ? upsertOf(model, { ...resolved, queryset, defaults }) : undefined;
  const { serialize, checks } = requireOutput("updateHandler", resolved, model);
  const represent = representer(serialize, resolved.etag);

  function send(object: unknown, request: HookRequest): void | Promise<void> {
    const isNew = upsert !== undefined && (request.context as { object?: unknown }).object === undefined;
    const location = isNew ? ownAddress(request.event, basePath) : undefined;
    const headers = location === undefined ? undefined : { Location: location };
    return mapMaybePromise(represent(object, request), made =>
      sendRepresentation(request, made, isNew ? 201 : status, headers),
    );
  }
  const content = { model, serializer: resolved.serializer, include: resolved.include };
  const end = ending({
    openapi: () => ({
      kind: { verb: "update", model },
      body: { model, as: "changes" },
      responses: [
        { status: status ?? 200, headers: etagHeader, content },
        ...(upsert === undefined
          ? []
          : [
              { status: 201, methods: ["PUT"], headers: { ...etagHeader, Location: "Where it is" }, content },
            ]),
      ],
      errors: [409],
    }),
    send,
  });
  const loads = [
    ...checks,
    ...below.load,
    upsert?.load ?? loadObject(model, { param, lookup, queryset } as never),
  ];
  const read = [
    checkConditions(represent, { requireMatch: resolved.requireMatch, creates: upsert !== undefined }),
    ...readChangesWith("updateHandler", model, represent, resolved, below),
  ];
  const chain = buildChain(resolved, { ending: end, load: loads, read });
  return assemble(chain, function updateObject(event, context) {
    const { object } = context as unknown as { object: T | undefined };
    const { body } = event as { body?: unknown };
    const request = { event, context };
    const isNew = upsert !== undefined && object === undefined;
    return asCaller(context, () =>
      isNew ? upsert.create(body, request as never) : update(object as T, body, request),
    );
  });
}
