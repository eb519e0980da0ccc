import type { SNSMessageAttributes } from "aws-lambda";
import type { S3File } from "../s3Files.ts";

/** What a topic says of the message that it sent on. */
export interface SnsEnvelope {
  messageId: string;
  topicArn: string;
  subject?: string;
  /** When it was published, in ISO 8601. */
  timestamp: string;
  /** What the sender attached: `{ name: { Type, Value } }`. */
  attributes: SNSMessageAttributes;
  /** Of a FIFO topic. */
  sequenceNumber?: string;
}

/** What a bus says of an event. */
export interface EventBridgeEnvelope {
  id: string;
  source: string;
  detailType: string;
  account: string;
  region: string;
  /** When it happened, in ISO 8601. */
  time: string;
  resources: string[];
}

/** What payloads may be wrapped into; each stands on the message by its name. */
export interface Envelopes {
  sns: SnsEnvelope;
  eventBridge: EventBridgeEnvelope;
  /** The files that S3 tells of. */
  s3: S3File[];
}

export type EnvelopeName = keyof Envelopes;

/** What the option `envelope` takes. */
export type EnvelopeOption = EnvelopeName | readonly EnvelopeName[] | false | undefined;

type Insisted<Envelope> = Envelope extends readonly (infer Name)[] ? Name : Envelope;

/** What stands on a message of what it came in: all that is insisted on, and maybe the others. */
export type Unwrapped<Envelope> = [Envelope] extends [false]
  ? unknown
  : { [K in keyof Envelopes as K extends Insisted<Envelope> ? K : never]: Envelopes[K] } & {
      [K in keyof Envelopes as K extends Insisted<Envelope> ? never : K]?: Envelopes[K];
    };

/** How a payload is written: by its bytes, unless one is said. */
export type Encoding = "text" | "base64" | "gzip";

/** Options of what reads a payload. */
export interface UnwrapOptions {
  /**
   * What the payload must have come in: `"sns"`, `"eventBridge"`, `"s3"`, or several of them. Without it the event itself tells;
   * `false` takes nothing out of anything.
   */
  envelope?: EnvelopeOption;
  /** What the payload is written as: `"text"`, `"base64"`, or `"gzip"`, which is in base64 where only text can be sent. @default its bytes tell */
  encoding?: Encoding;
  /** How many bytes a zipped payload may have when it is unzipped; a larger one is malformed. @default 10 MiB */
  maxUnzippedBytes?: number;
}
