import { BadRequest } from "../core/errors.ts";
import { isRecord } from "../core/objects.ts";

/**
 * The records of an SQS event, not yet looked at. AWS sends no empty batches, but `null` and `[]` say plainly that there
 * is nothing to do.
 *
 * @param event the event
 * @throws BadRequest when it is not an SQS event
 * @example
 * sqsRecords({ Records: null }); // []
 */
export function sqsRecords(event: unknown): readonly unknown[] {
  const records = isRecord(event) ? event.Records : undefined;
  if (records === null) return [];
  if (!Array.isArray(records)) throw new BadRequest("Malformed SQS event: Records");
  return records;
}
