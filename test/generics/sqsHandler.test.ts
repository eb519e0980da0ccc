import { afterEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { sqsHandler } from "../../generics/sqsHandler.ts";
import { BadRequest } from "../../src/core/errors.ts";
import { defineMiddleware } from "../../src/core/middleware.ts";
import { explain } from "../../src/pipeline/explain.ts";
import { jsonSchema } from "../../src/schema/jsonSchema.ts";

const queue = "arn:aws:sqs:eu-west-1:123456789012:jobs";
const attributes = { trace: { stringValue: "abc", dataType: "String" } };
const record = (
  messageId: unknown,
  body: unknown = `text of ${messageId}`,
  changes: object = {},
): unknown => ({
  messageId,
  receiptHandle: "r",
  body,
  attributes: { ApproximateReceiveCount: "1" },
  messageAttributes: attributes,
  eventSource: "aws:sqs",
  eventSourceARN: queue,
  awsRegion: "eu-west-1",
  ...changes,
});
const batch = (...records: unknown[]): { Records: unknown[] } => ({ Records: records });
const fifo = (messageId: string, body?: unknown): unknown =>
  record(messageId, body, { eventSourceARN: `${queue}.fifo` });
const failures = (...ids: string[]): object => ({
  batchItemFailures: ids.map(itemIdentifier => ({ itemIdentifier })),
});
const quiet = { errors: { logger: false } } as const;

afterEach(() => vi.restoreAllMocks());

describe("sqsHandler", () => {
  it("hands over the messages one by one, in order, and each in full", async () => {
    const log: unknown[] = [];
    const event = batch(record("m1"), record("m2"), record("m3"));
    const handler = sqsHandler(async (message, request) => {
      log.push(message, request.event === event);
      await new Promise(done => setTimeout(done, message.messageId === "m1" ? 20 : 1));
      log.push(`${message.messageId} done`);
    });
    expect(await handler(event, {})).toEqual(failures());
    const message = (messageId: string): object => ({
      messageId,
      attributes,
      textMessage: `text of ${messageId}`,
      queueSource: queue,
      region: "eu-west-1",
    });
    expect(log).toEqual(["m1", "m2", "m3"].flatMap(id => [message(id), true, `${id} done`]));
  });

  it("says which messages failed and takes the others", async () => {
    const taken: string[] = [];
    const handler = sqsHandler(({ messageId, textMessage }) => {
      if (textMessage === "throw") throw new Error("broken");
      if (textMessage === "reject") return Promise.reject("broken");
      return taken.push(messageId);
    }, quiet);
    const event = batch(record("m1", "throw"), record("m2"), record("m3", "reject"), record("m4"));
    expect(await handler(event, {})).toEqual(failures("m1", "m3"));
    expect(taken).toEqual(["m2", "m4"]);
  });

  it("holds back what stands behind a failure in a FIFO queue, untried", async () => {
    const taken: string[] = [];
    const logger = vi.fn();
    const handler = sqsHandler(
      ({ messageId, textMessage }) => {
        taken.push(messageId);
        if (textMessage === "throw") throw new Error("broken");
      },
      { errors: { logger } },
    );
    const event = batch(fifo("m1"), fifo("m2", "throw"), fifo("m3"), fifo("m4", "throw"));
    expect(await handler(event, {})).toEqual(failures("m2", "m3", "m4"));
    expect(taken).toEqual(["m1", "m2"]);
    expect(logger).toHaveBeenCalledTimes(1);
    const malformed = batch(fifo("m1", 5), fifo("m2"));
    expect(await handler(malformed, {})).toEqual(failures("m1", "m2"));
    expect(taken).toEqual(["m1", "m2"]);
  });

  it("counts a malformed message as a failure of its own, and says which it was", async () => {
    const cases: [broken: unknown, message: string][] = [
      [record("m2", 5), "Malformed body in message m2"],
      [record("m2", null), "Malformed body in message m2"],
      [record("m2", "x", { messageAttributes: [] }), "Malformed messageAttributes in message m2"],
      [record("m2", "x", { eventSourceARN: null }), "Malformed eventSourceARN in message m2"],
      [record("m2", "x", { awsRegion: 1 }), "Malformed awsRegion in message m2"],
    ];
    for (const [broken, message] of cases) {
      const logger = vi.fn();
      const taken: string[] = [];
      const handler = sqsHandler(({ messageId }) => taken.push(messageId), { errors: { logger } });
      expect(await handler(batch(record("m1"), broken, record("m3")), {})).toEqual(failures("m2"));
      expect(taken).toEqual(["m1", "m3"]);
      expect(logger.mock.calls).toEqual([[new BadRequest(message), { requestId: undefined }]]);
      expect(logger.mock.calls[0]?.[0]).toBeInstanceOf(BadRequest);
    }
  });

  it("has nothing to do for an empty batch", async () => {
    const fn = vi.fn();
    for (const event of [{ Records: [] }, { Records: null }]) {
      expect(await sqsHandler(fn)(event, {})).toEqual(failures());
    }
    expect(fn).not.toHaveBeenCalled();
  });

  it("refuses an event that is not an SQS event, so that nothing is lost unseen", async () => {
    const fn = vi.fn();
    for (const event of [
      undefined,
      null,
      5,
      "x",
      [],
      {},
      { Records: {} },
      { Records: "x" },
      { records: [] },
    ]) {
      const error = await sqsHandler(fn)(event, {}).catch((reason: unknown) => reason);
      expect(error, JSON.stringify(event)).toEqual(new BadRequest("Malformed SQS event: Records"));
    }
    expect(fn).not.toHaveBeenCalled();
  });

  it("takes none of a batch in which a message has no id, since its failure could not be reported", async () => {
    const fn = vi.fn();
    for (const unnamed of [null, 5, "x", [], {}, record(undefined), record(7), record(null), record("")]) {
      const error = await sqsHandler(fn)(batch(record("m1"), unnamed), {}).catch((reason: unknown) => reason);
      expect(error).toEqual(new BadRequest("Malformed messageId in Records[1]"));
    }
    expect(fn).not.toHaveBeenCalled();
  });
});

describe("json", () => {
  it("parses each body; one that is not JSON fails alone", async () => {
    const bodies: unknown[] = [];
    const handler = sqsHandler(({ body }) => bodies.push(body), { json: true, ...quiet });
    const event = batch(
      record("m1", '{"a":[1]}'),
      record("m2", "{"),
      record("m3", "null"),
      record("m4", '{"__proto__":{"admin":true}}'),
    );
    expect(await handler(event, {})).toEqual(failures("m2", "m4"));
    expect(bodies).toEqual([{ a: [1] }, null]);
  });

  it("checks each body with a schema, whose output is handed over", async () => {
    const schemas = [
      z.object({ id: z.number().transform(async id => id + 1) }),
      z.object({ id: z.number().transform(id => id + 1) }),
    ];
    for (const json of schemas) {
      const ids: number[] = [];
      const logger = vi.fn();
      const handler = sqsHandler(({ body }) => ids.push(body.id), { json, errors: { logger } });
      const event = batch(
        record("m1", '{"id":1,"x":2}'),
        record("m2", '{"id":"1"}'),
        record("m3", '{"id":3}'),
      );
      expect(await handler(event, {})).toEqual(failures("m2"));
      expect(ids).toEqual([2, 4]);
      expect(logger).toHaveBeenCalledTimes(1);
      expect(logger.mock.calls[0]?.[0]).toMatchObject({
        message: "Malformed body in message m2",
        errors: [{ field: "id" }],
      });
    }
    const total: number[] = [];
    const Order = jsonSchema({
      type: "object",
      properties: { total: { type: "number" } },
      required: ["total"],
    } as const);
    await sqsHandler(({ body }) => total.push(body.total), { json: Order })(
      batch(record("m1", '{"total":5}')),
      {},
    );
    expect(total).toEqual([5]);
  });

  it("is off by default: the body stays text alone", async () => {
    const seen: object[] = [];
    await sqsHandler(message => seen.push(message))(batch(record("m1", '{"a":1}')), {});
    expect(seen[0]).not.toHaveProperty("body");
  });
});

describe("errors", () => {
  const event = batch(record("m1"), record("m2"));
  const broken = new Error("broken");
  const fails = (): never => {
    throw broken;
  };
  const context = { awsRequestId: "r1" };

  it("logs each failure with the request id, to the console by default", async () => {
    const logged = vi.spyOn(console, "error").mockImplementation(() => undefined);
    await sqsHandler(fails)(event, context);
    expect(logged.mock.calls).toEqual([
      [broken, { requestId: "r1" }],
      [broken, { requestId: "r1" }],
    ]);
    logged.mockClear();
    await sqsHandler(fails, quiet)(event, context);
    expect(logged).not.toHaveBeenCalled();
  });

  it("waits for the report of each failure, and a report that fails changes nothing", async () => {
    const reported: unknown[] = [];
    const report = async (error: unknown, request: { event: unknown }): Promise<void> => {
      await new Promise(done => setTimeout(done, 5));
      reported.push(error, request.event === event);
    };
    expect(await sqsHandler(fails, { errors: { logger: false, report } })(event, context)).toEqual(
      failures("m1", "m2"),
    );
    expect(reported).toEqual([broken, true, broken, true]);
    const bad = (): never => {
      throw new Error("no network");
    };
    for (const reporting of [bad, async () => bad()]) {
      const handler = sqsHandler(fails, { errors: { logger: false, report: reporting } });
      expect(await handler(event, context)).toEqual(failures("m1", "m2"));
    }
  });

  it("survives a logger that throws", async () => {
    const logged = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const logger = (): never => {
      throw new Error("disk full");
    };
    expect(await sqsHandler(fails, { errors: { logger } })(event, context)).toEqual(failures("m1", "m2"));
    expect(logged).toHaveBeenCalledTimes(2);
  });
});

it("answers warmup events at once, unless asked not to", async () => {
  const fn = vi.fn();
  expect(await sqsHandler(fn)({ source: "serverless-plugin-warmup" }, {})).toBe("warmup");
  const own = sqsHandler(fn, {
    warmup: { isWarmingUp: event => (event as { warm?: boolean }).warm === true },
  });
  expect(await own({ warm: true }, {})).toBe("warmup");
  await expect(sqsHandler(fn, { warmup: false })({ source: "serverless-plugin-warmup" }, {})).rejects.toThrow(
    new BadRequest("Malformed SQS event: Records"),
  );
  expect(fn).not.toHaveBeenCalled();
});

it("use adds middleware around the whole batch, whose context the function is given", async () => {
  const tenant = defineMiddleware<object, { context: { tenant: string } }>({
    name: "tenant",
    before: ({ context }) => {
      context.tenant = "acme";
    },
  });
  const seen: unknown[] = [];
  const handler = sqsHandler((_message, { context }) => seen.push((context as { tenant: string }).tenant), {
    use: [tenant],
  });
  expect(await handler(batch(record("m1"), record("m2")), {})).toEqual(failures());
  expect(seen).toEqual(["acme", "acme"]);
  expect(explain(handler).map(({ name }) => name)).toEqual(["warmup", "tenant"]);
});

it("refuses wrong arguments when it is made, and names them", () => {
  const fn = (): void => undefined;
  const wrong: [fn: unknown, options: unknown, message: string][] = [
    [undefined, {}, "sqsHandler: fn must be a function"],
    [{}, {}, "sqsHandler: fn must be a function"],
    [fn, null, "sqsHandler: options must be an object"],
    [fn, { jason: true }, 'sqsHandler: unknown option "jason"'],
    [fn, { json: "yes" }, 'sqsHandler: option "json" must be true or false or an object or a function'],
    [fn, { json: {} }, 'sqsHandler: option "json" must be true, false or a Standard Schema'],
    [fn, { use: {} }, 'sqsHandler: option "use" must be an array'],
    [fn, { errors: { logger: true } }, 'sqsHandler: option "logger" must be a function'],
    [fn, { errors: { report: {} } }, 'sqsHandler: option "report" must be a function'],
    [fn, { errors: { logg: false } }, 'sqsHandler: unknown option "logg"'],
    [fn, { warmup: { isWarmingUp: 1 } }, 'warmup: option "isWarmingUp" must be a function'],
  ];
  for (const [given, options, message] of wrong) {
    const make = (): unknown => sqsHandler(given as never, options as never);
    expect(make, message).toThrow(TypeError);
    expect(make).toThrow(message);
  }
});
