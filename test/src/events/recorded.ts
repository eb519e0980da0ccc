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
