import { type MessageAttribute, QueueError, type QueueSettings, type SentMessage } from "./types.ts";

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
export const largestMessage = 1_048_576;
const mostAttributes = 10;

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html: the characters of XML 1.0. */
const unsendable = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;
const idForm = /^[\w!"#$%&'()*+,\-./:;<=>?@[\\\]^`{|}~]{1,128}$/;
const attributeName = /^(?!\.)(?!.*\.\.)(?!.*\.$)(?!(?:aws|amazon)\.)[\w.-]{1,256}$/i;
const dataType = /^(?:String|Number|Binary)(?:\.[^\s]{1,249})?$/;

const invalid = (message: string): QueueError => new QueueError("InvalidParameterValue", message);

const bytesOf = ({ dataType, stringValue = "", binaryValue = "" }: MessageAttribute, name: string): number =>
  Buffer.byteLength(name + dataType + stringValue) + Buffer.byteLength(binaryValue, "base64");

/** How much of the limit a message takes: its body, and the name, type and value of each attribute. */
export function sizeOf({ body, attributes = {} }: SentMessage): number {
  let size = Buffer.byteLength(body);
  for (const name in attributes) size += bytesOf(attributes[name] as MessageAttribute, name);
  return size;
}

function checkAttributes(attributes: Readonly<Record<string, MessageAttribute>>): void {
  const all = Object.entries(attributes);
  if (all.length > mostAttributes) {
    throw invalid(
      `Number of message attributes [${all.length}] exceeds the allowed maximum [${mostAttributes}].`,
    );
  }
  for (const [name, attribute] of all) {
    if (!attributeName.test(name)) throw invalid(`The message attribute name '${name}' is invalid.`);
    if (!dataType.test(attribute.dataType)) {
      throw invalid(`The message attribute '${name}' has an invalid message attribute type.`);
    }
    const isBinary = attribute.dataType.startsWith("Binary");
    const value = isBinary ? attribute.binaryValue : attribute.stringValue;
    if (!value) throw invalid(`The message attribute '${name}' must contain a non-empty value of its type.`);
    if (unsendable.test(attribute.stringValue ?? "")) {
      throw invalid(`The message attribute '${name}' contains invalid characters.`);
    }
    if (attribute.dataType.startsWith("Number") && Number.isNaN(Number(value))) {
      throw invalid(`Can't cast the value of message attribute '${name}' to a number.`);
    }
  }
}

/**
 * Checks a message as `SendMessage` does.
 *
 * @throws QueueError with the code and, about, the message of SQS
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
export function checkMessage(queue: QueueSettings, message: SentMessage): void {
  const { body, attributes, groupId, deduplicationId, delay } = message;
  if (body === "")
    throw new QueueError("MissingParameter", "The request must contain the parameter MessageBody.");
  if (unsendable.test(body))
    throw new QueueError("InvalidMessageContents", "Invalid characters found in the message body.");
  if (attributes !== undefined) checkAttributes(attributes);
  // A character has three bytes at most.
  const mayBeLarge = attributes !== undefined || body.length * 3 > queue.maximumMessageSize;
  if (mayBeLarge && sizeOf(message) > queue.maximumMessageSize) {
    throw invalid(
      `One or more parameters are invalid. Reason: Message must be shorter than ${queue.maximumMessageSize} bytes.`,
    );
  }
  if (groupId !== undefined && !idForm.test(groupId))
    throw invalid("Value for parameter MessageGroupId is invalid.");
  if (delay !== undefined && !(Number.isInteger(delay) && delay >= 0 && delay <= 900)) {
    throw invalid(
      `Value ${delay} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.`,
    );
  }
  if (!queue.fifo) {
    if (deduplicationId !== undefined) {
      throw invalid(
        "The request includes a parameter that is not valid for this queue type: MessageDeduplicationId.",
      );
    }
    return;
  }
  if (groupId === undefined) {
    throw new QueueError("MissingParameter", "The request must contain the parameter MessageGroupId.");
  }
  if (deduplicationId === undefined && !queue.contentBasedDeduplication) {
    throw invalid(
      "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
    );
  }
  if (deduplicationId !== undefined && !idForm.test(deduplicationId)) {
    throw invalid("Value for parameter MessageDeduplicationId is invalid.");
  }
  if (delay !== undefined && delay > 0) {
    throw invalid(
      `Value ${delay} for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue type.`,
    );
  }
}

const longestVisibility = 43_200;

/**
 * Checks for how long a message is to be hidden.
 *
 * @throws QueueError when it is not from 0 to 43200 seconds
 */
export function checkVisibility(seconds: number): void {
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= longestVisibility) return;
  throw invalid(
    `Value ${seconds} for parameter VisibilityTimeout is invalid. Reason: VisibilityTimeout must be an integer between 0 and ${longestVisibility}.`,
  );
}
