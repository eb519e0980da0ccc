import type { SQSRecord } from "aws-lambda";
import { BadRequest } from "../../core/errors.ts";
import { isRecord } from "../../core/objects.ts";
import { sqsRecords } from "../sqsRecords.ts";

const isId = (value: unknown): boolean => typeof value === "string" && value !== "";

/**
 * The records of an SQS event, when each has the id that its failure would be reported by; else none of them is taken. A message
 * that stands in a batch twice is taken once: what becomes of it is said of its id.
 *
 * @throws BadRequest when it is not an SQS event, or a record has no id
 */
export function namedRecords(event: unknown): readonly SQSRecord[] {
  const records = sqsRecords(event) as readonly SQSRecord[];
  const ids = new Set<string>();
  for (let index = 0; index < records.length; index++) {
    const record = records[index];
    if (!isRecord(record) || !isId(record.messageId)) {
      throw new BadRequest(`Malformed messageId in Records[${index}]`);
    }
    ids.add(record.messageId);
  }
  if (ids.size === records.length) return records;
  return records.filter(({ messageId }) => ids.delete(messageId));
}

/** The message group of a FIFO queue; those of standard queues, which share capacities fairly, keep no order. */
export function groupOf({ eventSourceARN, attributes }: SQSRecord): string | undefined {
  if (!String(eventSourceARN).endsWith(".fifo")) return undefined;
  return String(attributes?.MessageGroupId ?? "");
}

/** What a record's failure is reported by. */
export const messageIdOf = ({ messageId }: SQSRecord): string => messageId;
