import type { DynamoDBRecord } from "aws-lambda";
import { checkArgument, checkOptions } from "../src/core/options.ts";
import {
  dynamoStreamSource,
  type ReadChange,
  type StreamChange,
} from "../src/events/batch/dynamoStreamSource.ts";
import type { BatchResult } from "../src/events/batch/source.ts";
import { streamTrigger } from "../src/events/declare.ts";
import { type DeclaredStream, declareTrigger } from "../src/events/trigger.ts";
import type { Model } from "../src/models/types.ts";
import type { LambdaHandler } from "../src/pipeline/assemble.ts";
import { type BatchOptions, batchHandler, batchKinds } from "./parts/batch.ts";
import type { GenericTable } from "./parts/kinds.ts";

type Request = { event: unknown; context: unknown };

/** What to do with the changes of a table; those of a kind that has no function are passed over. */
export interface StreamSteps<T> {
  inserted?: (object: T, change: StreamChange, request: Request) => unknown;
  changed?: (object: T, previous: T, change: StreamChange, request: Request) => unknown;
  /** What is removed no longer is in the table. */
  removed?: (object: T, change: StreamChange, request: Request) => unknown;
}

/** Options of {@link dynamoStreamHandler}. */
export interface DynamoStreamOptions extends Omit<BatchOptions<DynamoDBRecord>, "concurrency"> {
  /** How the stream is read: `{ batchSize: 10 }`; it is that of the model's table. Templates, `tsverless dev` and `testApp` use it. */
  stream?: Omit<DeclaredStream, "kind" | "model">;
}

// A batch is of one shard, whose records keep their order.
const { concurrency: _, ...kinds } = batchKinds;

/** The options of {@link dynamoStreamHandler}. */
export const dynamoStreamKinds: GenericTable<DynamoStreamOptions> = { ...kinds, stream: "object" };

/**
 * Makes a handler that takes the changes of a table one by one, in order, as objects of its model. It stops at the first one that
 * fails or is malformed, and reports it: Lambda goes on from there, so that the order stays. The stream must have new and old images;
 * turn on `ReportBatchItemFailures` for its event source mapping.
 *
 * @param model the model of the table; what of the table belongs to other models is passed over
 * @param steps what to do with what was inserted, changed and removed; what they throw is logged
 * @param options which failures are final; what `errors` and `warmup` take
 * @returns a Lambda handler that returns `{ batchItemFailures }`
 * @throws TypeError when an argument is not what it should be
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
 * @example
 * export const handler = dynamoStreamHandler(Posts, {
 *   inserted: post => index(post),
 *   changed: (post, previous) => (post.title === previous.title ? undefined : index(post)),
 *   removed: post => forget(post.id),
 * });
 */
export function dynamoStreamHandler<T>(
  model: Model<T>,
  steps: StreamSteps<T>,
  options: DynamoStreamOptions = {},
): LambdaHandler<BatchResult> {
  checkArgument("dynamoStreamHandler", "model", model ?? null, "model");
  checkArgument("dynamoStreamHandler", "steps", steps ?? null, "object");
  checkOptions("dynamoStreamHandler: steps", steps, {
    inserted: "function",
    changed: "function",
    removed: "function",
  });
  if (Object.keys(steps).length === 0) {
    throw new TypeError("dynamoStreamHandler: steps must have inserted, changed or removed");
  }
  checkOptions("dynamoStreamHandler", options, dynamoStreamKinds);
  const { stream } = options;
  const declared = stream && ({ ...stream, kind: "dynamodb", model } as DeclaredStream);
  const trigger = streamTrigger("dynamoStreamHandler", declared);

  function take(read: ReadChange, request: Request): unknown {
    const { kind, object, change } = read;
    if (kind === "changed") return steps.changed?.(object as T, read.previous as T, change, request);
    return steps[kind]?.(object as T, change, request);
  }
  return declareTrigger(
    batchHandler("dynamoStreamHandler", dynamoStreamSource(model), take, options),
    trigger,
  );
}
