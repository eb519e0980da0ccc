import type {
  AttributeValue,
  DynamoDBRecord,
  KinesisStreamRecord,
  MSKEvent,
  MSKRecord,
  SelfManagedKafkaEvent,
} from "aws-lambda";
import { checkOptions, type OptionTable } from "../../../src/core/options.ts";
import { base64Of } from "./payloads.ts";

/** A record of a stream of Kinesis as a test writes it down. */
export interface TestStreamRecord {
  /** Bytes and text as they are, all else as JSON. @default "" */
  data?: unknown;
  /** @default "key" */
  partitionKey?: string;
  /** @default counted from the first record */
  sequenceNumber?: string;
  /** The stream's name. @default "stream" */
  stream?: string;
}

/** A change of a table as a test writes it down: what was inserted, changed (and what it was before), or removed. */
export interface TestChange {
  inserted?: object;
  changed?: object;
  previous?: object;
  removed?: object;
  /** The fields of the table's key. @default ["id"] */
  keys?: readonly string[];
  /** The table's name. @default "table" */
  table?: string;
  /** @default counted from the first record */
  sequenceNumber?: string;
}

/** A record of a topic of Kafka as a test writes it down. */
export interface TestKafkaRecord {
  /** Bytes and text as they are, `null` for a tombstone, all else as JSON. @default "" */
  value?: unknown;
  key?: string;
  headers?: Readonly<Record<string, string>>;
  /** @default "topic" */
  topic?: string;
  /** @default 0 */
  partition?: number;
  /** @default counted in its partition */
  offset?: number;
}

const streamKinds: OptionTable<TestStreamRecord> = {
  data: "any",
  partitionKey: "string",
  sequenceNumber: "string",
  stream: "string",
};
const changeKinds: OptionTable<TestChange> = {
  inserted: "object",
  changed: "object",
  previous: "object",
  removed: "object",
  keys: "names",
  table: "string",
  sequenceNumber: "string",
};
const kafkaKinds: OptionTable<TestKafkaRecord> = {
  value: "any",
  key: "string",
  headers: "object",
  topic: "string",
  partition: "count",
  offset: "count",
};

/** https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html */
export function kinesisRecord(given: string | TestStreamRecord, index: number): KinesisStreamRecord {
  const record = typeof given === "string" ? { data: given } : given;
  checkOptions("events.kinesis", record, streamKinds);
  const { data = "", partitionKey = "key", stream = "stream" } = record;
  const { sequenceNumber = String(index + 1).padStart(56, "4") } = record;
  return {
    kinesis: {
      kinesisSchemaVersion: "1.0",
      partitionKey,
      sequenceNumber,
      data: base64Of(data),
      approximateArrivalTimestamp: Date.now() / 1000,
    },
    eventSource: "aws:kinesis",
    eventVersion: "1.0",
    eventID: `shardId-000000000000:${sequenceNumber}`,
    eventName: "aws:kinesis:record",
    invokeIdentityArn: "arn:aws:iam::000000000000:role/role",
    awsRegion: "us-east-1",
    eventSourceARN: `arn:aws:kinesis:us-east-1:000000000000:stream/${stream}`,
  };
}

/** A value as a stream has it: bytes are in base64, dates are text, as `dynamoModel` keeps them. */
function attributeOf(value: unknown): AttributeValue {
  if (typeof value === "string") return { S: value };
  if (typeof value === "number" || typeof value === "bigint") return { N: String(value) };
  if (typeof value === "boolean") return { BOOL: value };
  if (value instanceof Uint8Array) return { B: Buffer.from(value).toString("base64") };
  if (value instanceof Date) return { S: value.toISOString() };
  if (Array.isArray(value)) return { L: value.map(attributeOf) };
  return typeof value === "object" && value !== null ? { M: imageOf(value) } : { NULL: true };
}

const imageOf = (object: object): Record<string, AttributeValue> =>
  Object.fromEntries(
    Object.entries(object)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, attributeOf(value)]),
  );

/** https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html */
export function changeRecord(change: TestChange, index: number): DynamoDBRecord {
  checkOptions("events.dynamoStream", change, changeKinds);
  const { inserted, changed, previous, removed, keys = ["id"], table = "table" } = change;
  if ([inserted, changed, removed].filter(Boolean).length !== 1) {
    throw new TypeError("events.dynamoStream: a change must have one of inserted, changed and removed");
  }
  const object = { ...(inserted ?? changed ?? removed) } as Record<string, unknown>;
  const now = inserted ?? changed;
  const before = changed ? (previous ?? changed) : removed;
  return {
    eventID: String(index + 1).padStart(32, "0"),
    eventName: inserted ? "INSERT" : changed ? "MODIFY" : "REMOVE",
    eventVersion: "1.1",
    eventSource: "aws:dynamodb",
    awsRegion: "us-east-1",
    dynamodb: {
      ApproximateCreationDateTime: Math.floor(Date.now() / 1000),
      Keys: imageOf(Object.fromEntries(keys.map(name => [name, object[name]]))),
      ...(now && { NewImage: imageOf(now) }),
      ...(before && { OldImage: imageOf(before) }),
      SequenceNumber: change.sequenceNumber ?? String(index + 1).padStart(21, "1"),
      SizeBytes: 26,
      StreamViewType: "NEW_AND_OLD_IMAGES",
    },
    eventSourceARN: `arn:aws:dynamodb:us-east-1:000000000000:table/${table}/stream/2026-01-01T00:00:00.000`,
  };
}

function kafkaRecord({
  value = "",
  key,
  headers = {},
  ...place
}: Required<Pick<TestKafkaRecord, "topic" | "partition" | "offset">> & TestKafkaRecord): MSKRecord {
  return {
    ...place,
    timestamp: Date.now(),
    timestampType: "CREATE_TIME",
    ...(key !== undefined && { key: base64Of(key) }),
    ...(value !== null && { value: base64Of(value) }),
    headers: Object.entries(headers).map(([name, text]) => ({ [name]: [...Buffer.from(text)] })),
  } as MSKRecord;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/with-msk.html */
export function kafkaEvent(given: readonly (string | TestKafkaRecord)[]): MSKEvent {
  const records: Record<string, MSKRecord[]> = {};
  for (const item of given) {
    const record = typeof item === "string" ? { value: item } : item;
    checkOptions("events.kafka", record, kafkaKinds);
    const { topic = "topic", partition = 0 } = record;
    records[`${topic}-${partition}`] ??= [];
    const list = records[`${topic}-${partition}`] as MSKRecord[];
    list.push(kafkaRecord({ ...record, topic, partition, offset: record.offset ?? list.length }));
  }
  return {
    eventSource: "aws:kafka",
    eventSourceArn:
      "arn:aws:kafka:us-east-1:000000000000:cluster/cluster/00000000-0000-0000-0000-000000000000-1",
    bootstrapServers: "b-1.cluster.kafka.us-east-1.amazonaws.com:9092",
    records,
  };
}

/** The same of a cluster of one's own: https://docs.aws.amazon.com/lambda/latest/dg/with-kafka.html */
export function selfManagedKafkaEvent(given: readonly (string | TestKafkaRecord)[]): SelfManagedKafkaEvent {
  const { records } = kafkaEvent(given);
  return { eventSource: "SelfManagedKafka", bootstrapServers: "kafka.example.com:9092", records };
}
