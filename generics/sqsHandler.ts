import type { SqsMessagesOptions } from "../middlewares/sqsMessages.ts";
import { warmup } from "../middlewares/warmup.ts";
import { BadRequest } from "../src/core/errors.ts";
import { isThenable } from "../src/core/maybePromise.ts";
import { isRecord } from "../src/core/objects.ts";
import { checkArgument, checkOptions, type OptionsOf } from "../src/core/options.ts";
import { checkErrorsOptions, reporter } from "../src/core/report.ts";
import { queueTrigger } from "../src/events/declare.ts";
import { messageReader, type SqsJsonMessage, type SqsMessage } from "../src/events/sqsMessage.ts";
import { sqsRecords } from "../src/events/sqsRecords.ts";
import { type DeclaredQueue, declareTrigger } from "../src/events/trigger.ts";
import { asAround } from "../src/pipeline/around.ts";
import { assembleWith, type LambdaHandler } from "../src/pipeline/assemble.ts";
import type { InferOutput, StandardSchemaV1 } from "../src/schema/standard.ts";
import { type GenericTable, messageKinds, queueKinds } from "./parts/kinds.ts";
import type { QueueOptions } from "./parts/queue.ts";

export interface SqsHandlerOptions<Json extends SqsMessagesOptions["json"]> extends QueueOptions {
  /** Parses each body as JSON; a Standard Schema also checks it. @default false */
  json?: Json;
  /** The queue that the messages come from: `{ name: "orders", fifo: true }`. Templates, `tsverless dev` and `testApp` make it. */
  queue?: DeclaredQueue;
}

/** The message that the function is given. */
export type MessageOf<Json> = Json extends StandardSchemaV1
  ? SqsJsonMessage<InferOutput<Json>>
  : Json extends true
    ? SqsJsonMessage
    : SqsMessage;

/** What Lambda gets: the messages that come again. */
export interface SqsBatchResult {
  batchItemFailures: { itemIdentifier: string }[];
}

type NamedRecord = Record<string, unknown> & { messageId: string };

/** The records, when each has the id that its failure would be reported by; else none of them is taken. */
function namedRecords(event: unknown): readonly NamedRecord[] {
  const records = sqsRecords(event);
  const unnamed = records.findIndex(record => !isRecord(record) || !isId(record.messageId));
  if (unnamed >= 0) throw new BadRequest(`Malformed messageId in Records[${unnamed}]`);
  return records as readonly NamedRecord[];
}

const isId = (value: unknown): boolean => typeof value === "string" && value !== "";

/** The options of {@link sqsHandler}. */
export const sqsKinds: GenericTable<OptionsOf<typeof sqsHandler>> = {
  ...queueKinds,
  ...messageKinds,
  queue: "object",
};

/**
 * Makes a handler that takes the messages of an SQS event one by one, in order. A message that fails, or is malformed,
 * comes again and does not hold up the others; in a FIFO queue those behind it come again too, so that the order stays.
 * Turn on `ReportBatchItemFailures` for the queue's event source mapping.
 *
 * @param fn what to do with one message; what it throws is logged
 * @param options whether bodies are JSON; what `errors` and `warmup` take
 * @returns a Lambda handler that returns `{ batchItemFailures }`
 * @throws TypeError when an argument is not what it should be
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 * @example
 * export const handler = sqsHandler(async ({ body }) => ship(body), { json: Order });
 */
export function sqsHandler<const Json extends SqsMessagesOptions["json"] = false>(
  fn: (message: MessageOf<Json>, request: { event: unknown; context: unknown }) => unknown,
  options: SqsHandlerOptions<Json> = {},
): LambdaHandler<SqsBatchResult> {
  checkArgument("sqsHandler", "fn", fn ?? null, "function");
  checkOptions("sqsHandler", options, sqsKinds);
  checkErrorsOptions("sqsHandler", options.errors);
  const trigger = queueTrigger("sqsHandler", options.queue);
  const { json, around = [], use = [] } = options;
  const read = messageReader(json);
  const report = reporter(options.errors);

  /** Gives no promise unless there is something to wait for. */
  function take(record: unknown, event: unknown, context: unknown): unknown {
    const message = read(record, 0);
    const request = { event, context };
    return message instanceof Promise
      ? message.then(ready => fn(ready as MessageOf<Json>, request))
      : fn(message as MessageOf<Json>, request);
  }

  async function takeAll(event: unknown, context: unknown): Promise<SqsBatchResult> {
    const batchItemFailures: SqsBatchResult["batchItemFailures"] = [];
    for (const record of namedRecords(event)) {
      const { messageId, eventSourceARN } = record;
      if (batchItemFailures.length > 0 && String(eventSourceARN).endsWith(".fifo")) {
        batchItemFailures.push({ itemIdentifier: messageId });
        continue;
      }
      try {
        const taken = take(record, event, context);
        if (isThenable(taken)) await taken;
      } catch (error) {
        batchItemFailures.push({ itemIdentifier: messageId });
        await report(error, { event, context });
      }
    }
    return { batchItemFailures };
  }
  const chain = [
    ...(options.warmup === false ? [] : [warmup(options.warmup)]),
    ...around.map(asAround),
    ...use,
  ];
  return declareTrigger(assembleWith(undefined, chain, takeAll), trigger);
}
