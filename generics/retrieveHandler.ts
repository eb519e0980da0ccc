import { sparseOf } from "#sparse";
import { loadObject } from "../middlewares/loadObject.ts";
import { mapMaybePromise } from "../src/core/maybePromise.ts";
import type { AnyMiddleware, HookRequest } from "../src/core/middleware.ts";
import type { OptionsOf } from "../src/core/options.ts";
import { matchesWeakly } from "../src/http/etag.ts";
import { readHeader } from "../src/http/read.ts";
import type { HttpResult } from "../src/http/types.ts";
import { writeResponse } from "../src/http/writeResponse.ts";
import type { Model } from "../src/models/types.ts";
import { assemble, type LambdaHandler } from "../src/pipeline/pipeline.ts";
import type { State } from "../src/pipeline/types.ts";
import { buildChain, checkGeneric } from "./parts/buildChain.ts";
import { ending } from "./parts/ending.ts";
import type { RetrieveEndpoint, StrictOptions } from "./parts/endpoint.ts";
import { commonKinds, type GenericTable, objectKinds } from "./parts/kinds.ts";
import { etagHeader, ifNoneMatch } from "./parts/object.ts";
import { chosenBy, requireOutput } from "./parts/output.ts";
import { belowParent } from "./parts/parent.ts";
import type { CallerOf, ParentOption, ResolvedParentOptions } from "./parts/parentTypes.ts";
import { type Representation, representer, sendRepresentation } from "./parts/representation.ts";
import type { SparseOption } from "./parts/sparse.ts";
import type { AuthOption, Begin, ObjectOptions, SerializerRequired, UnknownUser } from "./parts/types.ts";

export type RetrieveOptions<
  T,
  Caller,
  Use extends readonly AnyMiddleware[],
  Param extends string = string,
  Behind extends State = Begin<Caller, unknown, { object: T }, Param>,
> = ObjectOptions<T, Caller, Use, Behind, Behind, Param> & SparseOption;

/** The options of {@link retrieveHandler}. */
export const retrieveKinds: GenericTable<OptionsOf<typeof retrieveHandler>> = {
  ...commonKinds,
  ...objectKinds,
  fields: "boolean",
};

/**
 * Makes a handler that answers with one object: `GET /users/{id}`.
 *
 * It answers 200 with the serialized object and its `ETag`, 304 when `If-None-Match` names that tag, and 404 when there
 * is no such object within `queryset`.
 *
 * @param model where the object is
 * @param options what goes out (`serializer` is required), who may call, which objects
 * @returns a Lambda handler for every HTTP event source
 * @throws TypeError when an argument is not what it should be
 * @example
 * export const handler = retrieveHandler(Users, { serializer: pick("id", "email") });
 */
export function retrieveHandler<
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
    RetrieveOptions<T, CallerOf<User, MaybeUser, Parent, Above, Top>, Use, Param> &
      AuthOption<User, MaybeUser> &
      ParentOption<T, User, MaybeUser, Parent, Above, Top> &
      SerializerRequired,
    Options
  >,
): LambdaHandler<HttpResult, RetrieveEndpoint<T, Options>> {
  type ResolvedRetrieve = ResolvedParentOptions & ObjectOptions<T, undefined, [], never> & SparseOption;
  const resolved = checkGeneric<ResolvedRetrieve>("retrieveHandler", model, options, retrieveKinds);
  const { param, lookup, status } = resolved;
  const { load, queryset } = belowParent("retrieveHandler", model, resolved, true);
  const output = requireOutput("retrieveHandler", resolved, model);
  const { serialize } = output;
  const sparse = sparseOf("retrieveHandler", resolved, model, serialize);
  const chosenFor = chosenBy(output, sparse);
  const representAll = representer(serialize, resolved.etag);

  function represent(object: unknown, request: HookRequest): Representation | Promise<Representation> {
    const narrowed = chosenFor(request.event);
    return narrowed === undefined
      ? representAll(object, request)
      : representer(narrowed, resolved.etag)(object, request);
  }

  function sendOrNot(request: HookRequest, representation: Representation): void | Promise<void> {
    const { etag } = representation;
    const known = etag === undefined ? undefined : readHeader(request.event, "if-none-match");
    if (etag !== undefined && known !== undefined && matchesWeakly(known, etag)) {
      return writeResponse(request, undefined, { status: 304, headers: { ETag: etag } });
    }
    return sendRepresentation(request, representation, status);
  }

  const end = ending({
    openapi: () => ({
      kind: { verb: "retrieve", model },
      parameters: [...(sparse ? [sparse.metadata] : []), ifNoneMatch],
      responses: [
        {
          status: status ?? 200,
          headers: etagHeader,
          content: { model, serializer: resolved.serializer, include: resolved.include },
          sparse: sparse !== undefined,
        },
        { status: 304, description: "The client has this version already", headers: etagHeader },
      ],
      errors: sparse === undefined ? [] : [400],
    }),
    send: (object, request) => mapMaybePromise(represent(object, request), made => sendOrNot(request, made)),
  });
  const loads = [...output.checks, ...load, loadObject(model, { param, lookup, queryset } as never)];
  const chain = buildChain(resolved, { ending: end, load: loads });
  return assemble(chain, function retrieveObject(_event, context) {
    return (context as unknown as { object: T }).object;
  });
}
