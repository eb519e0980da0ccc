import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { kafkaHandler } from "../../generics/kafkaHandler.ts";
import { BadRequest } from "../../src/core/errors.ts";
import { kafkaRecord } from "../src/events/recorded.ts";

const msk = (records: object, eventSource = "aws:kafka"): object => ({
  eventSource,
  eventSourceArn: "arn:aws:kafka:us-east-1:123456789012:cluster/sales/abcd-4",
  bootstrapServers: "b-1.demo.kafka.us-east-1.amazonaws.com:9092",
  records,
});
const failures = (...places: [partition: string, offset: number][]): object => ({
  batchItemFailures: places.map(([partition, offset]) => ({ itemIdentifier: { partition, offset } })),
});
const quiet = { errors: { logger: false } } as const;
const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64");

describe("kafkaHandler", () => {
  it.each(["aws:kafka", "SelfManagedKafka", "aws:SelfManagedKafka"])(
    "hands over the records of %s in full",
    async source => {
      const seen: unknown[] = [];
      const event = msk({ "mytopic-0": [kafkaRecord("mytopic", 0, 15)] }, source);
      expect(await kafkaHandler(message => seen.push(message), { json: true })(event, {})).toEqual(
        failures(),
      );
      expect(seen).toEqual([
        {
          topic: "mytopic",
          partition: 0,
          offset: 15,
          timestamp: new Date(1545084650987),
          timestampType: "CREATE_TIME",
          key: "recordKey",
          headers: { headerKey: "headerValue" },
          data: Buffer.from('{"key":"value"}'),
          body: { key: "value" },
        },
      ]);
    },
  );

  it("stops a partition at its first failure, which is where it goes on, and no other", async () => {
    const taken: string[] = [];
    const handler = kafkaHandler(({ topic, partition, offset }) => {
      taken.push(`${topic}-${partition}:${offset}`);
      if (partition === 0 && offset === 6) throw new Error("broken");
    }, quiet);
    const of = (partition: number): object[] => [5, 6, 7].map(offset => kafkaRecord("t", partition, offset));
    expect(await handler(msk({ "t-0": of(0), "t-1": of(1) }), {})).toEqual(failures(["t-0", 6]));
    expect(taken).toEqual(["t-0:5", "t-0:6", "t-1:5", "t-1:6", "t-1:7"]);
  });

  it("runs partitions at once with concurrency, each in order", async () => {
    const log: string[] = [];
    const handler = kafkaHandler(
      async ({ partition, offset }) => {
        await wait(partition === 0 ? 10 : 1);
        log.push(`${partition}:${offset}`);
      },
      { concurrency: 2 },
    );
    const of = (partition: number): object[] => [1, 2].map(offset => kafkaRecord("t", partition, offset));
    expect(await handler(msk({ "t-0": of(0), "t-1": of(1) }), {})).toEqual(failures());
    expect(log).toEqual(["1:1", "1:2", "0:1", "0:2"]);
  });

  it("gives tombstones without data, and null to the schema", async () => {
    const seen: unknown[] = [];
    const records = [kafkaRecord("t", 0, 1, { value: null, key: null, headers: [] })];
    await kafkaHandler(({ data, key, headers }) => seen.push(data, key, { ...headers }))(
      msk({ "t-0": records }),
      {},
    );
    expect(seen).toEqual([undefined, undefined, {}]);
    const take = ({ body }: { body: unknown }): unknown => seen.push(body);
    await kafkaHandler(take, { json: z.object({}).nullable() })(msk({ "t-0": records }), {});
    expect(seen[3]).toBeNull();
    expect(await kafkaHandler(take, { json: z.object({}), ...quiet })(msk({ "t-0": records }), {})).toEqual(
      failures(["t-0", 1]),
    );
  });

  it("reads headers whose bytes have a sign, and whose names are anything", async () => {
    const seen: unknown[] = [];
    const headers = [{ name: [-61, -68] }, JSON.parse('{"__proto__":[97]}')];
    await kafkaHandler(message => seen.push(message.headers))(
      msk({ "t-0": [kafkaRecord("t", 0, 1, { headers })] }),
      {},
    );
    expect(Object.entries(seen[0] as object)).toEqual([
      ["name", "ü"],
      ["__proto__", "a"],
    ]);
  });

  it("counts a malformed record as a failure, or as final where that is said", async () => {
    const cases: [more: object, message: string][] = [
      [{ value: base64({ n: "1" }) }, "Malformed value in record t-0:1"],
      [{ value: 5 }, "Malformed value in record t-0:1"],
      [{ key: 5 }, "Malformed key in record t-0:1"],
      [{ headers: "x" }, "Malformed headers in record t-0:1"],
      [{ headers: [{ a: "x" }] }, "Malformed headers in record t-0:1"],
    ];
    for (const [more, message] of cases) {
      const logger = vi.fn();
      const fn = vi.fn();
      const json = z.object({ n: z.number() });
      const event = msk({
        "t-0": [kafkaRecord("t", 0, 1, more), kafkaRecord("t", 0, 2, { value: base64({ n: 2 }) })],
      });
      expect(await kafkaHandler(fn, { json, errors: { logger } })(event, {})).toEqual(failures(["t-0", 1]));
      expect(logger.mock.calls[0]?.[0]).toMatchObject({ message });
      expect(fn).not.toHaveBeenCalled();
      expect(await kafkaHandler(fn, { json, onNonRetryable: "drop" })(event, {})).toEqual(failures());
      expect(fn).toHaveBeenCalledTimes(1);
    }
  });

  it("refuses an event that is not one, or has a record that could not be reported", async () => {
    const fn = vi.fn();
    const cases: [event: unknown, message: string][] = [
      [undefined, "Malformed Kafka event: records"],
      [{ records: [] }, "Malformed Kafka event: records"],
      [msk({ "t-0": {} }), 'Malformed Kafka event: records["t-0"]'],
      [msk({ "t-0": [kafkaRecord("t", 0, 1), null] }), 'Malformed offset in records["t-0"][1]'],
      [msk({ "t-0": [kafkaRecord("t", 0, "1")] }), 'Malformed offset in records["t-0"][0]'],
    ];
    for (const [event, message] of cases) {
      await expect(kafkaHandler(fn)(event, {})).rejects.toThrow(new BadRequest(message));
    }
    expect(fn).not.toHaveBeenCalled();
    expect(() => kafkaHandler(fn, { topic: "x" } as never)).toThrow('kafkaHandler: unknown option "topic"');
    expect(() => kafkaHandler(undefined as never)).toThrow("kafkaHandler: fn must be a function");
  });
});
