import { checkOptions, type OptionTable } from "../core/options.ts";
import { wrongIn } from "./pattern.ts";
import type {
  DeclaredBucket,
  DeclaredBus,
  DeclaredQueue,
  DeclaredSchedule,
  DeclaredStream,
  DeclaredTopic,
  Trigger,
} from "./trigger.ts";

// Each function below has its table beside it, so that a bundle of one factory carries one of them.

const plainName = /^[\w-]{1,75}$/;
const bucketName = /^[a-z\d][a-z\d.-]{1,61}[a-z\d]$/;
const anyName = /^[\w.-]{1,255}$/;

/** Numbers that must be whole and in a range. */
type Ranges<Own> = { readonly [K in keyof Own]?: readonly [least: number, most: number] };

function check<Own extends object>(
  factory: string,
  type: Trigger["type"],
  given: Own,
  kinds: OptionTable<Own>,
  ranges: Ranges<Own> = {},
): void {
  checkOptions(`${factory}: option "${type}"`, given, kinds);
  for (const [name, range] of Object.entries(ranges) as [string, [number, number]][]) {
    const value = given[name as keyof Own] as number | undefined;
    if (value === undefined) continue;
    const [least, most] = range;
    if (value < least || value > most) throw wrong(factory, `${type}.${name}`, `from ${least} to ${most}`);
  }
}

const wrong = (factory: string, option: string, wanted: string): TypeError =>
  new TypeError(`${factory}: option "${option}" must be ${wanted}`);

function checkName(factory: string, type: string, name: unknown, form: RegExp): void {
  if (typeof name === "string" && form.test(name)) return;
  throw wrong(
    factory,
    `${type}.name`,
    form === bucketName ? "the name of a bucket" : "letters, digits, - and _",
  );
}

/**
 * Reads the option `queue` of a factory.
 *
 * @param factory who asks, for the messages
 * @throws TypeError naming what is wrong in it
 */
export function queueTrigger(factory: string, queue: DeclaredQueue | undefined): Trigger | undefined {
  if (queue === undefined) return undefined;
  check(
    factory,
    "queue",
    queue,
    {
      name: "string",
      fifo: "boolean",
      visibilityTimeout: "count",
      maxReceiveCount: "count",
      delay: "count",
      batchSize: "count",
      batchWindow: "count",
      maxConcurrency: "count",
    },
    {
      visibilityTimeout: [0, 43_200],
      maxReceiveCount: [1, 1000],
      delay: [0, 900],
      batchSize: [1, queue.fifo ? 10 : 10_000],
      batchWindow: [0, queue.fifo ? 0 : 300],
      maxConcurrency: [2, 1000],
    },
  );
  checkName(factory, "queue", queue.name, plainName);
  const { batchSize = 10, batchWindow = 0 } = queue;
  if (batchSize > 10 && batchWindow < 1)
    throw wrong(factory, "queue.batchWindow", "at least 1 where batchSize is more than 10");
  return { type: "queue", ...queue };
}

/** Reads the option `bucket` of a factory, as {@link queueTrigger} does. */
export function bucketTrigger(factory: string, bucket: DeclaredBucket | undefined): Trigger | undefined {
  if (bucket === undefined) return undefined;
  check(factory, "bucket", bucket, { name: "string", events: "names", prefix: "string", suffix: "string" });
  checkName(factory, "bucket", bucket.name, bucketName);
  if (bucket.events?.length === 0) throw wrong(factory, "bucket.events", "names of events");
  return { type: "bucket", ...bucket };
}

/** Reads the option `schedule` of a factory, as {@link queueTrigger} does. */
export function scheduleTrigger(
  factory: string,
  schedule: DeclaredSchedule | undefined,
): Trigger | undefined {
  if (schedule === undefined) return undefined;
  check(factory, "schedule", schedule, { name: "string", expression: "string", input: "any" });
  const { name, expression } = schedule;
  if (name !== undefined) checkName(factory, "schedule", name, plainName);
  // A rate of 1 has its unit in the singular, and no other has; of the two days of a cron one is `?`:
  // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
  const form =
    /^(?:rate\((?:1 (?:minute|hour|day)|(?!0\b|1 )\d{1,9} (?:minute|hour|day)s)\)|cron\((?=\S+ \S+ (?:\? \S+ \S+|[^?\s]+ \S+ \?) )[\dA-Za-z*?,/#-]+(?: [\dA-Za-z*?,/#-]+){5}\))$/;
  if (!form.test(expression ?? "")) {
    throw wrong(factory, "schedule.expression", '"rate(5 minutes)" or "cron(0 8 ? * MON-FRI *)"');
  }
  return { type: "schedule", ...schedule };
}

/** Reads the option `stream` of a factory, as {@link queueTrigger} does. */
export function streamTrigger(factory: string, stream: DeclaredStream | undefined): Trigger | undefined {
  if (stream === undefined) return undefined;
  check(
    factory,
    "stream",
    stream,
    {
      kind: "string",
      name: "string",
      model: "model",
      batchSize: "count",
      batchWindow: "count",
      startingPosition: "string",
      maximumRetryAttempts: "count",
      bisect: "boolean",
      parallelizationFactor: "count",
    },
    {
      batchSize: [1, 10_000],
      batchWindow: [0, 300],
      maximumRetryAttempts: [0, 10_000],
      parallelizationFactor: [1, 10],
    },
  );
  const { kind, name, model, startingPosition = "LATEST" } = stream;
  if (kind !== "dynamodb" && kind !== "kinesis")
    throw wrong(factory, "stream.kind", '"dynamodb" or "kinesis"');
  if (startingPosition !== "LATEST" && startingPosition !== "TRIM_HORIZON") {
    throw wrong(factory, "stream.startingPosition", '"TRIM_HORIZON" or "LATEST"');
  }
  if (name !== undefined || model === undefined) checkName(factory, "stream", name, anyName);
  return { type: "stream", ...stream };
}

function checkPattern(factory: string, option: string, pattern: unknown): void {
  const place = wrongIn(pattern, option);
  if (place === undefined) return;
  const wanted = place === option ? "a pattern of events" : "a list of values and comparisons, or fields";
  throw wrong(factory, place, wanted);
}

/** Reads the option `bus` of a factory, as {@link queueTrigger} does. */
export function busTrigger(factory: string, bus: DeclaredBus | undefined): Trigger | undefined {
  if (bus === undefined) return undefined;
  check(factory, "bus", bus, { name: "string", pattern: "object" });
  if (bus.name !== undefined) checkName(factory, "bus", bus.name, anyName);
  checkPattern(factory, "bus.pattern", bus.pattern);
  return { type: "bus", ...bus };
}

/** Reads the option `topic` of a factory, as {@link queueTrigger} does. */
export function topicTrigger(factory: string, topic: DeclaredTopic | undefined): Trigger | undefined {
  if (topic === undefined) return undefined;
  check(factory, "topic", topic, { name: "string", filterPolicy: "object" });
  checkName(factory, "topic", topic.name, anyName);
  if (topic.filterPolicy !== undefined) checkPattern(factory, "topic.filterPolicy", topic.filterPolicy);
  return { type: "topic", ...topic };
}
