import { loadObject } from "../middlewares/loadObject.ts";
import { asCaller } from "../src/core/callers.ts";
import { mapMaybePromise } from "../src/core/maybePromise.ts";
import type { AnyMiddleware } from "../src/core/middleware.ts";
import type { OptionsOf } from "../src/core/options.ts";
import type { HttpResult } from "../src/http/types.ts";
import { asQueryset } from "../src/models/query/asQueryset.ts";
import { type AnyScope, withScope } from "../src/models/query/scope.ts";
import type { Model } from "../src/models/types.ts";
import { assemble, type LambdaHandler } from "../src/pipeline/pipeline.ts";
import type { State } from "../src/pipeline/types.ts";
import { buildChain, checkGeneric } from "./parts/buildChain.ts";
import { checkSoftDelete } from "./parts/deleted.ts";
import { ending } from "./parts/ending.ts";
import type { RetrieveEndpoint, StrictOptions } from "./parts/endpoint.ts";
import { commonKinds, type GenericTable, objectKinds } from "./parts/kinds.ts";
import { checkConditions, etagHeader } from "./parts/object.ts";
import { requireOutput } from "./parts/output.ts";
import { belowParent } from "./parts/parent.ts";
import type { CallerOf, ParentOption, ResolvedParentOptions } from "./parts/parentTypes.ts";
import { representer, sendRepresentation } from "./parts/representation.ts";
import type {
  AuthOption,
  Begin,
  ObjectOptions,
  RequestBehind,
  SerializerRequired,
  UnknownUser,
} from "./parts/types.ts";

export interface RestoreOptions<
  T,
  Caller,
  Use extends readonly AnyMiddleware[],
  Param extends string = string,
  Behind extends State = Begin<Caller, unknown, { object: T }, Param>,
> extends ObjectOptions<T, Caller, Use, Behind, Behind, Param> {
  /**
   * Restores the object.
   * @default object => model.restore(object)
   */
  restore?: (object: T, request: RequestBehind<Use, Behind>) => T | Promise<T>;
}

type ResolvedRestore<T> = ResolvedParentOptions &
  ObjectOptions<T, undefined, [], never> & {
    restore?: (object: T, request: unknown) => unknown;
  };

/** The options of {@link restoreHandler}. */
export const restoreKinds: GenericTable<OptionsOf<typeof restoreHandler>> = {
  ...commonKinds,
  ...objectKinds,
  restore: "function",
};

/** The deleted ones of the objects that a request may reach. */
function deletedScope<T>(model: Model<T>, scope: AnyScope<T> | undefined): (...request: never[]) => unknown {
  if (scope === undefined) return () => asQueryset(model.objects, model).onlyDeleted();
  return (event: unknown, context: unknown) =>
    withScope(model, scope, { event, context }, objects => asQueryset(objects, model).onlyDeleted());
}

/**
 * Makes a handler that takes back that an object was deleted: `POST /posts/{id}/restore`.
 *
 * It answers 200 with the serialized object and its `ETag`, 404 when no such object of the `queryset` is deleted, 409 when somebody
 * has taken meanwhile what is unique. The model needs `softDelete`.
 *
 * @param model where the object is
 * @param options what goes out (`serializer` is required), who may call, which objects
 * @returns a Lambda handler for every HTTP event source
 * @throws TypeError when an argument is not what it should be, or the model has no `softDelete`
 * @example
 * export const handler = restoreHandler(Posts, { auth: { model: Users }, serializer: pick("id", "title") });
 */
export function restoreHandler<
  T,
  User = UnknownUser,
  const MaybeUser extends boolean = false,
  Parent = never,
  Above = never,
  Top = never,
  const Use extends readonly AnyMiddleware[] = [],
  const Param extends string = "id",
  const Options = object,
>(
  model: Model<T>,
  options: StrictOptions<
    RestoreOptions<T, CallerOf<User, MaybeUser, Parent, Above, Top>, Use, Param> &
      AuthOption<User, MaybeUser> &
      ParentOption<T, User, MaybeUser, Parent, Above, Top> &
      SerializerRequired,
    Options
  >,
): LambdaHandler<HttpResult, RetrieveEndpoint<T, Options>> {
  const resolved = checkGeneric<ResolvedRestore<T>>("restoreHandler", model, options, restoreKinds);
  checkSoftDelete("restoreHandler", model);
  const { param, lookup, status } = resolved;
  const { restore = object => model.restore?.(object) } = resolved;
  const { serialize, checks } = requireOutput("restoreHandler", resolved, model);
  const represent = representer(serialize, resolved.etag);
  const end = ending({
    openapi: () => ({
      kind: { verb: "restore", model },
      responses: [
        {
          status: status ?? 200,
          headers: etagHeader,
          content: { model, serializer: resolved.serializer, include: resolved.include },
        },
      ],
      errors: [409],
    }),
    send: (object, request) =>
      mapMaybePromise(represent(object, request), made => sendRepresentation(request, made, status)),
  });
  const below = belowParent("restoreHandler", model, resolved, true);
  const queryset = deletedScope(model, below.queryset as AnyScope<T> | undefined);
  const load = [...checks, ...below.load, loadObject(model, { param, lookup, queryset } as never)];
  const chain = buildChain(resolved, { ending: end, load, read: [checkConditions(represent, {})] });
  return assemble(chain, function restoreObject(event, context) {
    const { object } = context as unknown as { object: T };
    return asCaller(context, () => restore(object, { event, context }));
  });
}
