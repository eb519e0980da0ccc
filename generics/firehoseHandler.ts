import type { FirehoseTransformationResult } from "aws-lambda";
import { mapMaybePromise } from "../src/core/maybePromise.ts";
import { checkArgument, checkOptions, type OptionsOf } from "../src/core/options.ts";
import { type FirehoseMessage, firehoseSource, firehoseWriter } from "../src/events/batch/firehoseSource.ts";
import type { RunOptions } from "../src/events/batch/options.ts";
import type { EnvelopeOption, Unwrapped } from "../src/events/envelope/types.ts";
import type { BodyOf, JsonOption } from "../src/events/payloadReader.ts";
import type { LambdaHandler } from "../src/pipeline/assemble.ts";
import { batchHandler, batchKinds, type PayloadOf, payloadKinds } from "./parts/batch.ts";
import type { GenericTable } from "./parts/kinds.ts";
import type { QueueOptions } from "./parts/queue.ts";

/** Options of {@link firehoseHandler}. */
export interface FirehoseHandlerOptions<
  Json extends JsonOption = JsonOption,
  Envelope extends EnvelopeOption = EnvelopeOption,
> extends QueueOptions,
    Pick<RunOptions, "concurrency" | "reserveInMillis">,
    PayloadOf<Json, Envelope> {
  /** Stands behind each record that goes out; Firehose itself puts nothing between them. @default "" */
  delimiter?: string;
  /** The keys of dynamic partitioning, of what the function gave. @default none */
  partitionKeys?: (output: never) => Readonly<Record<string, string>>;
}

const { nonRetryable: _, onNonRetryable: __, ...kinds } = batchKinds;

/** The options of {@link firehoseHandler}. */
export const firehoseKinds: GenericTable<OptionsOf<typeof firehoseHandler>> = {
  ...kinds,
  ...payloadKinds,
  delimiter: "string",
  partitionKeys: "function",
};

/**
 * Makes a handler that transforms the records of a Firehose stream one by one. What the function gives goes on: bytes and text as they
 * are, all else as JSON; `undefined` drops the record. A record that throws, or is malformed, is `ProcessingFailed`, and Firehose
 * puts it where it puts its errors.
 *
 * @param fn what to make of one record, whose `data` is bytes; what it throws is logged
 * @param options whether data is JSON, what stands between records, how they are partitioned; what `errors` and `warmup` take
 * @returns a Lambda handler that returns `{ records }`, one for each that came
 * @throws TypeError when an argument is not what it should be
 * @see https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html
 * @example
 * export const handler = firehoseHandler(({ body }) => (body.bot ? undefined : body), { json: Click, delimiter: "\n" });
 */
export function firehoseHandler<
  const Json extends JsonOption = false,
  const Envelope extends EnvelopeOption = undefined,
>(
  fn: (
    message: FirehoseMessage & BodyOf<Json> & Unwrapped<Envelope>,
    request: { event: unknown; context: unknown },
  ) => unknown,
  options: FirehoseHandlerOptions<Json, Envelope> = {},
): LambdaHandler<FirehoseTransformationResult> {
  checkArgument("firehoseHandler", "fn", fn ?? null, "function");
  checkOptions("firehoseHandler", options, firehoseKinds);
  const { delimiter = "", partitionKeys } = options;
  const write = firehoseWriter({ delimiter, partitionKeys: partitionKeys as never });
  const source = firehoseSource("firehoseHandler", options);
  return batchHandler(
    "firehoseHandler",
    source,
    (message, request) => mapMaybePromise(fn(message as never, request), write),
    options,
  );
}
