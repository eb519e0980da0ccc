import type { DynamoDBRecord } from "aws-lambda";
import { isObject } from "../../core/objects.ts";
import { itemReaderOf } from "../../models/itemReader.ts";
import { malformed } from "../malformed.ts";
import { answerFailures, type BatchResult, checkIds, recordsIn, type Source } from "./source.ts";
import { plainItem, type StreamItem, tableItem } from "./streamItem.ts";

/** What a stream says of a change, besides the images. */
export interface StreamChange {
  sequenceNumber: string;
  /** The keys of the item, as the table has them. */
  keys: Readonly<Record<string, unknown>>;
  /** About when it was made, to the second. */
  changedAt: Date;
  /** Whether DynamoDB itself removed the item, since its time to live was over. */
  isExpired: boolean;
  /** The ARN of the stream. */
  streamSource: string;
  region: string;
}

/** A change of an object. */
export type ReadChange =
  | { readonly kind: "inserted"; readonly object: object; readonly change: StreamChange }
  | {
      readonly kind: "changed";
      readonly object: object;
      readonly previous: object;
      readonly change: StreamChange;
    }
  | { readonly kind: "removed"; readonly object: object; readonly change: StreamChange };

const sequenceOf = ({ dynamodb }: DynamoDBRecord): string => dynamodb?.SequenceNumber as string;

/** The principal that deletes what has expired: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html */
function isOfTtl(userIdentity: unknown): boolean {
  return isObject(userIdentity) && userIdentity.principalId === "dynamodb.amazonaws.com";
}

const images: Readonly<Record<string, readonly ("NewImage" | "OldImage")[]>> = {
  INSERT: ["NewImage"],
  MODIFY: ["NewImage", "OldImage"],
  REMOVE: ["OldImage"],
};

/**
 * DynamoDB: a shard stops at its first failure, where Lambda begins again. The stream must have new and old images. Items of other
 * models in the same table are passed over; one that becomes an object of this model counts as inserted, one that no longer is as removed.
 *
 * @param model the model of the table
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
 */
export function dynamoStreamSource(model: object): Source<DynamoDBRecord, ReadChange, BatchResult> {
  const reader = itemReaderOf(model);
  const read = (item: StreamItem): object | undefined =>
    reader === undefined ? plainItem(item) : reader(tableItem(item));

  function imageIn(record: DynamoDBRecord, name: "NewImage" | "OldImage"): object | undefined {
    if (!images[record.eventName ?? ""]?.includes(name)) return undefined;
    const item: unknown = record.dynamodb?.[name];
    if (!isObject(item)) throw malformed(name, `record ${sequenceOf(record)}`);
    return read(item as StreamItem);
  }

  return {
    records: event =>
      checkIds(
        recordsIn<DynamoDBRecord>(event, "DynamoDB", "Records"),
        sequenceOf,
        "SequenceNumber",
        "Records",
      ),
    // Lambda makes no batch of several shards.
    lineOf: () => "",
    reports: "first",
    read(record) {
      const { eventName, dynamodb, userIdentity, eventSourceARN = "", awsRegion = "" } = record;
      const sequenceNumber = sequenceOf(record);
      if (!Object.hasOwn(images, eventName ?? "")) throw malformed("eventName", `record ${sequenceNumber}`);
      const object = imageIn(record, "NewImage");
      const previous = imageIn(record, "OldImage");
      const change: StreamChange = {
        sequenceNumber,
        keys: plainItem((dynamodb?.Keys ?? {}) as StreamItem),
        changedAt: new Date(Number(dynamodb?.ApproximateCreationDateTime) * 1000),
        isExpired: isOfTtl(userIdentity),
        streamSource: eventSourceARN,
        region: awsRegion,
      };
      if (object === undefined) return previous && { kind: "removed", object: previous, change };
      return previous === undefined
        ? { kind: "inserted", object, change }
        : { kind: "changed", object, previous, change };
    },
    answer: batch => answerFailures(batch, sequenceOf),
  };
}
