import type { Clock } from "../clock.ts";
import type { Random } from "../random.ts";

/** What a sender attaches to a message. */
export interface MessageAttribute {
  /** `String`, `Number` or `Binary`, and a label of one's own behind a dot. */
  readonly dataType: string;
  readonly stringValue?: string;
  /** In base64. */
  readonly binaryValue?: string;
}

/** A message as it is sent. */
export interface SentMessage {
  readonly body: string;
  readonly attributes?: Readonly<Record<string, MessageAttribute>>;
  /** Of what it belongs to: in a FIFO queue it has one, and in another it may. */
  readonly groupId?: string | undefined;
  /** In a FIFO queue: a message with one that was sent in the five minutes before is taken, and not delivered. */
  readonly deduplicationId?: string | undefined;
  /** For how many seconds it is hidden, instead of the queue's own. Not in a FIFO queue. */
  readonly delay?: number | undefined;
  /** The header of X-Ray. */
  readonly traceHeader?: string | undefined;
}

/** A message in a queue. */
export interface QueuedMessage extends SentMessage {
  readonly id: string;
  readonly attributes: Readonly<Record<string, MessageAttribute>>;
  /** 20 digits, growing, in a FIFO queue. */
  readonly sequenceNumber?: string;
  /** Milliseconds since 1970. */
  sentAt: number;
  firstReceivedAt: number | undefined;
  receiveCount: number;
  /** Until when it is hidden: not yet to be seen, or in flight. */
  visibleAt: number;
  state: "delayed" | "ready" | "in flight" | "gone";
  /** The handle of the last time that it was received. */
  receipt: string | undefined;
  /** The ARN of the queue that gave it up. */
  readonly deadLetterSource?: string;
}

/** How a queue behaves. Times are in seconds. */
export interface QueueSettings {
  readonly name: string;
  readonly fifo: boolean;
  visibilityTimeout: number;
  delay: number;
  /** For how long a message is kept. */
  retention: number;
  /** How long a receiver waits for messages unless it says otherwise. */
  waitTime: number;
  /** In bytes, attributes and all. */
  maximumMessageSize: number;
  /** Whether the SHA-256 of the body is the deduplication id where none is given. */
  contentBasedDeduplication: boolean;
  /** How often a message is received before it goes to the queue that is named. */
  redrive: { readonly maxReceiveCount: number; readonly deadLetters: string } | undefined;
}

/** What a receiver asks for. */
export interface ReceiveRequest {
  readonly max: number;
  /** Seconds, instead of the queue's own. */
  readonly visibilityTimeout?: number | undefined;
  /** Whether it takes this one as well, as far as its room goes. */
  readonly takes?: (message: QueuedMessage) => boolean;
}

/** A queue of SQS. */
export interface Queue {
  readonly settings: QueueSettings;
  readonly arn: string;
  /** @throws QueueError as `SendMessage` does */
  send(message: SentMessage): QueuedMessage;
  /** Takes messages that nobody else has; those that were received too often go to the dead-letter queue instead. */
  receive(request: ReceiveRequest): QueuedMessage[];
  /** @throws QueueError when the handle is not one, or has expired in a FIFO queue */
  delete(receipt: string): void;
  /** @throws QueueError when the message is not in flight, or the time is not from 0 to 43200 */
  changeVisibility(receipt: string, seconds: number): void;
  purge(): void;
  /** Takes a message that another queue gave up. */
  accept(message: QueuedMessage, from: Queue): void;
  /** All messages that are not gone, in the order in which they came. */
  messages(): QueuedMessage[];
  /** Told when there is something to receive, until it returns `false`. */
  onReady(listener: () => unknown): void;
}

/** What a queue needs of its world. */
export interface QueueWorld {
  readonly clock: Clock;
  readonly random: Random;
  /** How likely a standard queue passes over a message. */
  readonly reorder: number;
  /** The queue of that name. */
  find(name: string): Queue | undefined;
}

/** An error that SQS answers with. */
export class QueueError extends Error {
  /** The code of the JSON protocol: `InvalidParameterValue`. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = "QueueError";
    this.code = code;
  }
}
