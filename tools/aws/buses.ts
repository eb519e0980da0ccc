import type { EventBridgeEvent } from "aws-lambda";
import type { Clock } from "./clock.ts";
import { matches } from "./patterns.ts";
import type { Random } from "./random.ts";
import { account, region } from "./region.ts";

/** An event as `PutEvents` takes it. */
export interface BusEntry {
  readonly bus: string;
  readonly source: string;
  readonly detailType: string;
  readonly detail: object;
  readonly resources: readonly string[];
}

/** A rule of a bus with its target. */
export interface BusRule {
  readonly bus: string;
  readonly pattern: Readonly<Record<string, unknown>>;
  take(event: EventBridgeEvent<string, unknown>): void;
}

/**
 * Puts an event on a bus: it goes to each rule whose pattern it fits.
 *
 * @returns its id
 * @see https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html
 */
export function putEvent(
  entry: BusEntry,
  rules: readonly BusRule[],
  { clock, random }: { clock: Clock; random: Random },
): string {
  const id = random.uuid();
  const event: EventBridgeEvent<string, unknown> = {
    version: "0",
    id,
    "detail-type": entry.detailType,
    source: entry.source,
    account,
    // EventBridge gives whole seconds.
    time: new Date(clock.now()).toISOString().replace(/\.\d+/, ""),
    region,
    resources: [...entry.resources],
    detail: JSON.parse(JSON.stringify(entry.detail)),
  };
  for (const { bus, pattern, take } of rules) if (bus === entry.bus && matches(pattern, event)) take(event);
  return id;
}
