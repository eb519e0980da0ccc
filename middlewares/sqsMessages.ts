import { allMaybePromise, mapMaybePromise } from "../src/core/maybePromise.ts";
import { defineMiddleware, type HookRequest, type Middleware, type Shape } from "../src/core/middleware.ts";
import { checkOptions } from "../src/core/options.ts";
import { longNumbersIn, schemaIn } from "../src/events/payload.ts";
import {
  checkBody,
  parseBody,
  readMessage,
  type SqsJsonMessage,
  type SqsMessage,
} from "../src/events/sqsMessage.ts";
import { sqsRecords } from "../src/events/sqsRecords.ts";
import type { InferOutput, StandardSchemaV1 } from "../src/schema/standard.ts";

export type { SqsJsonMessage, SqsMessage } from "../src/events/sqsMessage.ts";

export interface SqsMessagesOptions {
  /** Parses the bodies as JSON; a Standard Schema also checks them. @default false */
  json?: boolean | StandardSchemaV1;
}

/** What `sqsMessages` adds. */
export interface AddsMessages<Message> {
  context: { messages: Message[] };
}

/**
 * Reads the messages of an SQS event into `context.messages`, in the order of the batch. A malformed message refuses the
 * whole batch; `sqsHandler` takes messages one by one instead.
 *
 * @param options `json: true` parses each body into `body`, a Standard Schema also checks it
 * @returns a middleware that adds `context.messages`; an event whose `Records` are empty or null has none
 * @throws TypeError when an option is wrong
 * @throws BadRequest 400 naming the message: `Malformed body in message 123`, or, where the id itself is missing,
 *   `Malformed messageId in Records[0]`
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 * @example
 * pipeline([sqsMessages<Order>({ json: true })], (event, { messages }) => saveAll(messages.map(({ body }) => body)));
 */
export function sqsMessages(options?: { json?: false }): Middleware<Shape, AddsMessages<SqsMessage>>;
export function sqsMessages<const Schema extends StandardSchemaV1>(options: {
  json: Schema;
}): Middleware<Shape, AddsMessages<SqsJsonMessage<InferOutput<Schema>>>>;
export function sqsMessages<Body = unknown>(options: {
  json: true;
}): Middleware<Shape, AddsMessages<SqsJsonMessage<Body>>>;
export function sqsMessages(
  options?: SqsMessagesOptions,
): Middleware<Shape, AddsMessages<SqsMessage & Partial<SqsJsonMessage>>>;
export function sqsMessages<Message>(
  options: SqsMessagesOptions = {},
): Middleware<Shape, AddsMessages<Message>> {
  checkOptions("sqsMessages", options, { json: "any" });
  const { json = false } = options;
  const schema = schemaIn(json, "sqsMessages");
  const read = longNumbersIn(schema);

  function put(request: HookRequest, messages: readonly SqsMessage[]): void {
    Object.assign(request.context, { messages });
  }

  function sqsMessagesBefore(request: HookRequest): void | PromiseLike<void> {
    const messages = Array.from(sqsRecords(request.event), readMessage);
    if (json === false) return put(request, messages);
    const parsed = messages.map(message => parseBody(message, read));
    if (schema === undefined) return put(request, parsed);
    const checked = allMaybePromise(parsed.length, index =>
      checkBody(schema, parsed[index] as SqsJsonMessage),
    );
    return mapMaybePromise(checked, ready => put(request, ready));
  }
  return defineMiddleware({
    name: "sqsMessages",
    adds: ["context.messages"],
    before: sqsMessagesBefore,
  });
}
