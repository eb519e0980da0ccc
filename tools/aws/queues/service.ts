import { largestMessage } from "./checkMessage.ts";
import { makeQueue } from "./queue.ts";
import { type Queue, QueueError, type QueueSettings, type QueueWorld } from "./types.ts";

/** What a new queue may have of its own. */
export type QueueAttributes = Partial<Omit<QueueSettings, "name" | "fifo">>;

/** All queues. */
export interface Queues {
  /**
   * Makes a queue; one of that name that is there stays as it is.
   *
   * @param name with `.fifo` where it is one
   */
  create(name: string, attributes?: QueueAttributes): Queue;
  find(name: string): Queue | undefined;
  /** @throws QueueError when there is none */
  get(name: string): Queue;
  all(): readonly Queue[];
}

const nameForm = /^[\w-]{1,80}$/;

/**
 * Makes the service that has all queues.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html
 */
export function queueService(world: Omit<QueueWorld, "find">): Queues {
  const queues = new Map<string, Queue>();
  const find = (name: string): Queue | undefined => queues.get(name);
  return {
    create(name, attributes = {}) {
      const known = queues.get(name);
      if (known !== undefined) return known;
      if (!nameForm.test(name.replace(/\.fifo$/, "")) || name.length > 80) {
        throw new QueueError(
          "InvalidParameterValue",
          "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
        );
      }
      const settings: QueueSettings = {
        name,
        fifo: name.endsWith(".fifo"),
        visibilityTimeout: 30,
        delay: 0,
        retention: 345_600,
        waitTime: 0,
        maximumMessageSize: largestMessage,
        contentBasedDeduplication: false,
        redrive: undefined,
        ...attributes,
      };
      const queue = makeQueue(settings, { ...world, find });
      queues.set(name, queue);
      return queue;
    },
    find,
    get(name) {
      const queue = queues.get(name);
      if (queue !== undefined) return queue;
      throw new QueueError("QueueDoesNotExist", "The specified queue does not exist.");
    },
    all: () => [...queues.values()],
  };
}
