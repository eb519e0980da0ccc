import { errors } from "../middlewares/errors.ts";
import { serialize } from "../middlewares/serialize.ts";
import { type SqsMessagesOptions, sqsMessages } from "../middlewares/sqsMessages.ts";
import { warmup } from "../middlewares/warmup.ts";
import { checkOptions } from "../src/core/options.ts";
import { asAround } from "../src/pipeline/around.ts";
import { assemble, type LambdaHandler } from "../src/pipeline/pipeline.ts";
import { type GenericTable, messageKinds, queueKinds } from "./parts/kinds.ts";
import type { QueueOptions } from "./parts/queue.ts";

export interface ReadSqsOptions extends QueueOptions, SqsMessagesOptions {
  /** The status of the response. @default 200 */
  status?: number;
}

/** The options of {@link readSqsHandler}. */
export const readSqsKinds: GenericTable<ReadSqsOptions> = {
  ...queueKinds,
  ...messageKinds,
  status: "status",
};

/**
 * Makes a handler that answers with the messages of an SQS event: 200 and a list of
 * `{ messageId, attributes, textMessage, queueSource, region, body? }`; 400 when the event or a message is malformed.
 *
 * @param options whether bodies are JSON; what `errors` and `warmup` take
 * @throws TypeError when an option is not what it should be
 * @example
 * export const handler = readSqsHandler({ json: true });
 */
export function readSqsHandler(options: ReadSqsOptions = {}): LambdaHandler {
  checkOptions("readSqsHandler", options, readSqsKinds);
  const { json, status = 200, around = [], use = [] } = options;
  const chain = [
    ...(options.warmup === false ? [] : [warmup(options.warmup)]),
    ...around.map(asAround),
    sqsMessages({ json }),
    ...use,
    { ...errors(options.errors), innermost: true },
    { ...serialize(undefined, { status }), innermost: true },
  ];
  return assemble(chain, function readMessages(_event, context) {
    return (context as unknown as { messages: unknown[] }).messages;
  });
}
