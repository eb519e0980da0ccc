import type { Clock, Timer } from "../clock.ts";
import type { LambdaFunction } from "../functions.ts";
import type { Queue, QueuedMessage } from "../queues/types.ts";
import type { Random } from "../random.ts";
import type { Work } from "../work.ts";
import { failedItems } from "./batchResult.ts";
import { queueRecord } from "./queueRecord.ts";

/** How an event source mapping of SQS is set. */
export interface QueueMapping {
  readonly batchSize: number;
  /** In milliseconds. */
  readonly batchWindow: number;
  readonly maxConcurrency: number | undefined;
  /** How likely the deletion of a message that was taken is lost. */
  readonly duplicate: number;
}

/** What a poller needs of its world. */
export interface PollerWorld {
  readonly clock: Clock;
  readonly random: Random;
  readonly work: Work;
}

/** What Lambda may be invoked with, without the event's own brackets: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const largestEvent = 6_291_456 - 100;
/** What a record has besides its body and attributes. */
const recordOverhead = 1500;
/** https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html */
const batchesAtFirst = 5;
const batchesAMinute = 300;
const mostBatches = 1000;
/** In milliseconds. */
const firstPause = 1000;

/** A message, and the handle of this receipt of it. */
interface Taken {
  readonly message: QueuedMessage;
  readonly receipt: string;
}

/** About what a message takes in an event; texts that can't matter are not measured. */
const weightOf = ({ body, attributes }: QueuedMessage): number => {
  const text = body.length < 50_000 ? body.length * 6 : Buffer.byteLength(JSON.stringify(body));
  return recordOverhead + text + (Object.keys(attributes).length > 0 ? JSON.stringify(attributes).length : 0);
};

/**
 * Polls a queue and invokes a function with batches of its messages, as an event source mapping with `ReportBatchItemFailures` does: what
 * was taken is deleted, and what failed comes again when it is visible again. Where the function is throttled there are fewer batches at
 * once; where it fails there are not, for such a mapping is not scaled down.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export function pollQueue(queue: Queue, fn: LambdaFunction, mapping: QueueMapping, world: PollerWorld): void {
  const { clock, random, work } = world;
  const { batchSize, batchWindow, maxConcurrency = mostBatches, duplicate } = mapping;
  const doubled = new WeakSet<QueuedMessage>();
  let running = 0;
  let slowed = mostBatches;
  let busySince: number | undefined;
  let isPolling = false;
  let gathered: Taken[] = [];
  let weight = 0;
  let isFull = false;
  let windowEnd: Timer | undefined;

  function limit(): number {
    const minutes = busySince === undefined ? 0 : Math.floor((clock.now() - busySince) / 60_000);
    return Math.min(maxConcurrency, slowed, batchesAtFirst + batchesAMinute * minutes);
  }

  function soon(): void {
    if (isPolling) return;
    isPolling = true;
    clock.at(clock.now(), pollNow);
  }

  function hasRoom(message: QueuedMessage): boolean {
    const more = weightOf(message);
    isFull = weight > 0 && weight + more > largestEvent;
    if (!isFull) weight += more;
    return !isFull;
  }

  function pollNow(): void {
    isPolling = false;
    while (running < limit()) {
      // A call of ReceiveMessage gives 10 at most.
      const max = Math.min(10, batchSize - gathered.length);
      const taken = queue.receive({ max, takes: hasRoom });
      for (const message of taken) gathered.push({ message, receipt: message.receipt as string });
      isFull ||= gathered.length >= batchSize;
      if (gathered.length > 0 && (isFull || batchWindow === 0)) flush();
      else if (taken.length === 0) break;
    }
    busySince = running < limit() ? undefined : (busySince ?? clock.now());
    if (gathered.length > 0) windowEnd ??= clock.at(clock.now() + batchWindow, flush);
  }

  function flush(): void {
    windowEnd?.cancel();
    windowEnd = undefined;
    const batch = gathered;
    gathered = [];
    weight = 0;
    isFull = false;
    running++;
    deliver(batch, firstPause);
  }

  function end(): void {
    running--;
    soon();
  }

  function deliver(batch: readonly Taken[], pause: number): void {
    void work.during(async () => {
      const Records = batch.map(({ message }) => queueRecord(message, queue.arn));
      const outcome = await fn.invoke({ Records });
      if (outcome.type === "throttled") return again(batch, pause);
      if (outcome.type === "returned") acknowledge(batch, outcome.result);
      end();
    });
  }

  /** A throttled invocation is tried again with longer and longer pauses, for as long as the messages are nobody else's. */
  function again(batch: readonly Taken[], pause: number): void {
    slowed = Math.max(2, Math.floor(Math.min(slowed, batchesAtFirst) / 2));
    const moment = clock.now() + pause;
    const isOurs = batch.every(
      ({ message, receipt }) => message.receipt === receipt && message.visibleAt > moment,
    );
    if (isOurs) clock.at(moment, () => deliver(batch, pause * 2));
    else end();
  }

  function acknowledge(batch: readonly Taken[], result: unknown): void {
    slowed = Math.min(mostBatches, slowed + 1);
    const failed = failedItems(result, name => batch.some(({ message }) => message.id === name));
    if (failed === "all") return;
    for (const taken of batch) if (!failed.has(taken.message.id)) remove(taken);
  }

  function remove({ message, receipt }: Taken): void {
    if (!doubled.has(message) && random.chance(duplicate)) {
      doubled.add(message);
      return;
    }
    try {
      queue.delete(receipt);
    } catch {
      // The handle has expired: the message comes again.
    }
  }

  queue.onReady(soon);
}
