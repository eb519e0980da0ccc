import { afterEach, describe, expect, it, vi } from "vitest";
import { s3Handler } from "../../generics/s3Handler.ts";
import type { S3File } from "../../middlewares/s3File.ts";
import { BadRequest } from "../../src/core/errors.ts";
import { defineMiddleware } from "../../src/core/middleware.ts";
import { explain } from "../../src/pipeline/explain.ts";
import {
  busEvent,
  s3BusEvent,
  s3Notification,
  s3TestEvent,
  snsInSqs,
  snsRecord,
  sqsRecord,
} from "../src/events/recorded.ts";

const record = (key: unknown, changes: object = {}): unknown => ({
  eventVersion: "2.1",
  eventSource: "aws:s3",
  awsRegion: "eu-west-1",
  eventName: "ObjectCreated:Put",
  s3: {
    s3SchemaVersion: "1.0",
    bucket: { name: "photos", ownerIdentity: { principalId: "A1" }, arn: "arn:aws:s3:::photos" },
    object: { key, size: 5, eTag: "e", sequencer: "s" },
  },
  ...changes,
});
const batch = (...records: unknown[]): object => ({ Records: records });
const file = (fileName: string, changes: Partial<S3File> = {}): S3File => ({
  eventName: "ObjectCreated:Put",
  bucket: "photos",
  owner: "A1",
  fileName,
  size: 5,
  ...changes,
});
const quiet = { errors: { logger: false } } as const;

afterEach(() => vi.restoreAllMocks());

describe("s3Handler", () => {
  it("hands over the files one by one, in order, and returns nothing", async () => {
    const log: unknown[] = [];
    const event = batch(record("a"), record("b"), record("c"));
    const handler = s3Handler(async (given, request) => {
      log.push(given, request.event === event);
      await new Promise(done => setTimeout(done, given.fileName === "a" ? 20 : 1));
      log.push(`${given.fileName} done`);
    });
    expect(await handler(event, {})).toBeUndefined();
    expect(log).toEqual(["a", "b", "c"].flatMap(name => [file(name), true, `${name} done`]));
  });

  it("decodes keys, in which a plus sign is a space", async () => {
    const keys: [sent: string, key: string][] = [
      ["a+b.txt", "a b.txt"],
      ["a%2Bb.txt", "a+b.txt"],
      ["f%C3%BCr/%E2%82%AC+1.txt", "für/€ 1.txt"],
      ["100%25", "100%"],
      ["a%2520b", "a%20b"],
    ];
    const seen: string[] = [];
    await s3Handler(({ fileName }) => seen.push(fileName))(batch(...keys.map(([sent]) => record(sent))), {});
    expect(seen).toEqual(keys.map(([, key]) => key));
  });

  it("gives no size of what was removed", async () => {
    const seen: S3File[] = [];
    const eventName = "ObjectRemoved:Delete";
    await s3Handler(given => seen.push(given))(batch(record("a", { eventName })), {});
    expect(seen).toEqual([{ eventName, bucket: "photos", owner: "A1", fileName: "a" }]);
  });

  it("takes all files, logs each failure, and then throws the first one on", async () => {
    const taken: string[] = [];
    const logger = vi.fn();
    const report = vi.fn(async () => undefined);
    const first = new Error("a is broken");
    const second = new Error("c is broken");
    const handler = s3Handler(
      ({ fileName }) => {
        taken.push(fileName);
        if (fileName === "a") return Promise.reject(first);
        if (fileName === "c") throw second;
        return undefined;
      },
      { errors: { logger, report } },
    );
    const event = batch(record("a"), record("b"), record("c"), record("d"));
    const error = await handler(event, { awsRequestId: "r1" }).catch((reason: unknown) => reason);
    expect(error).toBe(first);
    expect(taken).toEqual(["a", "b", "c", "d"]);
    expect(logger.mock.calls).toEqual([
      [first, { requestId: "r1" }],
      [second, { requestId: "r1" }],
    ]);
    expect(report).toHaveBeenCalledTimes(2);
    expect(report).toHaveBeenCalledWith(first, expect.objectContaining({ event }));
  });

  it("logs to the console by default", async () => {
    const logged = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const broken = new Error("broken");
    await expect(s3Handler(() => Promise.reject(broken))(batch(record("a")), {})).rejects.toBe(broken);
    expect(logged.mock.calls).toEqual([[broken, { requestId: undefined }]]);
  });

  it("refuses a malformed event as a whole, naming what is malformed", async () => {
    const fn = vi.fn();
    const cases: [event: unknown, message: string][] = [
      [batch(record("a"), record("%E0%A4%A")), "Malformed S3 event: Records[1].s3.object.key"],
      [batch(record("")), "Malformed S3 event: Records[0].s3.object.key"],
      [batch(record("a", { s3: null })), "Malformed S3 event: Records[0].s3"],
      [batch(record("a", { eventName: 1 })), "Malformed S3 event: Records[0].eventName"],
      [batch(null), "Malformed S3 event: Records[0]"],
    ];
    for (const [event, message] of cases) {
      const error = await s3Handler(fn, quiet)(event, {}).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(BadRequest);
      expect(error).toEqual(new BadRequest(message));
    }
    for (const event of [undefined, null, 5, "x", [], {}, { Records: {} }]) {
      const error = await s3Handler(fn, quiet)(event, {}).catch((reason: unknown) => reason);
      expect(error, JSON.stringify(event)).toBeInstanceOf(BadRequest);
      expect((error as Error).message).toMatch(/^Malformed S3 event: Records/);
    }
    expect(fn).not.toHaveBeenCalled();
  });

  it("answers warmup events at once, unless asked not to", async () => {
    const fn = vi.fn();
    const warm = { source: "serverless-plugin-warmup" };
    expect(await s3Handler(fn)(warm, {})).toBe("warmup");
    await expect(s3Handler(fn, { warmup: false })(warm, {})).rejects.toThrow(BadRequest);
    expect(fn).not.toHaveBeenCalled();
  });

  it("use adds middleware behind the files, whose context the function is given", async () => {
    const count = defineMiddleware<object, { context: { files: S3File[]; count: number } }>({
      name: "count",
      before: ({ context }) => {
        context.count = context.files.length;
      },
    });
    const seen: unknown[] = [];
    const handler = s3Handler((_file, { context }) => seen.push((context as { count: number }).count), {
      use: [count],
    });
    await handler(batch(record("a"), record("b")), {});
    expect(seen).toEqual([2, 2]);
    expect(explain(handler).map(({ name }) => name)).toEqual(["warmup", "s3File", "count"]);
  });

  it("refuses wrong arguments when it is made, and names them", () => {
    const fn = (): void => undefined;
    const wrong: [fn: unknown, options: unknown, message: string][] = [
      [undefined, {}, "s3Handler: fn must be a function"],
      [fn, null, "s3Handler: options must be an object"],
      [fn, { json: true }, 's3Handler: unknown option "json"'],
      [fn, { use: {} }, 's3Handler: option "use" must be an array'],
      [fn, { errors: { logger: true } }, 's3Handler: option "logger" must be a function'],
      [fn, { errors: { rapport: true } }, 's3Handler: unknown option "rapport"'],
    ];
    for (const [given, options, message] of wrong) {
      const make = (): unknown => s3Handler(given as never, options as never);
      expect(make, message).toThrow(TypeError);
      expect(make).toThrow(message);
    }
  });
});

describe("s3Handler behind others", () => {
  const named = (key: string): object => s3Notification(key);
  const failures = (...ids: string[]): object => ({
    batchItemFailures: ids.map(itemIdentifier => ({ itemIdentifier })),
  });
  const noted =
    (taken: string[], broken?: string): ((given: S3File) => void) =>
    given => {
      taken.push(given.fileName);
      if (given.fileName === broken) throw new Error("broken");
    };

  it("answers partially to a queue, whatever the notifications came in", async () => {
    const taken: string[] = [];
    const event = batch(
      sqsRecord("m1", named("a")),
      sqsRecord("m2", snsInSqs(named("b"))),
      sqsRecord("m3", s3BusEvent()),
      sqsRecord("m4", snsInSqs(s3BusEvent({ object: { key: "d" } }))),
      sqsRecord("m5", s3TestEvent),
      sqsRecord("m6", {
        Records: [...(named("e") as { Records: [] }).Records, ...(named("f") as { Records: [] }).Records],
      }),
      sqsRecord("m7", { orderId: 1 }),
      sqsRecord("m8", named("g")),
    );
    expect(await s3Handler(noted(taken, "e"), quiet)(event, {})).toEqual(failures("m6", "m7"));
    expect(taken).toEqual(["a", "b", "a+b 100%.jpg", "d", "e", "f", "g"]);
    taken.length = 0;
    const many = s3Handler(noted(taken, "b"), { concurrency: 4, onNonRetryable: "drop", ...quiet });
    expect(await many(event, {})).toEqual(failures("m2"));
  });

  it("keeps the order of a FIFO queue", async () => {
    const taken: string[] = [];
    const records = ["a1", "b1", "a2"].map(id => sqsRecord(id, named(id), { groupId: id[0] }));
    expect(await s3Handler(noted(taken, "a1"), quiet)(batch(...records), {})).toEqual(failures("a1", "a2"));
    expect(taken).toEqual(["a1", "b1"]);
  });

  it("takes files from a topic and a bus, whose events come again as a whole", async () => {
    const taken: string[] = [];
    expect(await s3Handler(noted(taken))(batch(snsRecord(named("a"))), {})).toBeUndefined();
    expect(await s3Handler(noted(taken))(s3BusEvent(), {})).toBeUndefined();
    await expect(s3Handler(noted(taken, "b"), quiet)(batch(snsRecord(named("b"))), {})).rejects.toThrow(
      "broken",
    );
    await expect(s3Handler(noted(taken), quiet)(busEvent({}), {})).rejects.toThrow(
      "Malformed S3 event: source",
    );
    expect(taken).toEqual(["a", "a+b 100%.jpg", "b"]);
  });

  it("acknowledges the test message of S3, wherever it comes from", async () => {
    const fn = vi.fn();
    expect(await s3Handler(fn)(s3TestEvent, {})).toBeUndefined();
    expect(await s3Handler(fn)(batch(snsRecord(s3TestEvent)), {})).toBeUndefined();
    expect(await s3Handler(fn)(batch(sqsRecord("m1", s3TestEvent)), {})).toEqual(failures());
    expect(fn).not.toHaveBeenCalled();
  });

  it("has all files in the context of its middleware", async () => {
    const seen: unknown[] = [];
    const event = batch(sqsRecord("m1", named("a")), sqsRecord("m2", "{"), sqsRecord("m3", named("b")));
    const look = (_file: S3File, { context }: { context: unknown }): unknown =>
      seen.push((context as { files: S3File[] }).files.map(({ fileName }) => fileName));
    await s3Handler(look, quiet)(event, {});
    expect(seen).toEqual([
      ["a", "b"],
      ["a", "b"],
    ]);
  });
});
