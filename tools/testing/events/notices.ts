import { randomUUID } from "node:crypto";
import type {
  FirehoseTransformationEvent,
  FirehoseTransformationEventRecord,
  S3BatchEvent,
  S3BatchEventTask,
  SNSEventRecord,
  SNSMessageAttribute,
} from "aws-lambda";
import { checkOptions, type OptionTable } from "../../../src/core/options.ts";
import { base64Of, textOf } from "./payloads.ts";

/** A message of a topic as a test writes it down. */
export interface TestNotice {
  /** Text as it is, all else as JSON. @default "" */
  message?: unknown;
  subject?: string;
  /** What the sender attached; text and numbers are written as SNS has them. */
  attributes?: Readonly<Record<string, string | number | SNSMessageAttribute>>;
  /** The topic's name. @default "topic" */
  topic?: string;
  /** @default a new one */
  messageId?: string;
}

/** A record on its way through Firehose as a test writes it down. */
export interface TestDelivery {
  /** Bytes and text as they are, all else as JSON. @default "" */
  data?: unknown;
  /** @default a new one */
  recordId?: string;
  /** Of a stream of Kinesis that is the source. */
  partitionKey?: string;
}

/** A task of a job of S3 Batch Operations as a test writes it down. */
export interface TestTask {
  /** Decoded. */
  key: string;
  /** @default "bucket" */
  bucket?: string;
  versionId?: string;
  /** @default a new one */
  taskId?: string;
}

const noticeKinds: OptionTable<TestNotice> = {
  message: "any",
  subject: "string",
  attributes: "object",
  topic: "string",
  messageId: "string",
};
const deliveryKinds: OptionTable<TestDelivery> = { data: "any", recordId: "string", partitionKey: "string" };
const taskKinds: OptionTable<TestTask> = {
  key: "string",
  bucket: "string",
  versionId: "string",
  taskId: "string",
};

function attributeOf(given: string | number | SNSMessageAttribute): SNSMessageAttribute {
  if (typeof given === "object") return given;
  return { Type: typeof given === "number" ? "Number" : "String", Value: String(given) };
}

/** https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html */
export function snsRecord(given: string | TestNotice): SNSEventRecord {
  const notice = typeof given === "string" ? { message: given } : given;
  checkOptions("events.sns", notice, noticeKinds);
  const { message = "", subject, topic = "topic", messageId = randomUUID() } = notice;
  const TopicArn = `arn:aws:sns:us-east-1:000000000000:${topic}`;
  const attributes = Object.entries(notice.attributes ?? {});
  return {
    EventVersion: "1.0",
    EventSubscriptionArn: `${TopicArn}:00000000-0000-0000-0000-000000000000`,
    EventSource: "aws:sns",
    Sns: {
      SignatureVersion: "1",
      Timestamp: new Date().toISOString(),
      Signature: "EXAMPLE",
      SigningCertUrl: "https://sns.us-east-1.amazonaws.com/SimpleNotificationService.pem",
      MessageId: messageId,
      Message: textOf(message),
      MessageAttributes: Object.fromEntries(attributes.map(([name, value]) => [name, attributeOf(value)])),
      Type: "Notification",
      UnsubscribeUrl: "https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe",
      TopicArn,
      ...(subject !== undefined && { Subject: subject }),
    },
  };
}

function deliveryRecord(given: string | TestDelivery, index: number): FirehoseTransformationEventRecord {
  const delivery = typeof given === "string" ? { data: given } : given;
  checkOptions("events.firehose", delivery, deliveryKinds);
  const { data = "", recordId = randomUUID(), partitionKey } = delivery;
  const approximateArrivalTimestamp = Date.now();
  return {
    recordId,
    approximateArrivalTimestamp,
    data: base64Of(data),
    ...(partitionKey !== undefined && {
      kinesisRecordMetadata: {
        shardId: "shardId-000000000000",
        partitionKey,
        approximateArrivalTimestamp,
        sequenceNumber: String(index + 1).padStart(56, "4"),
        subsequenceNumber: "0",
      },
    }),
  };
}

/** https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html */
export function firehoseEvent(records: readonly (string | TestDelivery)[]): FirehoseTransformationEvent {
  return {
    invocationId: randomUUID(),
    deliveryStreamArn: "arn:aws:firehose:us-east-1:000000000000:deliverystream/delivery",
    region: "us-east-1",
    records: records.map(deliveryRecord),
  };
}

function taskOf(given: string | TestTask): S3BatchEventTask {
  const task = typeof given === "string" ? { key: given } : given;
  checkOptions("events.s3Batch", task, taskKinds);
  const { key, bucket = "bucket", versionId, taskId = randomUUID() } = task;
  if (key === undefined) throw new TypeError('events.s3Batch: a task must have a "key"');
  const s3Key = encodeURIComponent(key).replaceAll("%20", "+").replaceAll("%2F", "/");
  return { taskId, s3Key, s3VersionId: versionId ?? null, s3BucketArn: `arn:aws:s3:::${bucket}` };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-invoke-lambda.html */
export function s3BatchEvent(files: readonly (string | TestTask)[]): S3BatchEvent {
  return {
    invocationSchemaVersion: "1.0",
    invocationId: randomUUID(),
    job: { id: randomUUID() },
    tasks: files.map(taskOf),
  };
}
