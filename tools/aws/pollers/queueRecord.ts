import type { SQSMessageAttributes, SQSRecord } from "aws-lambda";
import { md5Of, md5OfAttributes } from "../queues/md5.ts";
import type { MessageAttribute, QueuedMessage } from "../queues/types.ts";
import { region } from "../region.ts";

const attributeOf = ({ dataType, stringValue, binaryValue }: MessageAttribute): object => ({
  ...(stringValue !== undefined && { stringValue }),
  ...(binaryValue !== undefined && { binaryValue }),
  stringListValues: [],
  binaryListValues: [],
  dataType,
});

/**
 * The record of a message that was received.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 */
export function queueRecord(message: QueuedMessage, arn: string): SQSRecord {
  const { id, receipt = "", body, attributes, groupId, deduplicationId, sequenceNumber } = message;
  const { deadLetterSource, traceHeader } = message;
  const md5 = md5OfAttributes(attributes);
  return {
    messageId: id,
    receiptHandle: receipt,
    body,
    attributes: {
      ApproximateReceiveCount: String(message.receiveCount),
      ...(traceHeader !== undefined && { AWSTraceHeader: traceHeader }),
      SentTimestamp: String(message.sentAt),
      ...(sequenceNumber !== undefined && { SequenceNumber: sequenceNumber }),
      ...(groupId !== undefined && { MessageGroupId: groupId }),
      SenderId: "AIDAEXAMPLE",
      ...(deduplicationId !== undefined && { MessageDeduplicationId: deduplicationId }),
      ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
      ...(deadLetterSource !== undefined && { DeadLetterQueueSourceArn: deadLetterSource }),
    },
    messageAttributes: Object.fromEntries(
      Object.entries(attributes).map(([name, attribute]) => [name, attributeOf(attribute)]),
    ) as SQSMessageAttributes,
    ...(md5 !== undefined && { md5OfMessageAttributes: md5 }),
    md5OfBody: md5Of(body),
    eventSource: "aws:sqs",
    eventSourceARN: arn,
    awsRegion: region,
  };
}
