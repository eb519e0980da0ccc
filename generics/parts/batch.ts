import { warmup } from "../../middlewares/warmup.ts";
import type { AnyMiddleware } from "../../src/core/middleware.ts";
import type { OptionTable } from "../../src/core/options.ts";
import { checkErrorsOptions, reporter } from "../../src/core/report.ts";
import { type RunOptions, runKinds } from "../../src/events/batch/options.ts";
import { batchRunner, type Take } from "../../src/events/batch/runner.ts";
import type { Source } from "../../src/events/batch/source.ts";
import type { EnvelopeOption } from "../../src/events/envelope/types.ts";
import type { JsonOption, PayloadOptions } from "../../src/events/payloadReader.ts";
import { asAround } from "../../src/pipeline/around.ts";
import { assembleWith, type LambdaHandler } from "../../src/pipeline/assemble.ts";
import { queueKinds } from "./kinds.ts";
import type { QueueOptions } from "./queue.ts";

/** Options of every generic that serves batches. */
export interface BatchOptions<Item = unknown> extends QueueOptions, RunOptions<Item> {}

/** The kinds of {@link BatchOptions}. */
export const batchKinds: OptionTable<BatchOptions> = { ...queueKinds, ...runKinds };

/** Options of the generics whose records have a payload. */
export interface PayloadOf<Json extends JsonOption, Envelope extends EnvelopeOption>
  extends PayloadOptions<Json> {
  envelope?: Envelope;
}

/** The kinds of {@link PayloadOf}. */
export const payloadKinds: OptionTable<PayloadOptions> = {
  json: ["boolean", "object", "function"],
  envelope: ["string", "names", "false"],
  encoding: "string",
  maxUnzippedBytes: "count",
};

/**
 * Makes the handler of a source of batches.
 *
 * @param factory the factory's name, for messages
 * @param source what the records are, and what is answered
 * @param take what to do with one message
 * @param inner middleware of the factory's own, between `around` and `use`
 * @throws TypeError naming an option that is wrong
 */
export function batchHandler<Item, Message, Result>(
  factory: string,
  source: Source<Item, Message, Result>,
  take: Take<Message>,
  options: BatchOptions<Item>,
  inner: readonly AnyMiddleware[] = [],
): LambdaHandler<Result> {
  checkErrorsOptions(factory, options.errors);
  const { around = [], use = [] } = options;
  const chain = [
    ...(options.warmup === false ? [] : [warmup(options.warmup)]),
    ...around.map(asAround),
    ...inner,
    ...use,
  ];
  return assembleWith(
    undefined,
    chain,
    batchRunner(factory, source, take, options, reporter(options.errors)),
  );
}
