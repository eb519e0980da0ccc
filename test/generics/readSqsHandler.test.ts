import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { type ReadSqsOptions, readSqsHandler } from "../../generics/readSqsHandler.ts";
import { defineMiddleware } from "../../src/core/middleware.ts";
import { explain } from "../../src/pipeline/explain.ts";
import { nosniff } from "../support/events.ts";

const queue = "arn:aws:sqs:eu-west-1:123456789012:jobs";
const attributes = { trace: { stringValue: "abc", dataType: "String" } };
const record = (messageId: unknown, body: unknown, changes: object = {}): unknown => ({
  messageId,
  receiptHandle: "a secret handle",
  body,
  attributes: { ApproximateReceiveCount: "1" },
  messageAttributes: attributes,
  eventSource: "aws:sqs",
  eventSourceARN: queue,
  awsRegion: "eu-west-1",
  ...changes,
});
const message = (messageId: string, textMessage: string, more: object = {}): object => ({
  messageId,
  attributes,
  textMessage,
  queueSource: queue,
  region: "eu-west-1",
  ...more,
});
const headers = { "Content-Type": "application/json", ...nosniff };

async function read(event: unknown, options?: ReadSqsOptions): Promise<unknown> {
  const result = (await readSqsHandler(options)(event, {})) as { body?: string };
  return typeof result === "object" ? { ...result, body: JSON.parse(result.body ?? "") } : result;
}
const refused = (text: string, more: object = {}): object => ({
  statusCode: 400,
  headers,
  body: { code: 400, message: text, ...more },
});

afterEach(() => vi.restoreAllMocks());

describe("readSqsHandler", () => {
  it("answers 200 with the messages in full and in order", async () => {
    const event = {
      Records: [record("m2", "b"), record("m1", '{"a":1}'), record("m3", "ü", { messageAttributes: {} })],
    };
    expect(await read(event)).toEqual({
      statusCode: 200,
      headers,
      body: [message("m2", "b"), message("m1", '{"a":1}'), message("m3", "ü", { attributes: {} })],
    });
  });

  it("answers an empty list for an empty batch", async () => {
    for (const event of [{ Records: [] }, { Records: null }]) {
      expect(await read(event)).toEqual({ statusCode: 200, headers, body: [] });
    }
  });

  it("parses bodies as JSON when asked to", async () => {
    const event = { Records: [record("m1", '{"a":[1]}'), record("m2", "null")] };
    expect(await read(event, { json: true })).toEqual({
      statusCode: 200,
      headers,
      body: [message("m1", '{"a":[1]}', { body: { a: [1] } }), message("m2", "null", { body: null })],
    });
  });

  it("checks bodies with a schema, whose outputs it gives", async () => {
    const json = z.object({ at: z.coerce.date() });
    const event = { Records: [record("m1", '{"at":"2026-01-02","x":1}')] };
    expect(await read(event, { json })).toEqual({
      statusCode: 200,
      headers,
      body: [message("m1", '{"at":"2026-01-02","x":1}', { body: { at: "2026-01-02T00:00:00.000Z" } })],
    });
    const wrong = { Records: [record("m1", '{"at":"2026-01-02"}'), record("m2", '{"at":"never"}')] };
    expect(await read(wrong, { json })).toEqual(
      refused("Malformed body in message m2", { errors: [{ field: "at", message: expect.any(String) }] }),
    );
  });

  it("answers 400 naming the message that is malformed", async () => {
    const cases: [broken: unknown, text: string, options?: ReadSqsOptions][] = [
      [record("m2", 5), "Malformed body in message m2"],
      [record("m2", "{"), "Malformed body in message m2", { json: true }],
      [record("m2", '{"__proto__":1}'), "Malformed body in message m2", { json: true }],
      [record("m2", "x", { messageAttributes: "x" }), "Malformed messageAttributes in message m2"],
      [record("m2", "x", { eventSourceARN: undefined }), "Malformed eventSourceARN in message m2"],
      [record("m2", "x", { awsRegion: undefined }), "Malformed awsRegion in message m2"],
      [record(undefined, "x"), "Malformed messageId in Records[1]"],
      [record("", "x"), "Malformed messageId in Records[1]"],
      [null, "Malformed SQS event: Records[1]"],
      ["m2", "Malformed SQS event: Records[1]"],
    ];
    for (const [broken, text, options] of cases) {
      expect(await read({ Records: [record("m1", "1"), broken] }, options), text).toEqual(refused(text));
    }
  });

  it("answers 400 to what is not an SQS event", async () => {
    for (const event of [undefined, null, 5, "x", [], {}, { Records: {} }, { Records: 1 }]) {
      expect(await read(event), JSON.stringify(event)).toEqual(refused("Malformed SQS event: Records"));
    }
  });

  it("never rejects and never answers 500, whatever the event", async () => {
    const strange = fc.record({ Records: fc.oneof(fc.anything(), fc.array(fc.anything())) });
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.anything(), strange), fc.boolean(), async (event, json) => {
        const result = await readSqsHandler({ json })(event, {});
        expect([200, 400]).toContain(result.statusCode);
      }),
    );
  });
});

describe("the options", () => {
  const event = { Records: [record("m1", "x")] };

  it("warmup events are answered at once, unless asked not to", async () => {
    const warm = { source: "serverless-plugin-warmup" };
    expect(await read(warm)).toBe("warmup");
    expect(await read({ warm: 1 }, { warmup: { isWarmingUp: given => "warm" in (given as object) } })).toBe(
      "warmup",
    );
    expect(await read(warm, { warmup: false })).toEqual(refused("Malformed SQS event: Records"));
  });

  it("status says the status of the response", async () => {
    expect(await read(event, { status: 202 })).toMatchObject({ statusCode: 202 });
    expect(await read({}, { status: 202 })).toMatchObject({ statusCode: 400 });
  });

  it("use adds middleware behind the messages; what it throws is logged and a 500 that reveals nothing", async () => {
    const seen: unknown[] = [];
    const spy = defineMiddleware<object, { context: { messages: unknown[] } }>({
      name: "spy",
      before: ({ context }) => {
        seen.push(...context.messages);
        if (seen.length > 1) throw new Error("the secret");
      },
    });
    const logger = vi.fn();
    const handler = readSqsHandler({ use: [spy], errors: { logger } });
    expect(explain(handler).map(({ name }) => name)).toEqual([
      "warmup",
      "sqsMessages",
      "spy",
      "errors",
      "serialize",
    ]);
    expect(await handler(event, {})).toMatchObject({ statusCode: 200 });
    expect(seen).toEqual([message("m1", "x")]);
    expect(await handler(event, { awsRequestId: "r1" })).toEqual({
      statusCode: 500,
      headers,
      body: '{"code":500,"message":"Internal Server Error"}',
    });
    expect(logger.mock.calls).toEqual([[new Error("the secret"), { requestId: "r1" }]]);
  });

  it("errors can throw on, so that the batch comes again", async () => {
    const handler = readSqsHandler({ errors: { rethrow: true, logger: false } });
    await expect(handler({}, {})).rejects.toThrow("Malformed SQS event: Records");
  });

  it("are checked when the handler is made", () => {
    const wrong: [options: unknown, text: string][] = [
      [null, "readSqsHandler: options must be an object"],
      [{ jason: true }, 'readSqsHandler: unknown option "jason"'],
      [{ json: "yes" }, 'readSqsHandler: option "json" must be true or false or an object or a function'],
      [{ json: {} }, 'sqsMessages: option "json" must be true, false or a Standard Schema'],
      [{ status: 20 }, 'readSqsHandler: option "status" must be a status from 200 to 599'],
      [{ errors: { logger: 1 } }, 'errors: option "logger" must be a function'],
      [{ use: 1 }, 'readSqsHandler: option "use" must be an array'],
    ];
    for (const [options, text] of wrong) {
      const make = (): unknown => readSqsHandler(options as never);
      expect(make, text).toThrow(TypeError);
      expect(make).toThrow(text);
    }
  });
});
