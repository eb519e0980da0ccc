import { gzipSync } from "node:zlib";
import { describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { kinesisHandler } from "../../generics/kinesisHandler.ts";
import { BadRequest } from "../../src/core/errors.ts";
import { triggerOf } from "../../src/events/trigger.ts";
import { busEnvelope, busEvent, kinesisRecord } from "../src/events/recorded.ts";

const batch = (...Records: unknown[]): object => ({ Records });
const failures = (...ids: string[]): object => ({
  batchItemFailures: ids.map(itemIdentifier => ({ itemIdentifier })),
});
const quiet = { errors: { logger: false } } as const;

describe("kinesisHandler", () => {
  it("hands over each record in full, its data as bytes", async () => {
    const seen: unknown[] = [];
    const handler = kinesisHandler(message => seen.push(message));
    expect(await handler(batch(kinesisRecord("495"), kinesisRecord("496")), {})).toEqual(failures());
    expect(seen).toEqual(
      ["495", "496"].map(sequenceNumber => ({
        sequenceNumber,
        partitionKey: "1",
        shardId: "shardId-000000000006",
        arrivedAt: new Date(1545084650987),
        data: Buffer.from(JSON.stringify({ n: sequenceNumber })),
        streamSource: "arn:aws:kinesis:us-east-2:123456789012:stream/lambda-stream",
        region: "us-east-2",
      })),
    );
  });

  it("stops at the first failure, reports it alone, and runs nothing behind it", async () => {
    const taken: string[] = [];
    const handler = kinesisHandler(({ sequenceNumber }) => {
      taken.push(sequenceNumber);
      if (sequenceNumber === "2") throw new Error("broken");
    }, quiet);
    expect(await handler(batch(...["1", "2", "3"].map(id => kinesisRecord(id))), {})).toEqual(failures("2"));
    expect(taken).toEqual(["1", "2"]);
  });

  it("stops each shard by itself, and where no time is left", async () => {
    const taken: string[] = [];
    const records = ["1", "2", "3"].flatMap(id => [
      kinesisRecord(`a${id}`, {}, { shard: "shardId-1" }),
      kinesisRecord(`b${id}`, {}, { shard: "shardId-2" }),
    ]);
    const handler = kinesisHandler(({ sequenceNumber }) => {
      taken.push(sequenceNumber);
      if (sequenceNumber === "a1") throw new Error("broken");
    }, quiet);
    const left = [5000, 5000, 10];
    const context = { getRemainingTimeInMillis: () => left.shift() };
    expect(await handler(batch(...records), context)).toEqual(failures("a1", "b2"));
    expect(taken).toEqual(["a1", "b1"]);
  });

  it("parses and checks JSON, unzipped and unwrapped; what is malformed is a failure, or final where that is said", async () => {
    const json = z.object({ n: z.number() });
    const zipped = gzipSync(JSON.stringify({ n: 2 })).toString("base64");
    const records = [
      kinesisRecord("1", { n: 1 }),
      kinesisRecord("2", {}, { data: zipped }),
      kinesisRecord("3", busEvent({ n: 3 })),
      kinesisRecord("4", { n: "4" }),
      kinesisRecord("5", {}, { data: 5 }),
      kinesisRecord("6", { n: 6 }),
    ];
    const seen: unknown[] = [];
    const logger = vi.fn();
    const take = ({ body, eventBridge }: { body: { n: number }; eventBridge?: object }): unknown =>
      seen.push(body.n, eventBridge);
    expect(await kinesisHandler(take, { json, errors: { logger } })(batch(...records), {})).toEqual(
      failures("4"),
    );
    expect(seen).toEqual([1, undefined, 2, undefined, 3, busEnvelope]);
    expect(logger.mock.calls[0]?.[0]).toMatchObject({
      message: "Malformed data in record 4",
      errors: [{ field: "n" }],
    });
    seen.length = 0;
    const dropping = kinesisHandler(take, { json, onNonRetryable: "drop" });
    expect(await dropping(batch(...records), {})).toEqual(failures());
    expect(seen).toEqual([1, undefined, 2, undefined, 3, busEnvelope, 6, undefined]);
  });

  it("unzips bytes that stay bytes, in what CloudWatch Logs sends as well", async () => {
    const seen: string[] = [];
    const data = gzipSync('{"logEvents":[]}').toString("base64");
    const take = (message: { data: Uint8Array }): unknown =>
      seen.push(Buffer.from(message.data).toString("latin1"));
    await kinesisHandler(take)(batch(kinesisRecord("1", {}, { data })), {});
    await kinesisHandler(take, { encoding: "text" })(batch(kinesisRecord("1", {}, { data })), {});
    expect(seen).toEqual(['{"logEvents":[]}', Buffer.from(data, "base64").toString("latin1")]);
  });

  it("refuses an event that is not one, or has a record that could not be reported", async () => {
    const fn = vi.fn();
    const cases: [event: unknown, message: string][] = [
      [undefined, "Malformed Kinesis event: Records"],
      [{}, "Malformed Kinesis event: Records"],
      [batch(null), "Malformed Kinesis event: Records[0]"],
      [batch(kinesisRecord("1"), {}), "Malformed sequenceNumber in Records[1]"],
      [batch(kinesisRecord("")), "Malformed sequenceNumber in Records[0]"],
    ];
    for (const [event, message] of cases) {
      await expect(kinesisHandler(fn)(event, {})).rejects.toThrow(new BadRequest(message));
    }
    expect(fn).not.toHaveBeenCalled();
  });

  it("declares its stream, and refuses wrong arguments", () => {
    const fn = (): void => undefined;
    const handler = kinesisHandler(fn, { stream: { name: "clicks", batchSize: 50 } });
    expect(triggerOf(handler)).toEqual({ type: "stream", kind: "kinesis", name: "clicks", batchSize: 50 });
    const wrong: [fn: unknown, options: unknown, message: string][] = [
      [undefined, {}, "kinesisHandler: fn must be a function"],
      [fn, { concurrency: 2 }, 'kinesisHandler: unknown option "concurrency"'],
      [fn, { json: {} }, 'kinesisHandler: option "json" must be true, false or a Standard Schema'],
    ];
    for (const [given, options, message] of wrong) {
      expect(() => kinesisHandler(given as never, options as never)).toThrow(message);
    }
  });
});
