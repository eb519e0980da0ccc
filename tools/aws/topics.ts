import type { SNSEventRecord, SNSMessageAttributes } from "aws-lambda";
import type { Clock } from "./clock.ts";
import { matches } from "./patterns.ts";
import type { Random } from "./random.ts";
import { account, region } from "./region.ts";

/** What is published. */
export interface Published {
  readonly message: string;
  readonly subject?: string | undefined;
  /** Text, numbers, and lists, which SNS calls `String.Array`. */
  readonly attributes: Readonly<Record<string, string | number | readonly unknown[]>>;
}

/** Who is subscribed to a topic. */
export interface Subscription {
  readonly topic: string;
  readonly filterPolicy: Readonly<Record<string, unknown>> | undefined;
  take(event: { Records: [SNSEventRecord] }): void;
}

function attributeOf(value: string | number | readonly unknown[]): { Type: string; Value: string } {
  if (typeof value === "number") return { Type: "Number", Value: String(value) };
  return typeof value === "string"
    ? { Type: "String", Value: value }
    : { Type: "String.Array", Value: JSON.stringify(value) };
}

/**
 * Delivers a message to all who are subscribed and whose filter policy takes its attributes.
 *
 * @returns the id that SNS gives it
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-message-filtering.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
 */
export function publish(
  topic: string,
  { message, subject, attributes }: Published,
  subscriptions: readonly Subscription[],
  { clock, random }: { clock: Clock; random: Random },
): string {
  const MessageId = random.uuid();
  const TopicArn = `arn:aws:sns:${region}:${account}:${topic}`;
  const names = Object.entries(attributes);
  const MessageAttributes: SNSMessageAttributes = Object.fromEntries(
    names.map(([name, value]) => [name, attributeOf(value)]),
  );
  for (const { topic: own, filterPolicy = {}, take } of subscriptions) {
    if (own !== topic || !matches(filterPolicy, attributes)) continue;
    const EventSubscriptionArn = `${TopicArn}:${random.uuid()}`;
    const Sns: SNSEventRecord["Sns"] = {
      Type: "Notification",
      MessageId,
      TopicArn,
      ...(subject !== undefined && { Subject: subject }),
      Message: message,
      Timestamp: new Date(clock.now()).toISOString(),
      SignatureVersion: "1",
      Signature: "EXAMPLE",
      SigningCertUrl: `https://sns.${region}.amazonaws.com/SimpleNotificationService.pem`,
      UnsubscribeUrl: `https://sns.${region}.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=${EventSubscriptionArn}`,
      MessageAttributes,
    } as SNSEventRecord["Sns"];
    take({ Records: [{ EventSource: "aws:sns", EventVersion: "1.0", EventSubscriptionArn, Sns }] });
  }
  return MessageId;
}
