import { createHash, randomUUID } from "node:crypto";
import type { S3EventRecord, SQSMessageAttribute, SQSRecord } from "aws-lambda";
import { checkOptions, type OptionTable } from "../../../src/core/options.ts";

/** A message of a queue as a test writes it down. */
export interface TestMessage {
  /** Text as it is, all else as JSON. @default "" */
  body?: unknown;
  /** @default a new one */
  messageId?: string;
  /** What the sender attached; text and numbers are written as SQS has them. */
  attributes?: Readonly<Record<string, string | number | SQSMessageAttribute>>;
  /** The queue's name. @default "queue" */
  queue?: string;
  /** How often it was received, this time too. @default 1 */
  receiveCount?: number;
  /** Of a FIFO queue. */
  groupId?: string;
}

/** An object in a bucket as a test writes it down. */
export interface TestFile {
  /** Decoded: `reports/für 2026.pdf`. */
  key: string;
  /** @default "bucket" */
  bucket?: string;
  /** @default "ObjectCreated:Put" */
  eventName?: string;
  /** In bytes. @default 0; an object that was removed has none */
  size?: number;
  /** The principal id of the bucket's owner. @default "owner" */
  owner?: string;
}

const messageKinds: OptionTable<TestMessage> = {
  body: "any",
  messageId: "string",
  attributes: "object",
  queue: "string",
  receiveCount: "count",
  groupId: "string",
};

const fileKinds: OptionTable<TestFile> = {
  key: "string",
  bucket: "string",
  eventName: "string",
  size: "count",
  owner: "string",
};

function attributeOf(given: string | number | SQSMessageAttribute): SQSMessageAttribute {
  if (typeof given === "object") return given;
  return { stringValue: String(given), dataType: typeof given === "number" ? "Number" : "String" };
}

/** https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
export function sqsRecord(given: string | TestMessage): SQSRecord {
  const message = typeof given === "string" ? { body: given } : given;
  checkOptions("events.sqs", message, messageKinds);
  const { body = "", messageId = randomUUID(), queue = "queue", receiveCount = 1, groupId } = message;
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const now = String(Date.now());
  const attributes = Object.entries(message.attributes ?? {});
  return {
    messageId,
    receiptHandle: randomUUID(),
    body: text,
    attributes: {
      ApproximateReceiveCount: String(receiveCount),
      SentTimestamp: now,
      SenderId: "AIDAEXAMPLE",
      ApproximateFirstReceiveTimestamp: now,
      ...(groupId !== undefined && { MessageGroupId: groupId, SequenceNumber: now.padStart(20, "0") }),
    },
    messageAttributes: Object.fromEntries(attributes.map(([name, value]) => [name, attributeOf(value)])),
    md5OfBody: createHash("md5").update(text).digest("hex"),
    eventSource: "aws:sqs",
    eventSourceARN: `arn:aws:sqs:us-east-1:000000000000:${queue}`,
    awsRegion: "us-east-1",
  };
}

/** Keys come form-encoded, but keep their slashes: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html */
const encodeKey = (key: string): string =>
  encodeURIComponent(key).replaceAll("%20", "+").replaceAll("%2F", "/");

/** The record of one object; one that was removed has neither size nor tag, whatever the types say. */
export function s3Record(given: string | TestFile): S3EventRecord {
  const file = typeof given === "string" ? { key: given } : given;
  checkOptions("events.s3", file, fileKinds);
  const { key, bucket = "bucket", eventName = "ObjectCreated:Put", size = 0, owner = "owner" } = file;
  if (key === undefined) throw new TypeError('events.s3: a file must have a "key"');
  const content = eventName.startsWith("ObjectRemoved:")
    ? {}
    : { size, eTag: createHash("md5").update(key).digest("hex") };
  return {
    eventVersion: "2.1",
    eventSource: "aws:s3",
    awsRegion: "us-east-1",
    eventTime: new Date().toISOString(),
    eventName,
    userIdentity: { principalId: "AWS:AIDAEXAMPLE" },
    requestParameters: { sourceIPAddress: "192.0.2.1" },
    responseElements: { "x-amz-request-id": randomUUID(), "x-amz-id-2": randomUUID() },
    s3: {
      s3SchemaVersion: "1.0",
      configurationId: "notification",
      bucket: { name: bucket, ownerIdentity: { principalId: owner }, arn: `arn:aws:s3:::${bucket}` },
      object: {
        key: encodeKey(key),
        ...content,
        sequencer: "0055AED6DCD90281E5",
      } as S3EventRecord["s3"]["object"],
    },
  };
}
