import type { QueueAttributes } from "../queues/service.ts";
import { type Queue, type QueuedMessage, QueueError, type QueueSettings } from "../queues/types.ts";

/** The numbers of a queue as SQS calls them, and what they are here, from the least to the most. */
const numbers: Readonly<
  Record<
    string,
    [
      setting: "visibilityTimeout" | "delay" | "retention" | "waitTime" | "maximumMessageSize",
      least: number,
      most: number,
    ]
  >
> = {
  VisibilityTimeout: ["visibilityTimeout", 0, 43_200],
  DelaySeconds: ["delay", 0, 900],
  MessageRetentionPeriod: ["retention", 60, 1_209_600],
  ReceiveMessageWaitTimeSeconds: ["waitTime", 0, 20],
  MaximumMessageSize: ["maximumMessageSize", 1024, 1_048_576],
};

const invalid = (name: string): QueueError =>
  new QueueError("InvalidAttributeValue", `Invalid value for the parameter ${name}.`);

function redriveOf(text: string): QueueSettings["redrive"] {
  if (text === "") return undefined;
  try {
    const { deadLetterTargetArn, maxReceiveCount } = JSON.parse(text);
    const count = Number(maxReceiveCount);
    if (!(Number.isInteger(count) && count >= 1 && count <= 1000)) throw invalid("maxReceiveCount");
    return { maxReceiveCount: count, deadLetters: String(deadLetterTargetArn).split(":").at(-1) as string };
  } catch {
    throw invalid("RedrivePolicy");
  }
}

/**
 * Reads the attributes that a queue is made with.
 *
 * @throws QueueError naming one that is unknown or wrong
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
 */
export function readAttributes(attributes: Readonly<Record<string, string>>): QueueAttributes {
  const settings: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(attributes)) {
    const [setting, least, most] = numbers[name] ?? [];
    if (setting !== undefined) {
      const number = Number(value);
      if (!(Number.isInteger(number) && number >= (least as number) && number <= (most as number)))
        throw invalid(name);
      settings[setting] = number;
    } else if (name === "RedrivePolicy") settings.redrive = redriveOf(value);
    else if (name === "ContentBasedDeduplication") settings.contentBasedDeduplication = value === "true";
    else if (name !== "FifoQueue") throw new QueueError("InvalidAttributeName", `Unknown Attribute ${name}.`);
  }
  return settings;
}

/** All attributes of a queue, as text. */
export function attributesOf(queue: Queue): Record<string, string> {
  const { settings, arn } = queue;
  const states = queue.messages().map(({ state }) => state);
  const count = (wanted: QueuedMessage["state"]): string =>
    String(states.filter(state => state === wanted).length);
  const { redrive, fifo } = settings;
  return {
    QueueArn: arn,
    ApproximateNumberOfMessages: count("ready"),
    ApproximateNumberOfMessagesNotVisible: count("in flight"),
    ApproximateNumberOfMessagesDelayed: count("delayed"),
    ...Object.fromEntries(
      Object.entries(numbers).map(([name, [setting]]) => [name, String(settings[setting])]),
    ),
    ...(fifo && { FifoQueue: "true", ContentBasedDeduplication: String(settings.contentBasedDeduplication) }),
    ...(redrive && {
      RedrivePolicy: JSON.stringify({
        deadLetterTargetArn: arn.replace(settings.name, redrive.deadLetters),
        maxReceiveCount: redrive.maxReceiveCount,
      }),
    }),
  };
}

/**
 * Some of what is asked for by names, of which `All` is everything and `prefix.*` what begins so.
 *
 * @param names nothing is asked for without them
 */
export function named<Value>(
  all: Readonly<Record<string, Value>>,
  names: readonly string[] = [],
): Record<string, Value> {
  const isAsked = (name: string): boolean =>
    names.some(
      asked =>
        asked === "All" || asked === name || (asked.endsWith(".*") && name.startsWith(asked.slice(0, -2))),
    );
  return Object.fromEntries(Object.entries(all).filter(([name]) => isAsked(name)));
}
