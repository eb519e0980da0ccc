import type { MSKRecord } from "aws-lambda";
import { BadRequest } from "../../core/errors.ts";
import { isObject, isRecord } from "../../core/objects.ts";
import type { Envelopes } from "../envelope/types.ts";
import { malformed } from "../malformed.ts";
import { checkPayload, schemaIn } from "../payload.ts";
import { type PayloadOptions, payloadReader } from "../payloadReader.ts";
import { answerFailures, type BatchResult, bytesIn, type Source } from "./source.ts";

/** A record of a topic of Kafka. */
export interface KafkaMessage {
  topic: string;
  partition: number;
  offset: number;
  /** The moment that `timestampType` says: when it was made, or came into the log. */
  timestamp: Date;
  timestampType: string;
  /** The key as text; absent when the record has none. */
  key: string | undefined;
  /** The headers as text; of several with the same name the last one. */
  headers: Readonly<Record<string, string>>;
  /** What the producer sent, unzipped where it is gzip; absent from a tombstone, which says that the key is gone. */
  data: Uint8Array | undefined;
}

/** Where a partition goes on. */
export interface KafkaPlace {
  /** The topic and the number of the partition, as the event names them: `orders-0`. */
  partition: string;
  offset: number;
}

/** A record with the name of its partition in the event. */
export interface KafkaRecord {
  readonly partition: string;
  readonly record: MSKRecord;
}

/** A record as the engine hands it over. */
export type ReadKafkaMessage = KafkaMessage & { body?: unknown } & Partial<Envelopes>;

/** Each by itself is ordered; between them there is no order. */
function kafkaRecords(event: unknown): readonly KafkaRecord[] {
  const partitions = isRecord(event) ? event.records : undefined;
  if (!isObject(partitions)) throw new BadRequest("Malformed Kafka event: records");
  return Object.entries(partitions).flatMap(([partition, records]) => {
    if (!Array.isArray(records)) throw new BadRequest(`Malformed Kafka event: records["${partition}"]`);
    return records.map((record: MSKRecord, index) => {
      if (isRecord(record) && Number.isSafeInteger(record.offset)) return { partition, record };
      throw new BadRequest(`Malformed offset in records["${partition}"][${index}]`);
    });
  });
}

const placeOf = ({ topic, partition, offset }: KafkaMessage): string =>
  `record ${topic}-${partition}:${offset}`;

/** Their values are lists of bytes, with a sign where Java wrote them. */
function headersIn(headers: unknown, place: string): Record<string, string> {
  const found: Record<string, string> = Object.create(null);
  if (headers === undefined || headers === null) return found;
  if (!Array.isArray(headers)) throw malformed("headers", place);
  for (const header of headers) {
    for (const [name, bytes] of Object.entries(isRecord(header) ? header : {})) {
      if (!Array.isArray(bytes)) throw malformed("headers", place);
      found[name] = Buffer.from(bytes).toString();
    }
  }
  return found;
}

/**
 * Kafka, of MSK or your own: a partition stops at its first failure, where Lambda begins again.
 *
 * @param factory the factory's name, for messages
 * @throws TypeError when an option is wrong
 * @see https://docs.aws.amazon.com/lambda/latest/dg/kafka-retry-configurations.html
 */
export function kafkaSource(
  factory: string,
  options: PayloadOptions,
): Source<KafkaRecord, ReadKafkaMessage, BatchResult<KafkaPlace>> {
  const { json = false } = options;
  const schema = schemaIn(json, factory);
  const readPayload = payloadReader<ReadKafkaMessage>(factory, options, {
    what: "value",
    placeOf,
    put(message, { bytes }) {
      message.data = bytes;
    },
  });

  function tombstone(message: ReadKafkaMessage): ReadKafkaMessage | Promise<ReadKafkaMessage> {
    if (json === false) return message;
    message.body = null;
    return schema === undefined ? message : checkPayload(schema, message, "value", placeOf);
  }

  return {
    records: kafkaRecords,
    lineOf: ({ partition }) => partition,
    reports: "first",
    read({ partition, record }) {
      const { topic, offset, timestamp, timestampType, key, value, headers } = record;
      const place = `record ${partition}:${offset}`;
      const message: ReadKafkaMessage = {
        topic,
        partition: record.partition,
        offset,
        timestamp: new Date(timestamp),
        timestampType,
        key: key === undefined || key === null ? undefined : bytesIn(key, "key", place).toString(),
        headers: headersIn(headers, place),
        data: undefined,
      };
      if (value === undefined || value === null) return tombstone(message);
      const data = bytesIn(value, "value", place);
      message.data = data;
      return readPayload(message, data);
    },
    answer: batch => answerFailures(batch, ({ partition, record }) => ({ partition, offset: record.offset })),
  };
}
