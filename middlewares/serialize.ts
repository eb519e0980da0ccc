import { isFinal, isRaw, reply, willReply } from "../src/http/reply.ts";
import { isAnswer } from "../src/http/result.ts";
import { defineMiddleware, type HookRequest, type Middleware } from "../src/middleware.ts";
import { checkOptions } from "../src/options.ts";
import type { StandardSchemaV1 } from "../src/schema/standard.ts";
import { type Serialize, serializeAll, toSerializer } from "../src/serializers/toSerializer.ts";
import type { KeySerializer, ObjectSerializer, SerializerFunction } from "../src/serializers/types.ts";
import { whenSettled } from "../src/settle.ts";

export interface SerializeOptions {
  /** The status of a value that brings none of its own. @default 200 */
  status?: number;
}

/** What `serialize` adds: the handler answers HTTP, with what this serializer makes of a value. */
export interface Answers<S = unknown> {
  answers: true;
  /** Exists in types alone. `undefined` when the value itself goes out. */
  by?: [S];
}

/** Any serializer; the object that goes through the chain is not known here, so a function says what it takes. */
export type AnySerializer<T> =
  | SerializerFunction<T>
  | KeySerializer<string>
  | ObjectSerializer<never>
  | StandardSchemaV1;

/**
 * Turns what the function returns into a response in the form that the event's source wants. An object goes through the
 * serializer, a list item by item; a string, bytes, a web `Response` and a ready `{ statusCode, … }` are answers already.
 *
 * @param serializer `pick`, `omit`, `fields`, a function `(object, { event, context }) => value`, or a Standard Schema;
 * without one the value itself goes out
 * @param options the status
 * @throws TypeError when the serializer or an option is none
 * @example
 * pipeline([errors(), loadObject(Users), serialize(pick("id", "email"))], (event, { object }) => object);
 */
export function serialize(
  serializer?: undefined,
  options?: SerializeOptions,
): Middleware<object, Answers<undefined>>;
export function serialize<T = object, const S = unknown>(
  serializer: AnySerializer<T> & S,
  options?: SerializeOptions,
): Middleware<object, Answers<S>>;
export function serialize<T = object>(
  serializer?: AnySerializer<T>,
  options?: SerializeOptions,
): Middleware<object, Answers>;
export function serialize(serializer?: unknown, options: SerializeOptions = {}): unknown {
  checkOptions("serialize", options, { status: "status" });
  const toOutput = serializer === undefined ? undefined : toSerializer(serializer as never);

  function answer(request: HookRequest, value: unknown): void | Promise<void> {
    return reply(request, value, options);
  }

  function serializeBefore(request: HookRequest): void {
    willReply(request);
  }

  function serializeAfter(request: HookRequest): void | Promise<void> {
    if (isRaw(request) || isFinal(request)) return undefined;
    const value = request.response;
    if (toOutput === undefined || value === undefined || value === null || isAnswer(value)) {
      return answer(request, value);
    }
    const output = outputOf(toOutput, value, request);
    return whenSettled(output, settled => answer(request, settled));
  }
  const { status = 200 } = options;
  return defineMiddleware({
    name: "serialize",
    facts: () => ({ responses: [status === 204 ? { status } : { status, content: { serializer } }] }),
    before: serializeBefore,
    after: serializeAfter,
  });
}

function outputOf(toOutput: Serialize, value: unknown, { event, context }: HookRequest): unknown {
  const request = { event, context };
  return Array.isArray(value) ? serializeAll(toOutput, value, request) : toOutput(value, request);
}
