import { isObject } from "../../../src/core/objects.ts";
import { checkOptions } from "../../../src/core/options.ts";
import { triggerOf } from "../../../src/events/trigger.ts";
import { type AppFunction, type AwsApp, awsApp, deadLettersOf } from "../../aws/app.ts";
import type { QueueServer } from "../../aws/endpoint/serve.ts";
import type { Faults } from "../../aws/functions.ts";
import type { Queue, QueuedMessage } from "../../aws/queues/types.ts";
import { runInside } from "../../aws/runs/run.ts";
import type { AnyHandler } from "../requests/invoke.ts";
import {
  type PublishOptions,
  type SendOptions,
  sentMessage,
  type TestBusEvent,
  textOf,
} from "./sentMessage.ts";

/** Options of {@link testApp}. */
export interface TestAppOptions {
  /** What all that is random comes of: the same seed gives the same run. @default 1 */
  seed?: number;
  /** The moment at which its clock stands. @default 2026-01-01T00:00:00Z */
  start?: Date | string;
  /** How many seconds a run of a handler may take. @default 30 */
  timeout?: number;
  /** How many runs of a handler there may be at once; what is more is throttled. @default 1000 */
  concurrency?: number;
  /** What is to go wrong, each with its probability. @default nothing */
  faults?: Faults;
}

/** A message in a queue of {@link testApp}. */
export interface TestQueueMessage {
  readonly messageId: string;
  readonly body: string;
  readonly groupId: string | undefined;
  readonly deduplicationId: string | undefined;
  /** How often it was received. */
  readonly receiveCount: number;
  readonly sentAt: Date;
  /** Until when nobody can receive it; `undefined` when somebody can now. */
  readonly hiddenUntil: Date | undefined;
}

/** A queue of {@link testApp}, as it is when it is asked for. */
export interface TestQueue {
  /** All messages that were not taken yet, those in flight and delayed too, in the order of sending. */
  readonly messages: readonly TestQueueMessage[];
  /** Those that were received too often. */
  readonly deadLetters: readonly TestQueueMessage[];
}

/** An AWS in this process. */
export interface TestApp {
  readonly seed: number;
  /** The moment that its clock shows. */
  now(): Date;
  /**
   * Sends a message to a queue. Handlers run when the clock moves: by `advance` or `drain`.
   *
   * @param queue its name, as it was declared
   * @param body text as it is, all else as JSON
   * @returns the ids that SQS gives it
   * @throws QueueError as SQS does
   */
  send(
    queue: string,
    body: unknown,
    options?: SendOptions,
  ): Promise<{ messageId: string; sequenceNumber?: string }>;
  /**
   * Publishes a message to a topic: to the handlers that declare it by `topic`, and whose filter policy takes its attributes. What fails is
   * tried again after a minute, and after two more.
   *
   * @param message text as it is, all else as JSON
   */
  publish(topic: string, message: unknown, options?: PublishOptions): Promise<{ messageId: string }>;
  /** Puts an event on a bus of EventBridge: it goes to the handlers that declare a pattern by `bus` which it fits. */
  putEvent(event: TestBusEvent): Promise<{ eventId: string }>;
  /** The events of topics and buses that a handler failed with three times, which Lambda gives up. */
  givenUp(handler: string): readonly { readonly event: unknown; readonly error: unknown }[];
  /**
   * Moves the clock: messages become visible, batches are gathered, handlers run; each is waited for. A handler may call it too, to
   * take that long.
   */
  advance(milliseconds: number): Promise<void>;
  /** Moves the clock until nothing is left to happen. */
  drain(): Promise<void>;
  /**
   * Shows a queue.
   *
   * @throws TypeError when there is none of that name
   */
  queue(name: string): TestQueue;
  /**
   * Lets the process die at an await of a handler's next run: nothing behind it happens, neither `catch` nor `finally`.
   *
   * @param step which await of a promise, from 1
   * @param handler its key; the only one, unless told
   * @throws TypeError when there is no such handler
   */
  kill(step: number, handler?: string): void;
  /**
   * Serves the queues to clients of SQS: `new SQSClient({ endpoint, region: "us-east-1", credentials })`. Long polls wait by the app's clock.
   *
   * @param port any that is free, unless told
   */
  listen(port?: number): Promise<QueueServer>;
  /** Runs something whose `Date` is the clock's: requests to an API of the app, a look at a lease. */
  run<Result>(act: () => Result | Promise<Result>): Promise<Result>;
}

function functionsOf(handlers: unknown): Record<string, AppFunction> {
  if (!isObject(handlers)) throw new TypeError("testApp: handlers must be an object");
  const functions: Record<string, AppFunction> = {};
  const queues = new Map<string, string>();
  for (const [name, handler] of Object.entries(handlers)) {
    if (typeof handler !== "function") throw new TypeError(`testApp: handlers.${name} must be a handler`);
    const trigger = triggerOf(handler);
    if (trigger === undefined) {
      throw new TypeError(
        `testApp: handlers.${name} declares nothing that its events come from, such as a queue`,
      );
    }
    if (trigger.type === "queue") {
      const other = queues.get(trigger.name);
      if (other !== undefined) {
        throw new TypeError(
          `testApp: handlers.${other} and handlers.${name} declare the same queue, ${trigger.name}`,
        );
      }
      queues.set(trigger.name, name);
    }
    functions[name] = { handler: handler as AppFunction["handler"], trigger };
  }
  return functions;
}

function checkFaults(faults: Faults): void {
  checkOptions('testApp: option "faults"', faults, {
    crash: "number",
    duplicate: "number",
    throttle: "number",
    reorder: "number",
  });
  for (const [name, value] of Object.entries(faults) as [string, number][]) {
    if (value >= 0 && value < 1) continue;
    throw new TypeError(`testApp: option "faults.${name}" must be at least 0 and less than 1`);
  }
}

const shown = (message: QueuedMessage, now: number): TestQueueMessage => ({
  messageId: message.id,
  body: message.body,
  groupId: message.groupId,
  deduplicationId: message.deduplicationId,
  receiveCount: message.receiveCount,
  sentAt: new Date(message.sentAt),
  hiddenUntil:
    message.state === "ready" || message.visibleAt <= now ? undefined : new Date(message.visibleAt),
});

/**
 * Makes an AWS in this process, for tests: the queues that handlers declare, under a clock that stands still until the test moves it.
 * What handlers run sees that clock in `Date`, leases and all; what is random comes of the seed.
 *
 * @param handlers by the names of their functions
 * @param options the seed, the moment, and what is to go wrong
 * @throws TypeError naming a wrong option, or a handler that declares nothing
 * @example
 * const app = testApp({ orders: sqsHandler(ship, { queue: { name: "orders", maxReceiveCount: 5 } }) }, { seed: 7 });
 * await app.send("orders", { id: "o1" });
 * await app.drain();
 * app.queue("orders").deadLetters; // []
 */
export function testApp(
  handlers: Readonly<Record<string, AnyHandler>>,
  options: TestAppOptions = {},
): TestApp {
  checkOptions("testApp", options, {
    seed: "count",
    start: ["object", "string"],
    timeout: "count",
    concurrency: "count",
    faults: "object",
  });
  const { seed = 1, start = "2026-01-01T00:00:00Z", timeout = 30, concurrency = 1000, faults = {} } = options;
  const moment = new Date(start).getTime();
  if (Number.isNaN(moment)) throw new TypeError('testApp: option "start" must be a date');
  if (timeout < 1 || timeout > 900) throw new TypeError('testApp: option "timeout" must be from 1 to 900');
  if (concurrency < 1) throw new TypeError('testApp: option "concurrency" must be at least 1');
  checkFaults(faults);
  const fail = (message: string): Error => new Error(`${message} (seed ${seed})`);
  const app: AwsApp = awsApp(functionsOf(handlers), {
    seed,
    start: moment,
    timeout,
    concurrency,
    faults,
    fail,
  });
  const { clock, queues, functions } = app;

  function queueNamed(name: string): Queue {
    const queue = queues.find(name) ?? queues.find(`${name}.fifo`);
    if (queue !== undefined) return queue;
    const names = queues.all().map(({ settings }) => settings.name.replace(/\.fifo$/, ""));
    throw new TypeError(`testApp: there is no queue "${name}"; there are ${names.join(", ") || "none"}`);
  }

  return {
    seed,
    now: () => new Date(clock.now()),
    async send(name, body, options) {
      const { id, sequenceNumber } = queueNamed(name).send(sentMessage(body, options));
      return { messageId: id, ...(sequenceNumber !== undefined && { sequenceNumber }) };
    },
    async publish(topic, message, options = {}) {
      checkOptions("testApp: publish", options, { subject: "string", attributes: "object" });
      const { subject, attributes = {} } = options;
      return { messageId: app.publish(topic, { message: textOf("publish", message), subject, attributes }) };
    },
    async putEvent(event) {
      checkOptions("testApp: putEvent", event ?? null, {
        bus: "string",
        source: "string",
        detailType: "string",
        detail: "object",
        resources: "names",
      });
      const { bus = "default", source, detailType, detail = {}, resources = [] } = event;
      if (!source || !detailType) throw new TypeError("testApp: putEvent takes a source and a detailType");
      return { eventId: app.putEvent({ bus, source, detailType, detail, resources }) };
    },
    givenUp(name) {
      const events = app.givenUp.get(name);
      if (events === undefined) throw new TypeError(`testApp: there is no handler "${name}"`);
      return [...events];
    },
    async advance(milliseconds) {
      if (!(milliseconds >= 0)) throw new TypeError("testApp: advance takes milliseconds of at least 0");
      await app.work.advance(milliseconds);
    },
    drain: () => app.work.drain(),
    queue(name) {
      const queue = queueNamed(name);
      const all = (of: Queue | undefined): TestQueueMessage[] =>
        (of?.messages() ?? []).map(message => shown(message, clock.now()));
      return { messages: all(queue), deadLetters: all(queues.find(deadLettersOf(queue.settings.name))) };
    },
    kill(step, name = [...functions.keys()][0] ?? "") {
      const fn = functions.get(name);
      if (fn === undefined) throw new TypeError(`testApp: there is no handler "${name}"`);
      if (!(Number.isSafeInteger(step) && step >= 1))
        throw new TypeError("testApp: kill takes the number of an await, from 1");
      fn.kill(step);
    },
    async listen(port = 0) {
      const { serveSqs } = await import("../../aws/endpoint/serve.ts");
      return serveSqs({ queues, clock }, port);
    },
    async run(act) {
      const end = await runInside(clock, undefined, act);
      if (end !== "died" && "value" in end) return end.value as never;
      throw (end as { error: unknown }).error;
    },
  };
}
