import type { KinesisStreamRecord } from "aws-lambda";
import { checkArgument, checkOptions, type OptionsOf } from "../src/core/options.ts";
import { type KinesisMessage, kinesisSource } from "../src/events/batch/kinesisSource.ts";
import type { BatchResult } from "../src/events/batch/source.ts";
import { streamTrigger } from "../src/events/declare.ts";
import type { EnvelopeOption, Unwrapped } from "../src/events/envelope/types.ts";
import type { BodyOf, JsonOption } from "../src/events/payloadReader.ts";
import { type DeclaredStream, declareTrigger } from "../src/events/trigger.ts";
import type { LambdaHandler } from "../src/pipeline/assemble.ts";
import { type BatchOptions, batchHandler, batchKinds, type PayloadOf, payloadKinds } from "./parts/batch.ts";
import type { GenericTable } from "./parts/kinds.ts";

/** Options of {@link kinesisHandler}. */
export interface KinesisHandlerOptions<
  Json extends JsonOption = JsonOption,
  Envelope extends EnvelopeOption = EnvelopeOption,
> extends Omit<BatchOptions<KinesisStreamRecord>, "concurrency">,
    PayloadOf<Json, Envelope> {
  /** The stream that the records come from: `{ name: "clicks" }`. Templates, `tsverless dev` and `testApp` use it. */
  stream?: Omit<DeclaredStream, "kind" | "model">;
}

// A batch is of one shard, whose records keep their order.
const { concurrency: _, ...kinds } = batchKinds;

/** The options of {@link kinesisHandler}. */
export const kinesisKinds: GenericTable<OptionsOf<typeof kinesisHandler>> = {
  ...kinds,
  ...payloadKinds,
  stream: "object",
};

/**
 * Makes a handler that takes the records of a stream of Kinesis one by one, in order. It stops at the first one of a shard that
 * fails or is malformed, and reports it: Lambda goes on from there, so that the order stays. Turn on `ReportBatchItemFailures` for the
 * stream's event source mapping.
 *
 * @param fn what to do with one record, whose `data` is bytes; what it throws is logged
 * @param options whether data is JSON, what it comes in, and which failures are final; what `errors` and `warmup` take
 * @returns a Lambda handler that returns `{ batchItemFailures }`
 * @throws TypeError when an argument is not what it should be
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html
 * @example
 * export const handler = kinesisHandler(async ({ body, partitionKey }) => count(partitionKey, body), { json: Click });
 */
export function kinesisHandler<
  const Json extends JsonOption = false,
  const Envelope extends EnvelopeOption = undefined,
>(
  fn: (
    message: KinesisMessage & BodyOf<Json> & Unwrapped<Envelope>,
    request: { event: unknown; context: unknown },
  ) => unknown,
  options: KinesisHandlerOptions<Json, Envelope> = {},
): LambdaHandler<BatchResult> {
  checkArgument("kinesisHandler", "fn", fn ?? null, "function");
  checkOptions("kinesisHandler", options, kinesisKinds);
  const { stream } = options;
  const trigger = streamTrigger("kinesisHandler", stream && { ...stream, kind: "kinesis" });
  const handler = batchHandler(
    "kinesisHandler",
    kinesisSource("kinesisHandler", options),
    fn as never,
    options,
  );
  return declareTrigger(handler, trigger);
}
