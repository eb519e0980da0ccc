import type { Timer } from "../clock.ts";
import { account, region } from "../region.ts";
import { checkMessage, checkVisibility } from "./checkMessage.ts";
import { deduplication, deduplicationIdOf } from "./deduplication.ts";
import { fifoOrder, type Order, standardOrder } from "./order.ts";
import {
  type Queue,
  type QueuedMessage,
  QueueError,
  type QueueSettings,
  type QueueWorld,
  type SentMessage,
} from "./types.ts";

/** The most messages of a queue that are in flight: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const mostInFlight = 120_000;

export const arnOf = (name: string): string => `arn:aws:sqs:${region}:${account}:${name}`;

/**
 * Makes a queue.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
 */
export function makeQueue(settings: QueueSettings, world: QueueWorld): Queue {
  const { clock, random } = world;
  const { fifo } = settings;
  const order: Order = fifo ? fifoOrder() : standardOrder(random, world.reorder);
  const all = new Set<QueuedMessage>();
  const byReceipt = new Map<string, QueuedMessage>();
  const timers = new Map<QueuedMessage, Timer>();
  const sent = deduplication<QueuedMessage>();
  const listeners = new Set<() => unknown>();
  // About as long as the handles of SQS are, so that nothing too short is made for them.
  const receiptStart = `AQEB${random.hex(128)}`;
  let sequence = 18_849_496_460_467_696_128n;
  let receives = 0;
  let inFlight = 0;

  function nextSequence(): string {
    sequence += 256n;
    return String(sequence);
  }

  function tell(): void {
    for (const listener of listeners) if (listener() === false) listeners.delete(listener);
  }

  /** Hides a message until a moment, after which it may be received. */
  function hide(message: QueuedMessage, state: "delayed" | "in flight", until: number): void {
    message.state = state;
    message.visibleAt = until;
    timers.get(message)?.cancel();
    timers.set(
      message,
      clock.at(until, () => show(message)),
    );
  }

  function show(message: QueuedMessage): void {
    timers.delete(message);
    const wasInFlight = message.state === "in flight";
    message.state = "ready";
    if (wasInFlight) {
      inFlight--;
      order.ended(message);
    }
    order.ready(message);
    tell();
  }

  function enter(message: QueuedMessage, delay: number): QueuedMessage {
    all.add(message);
    order.added(message);
    if (delay > 0) {
      hide(message, "delayed", clock.now() + delay * 1000);
      return message;
    }
    order.ready(message);
    tell();
    return message;
  }

  function leave(message: QueuedMessage): void {
    const wasInFlight = message.state === "in flight";
    message.state = "gone";
    all.delete(message);
    timers.get(message)?.cancel();
    timers.delete(message);
    if (message.receipt !== undefined) byReceipt.delete(message.receipt);
    if (!wasInFlight) return;
    inFlight--;
    order.ended(message);
  }

  function makeMessage(given: SentMessage): QueuedMessage {
    const now = clock.now();
    return {
      ...given,
      attributes: given.attributes ?? {},
      ...(fifo && {
        deduplicationId: deduplicationIdOf(given),
        sequenceNumber: nextSequence(),
      }),
      id: random.uuid(),
      sentAt: now,
      firstReceivedAt: undefined,
      receiveCount: 0,
      visibleAt: now,
      state: "ready",
      receipt: undefined,
    };
  }

  function start(message: QueuedMessage, timeout: number): void {
    const now = clock.now();
    if (message.receipt !== undefined) byReceipt.delete(message.receipt);
    message.receipt = `${receiptStart}${message.id.replaceAll("-", "")}${(++receives).toString(36)}`;
    byReceipt.set(message.receipt, message);
    message.receiveCount++;
    message.firstReceivedAt ??= now;
    inFlight++;
    order.started(message);
    hide(message, "in flight", now + timeout * 1000);
  }

  /** True when the message is to be received; else it is gone, to the dead-letter queue or for ever. */
  function isDue(message: QueuedMessage): boolean {
    if (message.sentAt + settings.retention * 1000 <= clock.now()) {
      leave(message);
      return false;
    }
    const { maxReceiveCount = Number.POSITIVE_INFINITY, deadLetters: name = "" } = settings.redrive ?? {};
    const deadLetters = message.receiveCount < maxReceiveCount ? undefined : world.find(name);
    if (deadLetters === undefined) return true;
    leave(message);
    deadLetters.accept(message, queue);
    return false;
  }

  function ofReceipt(receipt: string): QueuedMessage | undefined {
    if (receipt.startsWith(receiptStart)) return byReceipt.get(receipt);
    throw new QueueError(
      "ReceiptHandleIsInvalid",
      `The input receipt handle "${receipt}" is not a valid receipt handle.`,
    );
  }

  const queue: Queue = {
    settings,
    arn: arnOf(settings.name),
    send(given) {
      checkMessage(settings, given);
      const now = clock.now();
      const id = fifo ? deduplicationIdOf(given) : "";
      const twin = fifo ? sent.find(id, now) : undefined;
      if (twin !== undefined) return twin;
      const message = makeMessage(given);
      if (fifo) sent.remember(id, message, now);
      return enter(message, given.delay ?? settings.delay);
    },
    receive({ max, visibilityTimeout = settings.visibilityTimeout, takes = () => true }) {
      const taken: QueuedMessage[] = [];
      while (taken.length < max && inFlight < mostInFlight) {
        const message = order.next();
        if (message === undefined) break;
        if (!isDue(message)) continue;
        if (!takes(message)) {
          order.ready(message);
          break;
        }
        start(message, visibilityTimeout);
        taken.push(message);
      }
      order.close();
      return taken;
    },
    delete(receipt) {
      const message = ofReceipt(receipt);
      if (fifo && message?.state !== "in flight") {
        if (message === undefined) return;
        throw new QueueError(
          "InvalidParameterValue",
          `Value ${receipt} for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.`,
        );
      }
      if (message !== undefined) leave(message);
    },
    changeVisibility(receipt, seconds) {
      checkVisibility(seconds);
      const message = ofReceipt(receipt);
      if (message?.state !== "in flight") {
        throw new QueueError("MessageNotInflight", "The specified message isn't in flight.");
      }
      if (seconds > 0) return hide(message, "in flight", clock.now() + seconds * 1000);
      timers.get(message)?.cancel();
      show(message);
    },
    purge() {
      for (const message of [...all]) leave(message);
    },
    accept(message, from) {
      enter(
        {
          ...message,
          ...(fifo && { sequenceNumber: nextSequence(), sentAt: clock.now() }),
          state: "ready",
          receipt: undefined,
          deadLetterSource: from.arn,
        },
        0,
      );
    },
    messages: () => [...all],
    onReady: listener => void listeners.add(listener),
  };
  return queue;
}
