import { describe, expect, it } from "vitest";
import { s3Handler } from "../../../generics/s3Handler.ts";
import { sqsHandler } from "../../../generics/sqsHandler.ts";
import {
  bucketTrigger,
  busTrigger,
  queueTrigger,
  scheduleTrigger,
  streamTrigger,
  topicTrigger,
} from "../../../src/events/declare.ts";
import { triggerOf } from "../../../src/events/trigger.ts";

const readers = {
  queue: queueTrigger,
  bucket: bucketTrigger,
  schedule: scheduleTrigger,
  stream: streamTrigger,
  bus: busTrigger,
  topic: topicTrigger,
} as const;

type Type = keyof typeof readers;
const read = (type: Type, given: unknown): unknown =>
  (readers[type] as (...args: unknown[]) => unknown)("f", given);

describe("what a handler declares of its events", () => {
  it("is kept on it, and only where it declares something", () => {
    const queue = { name: "orders", fifo: true, batchSize: 5 };
    expect(triggerOf(sqsHandler(() => undefined, { queue }))).toEqual({ type: "queue", ...queue });
    expect(triggerOf(s3Handler(() => undefined, { bucket: { name: "uploads" } }))).toEqual({
      type: "bucket",
      name: "uploads",
    });
    expect(triggerOf(sqsHandler(() => undefined))).toBeUndefined();
    expect(() => sqsHandler(() => undefined, { queue: null as never })).toThrow(
      new TypeError('sqsHandler: option "queue" must be an object'),
    );
    expect(() => sqsHandler(() => undefined, { queue: { name: "a b" } })).toThrow(
      new TypeError('sqsHandler: option "queue.name" must be letters, digits, - and _'),
    );
  });

  it.each<[Type, object]>([
    ["queue", { name: "a_B-1", visibilityTimeout: 43_200, maxReceiveCount: 1000, delay: 900 }],
    ["queue", { name: "a", batchSize: 10_000, batchWindow: 1, maxConcurrency: 2 }],
    ["queue", { name: "a", fifo: true, batchSize: 10, batchWindow: 0 }],
    ["bucket", { name: "my.bucket-1", events: ["ObjectCreated:*"], prefix: "in/", suffix: ".csv" }],
    ["schedule", { expression: "rate(1 minute)" }],
    ["schedule", { name: "nightly", expression: "rate(12 hours)", input: null }],
    ["schedule", { expression: "cron(0/15 8-17 ? * MON-FRI *)" }],
    ["stream", { kind: "kinesis", name: "clicks", startingPosition: "LATEST", bisect: true }],
    ["bus", { pattern: { source: ["shop"] } }],
    [
      "bus",
      { pattern: { $or: [{ source: ["a"] }, { detail: { n: [{ numeric: [">", 1] }, null, 5, true] } }] } },
    ],
    ["bus", { pattern: { detail: { name: [{ "anything-but": { prefix: "x" } }, { exists: false }] } } }],
    ["topic", { name: "news", filterPolicy: { kind: ["a"] } }],
  ])("%s takes %j", (type, given) => {
    expect(read(type, given)).toEqual({ type, ...given });
    expect(read(type, undefined)).toBeUndefined();
  });

  it.each<[Type, unknown, string]>([
    ["queue", {}, 'f: option "queue.name" must be letters, digits, - and _'],
    ["queue", { name: "a.fifo" }, 'f: option "queue.name" must be letters, digits, - and _'],
    [
      "queue",
      { name: "a", colour: 1 },
      'f: option "queue": unknown option "colour"; it takes name, fifo, visibilityTimeout, maxReceiveCount, delay, batchSize, batchWindow, maxConcurrency',
    ],
    [
      "queue",
      { name: "a", visibilityTimeout: 43_201 },
      'f: option "queue.visibilityTimeout" must be from 0 to 43200',
    ],
    ["queue", { name: "a", maxReceiveCount: 0 }, 'f: option "queue.maxReceiveCount" must be from 1 to 1000'],
    ["queue", { name: "a", fifo: true, batchSize: 11 }, 'f: option "queue.batchSize" must be from 1 to 10'],
    ["queue", { name: "a", fifo: true, batchWindow: 1 }, 'f: option "queue.batchWindow" must be from 0 to 0'],
    [
      "queue",
      { name: "a", batchSize: 11 },
      'f: option "queue.batchWindow" must be at least 1 where batchSize is more than 10',
    ],
    ["queue", { name: "a", maxConcurrency: 1 }, 'f: option "queue.maxConcurrency" must be from 2 to 1000'],
    ["bucket", { name: "Upper" }, 'f: option "bucket.name" must be the name of a bucket'],
    ["bucket", { name: "abc", events: [] }, 'f: option "bucket.events" must be names of events'],
    [
      "schedule",
      {},
      'f: option "schedule.expression" must be "rate(5 minutes)" or "cron(0 8 ? * MON-FRI *)"',
    ],
    [
      "schedule",
      { expression: "rate(1 minutes)" },
      'f: option "schedule.expression" must be "rate(5 minutes)" or "cron(0 8 ? * MON-FRI *)"',
    ],
    [
      "schedule",
      { expression: "rate(5 minute)" },
      'f: option "schedule.expression" must be "rate(5 minutes)" or "cron(0 8 ? * MON-FRI *)"',
    ],
    [
      "schedule",
      { expression: "rate(0 minutes)" },
      'f: option "schedule.expression" must be "rate(5 minutes)" or "cron(0 8 ? * MON-FRI *)"',
    ],
    [
      "schedule",
      { expression: "cron(* * * * *)" },
      'f: option "schedule.expression" must be "rate(5 minutes)" or "cron(0 8 ? * MON-FRI *)"',
    ],
    ["stream", { kind: "sql", name: "a" }, 'f: option "stream.kind" must be "dynamodb" or "kinesis"'],
    ["stream", { kind: "dynamodb" }, 'f: option "stream.name" must be letters, digits, - and _'],
    [
      "stream",
      { kind: "dynamodb", name: "a", startingPosition: "NOW" },
      'f: option "stream.startingPosition" must be "TRIM_HORIZON" or "LATEST"',
    ],
    [
      "stream",
      { kind: "dynamodb", name: "a", parallelizationFactor: 11 },
      'f: option "stream.parallelizationFactor" must be from 1 to 10',
    ],
    ["bus", { name: "a", pattern: {} }, 'f: option "bus.pattern" must be a pattern of events'],
    ["bus", { name: "a" }, 'f: option "bus.pattern" must be a pattern of events'],
    ["bus", { pattern: ["shop"] }, 'f: option "bus": option "pattern" must be an object'],
    ...(
      [
        [{ source: "shop" }, "source"],
        [{ source: [] }, "source"],
        [{ source: [["shop"]] }, "source"],
        [{ source: ["shop"], detail: {} }, "detail"],
        [{ detail: { total: [{ over: 5 }] } }, "detail.total"],
        [{ detail: { total: [{ prefix: "a", suffix: "b" }] } }, "detail.total"],
        [{ $or: [{ source: ["shop"] }] }, "$or"],
        [{ $or: [{ source: ["shop"] }, { source: 1 }] }, "$or.1.source"],
      ] as const
    ).flatMap(([pattern, place]): [Type, unknown, string][] => [
      [
        "bus",
        { pattern },
        `f: option "bus.pattern.${place}" must be a list of values and comparisons, or fields`,
      ],
      [
        "topic",
        { name: "a", filterPolicy: pattern },
        `f: option "topic.filterPolicy.${place}" must be a list of values and comparisons, or fields`,
      ],
    ]),
    ...["cron(0 8 * * * *)", "cron(0 8 ? * ?)", "cron(0 8 ? * MON *) ", "cron(0 8 ? * M;N *)"].map(
      (expression): [Type, unknown, string] => [
        "schedule",
        { expression },
        'f: option "schedule.expression" must be "rate(5 minutes)" or "cron(0 8 ? * MON-FRI *)"',
      ],
    ),
    ["topic", { filterPolicy: {} }, 'f: option "topic.name" must be letters, digits, - and _'],
  ])("%s refuses %j", (type, given, message) => {
    expect(() => read(type, given)).toThrow(new TypeError(message));
  });
});
