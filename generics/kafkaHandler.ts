import { checkArgument, checkOptions, type OptionsOf } from "../src/core/options.ts";
import {
  type KafkaMessage,
  type KafkaPlace,
  type KafkaRecord,
  kafkaSource,
} from "../src/events/batch/kafkaSource.ts";
import type { BatchResult } from "../src/events/batch/source.ts";
import type { EnvelopeOption, Unwrapped } from "../src/events/envelope/types.ts";
import type { BodyOf, JsonOption } from "../src/events/payloadReader.ts";
import type { LambdaHandler } from "../src/pipeline/assemble.ts";
import { type BatchOptions, batchHandler, batchKinds, type PayloadOf, payloadKinds } from "./parts/batch.ts";
import type { GenericTable } from "./parts/kinds.ts";

/** Options of {@link kafkaHandler}. */
export interface KafkaHandlerOptions<
  Json extends JsonOption = JsonOption,
  Envelope extends EnvelopeOption = EnvelopeOption,
> extends BatchOptions<KafkaRecord>,
    PayloadOf<Json, Envelope> {}

/** The options of {@link kafkaHandler}. */
export const kafkaKinds: GenericTable<OptionsOf<typeof kafkaHandler>> = { ...batchKinds, ...payloadKinds };

/**
 * Makes a handler that takes the records of topics of Kafka one by one, of MSK or a cluster of your own. It stops at the first one
 * of a partition that fails or is malformed, and reports it, so that the partition goes on from there; other partitions go on, with
 * `concurrency` at once. Turn on `ReportBatchItemFailures` for the event source mapping, which must be in provisioned mode.
 *
 * @param fn what to do with one record, whose `data` is bytes; what it throws is logged
 * @param options whether values are JSON, how many partitions run at once, and which failures are final; what `errors` and `warmup` take
 * @returns a Lambda handler that returns `{ batchItemFailures }`, each with a `partition` and an `offset`
 * @throws TypeError when an argument is not what it should be
 * @see https://docs.aws.amazon.com/lambda/latest/dg/kafka-retry-configurations.html
 * @example
 * export const handler = kafkaHandler(async ({ key, body }) => store(key, body), { json: Reading, concurrency: 4 });
 */
export function kafkaHandler<
  const Json extends JsonOption = false,
  const Envelope extends EnvelopeOption = undefined,
>(
  fn: (
    message: KafkaMessage & BodyOf<Json> & Unwrapped<Envelope>,
    request: { event: unknown; context: unknown },
  ) => unknown,
  options: KafkaHandlerOptions<Json, Envelope> = {},
): LambdaHandler<BatchResult<KafkaPlace>> {
  checkArgument("kafkaHandler", "fn", fn ?? null, "function");
  checkOptions("kafkaHandler", options, kafkaKinds);
  return batchHandler("kafkaHandler", kafkaSource("kafkaHandler", options), fn as never, options);
}
