import { textIn } from "./snsEnvelope.ts";
import type { EventBridgeEnvelope } from "./types.ts";

/** What a bus says of an event: in a queue and in an event of EventBridge alike. */
export function busEnvelope(event: Record<string, unknown>): EventBridgeEnvelope {
  const { resources } = event;
  return {
    id: textIn(event.id),
    source: textIn(event.source),
    detailType: textIn(event["detail-type"]),
    account: textIn(event.account),
    region: textIn(event.region),
    time: textIn(event.time),
    resources: Array.isArray(resources) ? resources : [],
  };
}
