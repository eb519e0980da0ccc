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
