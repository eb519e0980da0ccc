import type { SQSMessageAttributes } from "aws-lambda";
import { BadRequest, type FieldError } from "../src/core/errors.ts";
import { exactOrNone, type ReadLong } from "../src/core/longNumbers.ts";
import { allMaybePromise, mapMaybePromise } from "../src/core/maybePromise.ts";
import { defineMiddleware, type HookRequest, type Middleware, type Shape } from "../src/core/middleware.ts";
import { plainNumber } from "../src/core/numberText.ts";
import { isObject, isRecord } from "../src/core/objects.ts";
import { checkOptions } from "../src/core/options.ts";
import { parseSafely } from "../src/core/safeJson.ts";
import { sqsRecords } from "../src/events/sqsRecords.ts";
import { checkIncoming, takesBigint } from "../src/schema/incoming.ts";
import {
  type CheckResult,
  type InferOutput,
  isStandardSchema,
  type StandardSchemaV1,
} from "../src/schema/standard.ts";

/** A message of an SQS queue. */
export interface SqsMessage {
  messageId: string;
  /** What the sender attached: `{ name: { dataType, stringValue } }`. */
  attributes: SQSMessageAttributes;
  /** The body as it was sent. */
  textMessage: string;
  /** The ARN of the queue. */
  queueSource: string;
  region: string;
}

/** A message whose body is JSON. */
export interface SqsJsonMessage<Body = unknown> extends SqsMessage {
  /** The body, parsed. */
  body: Body;
}

export interface SqsMessagesOptions {
  /** Parses the bodies as JSON; a Standard Schema also checks them. @default false */
  json?: boolean | StandardSchemaV1;
}

/** What `sqsMessages` adds. */
export interface AddsMessages<Message> {
  context: { messages: Message[] };
}

const malformed = (what: string, place: string, errors?: FieldError[], cause?: unknown): BadRequest =>
  new BadRequest(`Malformed ${what} in ${place}`, { errors, cause });

function textOf(record: Record<string, unknown>, name: string, place: string): string {
  const value = record[name];
  if (typeof value !== "string") throw malformed(name, place);
  return value;
}

function readMessage(record: unknown, index: number): SqsMessage {
  const at = `Records[${index}]`;
  if (!isRecord(record)) throw new BadRequest(`Malformed SQS event: ${at}`);
  const { messageId } = record;
  const messageAttributes = record.messageAttributes ?? {};
  if (typeof messageId !== "string" || messageId === "") throw malformed("messageId", at);
  const place = `message ${messageId}`;
  const textMessage = textOf(record, "body", place);
  if (!isObject(messageAttributes)) {
    throw malformed("messageAttributes", place);
  }
  return {
    messageId,
    attributes: messageAttributes as unknown as SQSMessageAttributes,
    textMessage,
    queueSource: textOf(record, "eventSourceARN", place),
    region: textOf(record, "awsRegion", place),
  };
}

function parseBody(message: SqsMessage, read: ReadLong): SqsJsonMessage {
  try {
    return { ...message, body: parseSafely(message.textMessage, read) };
  } catch (cause) {
    const { field, message: reason } = cause as Partial<BadRequest>;
    const errors =
      cause instanceof BadRequest && reason ? [{ field: field ?? "", message: reason }] : undefined;
    throw malformed("body", `message ${message.messageId}`, errors, cause);
  }
}

/** A bigint that the schema takes may be a number of any length. */
function readBigints(schema: StandardSchemaV1): ReadLong {
  return (number, place, root) =>
    takesBigint(schema, place) ? plainNumber(number.text) : exactOrNone(number, place, root);
}

function checkBody(
  schema: StandardSchemaV1,
  message: SqsJsonMessage,
): SqsJsonMessage | PromiseLike<SqsJsonMessage> {
  const settle = (result: CheckResult<unknown>): SqsJsonMessage => {
    if (result.errors) throw malformed("body", `message ${message.messageId}`, result.errors);
    return { ...message, body: result.value };
  };
  return mapMaybePromise(checkIncoming(schema, message.body), settle);
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
export function sqsMessages<const S extends StandardSchemaV1>(options: {
  json: S;
}): Middleware<Shape, AddsMessages<SqsJsonMessage<InferOutput<S>>>>;
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
  if (typeof json !== "boolean" && !isStandardSchema(json)) {
    throw new TypeError('sqsMessages: option "json" must be true, false or a Standard Schema');
  }

  const read = typeof json === "boolean" ? exactOrNone : readBigints(json);

  function put(request: HookRequest, messages: readonly SqsMessage[]): void {
    Object.assign(request.context, { messages });
  }

  function sqsMessagesBefore(request: HookRequest): void | PromiseLike<void> {
    const messages = Array.from(sqsRecords(request.event), readMessage);
    if (json === false) return put(request, messages);
    const parsed = messages.map(message => parseBody(message, read));
    if (json === true) return put(request, parsed);
    const checked = allMaybePromise(parsed.length, index => checkBody(json, parsed[index] as SqsJsonMessage));
    return mapMaybePromise(checked, ready => put(request, ready));
  }
  return defineMiddleware({
    name: "sqsMessages",
    adds: ["context.messages"],
    before: sqsMessagesBefore,
  });
}
