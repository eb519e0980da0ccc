import { checkOptions, type OptionTable } from "../../../src/core/options.ts";
import type { MessageAttribute, SentMessage } from "../../aws/queues/types.ts";

/** What a message of `testApp` is sent with. */
export interface SendOptions {
  /** Of what it belongs to; messages of a FIFO queue must have one. */
  groupId?: string;
  /** In a FIFO queue: the second message with one, within five minutes, is not delivered. @default the SHA-256 of the body */
  deduplicationId?: string;
  /** For how many seconds it is hidden. @default that of the queue */
  delay?: number;
  /** What is attached: text, numbers and bytes, by name. */
  attributes?: Readonly<Record<string, string | number | Uint8Array>>;
}

/** What a message of a topic is published with. */
export interface PublishOptions {
  subject?: string;
  /** Text, numbers and lists, by name: what filter policies look at. */
  attributes?: Readonly<Record<string, string | number | readonly unknown[]>>;
}

/** An event of EventBridge as a test puts it on a bus. */
export interface TestBusEvent {
  /** @default "default" */
  bus?: string;
  source: string;
  detailType: string;
  /** @default {} */
  detail?: object;
  resources?: readonly string[];
}

/**
 * Text as it is, all else as JSON.
 *
 * @throws TypeError when it can't be
 */
export function textOf(method: string, body: unknown): string {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  if (text === undefined) throw new TypeError(`testApp: ${method} takes a body that is text, or can be JSON`);
  return text;
}

const kinds: OptionTable<SendOptions> = {
  groupId: "string",
  deduplicationId: "string",
  delay: "count",
  attributes: "object",
};

function attributeOf(value: string | number | Uint8Array): MessageAttribute {
  if (typeof value === "string") return { dataType: "String", stringValue: value };
  if (typeof value === "number") return { dataType: "Number", stringValue: String(value) };
  return { dataType: "Binary", binaryValue: Buffer.from(value).toString("base64") };
}

/**
 * The message that a test sends.
 *
 * @throws TypeError naming what is wrong
 */
export function sentMessage(body: unknown, options: SendOptions = {}): SentMessage {
  checkOptions("testApp: send", options, kinds);
  const { attributes = {}, ...rest } = options;
  return {
    ...rest,
    body: textOf("send", body),
    attributes: Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [name, attributeOf(value)]),
    ),
  };
}
