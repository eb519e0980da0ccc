import fc from "fast-check";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { type SqsMessagesOptions, sqsMessages } from "../../middlewares/sqsMessages.ts";
import { BadRequest, HttpError } from "../../src/core/errors.ts";

const attributes = { trace: { stringValue: "abc", dataType: "String" } };
const record = (changes: object = {}): Record<string, unknown> => ({
  messageId: "m1",
  receiptHandle: "r",
  body: '{"id":7}',
  attributes: { ApproximateReceiveCount: "1" },
  messageAttributes: attributes,
  md5OfBody: "x",
  eventSource: "aws:sqs",
  eventSourceARN: "arn:aws:sqs:eu-west-1:123456789012:jobs",
  awsRegion: "eu-west-1",
  ...changes,
});
const message = {
  messageId: "m1",
  attributes,
  textMessage: '{"id":7}',
  queueSource: "arn:aws:sqs:eu-west-1:123456789012:jobs",
  region: "eu-west-1",
};

function run(event: unknown, options?: SqsMessagesOptions): { context: object; result: unknown } {
  const context = {};
  const result = sqsMessages(options).before?.({ event, context } as never);
  return { context, result };
}

function errorOf(event: unknown, options?: SqsMessagesOptions): unknown {
  const context = {};
  try {
    sqsMessages(options).before?.({ event, context } as never);
  } catch (error) {
    expect(context).toEqual({});
    return error;
  }
  throw new Error("it did not throw");
}

describe("sqsMessages", () => {
  it("gives every message in its order, the body as text alone, and returns no promise", () => {
    const { context, result } = run({ Records: [record(), record({ messageId: "m2", body: "" })] });
    expect(context).toEqual({ messages: [message, { ...message, messageId: "m2", textMessage: "" }] });
    expect(result).toBeUndefined();
    expect(run({ Records: [record()] }, { json: false }).context).toEqual({ messages: [message] });
  });

  it.each([[[]], [null]])("gives no messages for Records: %j", Records => {
    expect(run({ Records }).context).toEqual({ messages: [] });
    expect(run({ Records }, { json: true }).context).toEqual({ messages: [] });
  });

  it("parses bodies when asked to", () => {
    expect(run({ Records: [record()] }, { json: true }).context).toEqual({
      messages: [{ ...message, body: { id: 7 } }],
    });
    for (const [body, parsed] of [
      ["null", null],
      ["0", 0],
      ['"x"', "x"],
      ["[1]", [1]],
      ['{"constructor":"Bauhaus"}', { constructor: "Bauhaus" }],
    ] as const) {
      const { context } = run({ Records: [record({ body })] }, { json: true });
      expect(context).toEqual({ messages: [{ ...message, textMessage: body, body: parsed }] });
    }
  });

  it("checks bodies with any Standard Schema and gives its output", async () => {
    const schema = z.object({ id: z.number().transform(String) });
    expect(run({ Records: [record()] }, { json: schema }).context).toEqual({
      messages: [{ ...message, body: { id: "7" } }],
    });
    const late = v.pipeAsync(
      v.object({ id: v.number() }),
      v.checkAsync(async ({ id }) => id === 7, "unknown id"),
    );
    const { context, result } = run({ Records: [record()] }, { json: late });
    expect(context).toEqual({});
    await result;
    expect(context).toEqual({ messages: [{ ...message, body: { id: 7 } }] });
    await expect(
      run({ Records: [record({ body: '{"id":8}' })] }, { json: late }).result,
    ).rejects.toMatchObject({
      statusCode: 400,
      message: "Malformed body in message m1",
      errors: [{ field: "", message: "unknown id" }],
    });
  });

  it("says what a schema refuses", () => {
    const error = errorOf({ Records: [record()] }, { json: z.object({ id: z.string() }) });
    expect(error).toBeInstanceOf(BadRequest);
    expect(error).toMatchObject({
      message: "Malformed body in message m1",
      errors: [{ field: "id", message: "Invalid input: expected string, received number" }],
    });
  });

  it("lets an error of the schema itself through, thrown or rejected", async () => {
    const fail = (): never => {
      throw new RangeError("the schema is broken");
    };
    const Records = [record()];
    expect(errorOf({ Records }, { json: v.pipe(v.unknown(), v.check(fail)) })).toEqual(
      new RangeError("the schema is broken"),
    );
    await expect(run({ Records }, { json: z.unknown().refine(fail) }).result).rejects.toEqual(
      new RangeError("the schema is broken"),
    );
  });

  const broken: [string, unknown][] = [
    ["Malformed SQS event: Records", {}],
    ["Malformed SQS event: Records", { Records: "x" }],
    ["Malformed SQS event: Records", { Records: {} }],
    ["Malformed SQS event: Records", null],
    ["Malformed SQS event: Records", "text"],
    ["Malformed SQS event: Records", []],
    ["Malformed SQS event: Records[1]", { Records: [record(), null] }],
    ["Malformed SQS event: Records[0]", { Records: Object.assign([], { 1: record() }) }],
    ["Malformed messageId in Records[0]", { Records: [record({ messageId: undefined })] }],
    ["Malformed messageId in Records[1]", { Records: [record(), record({ messageId: 5 })] }],
    ["Malformed messageId in Records[0]", { Records: [record({ messageId: "" })] }],
    ...[undefined, null, 5, {}].map((body): [string, unknown] => [
      "Malformed body in message m1",
      { Records: [record({ body })] },
    ]),
    ...["x", 5, []].map((messageAttributes): [string, unknown] => [
      "Malformed messageAttributes in message m1",
      { Records: [record({ messageAttributes })] },
    ]),
    ["Malformed eventSourceARN in message m1", { Records: [record({ eventSourceARN: 5 })] }],
    ["Malformed awsRegion in message m1", { Records: [record({ awsRegion: null })] }],
  ];
  it.each(broken)("answers %s and leaves the context alone", (expected, event) => {
    const error = errorOf(event);
    expect(error).toBeInstanceOf(BadRequest);
    expect(error).toMatchObject({ statusCode: 400, message: expected });
  });

  it.each([
    "",
    "{",
    "undefined",
    "{'a':1}",
    '{"__proto__":{"admin":true}}',
    '{"a":[{"\\u005f_proto__":1}]}',
    '{"constructor":{"prototype":{}}}',
    "[".repeat(20_000) + "]".repeat(20_000),
  ])("refuses a bad JSON body and names its message, although one before it is good (%#)", body => {
    const error = errorOf({ Records: [record({ messageId: "m0" }), record({ body })] }, { json: true });
    expect(error).toBeInstanceOf(BadRequest);
    expect(error).toMatchObject({ statusCode: 400, message: "Malformed body in message m1" });
  });

  it("throws nothing but its own error, whatever the event", () => {
    const anyRecord = fc.oneof(
      fc.anything(),
      fc.anything().map(changes => record(changes as object)),
      fc.json().map(body => record({ body })),
      fc.string().map(body => record({ body })),
    );
    const anyEvent = fc.oneof(fc.anything(), fc.record({ Records: fc.array(anyRecord) }));
    const anyOptions = fc.constantFrom(undefined, { json: true }, { json: z.object({ id: z.number() }) });
    fc.assert(
      fc.property(anyEvent, anyOptions, (event, options) => {
        try {
          run(event, options);
        } catch (error) {
          if (!(error instanceof HttpError)) throw error;
        }
      }),
      { numRuns: 1000 },
    );
  });

  it("refuses wrong options when it is made", () => {
    for (const json of ["yes", 1, null, {}, []]) {
      expect(() => sqsMessages({ json } as never)).toThrow(
        new TypeError('sqsMessages: option "json" must be true, false or a Standard Schema'),
      );
    }
    expect(() => sqsMessages({ parse: true } as never)).toThrow(
      new TypeError('sqsMessages: unknown option "parse"; it takes json'),
    );
  });
});
