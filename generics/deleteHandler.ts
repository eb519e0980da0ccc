import { loadObject } from "../middlewares/loadObject.ts";
import { asCaller } from "../src/core/callers.ts";
import { mapMaybePromise } from "../src/core/maybePromise.ts";
import type { AnyMiddleware, HookRequest } from "../src/core/middleware.ts";
import type { OptionsOf } from "../src/core/options.ts";
import { isBodiless } from "../src/http/status.ts";
import type { HttpResult } from "../src/http/types.ts";
import { writeResponse } from "../src/http/writeResponse.ts";
import type { Model } from "../src/models/types.ts";
import { assemble, type LambdaHandler } from "../src/pipeline/pipeline.ts";
import type { State } from "../src/pipeline/types.ts";
import { serializeData } from "../src/serializers/serializeData.ts";
import { buildChain, checkGeneric } from "./parts/buildChain.ts";
import { ending } from "./parts/ending.ts";
import type { DeleteEndpoint, StrictOptions } from "./parts/endpoint.ts";
import { commonKinds, type GenericTable, objectKinds } from "./parts/kinds.ts";
import { checkConditions } from "./parts/object.ts";
import { optionalOutput } from "./parts/output.ts";
import { belowParent } from "./parts/parent.ts";
import type { CallerOf, ParentOption, ResolvedParentOptions } from "./parts/parentTypes.ts";
import { type EtagOption, representer } from "./parts/representation.ts";
import type {
  AuthOption,
  Begin,
  ObjectOptions,
  RequestBehind,
  RequireMatchOption,
  UnknownUser,
} from "./parts/types.ts";

export interface DeleteOptions<
  T,
  Caller,
  Use extends readonly AnyMiddleware[],
  Param extends string = string,
  Behind extends State = Begin<Caller, unknown, { object: T }, Param>,
> extends ObjectOptions<T, Caller, Use, Behind, Behind, Param>,
    RequireMatchOption {
  /**
   * Removes the object.
   * @default object => model.delete(object)
   */
  remove?: (object: T, request: RequestBehind<Use, Behind>) => unknown;
}

type ResolvedDelete<T> = ResolvedParentOptions &
  ObjectOptions<T, undefined, [], never> &
  RequireMatchOption & { remove?: (object: T, request: unknown) => unknown };

/** The options of {@link deleteHandler}. */
export const deleteKinds: GenericTable<OptionsOf<typeof deleteHandler>> = {
  ...commonKinds,
  ...objectKinds,
  requireMatch: "boolean",
  remove: "function",
};

/**
 * Makes a handler that removes an object: `DELETE /users/{id}`.
 *
 * It answers 204 without a body, 409 when somebody changed the object since it was loaded, and 412 when `If-Match` does not
 * name the present version, the tag that `retrieveHandler` gives with the same `serializer`, or `If-None-Match` does. Without
 * a serializer no version is known, so only `If-Match: *` passes.
 *
 * @param model where the object is
 * @param options who may call, which objects
 * @returns a Lambda handler for every HTTP event source
 * @throws TypeError when an argument is not what it should be
 * @example
 * export const handler = deleteHandler(Users, { auth: { model: Users } });
 */
export function deleteHandler<
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
    DeleteOptions<T, CallerOf<User, MaybeUser, Parent, Above, Top>, Use, Param> &
      AuthOption<User, MaybeUser> &
      ParentOption<T, User, MaybeUser, Parent, Above, Top>,
    Options
  > = {} as never,
): LambdaHandler<HttpResult, DeleteEndpoint<Options>> {
  const resolved = checkGeneric<ResolvedDelete<T>>("deleteHandler", model, options, deleteKinds);
  const { param, lookup, requireMatch, status = 204 } = resolved;
  const { load, queryset } = belowParent("deleteHandler", model, resolved, true);
  const { remove = object => model.delete(object) } = resolved;
  const { serialize, checks = [] } = optionalOutput("deleteHandler", resolved, model) ?? {};
  // What a version is known by: the serializer's output, or the option; without either no tag is known.
  const etag = (resolved.etag ?? (serialize ? undefined : () => undefined)) as EtagOption | undefined;
  const conditions = checkConditions(representer(serialize ?? (() => null), etag), {
    requireMatch,
    hasTags: resolved.serializer !== undefined || resolved.etag !== undefined,
  });
  const loads = [...checks, ...load, loadObject(model, { param, lookup, queryset } as never)];

  /** What `remove` gives goes out where there is a status with a body, and a serializer that says what of it. */
  function send(removed: unknown, request: HookRequest): void | Promise<void> {
    if (isBodiless(status) || serialize === undefined) return writeResponse(request, undefined, { status });
    const output = serializeData(serialize, removed, request);
    return mapMaybePromise(output, settled => writeResponse(request, settled, { status, json: true }));
  }
  const end = ending({
    openapi: () => ({
      kind: { verb: "delete", model },
      responses: [status === 204 ? { status } : { status, content: { json: {} } }],
      errors: [409],
    }),
    send,
  });
  const chain = buildChain(resolved, { ending: end, load: loads, read: [conditions] });
  return assemble(chain, function deleteObject(event, context) {
    const { object } = context as unknown as { object: T };
    return asCaller(context, () => remove(object, { event, context }));
  });
}
