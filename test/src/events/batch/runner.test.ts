import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, it, vi } from "vitest";
import { sqsHandler } from "../../../../generics/sqsHandler.ts";
import { BadRequest } from "../../../../src/core/errors.ts";
import { batchRunner } from "../../../../src/events/batch/runner.ts";
import { answerFailures } from "../../../../src/events/batch/source.ts";
import { sqsRecord } from "../recorded.ts";

const failures = (...ids: string[]): object => ({
  batchItemFailures: ids.map(itemIdentifier => ({ itemIdentifier })),
});
const batch = (...Records: object[]): object => ({ Records });
const quiet = { errors: { logger: false } } as const;
const fifo = (messageId: string, groupId: string, body: unknown = {}): object =>
  sqsRecord(messageId, body, { groupId });

describe("the order of a FIFO queue", () => {
  it("holds up the rest of a message group, untried, and no other group", async () => {
    const taken: string[] = [];
    const handler = sqsHandler(({ messageId }) => {
      taken.push(messageId);
      if (messageId === "a2") throw new Error("broken");
    }, quiet);
    const event = batch(...["a1", "b1", "a2", "b2", "a3", "c1", "a4"].map(id => fifo(id, id[0] as string)));
    expect(await handler(event, {})).toEqual(failures("a2", "a3", "a4"));
    expect(taken).toEqual(["a1", "b1", "a2", "b2", "c1"]);
  });

  it("is not that of a standard queue, whose groups only share capacities", async () => {
    const taken: string[] = [];
    const eventSourceARN = "arn:aws:sqs:us-east-2:123456789012:jobs";
    const handler = sqsHandler(({ messageId }) => {
      taken.push(messageId);
      if (messageId === "m1") throw new Error("broken");
    }, quiet);
    const records = ["m1", "m2"].map(id => sqsRecord(id, {}, { groupId: "a", eventSourceARN }));
    expect(await handler(batch(...records), {})).toEqual(failures("m1"));
    expect(taken).toEqual(["m1", "m2"]);
  });

  it("goes on behind a failure that is final", async () => {
    const taken: string[] = [];
    const handler = sqsHandler(({ messageId }) => taken.push(messageId), {
      json: true,
      onNonRetryable: "drop",
      ...quiet,
    });
    expect(await handler(batch(fifo("m1", "a", "{"), fifo("m2", "a")), {})).toEqual(failures());
    expect(taken).toEqual(["m2"]);
  });
});

describe("concurrency", () => {
  it("runs so many at once and no more, and reports in the order of the batch", async () => {
    let running = 0;
    let most = 0;
    const handler = sqsHandler(
      async ({ messageId }) => {
        most = Math.max(most, ++running);
        await wait(messageId === "m1" ? 20 : 2);
        running--;
        if (messageId < "m4") throw new Error("broken");
      },
      { concurrency: 3, ...quiet },
    );
    const ids = ["m1", "m2", "m3", "m4", "m5", "m6", "m7"];
    expect(await handler(batch(...ids.map(id => sqsRecord(id))), {})).toEqual(failures("m1", "m2", "m3"));
    expect(most).toBe(3);
  });

  it("keeps the order inside each message group", async () => {
    const log: string[] = [];
    const handler = sqsHandler(
      async ({ messageId }) => {
        log.push(messageId);
        await wait(messageId.startsWith("a") ? 15 : 1);
        log.push(`${messageId} done`);
        if (messageId === "a2") throw new Error("broken");
      },
      { concurrency: 10, ...quiet },
    );
    const ids = ["a1", "a2", "a3", "b1", "b2", "b3"];
    const event = batch(...ids.map(id => fifo(id, id[0] as string)));
    expect(await handler(event, {})).toEqual(failures("a2", "a3"));
    const of = (group: string): string[] => log.filter(entry => entry.startsWith(group));
    expect(of("a")).toEqual(["a1", "a1 done", "a2", "a2 done"]);
    expect(of("b")).toEqual(["b1", "b1 done", "b2", "b2 done", "b3", "b3 done"]);
    expect(log.indexOf("b3 done")).toBeLessThan(log.indexOf("a2 done"));
  });
});

describe("the guard of time", () => {
  const clock = (...left: number[]): object => ({ getRemainingTimeInMillis: () => left.shift() ?? 0 });
  const event = batch(sqsRecord("m1"), sqsRecord("m2"), sqsRecord("m3"));

  it("reports what can't be begun any more, and says so once", async () => {
    const taken: string[] = [];
    const logger = vi.fn();
    const handler = sqsHandler(({ messageId }) => taken.push(messageId), { errors: { logger } });
    expect(await handler(event, clock(5000, 999))).toEqual(failures("m2", "m3"));
    expect(taken).toEqual(["m1"]);
    expect(logger.mock.calls).toEqual([
      [new Error("No time was left for 2 of 3 records"), { requestId: undefined }],
    ]);
  });

  it("begins the first one whatever the reserve is, so that a short function gets on", async () => {
    const taken: string[] = [];
    const take = ({ messageId }: { messageId: string }) => taken.push(messageId);
    expect(await sqsHandler(take, quiet)(event, clock(10, 5))).toEqual(failures("m2", "m3"));
    expect(await sqsHandler(take, { reserveInMillis: 2, ...quiet })(event, clock(10, 5, 1))).toEqual(
      failures("m3"),
    );
    expect(taken).toEqual(["m1", "m1", "m2"]);
  });

  it("holds with many at once and in message groups", async () => {
    const taken: string[] = [];
    const handler = sqsHandler(
      async ({ messageId }) => {
        taken.push(messageId);
        await wait(1);
      },
      { concurrency: 2, ...quiet },
    );
    const records = ["a1", "a2", "b1", "b2"].map(id => fifo(id, id[0] as string));
    expect(await handler(batch(...records), clock(5000, 5000, 5000, 10))).toEqual(failures("b2"));
    expect(taken.sort()).toEqual(["a1", "a2", "b1"]);
  });
});

describe("nonRetryable", () => {
  class Poison extends Error {}
  const poison = new Poison("poison");
  const passing = new Error("no network");
  const nonRetryable = (error: unknown): boolean => error instanceof Poison;
  const take = ({ messageId }: { messageId: string }): Promise<never> | undefined => {
    if (messageId === "poison") throw poison;
    if (messageId === "later") return Promise.reject(poison);
    if (messageId === "passing") throw passing;
    return undefined;
  };
  const records = ["m1", "poison", "passing", "later"].map(id => sqsRecord(id));
  const broken = sqsRecord("broken", "{");
  const event = batch(...records, broken);

  it("acknowledges what is final, and what is malformed; the default is to report it", async () => {
    for (const options of [{ nonRetryable }, { nonRetryable, onNonRetryable: "report" as const }]) {
      const logger = vi.fn();
      const handler = sqsHandler(take, { json: true, errors: { logger }, ...options });
      expect(await handler(event, {})).toEqual(failures("passing"));
      expect(logger.mock.calls.map(([error]) => error)).toEqual([
        poison,
        passing,
        poison,
        new BadRequest("Malformed body in message broken"),
      ]);
    }
  });

  it("forgets it with drop", async () => {
    const logger = vi.fn();
    const handler = sqsHandler(take, {
      json: true,
      nonRetryable,
      onNonRetryable: "drop",
      errors: { logger },
    });
    expect(await handler(event, {})).toEqual(failures("passing"));
    expect(logger.mock.calls.map(([error]) => error)).toEqual([passing]);
  });

  it("gives the record and its error to a function, which is awaited", async () => {
    const kept: unknown[] = [];
    const handler = sqsHandler(take, {
      json: true,
      nonRetryable,
      onNonRetryable: async (record, error, request) => {
        await wait(2);
        kept.push(record, (error as Error).message, request.event === event);
      },
      ...quiet,
    });
    expect(await handler(event, {})).toEqual(failures("passing"));
    const of = (record: unknown, message: string): unknown[] => [record, message, true];
    expect(kept).toEqual([
      ...of(records[1], "poison"),
      ...of(records[3], "poison"),
      ...of(broken, "Malformed body in message broken"),
    ]);
  });

  it("has the record come again when that function fails, and logs both failures", async () => {
    const down = new Error("the dead-letter queue is down");
    const refusals: ((record: unknown) => unknown)[] = [
      () => {
        throw down;
      },
      () => Promise.reject(down),
    ];
    for (const onNonRetryable of refusals) {
      const logger = vi.fn();
      const handler = sqsHandler(take, { nonRetryable, onNonRetryable, errors: { logger } });
      expect(await handler(batch(...records), {})).toEqual(failures("poison", "passing", "later"));
      expect(logger.mock.calls.map(([error]) => error)).toEqual([down, poison, passing, down, poison]);
    }
  });

  it("has all come again without it, what is malformed as well", async () => {
    expect(await sqsHandler(take, { json: true, ...quiet })(event, {})).toEqual(
      failures("poison", "passing", "later", "broken"),
    );
  });

  it("takes only what is malformed for final where no error is said to be", async () => {
    const handler = sqsHandler(take, { json: true, onNonRetryable: "drop", ...quiet });
    expect(await handler(event, {})).toEqual(failures("poison", "passing", "later"));
  });

  it("has the record come again when it throws itself", async () => {
    const bug = new TypeError("no such property");
    const logger = vi.fn();
    const handler = sqsHandler(take, {
      nonRetryable: () => {
        throw bug;
      },
      errors: { logger },
    });
    expect(await handler(batch(sqsRecord("poison")), {})).toEqual(failures("poison"));
    expect(logger.mock.calls.map(([error]) => error)).toEqual([bug, poison]);
  });

  it("does not take a schema that can't do its work for a message that is malformed", async () => {
    const validate = async (): Promise<never> => Promise.reject(new Error("no connection"));
    const json = { "~standard": { version: 1 as const, vendor: "own", validate } };
    const handler = sqsHandler(() => undefined, { json, onNonRetryable: "drop", ...quiet });
    expect(await handler(batch(sqsRecord("m1")), {})).toEqual(failures("m1"));
  });
});

it("takes a message once that stands in a batch twice, and reports it once", async () => {
  const taken: string[] = [];
  const handler = sqsHandler(({ messageId }) => {
    taken.push(messageId);
    if (messageId === "m2") throw new Error("broken");
  }, quiet);
  const event = batch(...["m1", "m2", "m1", "m3", "m2"].map(id => sqsRecord(id)));
  expect(await handler(event, {})).toEqual(failures("m2"));
  expect(taken).toEqual(["m1", "m2", "m3"]);
});

it("fails as a whole with what is thrown outside the records", async () => {
  const down = new Error("no settings");
  const fn = vi.fn();
  const handler = sqsHandler(fn, {
    use: [
      {
        before() {
          throw down;
        },
      },
    ],
    nonRetryable: () => true,
  });
  await expect(handler(batch(sqsRecord("m1")), {})).rejects.toBe(down);
  expect(fn).not.toHaveBeenCalled();
});

it("stops a line of a stream at its first failure, reports that one alone, and goes on with other lines", async () => {
  const taken: string[] = [];
  const run = batchRunner(
    "streamHandler",
    {
      records: event => event as string[],
      read: (record: string) => record,
      lineOf: record => record[0],
      reports: "first",
      answer: batch => answerFailures(batch, record => record),
    },
    record => {
      taken.push(record);
      if (record === "a2") throw new Error("broken");
    },
    {},
    () => undefined,
  );
  expect(await run(["a1", "a2", "b1", "a3", "b2"], {})).toEqual(failures("a2"));
  expect(taken).toEqual(["a1", "a2", "b1", "b2"]);
});

it("refuses wrong options when it is made, and names them", () => {
  const wrong: [options: object, message: string][] = [
    [{ concurrency: 0 }, 'sqsHandler: option "concurrency" must be at least 1'],
    [{ concurrency: 1.5 }, 'sqsHandler: option "concurrency" must be a whole number of at least 0'],
    [{ reserveInMillis: -1 }, 'sqsHandler: option "reserveInMillis" must be a whole number of at least 0'],
    [{ nonRetryable: true }, 'sqsHandler: option "nonRetryable" must be a function'],
    [
      { onNonRetryable: "keep" },
      'sqsHandler: option "onNonRetryable" must be "drop" or "report" or a function',
    ],
    [{ onNonRetryable: {} }, 'sqsHandler: option "onNonRetryable" must be a string or a function'],
    [
      { envelope: "snss" },
      'sqsHandler: option "envelope" must be "sns", "eventBridge" or "s3", or a list of them',
    ],
    [
      { envelope: ["sns", "sqs"] },
      'sqsHandler: option "envelope" must be "sns", "eventBridge" or "s3", or a list of them',
    ],
    [{ encoding: "zip" }, 'sqsHandler: option "encoding" must be "text", "base64" or "gzip"'],
    [{ maxUnzippedBytes: "1" }, 'sqsHandler: option "maxUnzippedBytes" must be a whole number of at least 0'],
  ];
  for (const [options, message] of wrong) {
    expect(() => sqsHandler(() => undefined, options as never), message).toThrow(new TypeError(message));
  }
});

it("does so in batches of any size", async () => {
  const ids = Array.from({ length: 40 }, (_, index) => `m${index % 30}`);
  const fn = vi.fn();
  await sqsHandler(fn)(batch(...ids.map(id => sqsRecord(id))), {});
  expect(fn).toHaveBeenCalledTimes(30);
});
