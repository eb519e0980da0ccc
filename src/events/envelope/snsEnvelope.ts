import { isObject } from "../../core/objects.ts";
import type { SnsEnvelope } from "./types.ts";

/** Text, or none. */
export const textIn = (value: unknown): string => (typeof value === "string" ? value : "");

/** What a topic says of a message: in a queue and in an event of SNS alike. */
export function snsEnvelope(sent: Record<string, unknown>): SnsEnvelope {
  const { MessageAttributes, Subject, SequenceNumber } = sent;
  return {
    messageId: textIn(sent.MessageId),
    topicArn: textIn(sent.TopicArn),
    ...(typeof Subject === "string" && { subject: Subject }),
    timestamp: textIn(sent.Timestamp),
    attributes: (isObject(MessageAttributes) ? MessageAttributes : {}) as SnsEnvelope["attributes"],
    ...(typeof SequenceNumber === "string" && { sequenceNumber: SequenceNumber }),
  };
}
