import type { Trigger } from "../../src/events/trigger.ts";
import { type BusEntry, type BusRule, putEvent } from "./buses.ts";
import { type Clock, virtualClock } from "./clock.ts";
import { type Faults, type Handler, type LambdaFunction, lambdaFunction } from "./functions.ts";
import { type GivenUp, invokeLater } from "./pollers/invokeLater.ts";
import { pollQueue } from "./pollers/queuePoller.ts";
import { type Queues, queueService } from "./queues/service.ts";
import type { Queue } from "./queues/types.ts";
import { type Random, seededRandom } from "./random.ts";
import { type Published, publish, type Subscription } from "./topics.ts";
import { type Work, workOn } from "./work.ts";

/** A function and where its events come from. */
export interface AppFunction {
  readonly handler: Handler;
  readonly trigger: Trigger;
}

/** How an emulated AWS begins. */
export interface AppOptions {
  readonly seed: number;
  /** Milliseconds since 1970. */
  readonly start: number;
  /** In seconds. */
  readonly timeout: number;
  readonly concurrency: number;
  readonly faults: Faults;
  /** Makes the error of what goes wrong in the emulator itself. */
  readonly fail: (message: string) => Error;
}

/** An AWS of one's own. */
export interface AwsApp {
  readonly clock: Clock;
  readonly random: Random;
  readonly work: Work;
  readonly queues: Queues;
  readonly functions: ReadonlyMap<string, LambdaFunction>;
  /** The events that a function was given up with. */
  readonly givenUp: ReadonlyMap<string, readonly GivenUp[]>;
  /** Publishes to a topic, and gives the id of the message. */
  publish(topic: string, published: Published): string;
  /** Puts an event on a bus, and gives its id. */
  putEvent(entry: BusEntry): string;
}

/** The name of a queue on AWS. */
export const queueNameOf = ({ name, fifo = false }: { name: string; fifo?: boolean }): string =>
  fifo ? `${name}.fifo` : name;

/** The name of the queue that has what another gave up. */
export const deadLettersOf = (name: string): string =>
  name.replace(/(?=\.fifo$)|(?<!\.fifo)$/, "-dead-letters");

function queueOf(queues: Queues, declared: Extract<Trigger, { type: "queue" }>): Queue {
  const name = queueNameOf(declared);
  const deadLetters = deadLettersOf(name);
  // AWS keeps messages for 4 days, and for 14 at most, which a queue of dead letters is to have.
  queues.create(deadLetters, { retention: 1_209_600, contentBasedDeduplication: true });
  const { visibilityTimeout = 30, delay = 0, maxReceiveCount = 3 } = declared;
  return queues.create(name, {
    visibilityTimeout,
    delay,
    contentBasedDeduplication: true,
    redrive: { maxReceiveCount, deadLetters },
  });
}

/**
 * Makes an AWS in this process: what the functions declare is there, and invokes them, when the clock moves.
 *
 * @param functions by their names
 */
export function awsApp(functions: Readonly<Record<string, AppFunction>>, options: AppOptions): AwsApp {
  const { seed, start, concurrency, faults, fail } = options;
  const clock = virtualClock(start);
  const random = seededRandom(seed);
  const work = workOn(clock, fail);
  const queues = queueService({ clock, random, reorder: faults.reorder ?? 0 });
  const made = new Map<string, LambdaFunction>();
  const world = { clock, random, faults, timeout: options.timeout * 1000, concurrency };
  const givenUp = new Map<string, GivenUp[]>();
  const subscriptions: Subscription[] = [];
  const rules: BusRule[] = [];

  function poll(fn: LambdaFunction, declared: Extract<Trigger, { type: "queue" }>): void {
    const { batchSize = 10, batchWindow = 0, maxConcurrency } = declared;
    const mapping = {
      batchSize,
      batchWindow: batchWindow * 1000,
      maxConcurrency,
      duplicate: faults.duplicate ?? 0,
    };
    pollQueue(queueOf(queues, declared), fn, mapping, { clock, random, work });
  }

  for (const [name, { handler, trigger }] of Object.entries(functions)) {
    const fn = lambdaFunction(name, handler, world);
    const lost: GivenUp[] = [];
    made.set(name, fn);
    givenUp.set(name, lost);
    const take = invokeLater(fn, { clock, work }, given => lost.push(given));
    if (trigger.type === "queue") poll(fn, trigger);
    else if (trigger.type === "topic") {
      subscriptions.push({ topic: trigger.name, filterPolicy: trigger.filterPolicy, take });
    } else if (trigger.type === "bus") {
      rules.push({ bus: trigger.name ?? "default", pattern: trigger.pattern, take });
    } else throw fail(`What a ${trigger.type} sends is not emulated: handlers.${name}`);
  }
  return {
    clock,
    random,
    work,
    queues,
    functions: made,
    givenUp,
    publish: (topic, published) => publish(topic, published, subscriptions, { clock, random }),
    putEvent: entry => putEvent(entry, rules, { clock, random }),
  };
}
