import type { SQSRecord } from "aws-lambda";
import { BadRequest } from "../../core/errors.ts";
import { isObject, isRecord } from "../../core/objects.ts";
import { type PrivateField, privateField } from "../../core/privateField.ts";
import { isBusEvent } from "../envelope/signs.ts";
import { type S3File, s3Files } from "../s3Files.ts";
import type { S3Item } from "./s3Item.ts";
import { answerFailures, type Batch, type BatchResult, type Source, throwFirst } from "./source.ts";
import { groupOf, messageIdOf } from "./sqsIds.ts";

interface Found {
  readonly items: readonly S3Item[];
  readonly isQueue: boolean;
}

const found: PrivateField<Found> = /* @__PURE__ */ privateField<Found>();

const single = (record: unknown, files: readonly S3File[]): S3Item => ({ record, files, error: undefined });

const sourceOf = (event: unknown): unknown => {
  const records = isRecord(event) ? event.Records : undefined;
  const first: unknown = Array.isArray(records) ? records[0] : undefined;
  return isRecord(first) ? (first.eventSource ?? first.EventSource) : undefined;
};

/** The test message of S3 stands for no file. */
const isTest = (event: unknown): boolean => isObject(event) && event.Event === "s3:TestEvent";

async function findFiles(event: unknown): Promise<Found> {
  const source = sourceOf(event);
  if (source === "aws:sqs" || source === "aws:sns") {
    const { filesBehind } = await import("./s3Behind.ts");
    return { items: await filesBehind(source, event), isQueue: source === "aws:sqs" };
  }
  if (isTest(event)) return { items: [], isQueue: false };
  if (isBusEvent(event)) {
    if (event.source !== "aws.s3") throw new BadRequest("Malformed S3 event: source");
    const { busFile } = await import("../envelope/busFile.ts");
    return { items: [single(event, [busFile(event)])], isQueue: false };
  }
  return { items: s3Files(event).map(file => single(file, [file])), isQueue: false };
}

/**
 * Reads the files of whatever event, and keeps them for {@link s3Source}.
 *
 * @returns all that could be read
 * @throws BadRequest when the event is malformed as a whole
 */
export async function readS3Event(event: unknown): Promise<S3File[]> {
  const files = await findFiles(event);
  if (isObject(event)) found.set(event, files);
  return files.items.flatMap(item => item.files ?? []);
}

/**
 * S3, by itself, behind a topic or a bus, where the event comes again as a whole; or behind a queue, where the messages do that failed.
 * Files are read by {@link readS3Event} before.
 */
export function s3Source(): Source<S3Item, readonly S3File[], BatchResult | void> {
  const stateOf = (event: unknown): Found | undefined => (isObject(event) ? found.get(event) : undefined);
  return {
    records: event => stateOf(event)?.items ?? [],
    lineOf: ({ record }) =>
      isRecord(record) && "messageId" in record ? groupOf(record as never) : undefined,
    read({ files, error }) {
      if (files === undefined) throw error;
      return files;
    },
    answer(batch) {
      if (stateOf(batch.request.event)?.isQueue !== true) return throwFirst(batch as Batch<never>);
      return answerFailures(batch, ({ record }) => messageIdOf(record as SQSRecord));
    },
  };
}
