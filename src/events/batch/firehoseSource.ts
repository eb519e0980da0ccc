import type { FirehoseTransformationEventRecord, FirehoseTransformationResult } from "aws-lambda";
import { bytesOf } from "../../core/bytes.ts";
import type { Envelopes } from "../envelope/types.ts";
import { type PayloadOptions, payloadReader } from "../payloadReader.ts";
import { bytesIn, checkIds, recordsIn, type Source } from "./source.ts";

/** A record that is on its way through Firehose. */
export interface FirehoseMessage {
  recordId: string;
  /** About when it came in. */
  arrivedAt: Date;
  /** What the producer sent, unzipped where it is gzip. */
  data: Uint8Array;
  /** Where a stream of Kinesis is the source, its partition key. */
  partitionKey: string | undefined;
}

/** A record as the engine hands it over. */
export type ReadFirehoseMessage = FirehoseMessage & { body?: unknown } & Partial<Envelopes>;

/** What becomes of what the function gives. */
export interface FirehoseForm {
  /** Stands behind each record that goes out. */
  readonly delimiter: string;
  /** The keys of dynamic partitioning. */
  readonly partitionKeys?: (output: unknown) => Readonly<Record<string, string>>;
}

type Outcome = FirehoseTransformationResult["records"][number];

function bytesOut(output: unknown, delimiter: string): Buffer {
  const bytes = bytesOf(output);
  if (bytes !== undefined) return delimiter === "" ? bytes : Buffer.concat([bytes, Buffer.from(delimiter)]);
  const text = typeof output === "string" ? output : JSON.stringify(output);
  return Buffer.from(text + delimiter);
}

/**
 * Makes what writes the output of a record. It may throw, as the function may.
 *
 * @see https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html
 */
export function firehoseWriter({ delimiter, partitionKeys }: FirehoseForm): (output: unknown) => unknown {
  return output => {
    if (output === undefined) return undefined;
    const data = bytesOut(output, delimiter).toString("base64");
    if (partitionKeys === undefined) return { data };
    return { data, metadata: { partitionKeys: { ...partitionKeys(output) } } };
  };
}

const recordIdOf = ({ recordId }: FirehoseTransformationEventRecord): string => recordId;

/**
 * Firehose: every record is answered with what became of it. The function's values are what {@link firehoseWriter} makes of them.
 *
 * @param factory the factory's name, for messages
 * @throws TypeError when an option is wrong
 * @see https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html
 */
export function firehoseSource(
  factory: string,
  options: PayloadOptions,
): Source<FirehoseTransformationEventRecord, ReadFirehoseMessage, FirehoseTransformationResult> {
  const readPayload = payloadReader<ReadFirehoseMessage>(factory, options, {
    what: "data",
    placeOf: ({ recordId }) => `record ${recordId}`,
    put(message, { bytes }) {
      message.data = bytes;
    },
  });
  return {
    keepsValues: true,
    records: event =>
      checkIds(
        recordsIn<FirehoseTransformationEventRecord>(event, "Firehose", "records"),
        recordIdOf,
        "recordId",
        "records",
      ),
    read(record) {
      const { recordId, approximateArrivalTimestamp, kinesisRecordMetadata } = record;
      const data = bytesIn(record.data, "data", `record ${recordId}`);
      const message: ReadFirehoseMessage = {
        recordId,
        arrivedAt: new Date(approximateArrivalTimestamp),
        data,
        partitionKey: kinesisRecordMetadata?.partitionKey,
      };
      return readPayload(message, data);
    },
    answer: ({ records, failed, values = [] }) => ({
      records: records.map(({ recordId }, place): Outcome => {
        if (failed?.has(place)) return { recordId, result: "ProcessingFailed" };
        const value = values[place] as { data: string } | undefined;
        return value === undefined ? { recordId, result: "Dropped" } : { recordId, result: "Ok", ...value };
      }),
    }),
  };
}
