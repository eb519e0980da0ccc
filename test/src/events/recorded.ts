/**
 * Events in the forms that AWS sends, with neutral ids: those of its documentation, and of the recorded ones that Powertools for AWS
 * Lambda tests with (github.com/aws-powertools/powertools-lambda-python, `tests/events`).
 */

const account = "123456789012";

/** A notification of S3, version 2.1. */
export const s3Notification = (key = "reports/f%C3%BCr+2026.pdf", more: object = {}): object => ({
  Records: [
    {
      eventVersion: "2.1",
      eventSource: "aws:s3",
      awsRegion: "us-east-1",
      eventTime: "2026-04-12T20:43:38.021Z",
      eventName: "ObjectCreated:Put",
      userIdentity: { principalId: "A1B2C3" },
      requestParameters: { sourceIPAddress: "192.0.2.7" },
      responseElements: { "x-amz-request-id": "R1", "x-amz-id-2": "I2" },
      s3: {
        s3SchemaVersion: "1.0",
        configurationId: "uploads",
        bucket: { name: "uploads", ownerIdentity: { principalId: "A1B2C3" }, arn: "arn:aws:s3:::uploads" },
        object: { key, size: 104681, eTag: "2e3ad1e9", versionId: "v1", sequencer: "00643717F9F8B85354" },
      },
      ...more,
    },
  ],
});

/** What S3 sends when a bucket is told to notify a queue or a topic. */
export const s3TestEvent: object = {
  Service: "Amazon S3",
  Event: "s3:TestEvent",
  Time: "2026-04-12T20:43:38.021Z",
  Bucket: "uploads",
  RequestId: "R1",
  HostId: "I2",
};

/** What S3 sends to EventBridge, where keys are not encoded. */
export const s3BusEvent = (detail: object = {}, detailType = "Object Created"): object => ({
  version: "0",
  id: "f5f1e65c-0000-93ca-6c1e-b1647eac7963",
  "detail-type": detailType,
  source: "aws.s3",
  account,
  time: "2026-03-08T17:50:14Z",
  region: "eu-west-1",
  resources: ["arn:aws:s3:::uploads"],
  detail: {
    version: "0",
    bucket: { name: "uploads" },
    object: { key: "a+b 100%.jpg", size: 184662, etag: "4e68adba", sequencer: "006408CAD69598B05E" },
    "request-id": "57H08PA84AB1JZW0",
    requester: account,
    "source-ip-address": "192.0.2.7",
    reason: "PutObject",
    ...detail,
  },
});

/** An event of a bus. */
export const busEvent = (detail: unknown): object => ({
  version: "0",
  id: "6a7e8feb-0000-4cf7-a9f1-bf3703467718",
  "detail-type": "Order Placed",
  source: "shop",
  account,
  time: "2026-12-22T18:43:48Z",
  region: "us-west-1",
  resources: [],
  detail,
});

/** What a topic sends to a queue that does not get messages raw. */
export const snsInSqs = (message: unknown, more: object = {}): object => ({
  Type: "Notification",
  MessageId: "d88d4479-0000-54fe-b63f-1cf9df4bb16e",
  TopicArn: `arn:aws:sns:eu-west-1:${account}:orders`,
  Message: typeof message === "string" ? message : JSON.stringify(message),
  Timestamp: "2026-01-19T10:07:07.287Z",
  SignatureVersion: "1",
  Signature: "tEo2i6Lw",
  SigningCertURL: "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0.pem",
  UnsubscribeURL: "https://sns.eu-west-1.amazonaws.com/?Action=Unsubscribe",
  ...more,
});

/** What stands on a message of {@link snsInSqs}. */
export const snsEnvelope: Record<string, unknown> = {
  messageId: "d88d4479-0000-54fe-b63f-1cf9df4bb16e",
  topicArn: `arn:aws:sns:eu-west-1:${account}:orders`,
  timestamp: "2026-01-19T10:07:07.287Z",
  attributes: {},
};

/** What stands on a message of {@link busEvent}. */
export const busEnvelope: object = {
  id: "6a7e8feb-0000-4cf7-a9f1-bf3703467718",
  source: "shop",
  detailType: "Order Placed",
  account,
  region: "us-west-1",
  time: "2026-12-22T18:43:48Z",
  resources: [],
};

/** A message of a queue. */
export const sqsRecord = (
  messageId: string,
  body: unknown = {},
  { groupId, ...more }: { groupId?: string; [field: string]: unknown } = {},
): object => ({
  messageId,
  receiptHandle: `receipt of ${messageId}`,
  body: typeof body === "string" ? body : JSON.stringify(body),
  attributes: {
    ApproximateReceiveCount: "1",
    SentTimestamp: "1545082649183",
    SenderId: "AIDAEXAMPLE",
    ApproximateFirstReceiveTimestamp: "1545082649185",
    ...(groupId !== undefined && {
      SequenceNumber: "18873177232222703872",
      MessageGroupId: groupId,
      MessageDeduplicationId: `once ${messageId}`,
    }),
  },
  messageAttributes: {},
  md5OfBody: "e4e68fb7bd0e697a0ae8f1bb342846b3",
  eventSource: "aws:sqs",
  eventSourceARN: `arn:aws:sqs:us-east-2:${account}:jobs${groupId === undefined ? "" : ".fifo"}`,
  awsRegion: "us-east-2",
  ...more,
});

/** A record of a stream of Kinesis. */
export const kinesisRecord = (
  sequenceNumber: string,
  data: unknown = { n: sequenceNumber },
  { shard = "shardId-000000000006", ...kinesis }: Record<string, unknown> = {},
): object => ({
  kinesis: {
    kinesisSchemaVersion: "1.0",
    partitionKey: "1",
    sequenceNumber,
    data: Buffer.from(JSON.stringify(data)).toString("base64"),
    approximateArrivalTimestamp: 1545084650.987,
    ...kinesis,
  },
  eventSource: "aws:kinesis",
  eventVersion: "1.0",
  eventID: `${shard}:${sequenceNumber}`,
  eventName: "aws:kinesis:record",
  invokeIdentityArn: `arn:aws:iam::${account}:role/lambda-role`,
  awsRegion: "us-east-2",
  eventSourceARN: `arn:aws:kinesis:us-east-2:${account}:stream/lambda-stream`,
});

/** A change of a table of DynamoDB. */
export const dynamoRecord = (
  eventName: string,
  SequenceNumber: string,
  images: { NewImage?: unknown; OldImage?: unknown },
  more: object = {},
): object => ({
  eventID: `id of ${SequenceNumber}`,
  eventVersion: "1.1",
  dynamodb: {
    ApproximateCreationDateTime: 1693997155,
    Keys: { id: { S: "p1" } },
    ...images,
    StreamViewType: "NEW_AND_OLD_IMAGES",
    SequenceNumber,
    SizeBytes: 26,
  },
  awsRegion: "us-west-2",
  eventName,
  eventSourceARN: `arn:aws:dynamodb:us-west-2:${account}:table/posts/stream/2026-06-10T19:26:16.525`,
  eventSource: "aws:dynamodb",
  ...more,
});

/** A record of a topic of Kafka. */
export const kafkaRecord = (
  topic: string,
  partition: number,
  offset: unknown,
  more: object = {},
): object => ({
  topic,
  partition,
  offset,
  timestamp: 1545084650987,
  timestampType: "CREATE_TIME",
  key: "cmVjb3JkS2V5",
  value: "eyJrZXkiOiJ2YWx1ZSJ9",
  headers: [{ headerKey: [104, 101, 97, 100, 101, 114, 86, 97, 108, 117, 101] }],
  ...more,
});

/** A message as SNS invokes a function with it. */
export const snsRecord = (Message: unknown, more: object = {}): object => ({
  EventVersion: "1.0",
  EventSubscriptionArn: `arn:aws:sns:us-east-2:${account}:sns-lambda:1`,
  EventSource: "aws:sns",
  Sns: {
    SignatureVersion: "1",
    Timestamp: "2026-01-02T12:45:07.000Z",
    Signature: "tcc6faL2yUC6",
    SigningCertUrl: "https://sns.us-east-2.amazonaws.com/SimpleNotification",
    MessageId: "95df01b4-0000-5cb9-9903-4c221d41eb5e",
    Message: typeof Message === "string" ? Message : JSON.stringify(Message),
    MessageAttributes: { Test: { Type: "String", Value: "TestString" } },
    Type: "Notification",
    UnsubscribeUrl: "https://sns.us-east-2.amazonaws.com/?Action=Unsubscribe",
    TopicArn: `arn:aws:sns:us-east-2:${account}:sns-lambda`,
    Subject: "TestInvoke",
    ...more,
  },
});

/** Records that Firehose has transformed. */
export const firehoseEvent = (...records: object[]): object => ({
  invocationId: "2b4d1ad9-0000-94bd-a088-767c317e994a",
  sourceKinesisStreamArn: `arn:aws:kinesis:us-east-1:${account}:stream/kinesis-source`,
  deliveryStreamArn: `arn:aws:firehose:us-east-2:${account}:deliverystream/delivery-stream-name`,
  region: "us-east-2",
  records,
});

/** One of them. */
export const firehoseRecord = (recordId: unknown, data: unknown): object => ({
  data: typeof data === "string" ? Buffer.from(data).toString("base64") : data,
  recordId,
  approximateArrivalTimestamp: 1664028820148,
  kinesisRecordMetadata: {
    shardId: "shardId-000000000000",
    partitionKey: "4d1ad2b9",
    approximateArrivalTimestamp: 1664028820148,
    sequenceNumber: "49546986683135544286507457936321625675700192471156785154",
    subsequenceNumber: 0,
  },
});

/** Tasks of a job of S3 Batch Operations, in the version of their form. */
export const s3BatchEvent = (version: "1.0" | "2.0", ...tasks: object[]): object => ({
  invocationSchemaVersion: version,
  invocationId: "YXNkbGZqYWRmaiBhc2Rm",
  job: {
    id: "f3cc4f60-0000-4a2b-8a21-d07600c373ce",
    ...(version === "2.0" && { userArguments: { k1: "v1" } }),
  },
  tasks,
});

/** One of them. */
export const s3Task = (taskId: unknown, more: object = { s3BucketArn: "arn:aws:s3:::images" }): object => ({
  taskId,
  s3Key: "a+b/f%C3%BCr.png",
  s3VersionId: "1",
  ...more,
});
