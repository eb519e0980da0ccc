import { loadObject } from "../middlewares/loadObject.ts";
import { isRaw, reply, willReply } from "../src/http/reply.ts";
import { type AnyMiddleware, defineMiddleware, type HookRequest } from "../src/middleware.ts";
import type { Model } from "../src/models/types.ts";
import { assemble, type LambdaHandler } from "../src/pipeline/pipeline.ts";
import { bodyKinds, type LooseBodyOptions } from "./parts/body.ts";
import { readChangesWith } from "./parts/changes.ts";
import { checkGeneric, frame, type LooseOptions } from "./parts/frame.ts";
import { checkConditions, objectKinds } from "./parts/object.ts";
import {
  isOwnAnswer,
  type Representation,
  representer,
  requireSerializer,
  sendRepresentation,
  whenSettled,
} from "./parts/representation.ts";
import type {
  AuthOption,
  Begin,
  BodyOptions,
  ObjectOptions,
  RequestBehind,
  UnknownUser,
  UserOf,
} from "./parts/types.ts";

export interface UpdateOptions<
  T,
  R extends keyof T & string,
  O extends keyof T & string,
  B,
  W,
  M extends readonly AnyMiddleware[],
> extends ObjectOptions<
      T,
      W,
      M,
      Begin<W, ChangesOf<T, R, O, B>, { object: T }>,
      Begin<W, unknown, { object: T }>
    >,
    BodyOptions<T, R, O, B> {
  /**
   * Stores the changes.
   * @default (object, changes) => model.update(object, changes)
   */
  update?: (
    object: T,
    changes: ChangesOf<T, R, O, B>,
    request: RequestBehind<M, Begin<W, ChangesOf<T, R, O, B>, { object: T }>>,
  ) => T | Promise<T>;
}

/** What reaches the `update` step. A patch names only what it changes, so every key may be absent. */
export type ChangesOf<T, R extends keyof T, O extends keyof T, B> = unknown extends B
  ? Partial<Pick<T, R | O>>
  : Partial<B>;

/**
 * Makes a handler that changes an object: `PUT` or `PATCH /users/{id}`.
 *
 * It answers 200 with the serialized object and its `ETag`, 412 when `If-Match` does not name the present version, 409
 * when somebody else was faster. `application/json` gives the listed keys; `application/merge-patch+json` (RFC 7396) and
 * `application/json-patch+json` (RFC 6902) change only what they name.
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
  const R extends keyof T & string = never,
  const O extends keyof T & string = never,
  B = unknown,
  U = UnknownUser,
  const Opt extends boolean = false,
  const M extends readonly AnyMiddleware[] = [],
>(
  model: Model<T>,
  options: UpdateOptions<T, R, O, B, UserOf<U, Opt>, M> & AuthOption<U, Opt>,
): LambdaHandler {
  checkGeneric("updateHandler", model, options, { ...objectKinds, ...bodyKinds, update: "function" });
  const loose = (options ?? {}) as unknown as LooseOptions &
    LooseBodyOptions &
    ObjectOptions<T, undefined, [], never> & { update?: unknown };
  const { param, lookup, queryset, status } = loose;
  const represent = representer(requireSerializer("updateHandler", loose.serializer), loose.etag);
  const update = (loose.update ??
    ((object: T, changes: unknown) => model.update(object, changes as Partial<T>))) as (
    object: unknown,
    changes: unknown,
    request: unknown,
  ) => unknown;

  function updateAfter(request: HookRequest): void | Promise<void> {
    if (isRaw(request)) return undefined;
    const object = request.response;
    if (isOwnAnswer(object, model.idKey)) return reply(request, object);
    return whenSettled(represent(object, request), made =>
      sendRepresentation(request, made as Representation, status),
    );
  }
  const answer = defineMiddleware({ name: "serialize", before: willReply, after: updateAfter });
  const load = [loadObject(model, { param, lookup, queryset } as never)];
  const read = [checkConditions(represent), ...readChangesWith("updateHandler", model.idKey, loose)];
  const chain = frame(loose, { answer, load, read });
  return assemble(chain, function updateObject(event, context) {
    const { object } = context as unknown as { object: unknown };
    return update(object, (event as { body?: unknown }).body, { event, context });
  });
}
