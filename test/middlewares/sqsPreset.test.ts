import middy from "@middy/core";
import { describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { type SqsPresetOptions, sqsPreset } from "../../middlewares/sqsPreset.ts";
import { BadRequest } from "../../src/core/errors.ts";
import { explain } from "../../src/pipeline/explain.ts";
import { pipeline } from "../../src/pipeline/pipeline.ts";

type Fn = (event: unknown, context: { messages: unknown[] }) => unknown;

const event = {
  Records: [
    {
      messageId: "m1",
      body: '{"id":7}',
      messageAttributes: {},
      eventSourceARN: "arn:aws:sqs:eu-west-1:123456789012:jobs",
      awsRegion: "eu-west-1",
    },
  ],
};
const message = {
  messageId: "m1",
  attributes: {},
  textMessage: '{"id":7}',
  queueSource: "arn:aws:sqs:eu-west-1:123456789012:jobs",
  region: "eu-west-1",
};
const order = ["warmup", "errors", "sqsMessages"];

describe.each([
  [
    "middy(fn).use()",
    (fn: Fn, options?: SqsPresetOptions) => middy(fn as never).use(sqsPreset(options) as never),
  ],
  ["a pipeline", (fn: Fn, options?: SqsPresetOptions) => pipeline(sqsPreset(options), fn as never)],
] as const)("sqsPreset in %s", (_, make) => {
  const run = (fn: Fn, given: unknown, options?: SqsPresetOptions): Promise<unknown> =>
    (make(fn, options) as (event: unknown, context: object) => Promise<unknown>)(given, {
      awsRequestId: "r1",
    });

  it("gives the function the messages", async () => {
    expect(await run((_event, { messages }) => messages, event)).toEqual([message]);
    expect(await run((_event, { messages }) => messages, event, { json: true })).toEqual([
      { ...message, body: { id: 7 } },
    ]);
    const json = z.object({ id: z.coerce.string() });
    expect(await run((_event, { messages }) => messages, event, { json })).toEqual([
      { ...message, body: { id: "7" } },
    ]);
  });

  it("logs errors and throws them on, so that the batch comes again", async () => {
    const logger = vi.fn();
    const report = vi.fn();
    const broken = new Error("broken");
    const failed = run(() => Promise.reject(broken), event, { errors: { logger, report } });
    await expect(failed).rejects.toBe(broken);
    expect(logger.mock.calls).toEqual([[broken, { requestId: "r1" }]]);
    expect(report).toHaveBeenCalledTimes(1);
    const fn = vi.fn();
    const malformed = await run(fn, { Records: [{ ...event.Records[0], body: 5 }] }).catch(
      (error: unknown) => error,
    );
    expect(malformed).toEqual(new BadRequest("Malformed body in message m1"));
    expect(fn).not.toHaveBeenCalled();
  });

  it("makes responses of errors when asked not to throw them on", async () => {
    const response = await run(() => Promise.reject(new Error("x")), event, {
      errors: { rethrow: false, logger: false },
    });
    expect(response).toMatchObject({
      statusCode: 500,
      body: '{"code":500,"message":"Internal Server Error"}',
    });
  });

  it("answers warmup events before anything else", async () => {
    const fn = vi.fn();
    expect(await run(fn, { source: "serverless-plugin-warmup" })).toBe("warmup");
    expect(fn).not.toHaveBeenCalled();
  });
});

describe("sqsPreset", () => {
  it("is warmup, errors and sqsMessages, in this order, and leaves out what is false", () => {
    const names = (options?: SqsPresetOptions): string[] =>
      explain(pipeline(sqsPreset(options), () => 1)).map(({ name }) => name);
    expect(names()).toEqual(order);
    expect(names({ warmup: false })).toEqual(["errors", "sqsMessages"]);
    expect(names({ errors: false })).toEqual(["warmup", "sqsMessages"]);
    expect(names({ warmup: false, errors: false })).toEqual(["sqsMessages"]);
  });

  it("refuses wrong options and names them", () => {
    const wrong: [options: unknown, message: string][] = [
      [null, "sqsPreset: options must be an object"],
      [{ cors: {} }, 'sqsPreset: unknown option "cors"; it takes warmup, errors, json'],
      [{ errors: 5 }, 'sqsPreset: option "errors" must be an object or false'],
      [{ json: 5 }, 'sqsMessages: option "json" must be true, false or a Standard Schema'],
    ];
    for (const [options, text] of wrong) {
      expect(() => sqsPreset(options as never), text).toThrow(TypeError);
      expect(() => sqsPreset(options as never)).toThrow(text);
    }
  });
});
