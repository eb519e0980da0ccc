import type { SQSRecord } from "aws-lambda";
import { BadRequest } from "../../core/errors.ts";
import { isRecord } from "../../core/objects.ts";
import { sqsRecords } from "../sqsRecords.ts";

const isId = (value: unknown): boolean => typeof value === "string" && value !== "";

/** Up to so many ids are compared faster than a set of them is made. */
const few = 20;

function hasTwins(records: readonly SQSRecord[]): boolean {
  if (records.length > few) return new Set(records.map(messageIdOf)).size < records.length;
  for (let index = 1; index < records.length; index++) {
    const { messageId } = records[index] as SQSRecord;
    for (let before = 0; before < index; before++) {
      if (records[before]?.messageId === messageId) return true;
    }
  }
  return false;
}

/**
 * The records of an SQS event, when each has the id that its failure would be reported by; else none of them is taken. A message
 * that stands in a batch twice is taken once: what becomes of it is said of its id.
 *
 * @throws BadRequest when it is not an SQS event, or a record has no id
 */
export function namedRecords(event: unknown): readonly SQSRecord[] {
  const records = sqsRecords(event) as readonly SQSRecord[];
  for (let index = 0; index < records.length; index++) {
    const record = records[index];
    if (!isRecord(record) || !isId(record.messageId)) {
      throw new BadRequest(`Malformed messageId in Records[${index}]`);
    }
  }
  if (!hasTwins(records)) return records;
  const ids = new Set(records.map(messageIdOf));
  return records.filter(({ messageId }) => ids.delete(messageId));
}

/** The message group of a FIFO queue; those of standard queues, which share capacities fairly, keep no order. */
export function groupOf({ eventSourceARN, attributes }: SQSRecord): string | undefined {
  if (!String(eventSourceARN).endsWith(".fifo")) return undefined;
  return String(attributes?.MessageGroupId ?? "");
}

/** What a record's failure is reported by. */
export const messageIdOf = ({ messageId }: SQSRecord): string => messageId;
