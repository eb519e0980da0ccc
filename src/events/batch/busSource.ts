import type { EventBridgeEvent } from "aws-lambda";
import { BadRequest } from "../../core/errors.ts";
import { mapMaybePromise } from "../../core/maybePromise.ts";
import type { StandardSchemaV1 } from "../../schema/standard.ts";
import { busEnvelope } from "../envelope/busEnvelope.ts";
import { isBusEvent } from "../envelope/signs.ts";
import type { EventBridgeEnvelope } from "../envelope/types.ts";
import { checkedPart, checkSchemaOption, single } from "./single.ts";
import type { Source } from "./source.ts";

/** An event as EventBridge sends it. */
export type BusEvent = EventBridgeEvent<string, unknown>;

/** An event of a bus. */
export interface EventBridgeMessage<Detail = unknown> extends EventBridgeEnvelope {
  detail: Detail;
  /** Of an archive that is replayed. */
  replayName?: string;
}

/**
 * EventBridge: it invokes functions without waiting, so that Lambda tries the event again when one fails.
 *
 * @param factory the factory's name, for messages
 * @throws TypeError when `detail` is not a schema
 * @see https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html
 */
export function busSource(
  factory: string,
  detail: StandardSchemaV1 | undefined,
): Source<BusEvent, EventBridgeMessage, void> {
  checkSchemaOption(factory, "detail", detail);
  return {
    ...single,
    read(event) {
      if (!isBusEvent(event)) throw new BadRequest("Malformed EventBridge event");
      const envelope = busEnvelope(event);
      const replayName = event["replay-name"];
      return mapMaybePromise(
        checkedPart(detail, event.detail, "detail", `event ${envelope.id}`),
        (given): EventBridgeMessage => ({
          ...envelope,
          detail: given,
          ...(typeof replayName === "string" && { replayName }),
        }),
      );
    },
  };
}
