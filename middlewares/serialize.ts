import { mapMaybePromise } from "../src/core/maybePromise.ts";
import { defineMiddleware, type HookRequest, type Middleware, tidy } from "../src/core/middleware.ts";
import { checkOptions } from "../src/core/options.ts";
import { isResponse } from "../src/http/ready.ts";
import { expectResponse, isFinal, isRaw } from "../src/http/responseState.ts";
import { type Unwrapped, unwrap } from "../src/http/wrapped.ts";
import { serializeLeft, writeResponse, writeResponseAsIs } from "../src/http/writeResponse.ts";
import type { RelatedModel } from "../src/models/types.ts";
import type { StandardSchemaV1 } from "../src/schema/standard.ts";
import { registerSerializer } from "../src/serializers/hookSerializer.ts";
import { serializeData } from "../src/serializers/serializeData.ts";
import { toSerializer } from "../src/serializers/toSerializer.ts";
import type { KeySerializer, ObjectSerializer, SerializerFunction } from "../src/serializers/types.ts";

export interface SerializeOptions {
  /** The status of a value that brings none of its own. @default 200 */
  status?: number;
  /** Whose objects go out: `fields` with a serializer under the name of one of its relations shows what is related. */
  model?: RelatedModel;
}

/** What `serialize` adds: the handler gives a response, with what this serializer makes of a value. */
export interface ResponseShape<Given = unknown> {
  answers: true;
  /** Exists in types alone. `undefined` when the value itself goes out. */
  by?: [Given];
}

/** Any serializer; the object that goes through the chain is not known here, so a function says what it takes. */
export type AnySerializer<T> =
  | SerializerFunction<T>
  | KeySerializer<string>
  | ObjectSerializer<never>
  | StandardSchemaV1;

/**
 * Turns what the function returns into a response in the form that the event's source wants. With a serializer all that it
 * returns is data, a list item by item, whatever its fields are called; only what `respond` made and a web `Response` are
 * responses of their own. Without one a string, bytes and a ready `{ statusCode, … }` are responses too.
 *
 * A hook of another package inside it may wrap the value as `{ statusCode, headers, body }`: the body is serialized then, and
 * headers and status stay. What it has made text or bytes of is a 500, for it can't be serialized any more.
 *
 * @param serializer `pick`, `omit`, `fields`, a function `(object, { event, context }) => value`, or a Standard Schema;
 * without one the value itself goes out
 * @param options the status, and the model whose objects go out
 * @throws TypeError when the serializer or an option is none
 * @example
 * pipeline([errors(), loadObject(Users), serialize(pick("id", "email"))], (event, { object }) => object);
 */
export function serialize(
  serializer?: undefined,
  options?: SerializeOptions,
): Middleware<object, ResponseShape<undefined>>;
export function serialize<T = object, const Given = unknown>(
  serializer: AnySerializer<T> & Given,
  options?: SerializeOptions,
): Middleware<object, ResponseShape<Given>>;
export function serialize<T = object>(
  serializer?: AnySerializer<T>,
  options?: SerializeOptions,
): Middleware<object, ResponseShape>;
export function serialize(serializer?: unknown, options: SerializeOptions = {}): unknown {
  checkOptions("serialize", options, { status: "status", model: "model" });
  const { model, ...sent } = options;
  const toOutput = serializer === undefined ? undefined : toSerializer(serializer as never, model);

  function serializeBefore(request: HookRequest): void {
    expectResponse(request, serializeAfter);
  }

  /** Where no serializer stands, Lambda's plain form is a response. */
  function writePlain(request: HookRequest): void | Promise<void> {
    return writeResponseAsIs(request, request.response, sent);
  }

  function serializeAfter(request: HookRequest): void | Promise<void> {
    if (isRaw(request) || isFinal(request)) return undefined;
    if (toOutput === undefined) return writePlain(request);
    if (isResponse(request.response)) return writeResponse(request, request.response);
    const { data, around } = unwrap(request);
    return mapMaybePromise(serializeData(toOutput, data, request), output => send(request, output, around));
  }

  function send(request: HookRequest, output: unknown, around: Unwrapped["around"]): void | Promise<void> {
    if (around === undefined) return writeResponse(request, output, sent);
    const { statusCode = options.status ?? 200, ...rest } = around;
    return writeResponseAsIs(request, { ...rest, statusCode, body: output });
  }
  const { status = 200 } = options;
  registerSerializer(serializeAfter, serializer);
  return tidy(
    defineMiddleware({
      name: "serialize",
      answers: true,
      openapi: () => ({
        responses: [
          status === 204 ? { status } : { status, content: { ...(model && { model }), serializer } },
        ],
      }),
      before: serializeBefore,
      after: serializeAfter,
      onError: toOutput && serializeLeft,
    }),
  );
}
