/** A queue of SQS that a handler takes its messages from. */
export interface DeclaredQueue {
  /** Letters, digits, `-` and `_`; that of a FIFO queue goes on with `.fifo` on AWS, which is not written here. */
  name: string;
  /** Whether the messages of a group come in order, one batch at a time. @default false */
  fifo?: boolean;
  /** For how many seconds a message that was received is hidden from others; up to 43200. @default 30 */
  visibilityTimeout?: number;
  /** How often a message is received before it goes to the dead-letter queue; up to 1000. @default 3 */
  maxReceiveCount?: number;
  /** For how many seconds new messages are hidden; up to 900. @default 0 */
  delay?: number;
  /** How many messages the handler gets at once: up to 10 of a FIFO queue, 10000 of another. @default 10 */
  batchSize?: number;
  /** For how many seconds messages are gathered; up to 300, and at least 1 for batches of more than 10. Not for FIFO queues. @default 0 */
  batchWindow?: number;
  /** How many batches run at once; from 2 to 1000. @default as many as Lambda has room for */
  maxConcurrency?: number;
}

/** A schedule of EventBridge that invokes a handler. */
export interface DeclaredSchedule {
  /** @default the name of the function */
  name?: string;
  /** `rate(5 minutes)` or `cron(0 8 ? * MON-FRI *)`, in UTC. */
  expression: string;
  /** What the handler gets instead of the scheduled event. */
  input?: unknown;
}

/** A bucket of S3 whose notifications a handler gets. */
export interface DeclaredBucket {
  name: string;
  /** @default ["s3:ObjectCreated:*"], with or without `s3:` */
  events?: readonly string[];
  /** How the keys of its objects begin. */
  prefix?: string;
  /** How they end. */
  suffix?: string;
}

/** A stream of DynamoDB or Kinesis whose records a handler gets. */
export interface DeclaredStream {
  kind: "dynamodb" | "kinesis";
  /** The table, or the stream of Kinesis. */
  name?: string;
  /** The model of the table, instead of its name. */
  model?: object;
  /** How many records the handler gets at once; up to 10000. @default 100 */
  batchSize?: number;
  /** For how many seconds records are gathered; up to 300. @default 0 */
  batchWindow?: number;
  /** Where a new stream begins. @default "TRIM_HORIZON" */
  startingPosition?: "TRIM_HORIZON" | "LATEST";
  /** How often records are tried again, after which they are given up; up to 10000. @default until they expire */
  maximumRetryAttempts?: number;
  /** Whether a batch that failed is halved for the next try. @default false */
  bisect?: boolean;
  /** How many batches of a shard run at once; up to 10. @default 1 */
  parallelizationFactor?: number;
}

/** A bus of EventBridge whose events a handler gets. */
export interface DeclaredBus {
  /** @default "default" */
  name?: string;
  /** Which events: `{ source: ["shop"], detail: { total: [{ numeric: [">", 100] }] } }`. */
  pattern: Readonly<Record<string, unknown>>;
}

/** A topic of SNS whose messages a handler gets. */
export interface DeclaredTopic {
  name: string;
  /** Which messages, by their attributes: `{ kind: ["order"] }`. */
  filterPolicy?: Readonly<Record<string, unknown>>;
}

/** Where the events of a handler come from, as it declares it: the option of this name of its factory. */
export type Trigger =
  | ({ readonly type: "queue" } & Readonly<DeclaredQueue>)
  | ({ readonly type: "schedule" } & Readonly<DeclaredSchedule>)
  | ({ readonly type: "bucket" } & Readonly<DeclaredBucket>)
  | ({ readonly type: "stream" } & Readonly<DeclaredStream>)
  | ({ readonly type: "bus" } & Readonly<DeclaredBus>)
  | ({ readonly type: "topic" } & Readonly<DeclaredTopic>);

const triggers = new WeakMap<object, Trigger>();

/**
 * Notes on a handler where its events come from.
 *
 * @param handler what a factory made
 * @param trigger what its options declare; nothing is noted without it
 * @returns the handler
 */
export function declareTrigger<Handler extends object>(
  handler: Handler,
  trigger: Trigger | undefined,
): Handler {
  if (trigger !== undefined) triggers.set(handler, trigger);
  return handler;
}

/** Where the events of a handler come from; `undefined` when it does not say, or is none of ours. */
export function triggerOf(handler: object): Trigger | undefined {
  return triggers.get(handler);
}
