import { BadRequest } from "../../core/errors.ts";
import { isRecord } from "../../core/objects.ts";
import { malformed } from "../malformed.ts";

/** What became of a batch. */
export interface Batch<Item> {
  readonly records: readonly Item[];
  /** What the function is given beside a message. */
  readonly request: { readonly event: unknown; readonly context: unknown };
  /** Why records come again, by their places. */
  failed: Map<number, unknown> | undefined;
  /** Why records failed that don't come again, by their places. */
  refused: Map<number, unknown> | undefined;
  /** What the function gave, by the places of the records, where the source says so to AWS. */
  readonly values: unknown[] | undefined;
  /** The lines in which no record is run any more. */
  held: Set<string> | undefined;
  /** How many records were begun, and for how many no time was left. */
  begun: number;
  late: number;
}

/** A kind of event that brings many records. */
export interface Source<Item, Message, Result> {
  /** The records of an event. @throws BadRequest when it is not one, or has a record whose failure could not be reported */
  records(event: unknown): readonly Item[];
  /**
   * What the function is given; `undefined` for a record that says nothing.
   * @throws BadRequest when it is malformed
   */
  read(record: Item, index: number): Message | undefined | Promise<Message | undefined>;
  /** The name of the line of records that keep their order with this one; `undefined` where none do. */
  lineOf?(record: Item): string | undefined;
  /**
   * What of a line is reported when a record of it fails: all behind it as well, or it alone, where AWS begins again there.
   * @default "rest"
   */
  readonly reports?: "rest" | "first";
  /** Whether the answer says what the function gave. @default false */
  readonly keepsValues?: boolean;
  /** What Lambda gets. It may throw, where the event comes again as a whole. */
  answer(batch: Batch<Item>): Result;
}

/** The answer that the sources of Lambda's event source mappings know: what comes again. */
export interface BatchResult<Id = string> {
  batchItemFailures: { itemIdentifier: Id }[];
}

const noFailures: readonly number[] = [];

/** The places of the records that come again, in order. */
export const failedPlaces = ({ failed }: Batch<never>): readonly number[] =>
  failed === undefined ? noFailures : [...failed.keys()].sort((a, b) => a - b);

/**
 * The answer of a source whose records are told by an id.
 *
 * @param idOf what a record is told by
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
 */
export function answerFailures<Item, Id>(batch: Batch<Item>, idOf: (record: Item) => Id): BatchResult<Id> {
  const batchItemFailures = failedPlaces(batch as Batch<never>).map(place => ({
    itemIdentifier: idOf(batch.records[place] as Item),
  }));
  return { batchItemFailures };
}

/**
 * The answer of a source that can't say which records come again: the event does as a whole.
 *
 * @throws what the first record threw that comes again
 */
export function throwFirst({ failed, late }: Batch<never>): void {
  if (failed === undefined) return;
  const [first] = [...failed].sort(([a], [b]) => a - b);
  throw first?.[1] ?? new Error(`No time was left for ${late} records`);
}

/**
 * The records of an event.
 *
 * @param source what it should be, for the message: `SNS`
 * @param field where they stand
 * @throws BadRequest when there is no list of objects
 */
export function recordsIn<Item extends object>(
  event: unknown,
  source: string,
  field: string,
): readonly Item[] {
  const records = isRecord(event) ? event[field] : undefined;
  if (!Array.isArray(records)) throw new BadRequest(`Malformed ${source} event: ${field}`);
  const wrong = records.findIndex(record => !isRecord(record));
  if (wrong >= 0) throw new BadRequest(`Malformed ${source} event: ${field}[${wrong}]`);
  return records;
}

/**
 * Checks that each record has what its failure would be reported by.
 *
 * @param what that is, for the message: `sequenceNumber`
 * @throws BadRequest naming the first one without
 */
export function checkIds<Item>(
  records: readonly Item[],
  idOf: (record: Item) => unknown,
  what: string,
  field: string,
): readonly Item[] {
  const unnamed = records.findIndex(record => typeof idOf(record) !== "string" || idOf(record) === "");
  if (unnamed >= 0) throw new BadRequest(`Malformed ${what} in ${field}[${unnamed}]`);
  return records;
}

/** Reads bytes that come in base64. @throws BadRequest when they are not text */
export function bytesIn(value: unknown, what: string, place: string): Buffer {
  if (typeof value !== "string") throw malformed(what, place);
  return Buffer.from(value, "base64");
}
