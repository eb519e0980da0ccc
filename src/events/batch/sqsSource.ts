import type { SQSRecord } from "aws-lambda";
import type { Envelopes } from "../envelope/types.ts";
import { type PayloadOptions, payloadReader } from "../payloadReader.ts";
import { placeOfMessage, readMessage, type SqsMessage } from "../sqsMessage.ts";
import { answerFailures, type BatchResult, type Source } from "./source.ts";
import { groupOf, messageIdOf, namedRecords } from "./sqsIds.ts";

/** A message as the engine hands it over. */
export type ReadSqsMessage = SqsMessage & { body?: unknown } & Partial<Envelopes>;

/**
 * SQS: what fails comes again, alone, or with those behind it in its message group.
 *
 * @throws TypeError when `json` is not what it should be
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export function sqsSource(options: PayloadOptions): Source<SQSRecord, ReadSqsMessage, BatchResult> {
  const isText = options.json === undefined || options.json === false;
  const readPayload = payloadReader<ReadSqsMessage>("sqsHandler", options, {
    what: "body",
    placeOf: placeOfMessage,
    put(message, { text }) {
      if (isText) message.textMessage = text;
    },
  });
  return {
    records: namedRecords,
    lineOf: groupOf,
    read(record, index) {
      const message = readMessage(record, index);
      return readPayload(message, message.textMessage);
    },
    answer: batch => answerFailures(batch, messageIdOf),
  };
}
