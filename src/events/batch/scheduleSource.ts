import { mapMaybePromise } from "../../core/maybePromise.ts";
import { isObject } from "../../core/objects.ts";
import type { StandardSchemaV1 } from "../../schema/standard.ts";
import { textIn } from "../envelope/snsEnvelope.ts";
import { checkedPart, checkSchemaOption, single } from "./single.ts";
import type { Source } from "./source.ts";

/** One run of a schedule. */
export interface ScheduledRun<Input = unknown> {
  /** The same when the run comes again; `undefined` where the schedule has an input of its own, which stands instead of the event. */
  id: string | undefined;
  /** When it was due; `undefined` as `id`. */
  dueAt: Date | undefined;
  /** The name of the rule or of the schedule; `undefined` as `id`. */
  name: string | undefined;
  /** What the schedule gives; the event itself where it gives nothing. */
  input: Input;
}

/** What a rule sends, and EventBridge Scheduler, which has its detail as text. */
const isScheduled = (event: unknown): event is Record<string, unknown> =>
  isObject(event) &&
  event["detail-type"] === "Scheduled Event" &&
  (event.source === "aws.events" || event.source === "aws.scheduler") &&
  Number.isFinite(Date.parse(textIn(event.time)));

/** `arn:aws:events:…:rule/nightly`, `…:rule/bus/nightly`, `arn:aws:scheduler:…:schedule/group/nightly` */
function nameIn({ resources }: Record<string, unknown>): string | undefined {
  const [arn] = Array.isArray(resources) ? resources : [];
  return typeof arn === "string" ? arn.slice(arn.lastIndexOf("/") + 1) : undefined;
}

/**
 * Schedules of EventBridge: they invoke functions without waiting, so that Lambda tries the event again when one fails.
 *
 * @param factory the factory's name, for messages
 * @param input the schema of what the schedule gives
 * @throws TypeError when it is not a schema
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-eventbridge-scheduler.html
 */
export function scheduleSource(
  factory: string,
  input: StandardSchemaV1 | undefined,
): Source<unknown, ScheduledRun, void> {
  checkSchemaOption(factory, "input", input);
  return {
    ...single,
    read(event) {
      const own = isScheduled(event) ? event : undefined;
      return mapMaybePromise(
        checkedPart(input, event, "input", "scheduled event"),
        (given): ScheduledRun => ({
          id: own && textIn(own.id),
          dueAt: own && new Date(textIn(own.time)),
          name: own && nameIn(own),
          input: given,
        }),
      );
    },
  };
}
