import { describe, expect, it } from "vitest";
import { dynamoStreamHandler } from "../../../../generics/dynamoStreamHandler.ts";
import { firehoseHandler } from "../../../../generics/firehoseHandler.ts";
import { kafkaHandler } from "../../../../generics/kafkaHandler.ts";
import { kinesisHandler } from "../../../../generics/kinesisHandler.ts";
import { s3BatchHandler } from "../../../../generics/s3BatchHandler.ts";
import { snsHandler } from "../../../../generics/snsHandler.ts";
import { memoryModel } from "../../../../src/models/memory/memoryModel.ts";
import { events } from "../../../../tools/testing/events/events.ts";

/** What the function of a handler was given. */
async function given(
  make: (fn: (message: object) => unknown) => (event: unknown, context: object) => Promise<unknown>,
  event: object,
): Promise<object[]> {
  const seen: object[] = [];
  await make(message => void seen.push(message))(event, {});
  return seen;
}

describe("the builders of batches make what the handlers read", () => {
  it("sns", async () => {
    const event = events.sns([
      "text",
      {
        message: { a: 1 },
        subject: "S",
        topic: "orders",
        attributes: { kind: "new", size: 5 },
        messageId: "m1",
      },
    ]);
    const seen = await given(fn => snsHandler(fn), event);
    expect(seen).toMatchObject([
      { textMessage: "text", topicArn: "arn:aws:sns:us-east-1:000000000000:topic", attributes: {} },
      {
        textMessage: '{"a":1}',
        subject: "S",
        messageId: "m1",
        attributes: { kind: { Type: "String", Value: "new" }, size: { Type: "Number", Value: "5" } },
      },
    ]);
  });

  it("kinesis", async () => {
    const event = events.kinesis([
      "{}",
      { data: { a: 1 }, partitionKey: "p", stream: "clicks" },
      { data: Buffer.from("2"), sequenceNumber: "9" },
    ]);
    const seen = await given(fn => kinesisHandler(fn, { json: true }), event);
    expect(seen).toMatchObject([
      { body: {}, partitionKey: "key", shardId: "shardId-000000000000" },
      {
        body: { a: 1 },
        partitionKey: "p",
        streamSource: "arn:aws:kinesis:us-east-1:000000000000:stream/clicks",
      },
      { body: 2, sequenceNumber: "9" },
    ]);
  });

  it("dynamoStream", async () => {
    const Things = memoryModel<{ id: string }>({ name: "Thing" });
    const thing = {
      id: "1",
      n: 5,
      big: 7n,
      yes: true,
      none: null,
      at: new Date(0),
      bytes: Buffer.from("b"),
      list: [{ a: "x" }],
    };
    const log: unknown[] = [];
    const handler = dynamoStreamHandler(Things, {
      inserted: (object, { keys }) => log.push(object, keys),
      changed: (object, previous) => log.push(object, previous),
      removed: object => log.push(object),
    });
    const changes = [
      { inserted: thing },
      { changed: { id: "2" }, previous: { id: "2", n: 1 } },
      { removed: { id: "3" }, table: "t" },
    ];
    await handler(events.dynamoStream(changes), {});
    expect(log).toEqual([
      { ...thing, big: 7, at: "1970-01-01T00:00:00.000Z" },
      { id: "1" },
      { id: "2" },
      { id: "2", n: 1 },
      { id: "3" },
    ]);
    for (const change of [{}, { inserted: {}, removed: {} }]) {
      expect(() => events.dynamoStream([change])).toThrow("must have one of inserted, changed and removed");
    }
  });

  it("kafka and selfManagedKafka", async () => {
    const records = [
      "1",
      { value: { a: 1 }, key: "k", headers: { h: "ü" }, topic: "t", partition: 3, offset: 8 },
      { value: null, topic: "t", partition: 3 },
    ];
    for (const event of [events.kafka(records), events.selfManagedKafka(records)]) {
      const seen = await given(fn => kafkaHandler(fn, { json: true }), event);
      expect(seen).toMatchObject([
        { topic: "topic", partition: 0, offset: 0, body: 1, key: undefined },
        { topic: "t", partition: 3, offset: 8, body: { a: 1 }, key: "k", headers: { h: "ü" } },
        { topic: "t", partition: 3, offset: 1, body: null },
      ]);
      expect(Object.keys(event.records)).toEqual(["topic-0", "t-3"]);
    }
  });

  it("firehose", async () => {
    const seen = await given(
      fn => firehoseHandler(fn),
      events.firehose(["a", { data: { b: 1 }, recordId: "r2", partitionKey: "p" }]),
    );
    expect(seen).toMatchObject([
      { data: Buffer.from("a"), partitionKey: undefined },
      { data: Buffer.from('{"b":1}'), recordId: "r2", partitionKey: "p" },
    ]);
  });

  it("s3Batch", async () => {
    const event = events.s3Batch([
      "a b/ü+.png",
      { key: "k", bucket: "images", versionId: "v", taskId: "t2" },
    ]);
    expect(await given(fn => s3BatchHandler(fn), event)).toMatchObject([
      { fileName: "a b/ü+.png", bucket: "bucket", versionId: undefined },
      { fileName: "k", bucket: "images", versionId: "v", taskId: "t2" },
    ]);
    expect(() => events.s3Batch([{} as never])).toThrow('events.s3Batch: a task must have a "key"');
  });

  it("and name what is unknown in their input", () => {
    expect(() => events.sns([{ text: "x" } as never])).toThrow('events.sns: unknown option "text"');
    expect(() => events.kinesis([{ body: "x" } as never])).toThrow('events.kinesis: unknown option "body"');
    expect(() => events.kafka([{ body: "x" } as never])).toThrow('events.kafka: unknown option "body"');
    expect(() => events.firehose([{ body: "x" } as never])).toThrow('events.firehose: unknown option "body"');
    expect(events.sns(["a"], { Records: [] })).toEqual({ Records: [] });
  });
});
