import { checkArgument, checkOptions, type OptionsOf } from "../src/core/options.ts";
import { type BusEvent, busSource, type EventBridgeMessage } from "../src/events/batch/busSource.ts";
import { busTrigger } from "../src/events/declare.ts";
import { type DeclaredBus, declareTrigger } from "../src/events/trigger.ts";
import type { LambdaHandler } from "../src/pipeline/assemble.ts";
import type { InferOutput, StandardSchemaV1 } from "../src/schema/standard.ts";
import { type BatchOptions, batchHandler, batchKinds } from "./parts/batch.ts";
import type { GenericTable } from "./parts/kinds.ts";

/** Options of {@link eventBridgeHandler}. */
export interface EventBridgeOptions<
  Detail extends StandardSchemaV1 | undefined = StandardSchemaV1 | undefined,
> extends Omit<BatchOptions<BusEvent>, "concurrency" | "reserveInMillis"> {
  /** A Standard Schema of the event's detail. @default anything */
  detail?: Detail;
  /** The events that come: `{ pattern: { source: ["shop"] } }`. Templates, `tsverless dev` and `testApp` use it. */
  bus?: DeclaredBus;
}

// One event comes at a time.
const { concurrency: _, reserveInMillis: __, ...kinds } = batchKinds;

/** The options of {@link eventBridgeHandler}. */
export const eventBridgeKinds: GenericTable<OptionsOf<typeof eventBridgeHandler>> = {
  ...kinds,
  detail: ["object", "function"],
  bus: "object",
};

/**
 * Makes a handler that takes the events of a bus of EventBridge. One that fails, or is malformed, is thrown on, so that Lambda tries it
 * again, and then gives it to the function's own dead-letter queue; with `nonRetryable` or `onNonRetryable` what is final is not tried again.
 *
 * @param fn what to do with an event; what it throws is logged
 * @param options the schema of the detail, which events come, and which failures are final; what `errors` and `warmup` take
 * @returns a Lambda handler that returns nothing
 * @throws TypeError when an argument is not what it should be
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-eventbridge.html
 * @example
 * export const handler = eventBridgeHandler(async ({ detail }) => ship(detail.orderId), {
 *   detail: OrderPlaced,
 *   bus: { name: "shop", pattern: { "detail-type": ["Order Placed"] } },
 * });
 */
export function eventBridgeHandler<const Detail extends StandardSchemaV1 | undefined = undefined>(
  fn: (
    event: EventBridgeMessage<Detail extends StandardSchemaV1 ? InferOutput<Detail> : unknown>,
    request: { event: unknown; context: unknown },
  ) => unknown,
  options: EventBridgeOptions<Detail> = {},
): LambdaHandler<void> {
  checkArgument("eventBridgeHandler", "fn", fn ?? null, "function");
  checkOptions("eventBridgeHandler", options, eventBridgeKinds);
  const trigger = busTrigger("eventBridgeHandler", options.bus);
  const source = busSource("eventBridgeHandler", options.detail);
  return declareTrigger(batchHandler("eventBridgeHandler", source, fn as never, options), trigger);
}
