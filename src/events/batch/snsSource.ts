import type { SNSEventRecord } from "aws-lambda";
import { isObject } from "../../core/objects.ts";
import { snsEnvelope } from "../envelope/snsEnvelope.ts";
import type { Envelopes, SnsEnvelope } from "../envelope/types.ts";
import { malformed, textOf } from "../malformed.ts";
import { type PayloadOptions, payloadReader } from "../payloadReader.ts";
import { recordsIn, type Source, throwFirst } from "./source.ts";

/** A message of a topic of SNS. */
export interface SnsMessage extends SnsEnvelope {
  /** The message as it was sent. */
  textMessage: string;
}

/** A message as the engine hands it over. */
export type ReadSnsMessage = SnsMessage & { body?: unknown } & Partial<Envelopes>;

/**
 * SNS: it invokes functions without waiting, so that Lambda tries the event again when one fails.
 *
 * @param factory the factory's name, for messages
 * @throws TypeError when an option is wrong
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
 */
export function snsSource(
  factory: string,
  options: PayloadOptions,
): Source<SNSEventRecord, ReadSnsMessage, void> {
  const isText = options.json === undefined || options.json === false;
  const readPayload = payloadReader<ReadSnsMessage>(factory, options, {
    what: "Message",
    placeOf: ({ messageId }) => `message ${messageId}`,
    put(message, { text }) {
      if (isText) message.textMessage = text;
    },
  });
  return {
    records: event => recordsIn<SNSEventRecord>(event, "SNS", "Records"),
    read({ Sns }, index) {
      const at = `Records[${index}]`;
      if (!isObject(Sns)) throw malformed("Sns", at);
      const place = `message ${textOf(Sns, "MessageId", at)}`;
      textOf(Sns, "TopicArn", place);
      const textMessage = textOf(Sns, "Message", place);
      return readPayload({ ...snsEnvelope(Sns), textMessage }, textMessage);
    },
    answer: throwFirst as (batch: object) => void,
  };
}
