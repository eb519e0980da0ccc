import { Conflict, PreconditionFailed } from "../src/errors.ts";
import { toJson } from "../src/http/plain.ts";
import { isRaw, reply, willReply } from "../src/http/reply.ts";
import { isReady } from "../src/http/result.ts";
import type { HttpResult } from "../src/http/types.ts";
import { type AnyMiddleware, defineMiddleware, type HookRequest } from "../src/middleware.ts";
import type { Model } from "../src/models/types.ts";
import { assemble, type LambdaHandler } from "../src/pipeline/pipeline.ts";
import { toSerializer } from "../src/serializers/toSerializer.ts";
import { whenSettled } from "../src/settle.ts";
import { bodyKinds, type LooseBodyOptions, readBodyWith } from "./parts/body.ts";
import type { CreateCall, Given } from "./parts/calls.ts";
import { type Step, withDefaults } from "./parts/defaults.ts";
import { checkGeneric, frame } from "./parts/frame.ts";
import { locationOf } from "./parts/location.ts";
import { ifNoneMatch, wantsNone } from "./parts/object.ts";
import { isOwnAnswer } from "./parts/representation.ts";
import type {
  AuthOption,
  Begin,
  BodyOf,
  BodyOptions,
  DataOf,
  DefaultsOption,
  ModelOptions,
  RequestBehind,
  UnknownUser,
  UserOf,
} from "./parts/types.ts";

export interface CreateOptions<
  T,
  R extends keyof T & string,
  O extends keyof T & string,
  B,
  W,
  M extends readonly AnyMiddleware[],
  D = object,
> extends ModelOptions<T, M, Begin<W, BodyOf<T, R, O, B>>, Begin<W, unknown>>,
    BodyOptions<T, R, O, B>,
    DefaultsOption<T, D, RequestBehind<M, Begin<W, BodyOf<T, R, O, B>>>> {
  /**
   * Stores the object.
   * @default data => model.create(data)
   */
  create?: (
    data: DataOf<BodyOf<T, R, O, B>, D>,
    request: RequestBehind<M, Begin<W, BodyOf<T, R, O, B>>>,
  ) => T | Promise<T>;
}

type LooseCreate = LooseBodyOptions & { serializer?: unknown; defaults?: unknown; create?: Step };

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
  const R extends keyof T & string = never,
  const O extends keyof T & string = never,
  B = unknown,
  U = UnknownUser,
  const Opt extends boolean = false,
  const M extends readonly AnyMiddleware[] = [],
  D = object,
  const G = object,
>(
  model: Model<T>,
  options: Given<CreateOptions<T, R, O, B, UserOf<U, Opt>, M, D> & AuthOption<U, Opt>, G> = {} as never,
): LambdaHandler<HttpResult, CreateCall<T, G>> {
  const loose = checkGeneric<LooseCreate>("createHandler", model, options, {
    ...bodyKinds,
    serializer: "any",
    defaults: "function",
    create: "function",
  });
  const { status = 201, create: store = data => model.create(data as Partial<T>) } = loose;
  const serialize = loose.serializer === undefined ? undefined : toSerializer(loose.serializer as never);
  const create = withDefaults(loose.defaults, store);

  function createAfter(request: HookRequest): void | Promise<void> {
    const { response: object, event, context } = request;
    if (isRaw(request)) return undefined;
    if (isOwnAnswer(object, model.idKey)) return reply(request, object);
    const id = (object as Record<string, unknown> | null | undefined)?.[model.idKey];
    const output = serialize === undefined ? id : serialize(object, { event, context });
    const location = locationOf(event, id);
    const headers = location === undefined ? undefined : { Location: location };
    return whenSettled(output, settled => {
      if (!isReady(settled)) return reply(request, settled, { status, headers, json: true });
      // A field that is named `statusCode` makes no response of it.
      return reply(request, toJson(settled), { status, headers, type: "application/json" });
    });
  }
  function createOnError(request: HookRequest): void {
    const { error, event } = request;
    if (!(error instanceof Conflict) || error.field !== model.idKey || !wantsNone(event)) return;
    request.error = new PreconditionFailed(undefined, { cause: error });
  }
  const answer = defineMiddleware({
    name: "serialize",
    facts: () => ({
      does: { verb: "create", model },
      parameters: [ifNoneMatch],
      body: { model },
      responses: [
        {
          status,
          headers: { Location: "Where the new object is" },
          content:
            loose.serializer === undefined
              ? { model, field: model.idKey }
              : { model, serializer: loose.serializer },
        },
      ],
      errors: [409, 412],
    }),
    before: willReply,
    after: createAfter,
    onError: createOnError,
  });
  const chain = frame(loose, { answer, read: readBodyWith("createHandler", loose) });
  return assemble(chain, function createObject(event, context) {
    return create((event as { body?: unknown }).body, { event, context });
  });
}
