import type { KinesisStreamRecord } from "aws-lambda";
import type { Envelopes } from "../envelope/types.ts";
import { type PayloadOptions, payloadReader } from "../payloadReader.ts";
import { answerFailures, type BatchResult, bytesIn, checkIds, recordsIn, type Source } from "./source.ts";

/** A record of a stream of Kinesis. */
export interface KinesisMessage {
  sequenceNumber: string;
  partitionKey: string;
  /** `shardId-000000000006` */
  shardId: string;
  /** About when it came into the stream. */
  arrivedAt: Date;
  /** What the producer sent, unzipped where it is gzip. */
  data: Uint8Array;
  /** The ARN of the stream. */
  streamSource: string;
  region: string;
}

/** A record as the engine hands it over. */
export type ReadKinesisMessage = KinesisMessage & { body?: unknown } & Partial<Envelopes>;

const sequenceOf = ({ kinesis }: KinesisStreamRecord): string => kinesis?.sequenceNumber;

const placeOf = (sequenceNumber: string): string => `record ${sequenceNumber}`;

/** An event's id is that of the shard, a colon, and the sequence number. */
const shardOf = ({ eventID }: KinesisStreamRecord): string => String(eventID).split(":", 1)[0] ?? "";

/**
 * Kinesis: a shard stops at its first failure, where Lambda begins again.
 *
 * @param factory the factory's name, for messages
 * @throws TypeError when an option is wrong
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html
 */
export function kinesisSource(
  factory: string,
  options: PayloadOptions,
): Source<KinesisStreamRecord, ReadKinesisMessage, BatchResult> {
  const readPayload = payloadReader<ReadKinesisMessage>(factory, options, {
    what: "data",
    placeOf: ({ sequenceNumber }) => placeOf(sequenceNumber),
    put(message, { bytes }) {
      message.data = bytes;
    },
  });
  return {
    records: event =>
      checkIds(
        recordsIn<KinesisStreamRecord>(event, "Kinesis", "Records"),
        sequenceOf,
        "sequenceNumber",
        "Records",
      ),
    lineOf: shardOf,
    reports: "first",
    read(record) {
      const { kinesis, eventSourceARN, awsRegion } = record;
      const data = bytesIn(kinesis.data, "data", placeOf(kinesis.sequenceNumber));
      const message: ReadKinesisMessage = {
        sequenceNumber: kinesis.sequenceNumber,
        partitionKey: kinesis.partitionKey,
        shardId: shardOf(record),
        arrivedAt: new Date(kinesis.approximateArrivalTimestamp * 1000),
        data,
        streamSource: eventSourceARN,
        region: awsRegion,
      };
      return readPayload(message, data);
    },
    answer: batch => answerFailures(batch, sequenceOf),
  };
}
