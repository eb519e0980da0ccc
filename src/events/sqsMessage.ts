import type { SQSMessageAttributes } from "aws-lambda";
import { BadRequest, type FieldError } from "../core/errors.ts";
import { exactOrNone, type ReadLong } from "../core/longNumbers.ts";
import { plainNumber } from "../core/numberText.ts";
import { isObject, isRecord } from "../core/objects.ts";
import { parseSafely } from "../core/safeJson.ts";
import { withoutStack } from "../core/withoutStack.ts";
import { checkIncoming, takesBigint } from "../schema/incoming.ts";
import { type CheckResult, isStandardSchema, type StandardSchemaV1 } from "../schema/standard.ts";

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

const malformed = (what: string, place: string, errors?: FieldError[], cause?: unknown): BadRequest =>
  withoutStack(() => new BadRequest(`Malformed ${what} in ${place}`, { errors, cause }));

function textOf(record: Record<string, unknown>, name: string, messageId: string): string {
  const value = record[name];
  if (typeof value !== "string") throw malformed(name, `message ${messageId}`);
  return value;
}

/**
 * Reads a record, without its body.
 *
 * @param index its place in the batch, for the message
 * @throws BadRequest naming what is malformed
 */
export function readMessage(record: unknown, index: number): SqsMessage {
  if (!isRecord(record)) throw new BadRequest(`Malformed SQS event: Records[${index}]`);
  const { messageId } = record;
  if (typeof messageId !== "string" || messageId === "") throw malformed("messageId", `Records[${index}]`);
  const textMessage = textOf(record, "body", messageId);
  const attributes = record.messageAttributes ?? {};
  if (!isObject(attributes)) throw malformed("messageAttributes", `message ${messageId}`);
  return {
    messageId,
    attributes: attributes as unknown as SQSMessageAttributes,
    textMessage,
    queueSource: textOf(record, "eventSourceARN", messageId),
    region: textOf(record, "awsRegion", messageId),
  };
}

/** What becomes of long numbers: a bigint that the schema takes may be of any length. */
export function longNumbersIn(schema: StandardSchemaV1 | undefined): ReadLong {
  if (schema === undefined) return exactOrNone;
  return (number, place, root) =>
    takesBigint(schema, place) ? plainNumber(number.text) : exactOrNone(number, place, root);
}

/**
 * Parses the body of a message, and puts it there.
 *
 * @param read what becomes of long numbers, by {@link longNumbersIn}
 * @throws BadRequest naming the message
 */
export function parseBody(message: SqsMessage, read: ReadLong): SqsJsonMessage {
  const parsed = message as SqsJsonMessage;
  try {
    parsed.body = parseSafely(message.textMessage, read);
  } catch (cause) {
    const { field, message: reason } = cause as Partial<BadRequest>;
    const errors =
      cause instanceof BadRequest && reason ? [{ field: field ?? "", message: reason }] : undefined;
    throw malformed("body", `message ${message.messageId}`, errors, cause);
  }
  return parsed;
}

function withOutput(message: SqsJsonMessage, { errors, value }: CheckResult<unknown>): SqsJsonMessage {
  if (errors) throw malformed("body", `message ${message.messageId}`, errors);
  message.body = value;
  return message;
}

/**
 * Checks the parsed body of a message, and puts the schema's output there.
 *
 * @throws BadRequest naming the message and all that is wrong
 */
export function checkBody(
  schema: StandardSchemaV1,
  message: SqsJsonMessage,
): SqsJsonMessage | Promise<SqsJsonMessage> {
  const checked = checkIncoming(schema, message.body);
  return checked instanceof Promise
    ? checked.then(result => withOutput(message, result))
    : withOutput(message, checked);
}

/**
 * The schema that the option `json` is, if it is one.
 *
 * @throws TypeError when it is neither that nor true or false
 */
export function schemaIn(json: boolean | StandardSchemaV1): StandardSchemaV1 | undefined {
  if (typeof json === "boolean") return undefined;
  if (isStandardSchema(json)) return json;
  throw new TypeError('sqsMessages: option "json" must be true, false or a Standard Schema');
}

/**
 * Makes what reads messages one by one, at once unless a schema takes its time.
 *
 * @param json whether bodies are JSON, or the schema that they must fit
 * @throws TypeError as {@link schemaIn} does
 */
export function messageReader(
  json: boolean | StandardSchemaV1 = false,
): (record: unknown, index: number) => SqsMessage | Promise<SqsMessage> {
  const schema = schemaIn(json);
  const read = longNumbersIn(schema);
  if (schema !== undefined) {
    return (record, index) => checkBody(schema, parseBody(readMessage(record, index), read));
  }
  return json === true ? (record, index) => parseBody(readMessage(record, index), read) : readMessage;
}
