import type { SQSMessageAttributes } from "aws-lambda";
import { BadRequest } from "../core/errors.ts";
import type { ReadLong } from "../core/longNumbers.ts";
import { isObject, isRecord } from "../core/objects.ts";
import { parseSafely } from "../core/safeJson.ts";
import type { StandardSchemaV1 } from "../schema/standard.ts";
import { malformed, malformedBy } from "./malformed.ts";
import { checkPayload } from "./payload.ts";

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

/**
 * Reads a record, without its body.
 *
 * @param index its place in the batch, for the message
 * @throws BadRequest naming what is malformed
 */
export function readMessage(record: unknown, index: number): SqsMessage {
  if (!isRecord(record)) throw new BadRequest(`Malformed SQS event: Records[${index}]`);
  const { messageId, body, eventSourceARN, awsRegion } = record;
  const attributes = record.messageAttributes ?? {};
  if (typeof messageId !== "string" || messageId === "") throw malformed("messageId", `Records[${index}]`);
  if (typeof body !== "string") throw malformed("body", placeOf(messageId));
  if (!isObject(attributes)) throw malformed("messageAttributes", placeOf(messageId));
  if (typeof eventSourceARN !== "string") throw malformed("eventSourceARN", placeOf(messageId));
  if (typeof awsRegion !== "string") throw malformed("awsRegion", placeOf(messageId));
  return {
    messageId,
    attributes: attributes as unknown as SQSMessageAttributes,
    textMessage: body,
    queueSource: eventSourceARN,
    region: awsRegion,
  };
}

const placeOf = (messageId: string): string => `message ${messageId}`;

/** What messages call a message. */
export const placeOfMessage = ({ messageId }: SqsMessage): string => placeOf(messageId);

/**
 * Parses the body of a message, and puts it there.
 *
 * @param read what becomes of long numbers, by `longNumbersIn`
 * @throws BadRequest naming the message
 */
export function parseBody(message: SqsMessage, read: ReadLong): SqsJsonMessage {
  const parsed = message as SqsJsonMessage;
  try {
    parsed.body = parseSafely(message.textMessage, read);
  } catch (cause) {
    throw malformedBy(cause, "body", placeOfMessage(message));
  }
  return parsed;
}

/**
 * Checks the parsed body of a message, and puts the schema's output there.
 *
 * @throws BadRequest naming the message and all that is wrong
 */
export const checkBody = (
  schema: StandardSchemaV1,
  message: SqsJsonMessage,
): SqsJsonMessage | Promise<SqsJsonMessage> => checkPayload(schema, message, "body", placeOfMessage);
