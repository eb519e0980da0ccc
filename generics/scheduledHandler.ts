import { checkArgument, checkOptions, type OptionsOf } from "../src/core/options.ts";
import { type ScheduledRun, scheduleSource } from "../src/events/batch/scheduleSource.ts";
import { scheduleTrigger } from "../src/events/declare.ts";
import { type DeclaredSchedule, declareTrigger } from "../src/events/trigger.ts";
import type { LambdaHandler } from "../src/pipeline/assemble.ts";
import type { InferOutput, StandardSchemaV1 } from "../src/schema/standard.ts";
import { type BatchOptions, batchHandler, batchKinds } from "./parts/batch.ts";
import type { GenericTable } from "./parts/kinds.ts";

/** Options of {@link scheduledHandler}. */
export interface ScheduledOptions<Input extends StandardSchemaV1 | undefined = StandardSchemaV1 | undefined>
  extends Omit<BatchOptions<unknown>, "concurrency" | "reserveInMillis"> {
  /** A Standard Schema of what the schedule gives. @default anything */
  input?: Input;
  /** When it runs: `"rate(5 minutes)"`, `"cron(0 8 ? * MON-FRI *)"`, or in detail. Templates, `tsverless dev` and `testApp` use it. */
  schedule?: string | DeclaredSchedule;
}

// One event comes at a time.
const { concurrency: _, reserveInMillis: __, ...kinds } = batchKinds;

/** The options of {@link scheduledHandler}. */
export const scheduledKinds: GenericTable<OptionsOf<typeof scheduledHandler>> = {
  ...kinds,
  input: ["object", "function"],
  schedule: ["string", "object"],
};

/**
 * Makes a handler that runs on a schedule of EventBridge: that of a rule, or of EventBridge Scheduler. A run that fails is thrown on, so that
 * Lambda tries it again; with `nonRetryable` or `onNonRetryable` what is final is not tried again. AWS may start a run twice, with the same id.
 *
 * @param fn what to do; what it throws is logged
 * @param options when it runs, and which failures are final; what `errors` and `warmup` take
 * @returns a Lambda handler that returns nothing
 * @throws TypeError when an argument is not what it should be
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-rule-schedule.html
 * @example
 * export const handler = scheduledHandler(({ dueAt }) => closeDay(dueAt), { schedule: "cron(0 3 * * ? *)" });
 */
export function scheduledHandler<const Input extends StandardSchemaV1 | undefined = undefined>(
  fn: (
    run: ScheduledRun<Input extends StandardSchemaV1 ? InferOutput<Input> : unknown>,
    request: { event: unknown; context: unknown },
  ) => unknown,
  options: ScheduledOptions<Input> = {},
): LambdaHandler<void> {
  checkArgument("scheduledHandler", "fn", fn ?? null, "function");
  checkOptions("scheduledHandler", options, scheduledKinds);
  const { schedule } = options;
  const declared = typeof schedule === "string" ? { expression: schedule } : schedule;
  const trigger = scheduleTrigger("scheduledHandler", declared);
  const source = scheduleSource("scheduledHandler", options.input);
  return declareTrigger(batchHandler("scheduledHandler", source, fn as never, options), trigger);
}
