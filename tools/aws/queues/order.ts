import type { Random } from "../random.ts";
import { Deque } from "./deque.ts";
import type { QueuedMessage } from "./types.ts";

/** Which messages come next. */
export interface Order {
  /** A message is new. */
  added(message: QueuedMessage): void;
  /** A message may be received: its delay is over, or it is visible again. */
  ready(message: QueuedMessage): void;
  /** The next message for a receiver, who receives it or gives it up; he calls `close` when he has enough. */
  next(): QueuedMessage | undefined;
  close(): void;
  /** A message was received. */
  started(message: QueuedMessage): void;
  /** A message that was in flight is gone. */
  ended(message: QueuedMessage): void;
}

/**
 * The order of a standard queue: about that of sending.
 *
 * @param reorder how likely a message is passed over by those behind it
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/standard-queues.html
 */
export function standardOrder(random: Random, reorder: number): Order {
  const line = new Deque<QueuedMessage>();
  return {
    added() {},
    ready: message => line.push(message),
    next() {
      if (random.chance(reorder)) {
        const passed = line.shift();
        if (passed !== undefined) line.push(passed);
      }
      let message = line.shift();
      while (message !== undefined && message.state !== "ready") message = line.shift();
      return message;
    },
    close() {},
    started() {},
    ended() {},
  };
}

interface Group {
  /** All that are not gone, and some that are, in order. */
  readonly line: Deque<QueuedMessage>;
  /** How many are in flight: while there are any, nothing of the group is received. */
  inFlight: number;
  isWaiting: boolean;
}

/**
 * The order of a FIFO queue: within a group that of sending, and nothing of a group whose messages are in flight. A receiver gets as many
 * as possible of one group, then of the next.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagegroupid-property.html
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
 */
export function fifoOrder(): Order {
  const groups = new Map<string, Group>();
  const waiting = new Deque<Group>();
  /** The groups that the present receiver was given messages of, the last of which goes on at a place in its line. */
  const opened: Group[] = [];
  let place = 0;

  function groupOf({ groupId = "" }: QueuedMessage): Group {
    const known = groups.get(groupId);
    if (known !== undefined) return known;
    const group: Group = { line: new Deque(), inFlight: 0, isWaiting: false };
    groups.set(groupId, group);
    return group;
  }

  function trim({ line }: Group): void {
    while (line.at(0)?.state === "gone") line.shift();
  }

  function wait(group: Group): void {
    if (group.isWaiting || group.inFlight > 0) return;
    trim(group);
    if (group.line.at(0)?.state !== "ready") return;
    group.isWaiting = true;
    waiting.push(group);
  }

  function openNext(): boolean {
    for (let group = waiting.shift(); group !== undefined; group = waiting.shift()) {
      group.isWaiting = false;
      if (group.inFlight > 0) continue;
      trim(group);
      opened.push(group);
      place = 0;
      return true;
    }
    return false;
  }

  return {
    added: message => groupOf(message).line.push(message),
    ready: message => wait(groupOf(message)),
    next() {
      do {
        let message = opened.at(-1)?.line.at(place++);
        while (message?.state === "gone") message = opened.at(-1)?.line.at(place++);
        // One that is delayed holds up those behind it.
        if (message?.state === "ready") return message;
      } while (openNext());
      return undefined;
    },
    close() {
      for (const group of opened.splice(0)) wait(group);
    },
    started(message) {
      groupOf(message).inFlight++;
    },
    ended(message) {
      const group = groupOf(message);
      group.inFlight--;
      wait(group);
      if (group.inFlight === 0 && group.line.length === 0) groups.delete(message.groupId ?? "");
    },
  };
}
