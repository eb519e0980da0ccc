import type { SNSEventRecord } from "aws-lambda";
import { checkArgument, checkOptions, type OptionsOf } from "../src/core/options.ts";
import { type SnsMessage, snsSource } from "../src/events/batch/snsSource.ts";
import { topicTrigger } from "../src/events/declare.ts";
import type { EnvelopeOption, Unwrapped } from "../src/events/envelope/types.ts";
import type { BodyOf, JsonOption } from "../src/events/payloadReader.ts";
import { type DeclaredTopic, declareTrigger } from "../src/events/trigger.ts";
import type { LambdaHandler } from "../src/pipeline/assemble.ts";
import { type BatchOptions, batchHandler, batchKinds, type PayloadOf, payloadKinds } from "./parts/batch.ts";
import type { GenericTable } from "./parts/kinds.ts";

/** Options of {@link snsHandler}. */
export interface SnsHandlerOptions<
  Json extends JsonOption = JsonOption,
  Envelope extends EnvelopeOption = EnvelopeOption,
> extends BatchOptions<SNSEventRecord>,
    PayloadOf<Json, Envelope> {
  /** The topic that the messages come from: `{ name: "orders" }`. Templates, `tsverless dev` and `testApp` use it. */
  topic?: DeclaredTopic;
}

/** The options of {@link snsHandler}. */
export const snsKinds: GenericTable<OptionsOf<typeof snsHandler>> = {
  ...batchKinds,
  ...payloadKinds,
  topic: "object",
};

/**
 * Makes a handler that takes the messages of an event of SNS one by one; SNS sends one at a time. When one fails the others are still
 * taken; then the first error is thrown on, so that Lambda tries the event again.
 *
 * @param fn what to do with one message; what it throws is logged
 * @param options whether messages are JSON, and which failures are final; what `errors` and `warmup` take
 * @returns a Lambda handler that returns nothing
 * @throws TypeError when an argument is not what it should be
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
 * @example
 * export const handler = snsHandler(async ({ body, subject }) => notify(subject, body), { json: Notice });
 */
export function snsHandler<
  const Json extends JsonOption = false,
  const Envelope extends EnvelopeOption = undefined,
>(
  fn: (
    message: SnsMessage & BodyOf<Json> & Unwrapped<Envelope>,
    request: { event: unknown; context: unknown },
  ) => unknown,
  options: SnsHandlerOptions<Json, Envelope> = {},
): LambdaHandler<void> {
  checkArgument("snsHandler", "fn", fn ?? null, "function");
  checkOptions("snsHandler", options, snsKinds);
  const trigger = topicTrigger("snsHandler", options.topic);
  const handler = batchHandler("snsHandler", snsSource("snsHandler", options), fn as never, options);
  return declareTrigger(handler, trigger);
}
