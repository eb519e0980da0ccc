import type { Clock } from "../clock.ts";
import { largestMessage, sizeOf } from "../queues/checkMessage.ts";
import type { Queues } from "../queues/service.ts";
import { type Queue, type QueuedMessage, QueueError } from "../queues/types.ts";
import { account } from "../region.ts";
import { attributesOf, named, readAttributes } from "./attributes.ts";
import { type AskedNames, readWire, receivedResult, sentResult, type WireMessage } from "./messages.ts";

/** What the calls of a client are about. */
export interface Endpoint {
  readonly queues: Queues;
  readonly clock: Clock;
  /** Where it listens: `http://127.0.0.1:9324`. */
  readonly url: string;
}

type Input = Record<string, unknown> & { QueueUrl?: string; QueueName?: string };
type Action = (input: never, endpoint: Endpoint) => unknown;
interface Entry {
  Id: string;
}

const nameForm = /^[\w-]{1,80}$/;

const urlOf = ({ url }: Endpoint, { settings }: Queue): string => `${url}/${account}/${settings.name}`;

function queueOf({ queues }: Endpoint, { QueueUrl }: Input): Queue {
  if (!QueueUrl) throw new QueueError("MissingParameter", "The request must contain the parameter QueueUrl.");
  return queues.get(QueueUrl.split("/").at(-1) as string);
}

/** Does something for each entry of a batch: one that fails fails alone. */
function each<Given extends Entry>(entries: Given[] | undefined, act: (entry: Given) => object): object {
  if (!entries?.length) {
    throw new QueueError("EmptyBatchRequest", "There should be at least one entry in the request.");
  }
  if (entries.length > 10) {
    throw new QueueError(
      "TooManyEntriesInBatchRequest",
      `Maximum number of entries per request are 10. You have sent ${entries.length}.`,
    );
  }
  const ids = entries.map(({ Id }) => Id);
  if (!ids.every(id => nameForm.test(id)))
    throw new QueueError("InvalidBatchEntryId", "A batch entry id is malformed.");
  if (new Set(ids).size < ids.length)
    throw new QueueError("BatchEntryIdsNotDistinct", "Id of batch entries must be distinct.");
  const Successful: object[] = [];
  const Failed: object[] = [];
  for (const entry of entries) {
    try {
      Successful.push({ Id: entry.Id, ...act(entry) });
    } catch (error) {
      if (!(error instanceof QueueError)) throw error;
      Failed.push({ Id: entry.Id, SenderFault: true, Code: error.code, Message: error.message });
    }
  }
  return { Successful, Failed };
}

function whole(name: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new QueueError(
    "InvalidParameterValue",
    `Value ${value} for parameter ${name} is invalid. Reason: Must be between ${least} and ${most}, if provided.`,
  );
}

/** Waits for messages, as long polling does: until there are some, or the time is over by the clock. */
function receiveWithin(
  queue: Queue,
  clock: Clock,
  wait: number,
  receive: () => QueuedMessage[],
): Promise<QueuedMessage[]> {
  const now = receive();
  if (now.length > 0 || wait === 0) return Promise.resolve(now);
  return new Promise(resolve => {
    let isOver = false;
    const end = (messages: QueuedMessage[]): void => {
      isOver = true;
      timer.cancel();
      resolve(messages);
    };
    const timer = clock.at(clock.now() + wait * 1000, () => end([]));
    queue.onReady(() => {
      if (isOver) return false;
      const messages = receive();
      if (messages.length > 0) end(messages);
      return !isOver;
    });
  });
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_Operations.html */
const actions: Readonly<Record<string, Action>> = {
  CreateQueue(input: { QueueName: string; Attributes?: Record<string, string> }, endpoint) {
    const { QueueName = "", Attributes = {} } = input;
    const isFifo = QueueName.endsWith(".fifo");
    if (isFifo !== (Attributes.FifoQueue === "true")) {
      throw new QueueError(
        "InvalidParameterValue",
        "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length.",
      );
    }
    return { QueueUrl: urlOf(endpoint, endpoint.queues.create(QueueName, readAttributes(Attributes))) };
  },
  GetQueueUrl: ({ QueueName = "" }: Input, endpoint) => ({
    QueueUrl: urlOf(endpoint, endpoint.queues.get(QueueName)),
  }),
  ListQueues: ({ QueueNamePrefix = "" }: { QueueNamePrefix?: string }, endpoint) => ({
    QueueUrls: endpoint.queues
      .all()
      .filter(({ settings }) => settings.name.startsWith(QueueNamePrefix))
      .map(queue => urlOf(endpoint, queue)),
  }),
  GetQueueAttributes: (input: Input & { AttributeNames?: string[] }, endpoint) => ({
    Attributes: named(attributesOf(queueOf(endpoint, input)), input.AttributeNames),
  }),
  SetQueueAttributes(input: Input & { Attributes?: Record<string, string> }, endpoint) {
    Object.assign(queueOf(endpoint, input).settings, readAttributes(input.Attributes ?? {}));
    return {};
  },
  PurgeQueue(input: Input, endpoint) {
    queueOf(endpoint, input).purge();
    return {};
  },
  SendMessage: (input: Input & WireMessage, endpoint) =>
    sentResult(input, queueOf(endpoint, input).send(readWire(input))),
  SendMessageBatch(input: Input & { Entries?: (WireMessage & Entry)[] }, endpoint) {
    const queue = queueOf(endpoint, input);
    const size = (input.Entries ?? []).reduce((sum, entry) => sum + sizeOf(readWire(entry)), 0);
    if (size > largestMessage) {
      throw new QueueError(
        "BatchRequestTooLong",
        `Batch requests cannot be longer than ${largestMessage} bytes. You have sent ${size} bytes.`,
      );
    }
    return each(input.Entries, entry => sentResult(entry, queue.send(readWire(entry))));
  },
  async ReceiveMessage(
    input: Input &
      AskedNames & { MaxNumberOfMessages?: number; VisibilityTimeout?: number; WaitTimeSeconds?: number },
    endpoint,
  ) {
    const queue = queueOf(endpoint, input);
    const { waitTime } = queue.settings;
    const max = whole("MaxNumberOfMessages", input.MaxNumberOfMessages ?? 1, 1, 10);
    const wait = whole("WaitTimeSeconds", input.WaitTimeSeconds ?? waitTime, 0, 20);
    const visibilityTimeout = whole(
      "VisibilityTimeout",
      input.VisibilityTimeout ?? queue.settings.visibilityTimeout,
      0,
      43_200,
    );
    const receive = (): QueuedMessage[] => queue.receive({ max, visibilityTimeout });
    const messages = await receiveWithin(queue, endpoint.clock, wait, receive);
    return messages.length === 0
      ? {}
      : { Messages: messages.map(message => receivedResult(message, queue, input)) };
  },
  DeleteMessage(input: Input & { ReceiptHandle: string }, endpoint) {
    queueOf(endpoint, input).delete(input.ReceiptHandle ?? "");
    return {};
  },
  DeleteMessageBatch(input: Input & { Entries?: (Entry & { ReceiptHandle: string })[] }, endpoint) {
    const queue = queueOf(endpoint, input);
    return each(input.Entries, ({ ReceiptHandle }) => {
      queue.delete(ReceiptHandle ?? "");
      return {};
    });
  },
  ChangeMessageVisibility(input: Input & { ReceiptHandle: string; VisibilityTimeout: number }, endpoint) {
    queueOf(endpoint, input).changeVisibility(input.ReceiptHandle ?? "", input.VisibilityTimeout);
    return {};
  },
  ChangeMessageVisibilityBatch(
    input: Input & { Entries?: (Entry & { ReceiptHandle: string; VisibilityTimeout: number })[] },
    endpoint,
  ) {
    const queue = queueOf(endpoint, input);
    return each(input.Entries, ({ ReceiptHandle, VisibilityTimeout }) => {
      queue.changeVisibility(ReceiptHandle ?? "", VisibilityTimeout);
      return {};
    });
  },
};

/**
 * Does what a client of SQS asks for.
 *
 * @param name the operation: `SendMessage`
 * @param input what it was sent with
 * @throws QueueError as SQS answers with
 */
export async function act(name: string, input: object, endpoint: Endpoint): Promise<unknown> {
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (action === undefined)
    throw new QueueError("UnsupportedOperation", `The operation ${name} is not emulated.`);
  return action(input as never, endpoint);
}
