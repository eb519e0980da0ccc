import type { SQSRecord } from "aws-lambda";
import { expectTypeOf } from "vitest";
import { z } from "zod";
import {
  dynamoStreamHandler,
  type EventBridgeEnvelope,
  firehoseHandler,
  kafkaHandler,
  kinesisHandler,
  type Model,
  type S3File,
  type SnsEnvelope,
  s3BatchHandler,
  snsHandler,
  sqsHandler,
} from "../../src/index.ts";

const Order = z.object({ id: z.string(), at: z.string().transform(text => new Date(text)) });
type Placed = { id: string; at: Date };

export function payloadTypes(): void {
  sqsHandler(
    ({ body, sns, eventBridge, s3 }) => {
      expectTypeOf(body).toEqualTypeOf<Placed>();
      expectTypeOf(sns).toEqualTypeOf<SnsEnvelope | undefined>();
      expectTypeOf(eventBridge).toEqualTypeOf<EventBridgeEnvelope | undefined>();
      expectTypeOf(s3).toEqualTypeOf<S3File[] | undefined>();
    },
    { json: Order },
  );
  sqsHandler(({ sns }) => expectTypeOf(sns).toEqualTypeOf<SnsEnvelope>(), { json: true, envelope: "sns" });
  sqsHandler(
    ({ sns, s3, eventBridge }) => {
      expectTypeOf(sns).toEqualTypeOf<SnsEnvelope>();
      expectTypeOf(s3).toEqualTypeOf<S3File[]>();
      expectTypeOf(eventBridge).toEqualTypeOf<EventBridgeEnvelope | undefined>();
    },
    { json: true, envelope: ["sns", "s3"] },
  );
  // @ts-expect-error nothing is taken out of anything
  sqsHandler(({ sns }) => sns, { json: true, envelope: false });
  // @ts-expect-error text has no body
  sqsHandler(({ body }) => body);
  // @ts-expect-error there is no such envelope
  sqsHandler(() => undefined, { envelope: "sqs" });
  sqsHandler(() => undefined, {
    onNonRetryable: (record, error) => {
      expectTypeOf(record).toEqualTypeOf<SQSRecord>();
      expectTypeOf(error).toEqualTypeOf<unknown>();
    },
  });
  // @ts-expect-error there is no such thing to do
  sqsHandler(() => undefined, { onNonRetryable: "keep" });
  snsHandler(({ body }) => expectTypeOf(body).toEqualTypeOf<Placed>(), { json: Order });
  kafkaHandler(
    ({ body, key }) => expectTypeOf([body, key]).toEqualTypeOf<(Placed | string | undefined)[]>(),
    {
      json: Order,
    },
  );
  kinesisHandler(({ body }) => expectTypeOf(body).toEqualTypeOf<unknown>(), { json: true });
  kinesisHandler(({ data }) => expectTypeOf(data).toEqualTypeOf<Uint8Array>());
  // @ts-expect-error a batch is of one shard
  kinesisHandler(() => undefined, { concurrency: 2 });
  firehoseHandler(({ body }) => expectTypeOf(body).toEqualTypeOf<Placed>(), { json: Order });
  s3BatchHandler(({ versionId }) => expectTypeOf(versionId).toEqualTypeOf<string | undefined>());
}

export function streamTypes(Posts: Model<{ id: string; title: string }>): void {
  dynamoStreamHandler(Posts, {
    inserted: post => expectTypeOf(post.title).toEqualTypeOf<string>(),
    changed: (post, previous) => expectTypeOf(post).toEqualTypeOf(previous),
    removed: (_post, { isExpired }) => expectTypeOf(isExpired).toEqualTypeOf<boolean>(),
  });
  // @ts-expect-error there is no such change
  dynamoStreamHandler(Posts, { updated: () => undefined });
}
