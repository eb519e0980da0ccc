import { queueRecord } from "../pollers/queueRecord.ts";
import { md5Of, md5OfAttributes } from "../queues/md5.ts";
import type { MessageAttribute, Queue, QueuedMessage, SentMessage } from "../queues/types.ts";
import { named } from "./attributes.ts";

interface WireAttribute {
  DataType: string;
  StringValue?: string;
  BinaryValue?: string;
}

/** A message as `SendMessage` has it. */
export interface WireMessage {
  MessageBody?: string;
  DelaySeconds?: number;
  MessageAttributes?: Record<string, WireAttribute>;
  MessageSystemAttributes?: Record<string, WireAttribute>;
  MessageDeduplicationId?: string;
  MessageGroupId?: string;
}

/** What `ReceiveMessage` wants to know of each message. */
export interface AskedNames {
  AttributeNames?: string[];
  MessageSystemAttributeNames?: string[];
  MessageAttributeNames?: string[];
}

const read = ({ DataType, StringValue, BinaryValue }: WireAttribute): MessageAttribute => ({
  dataType: DataType,
  ...(StringValue !== undefined && { stringValue: StringValue }),
  ...(BinaryValue !== undefined && { binaryValue: BinaryValue }),
});

const written = ({ dataType, stringValue, binaryValue }: MessageAttribute): WireAttribute => ({
  DataType: dataType,
  ...(stringValue !== undefined && { StringValue: stringValue }),
  ...(binaryValue !== undefined && { BinaryValue: binaryValue }),
});

const mapValues = <From, To>(
  all: Readonly<Record<string, From>>,
  map: (value: From) => To,
): Record<string, To> => Object.fromEntries(Object.entries(all).map(([name, value]) => [name, map(value)]));

/** The message that is sent. */
export function readWire(wire: WireMessage): SentMessage {
  return {
    body: wire.MessageBody ?? "",
    attributes: mapValues(wire.MessageAttributes ?? {}, read),
    delay: wire.DelaySeconds,
    groupId: wire.MessageGroupId,
    deduplicationId: wire.MessageDeduplicationId,
    traceHeader: wire.MessageSystemAttributes?.AWSTraceHeader?.StringValue,
  };
}

/** What the sender is told, with the digests of what he sent. */
export function sentResult(wire: WireMessage, { id, sequenceNumber }: QueuedMessage): object {
  const { body, attributes = {}, traceHeader } = readWire(wire);
  const system: Record<string, MessageAttribute> = {};
  if (traceHeader !== undefined) system.AWSTraceHeader = { dataType: "String", stringValue: traceHeader };
  return {
    MessageId: id,
    MD5OfMessageBody: md5Of(body),
    MD5OfMessageAttributes: md5OfAttributes(attributes),
    MD5OfMessageSystemAttributes: md5OfAttributes(system),
    SequenceNumber: sequenceNumber,
  };
}

/** A message as its receiver gets it, with the digest of those attributes that he gets. */
export function receivedResult(message: QueuedMessage, queue: Queue, asked: AskedNames): object {
  const record = queueRecord(message, queue.arn);
  const attributes = named(message.attributes, asked.MessageAttributeNames);
  const system = named(record.attributes as unknown as Record<string, string>, [
    ...(asked.MessageSystemAttributeNames ?? []),
    ...(asked.AttributeNames ?? []),
  ]);
  const digest = md5OfAttributes(attributes);
  return {
    MessageId: message.id,
    ReceiptHandle: message.receipt,
    MD5OfBody: record.md5OfBody,
    Body: message.body,
    ...(Object.keys(system).length > 0 && { Attributes: system }),
    ...(digest !== undefined && {
      MessageAttributes: mapValues(attributes, written),
      MD5OfMessageAttributes: digest,
    }),
  };
}
