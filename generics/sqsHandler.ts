import type { SQSRecord } from "aws-lambda";
import { checkArgument, checkOptions, type OptionsOf } from "../src/core/options.ts";
import type { BatchResult } from "../src/events/batch/source.ts";
import { sqsSource } from "../src/events/batch/sqsSource.ts";
import { queueTrigger } from "../src/events/declare.ts";
import type { EnvelopeOption, Unwrapped } from "../src/events/envelope/types.ts";
import type { JsonOption } from "../src/events/payloadReader.ts";
import type { SqsJsonMessage, SqsMessage } from "../src/events/sqsMessage.ts";
import { type DeclaredQueue, declareTrigger } from "../src/events/trigger.ts";
import type { LambdaHandler } from "../src/pipeline/assemble.ts";
import type { InferOutput, StandardSchemaV1 } from "../src/schema/standard.ts";
import { type BatchOptions, batchHandler, batchKinds, type PayloadOf, payloadKinds } from "./parts/batch.ts";
import type { GenericTable } from "./parts/kinds.ts";

/** Options of {@link sqsHandler}. */
export interface SqsHandlerOptions<
  Json extends JsonOption = JsonOption,
  Envelope extends EnvelopeOption = EnvelopeOption,
> extends BatchOptions<SQSRecord>,
    PayloadOf<Json, Envelope> {
  /** The queue that the messages come from: `{ name: "orders", fifo: true }`. Templates, `tsverless dev` and `testApp` make it. */
  queue?: DeclaredQueue;
}

/** The message that the function is given. */
export type MessageOf<Json, Envelope = undefined> = (Json extends StandardSchemaV1
  ? SqsJsonMessage<InferOutput<Json>>
  : Json extends true
    ? SqsJsonMessage
    : SqsMessage) &
  Unwrapped<Envelope>;

/** What Lambda gets: the messages that come again. */
export type SqsBatchResult = BatchResult;

/** The options of {@link sqsHandler}. */
export const sqsKinds: GenericTable<OptionsOf<typeof sqsHandler>> = {
  ...batchKinds,
  ...payloadKinds,
  queue: "object",
};

/**
 * Makes a handler that takes the messages of an SQS event one by one, in order. A message that fails, or is malformed,
 * comes again and does not hold up the others; in a FIFO queue those behind it in its message group come again too, so that the
 * order stays. Turn on `ReportBatchItemFailures` for the queue's event source mapping.
 *
 * @param fn what to do with one message; what it throws is logged
 * @param options whether payloads are JSON, what they come in, how many run at once, and which failures are final; what `errors` and
 *   `warmup` take
 * @returns a Lambda handler that returns `{ batchItemFailures }`
 * @throws TypeError when an argument is not what it should be
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 * @example
 * export const handler = sqsHandler(async ({ body }) => ship(body), { json: Order });
 */
export function sqsHandler<
  const Json extends JsonOption = false,
  const Envelope extends EnvelopeOption = undefined,
>(
  fn: (message: MessageOf<Json, Envelope>, request: { event: unknown; context: unknown }) => unknown,
  options: SqsHandlerOptions<Json, Envelope> = {},
): LambdaHandler<SqsBatchResult> {
  checkArgument("sqsHandler", "fn", fn ?? null, "function");
  checkOptions("sqsHandler", options, sqsKinds);
  const trigger = queueTrigger("sqsHandler", options.queue);
  const handler = batchHandler("sqsHandler", sqsSource(options), fn as never, options);
  return declareTrigger(handler, trigger);
}
