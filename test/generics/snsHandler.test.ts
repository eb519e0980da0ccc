import { describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { snsHandler } from "../../generics/snsHandler.ts";
import { BadRequest } from "../../src/core/errors.ts";
import { triggerOf } from "../../src/events/trigger.ts";
import { busEnvelope, busEvent, s3Notification, snsRecord } from "../src/events/recorded.ts";

const batch = (...Records: unknown[]): object => ({ Records });
const quiet = { errors: { logger: false } } as const;

describe("snsHandler", () => {
  it("hands over each message in full, and returns nothing", async () => {
    const seen: unknown[] = [];
    expect(
      await snsHandler(message => seen.push(message))(batch(snsRecord("Hello from SNS!")), {}),
    ).toBeUndefined();
    expect(seen).toEqual([
      {
        messageId: "95df01b4-0000-5cb9-9903-4c221d41eb5e",
        topicArn: "arn:aws:sns:us-east-2:123456789012:sns-lambda",
        subject: "TestInvoke",
        timestamp: "2026-01-02T12:45:07.000Z",
        attributes: { Test: { Type: "String", Value: "TestString" } },
        textMessage: "Hello from SNS!",
      },
    ]);
  });

  it("parses, checks and unwraps JSON", async () => {
    const seen: unknown[] = [];
    const json = z.object({ id: z.string() });
    await snsHandler(({ body }) => seen.push(body), { json })(batch(snsRecord({ id: "1", more: 2 })), {});
    await snsHandler(({ body, eventBridge }) => seen.push(body, eventBridge), { json })(
      batch(snsRecord(busEvent({ id: "2" }))),
      {},
    );
    await snsHandler(({ s3 }) => seen.push(s3[0]?.fileName), { json: true, envelope: "s3" })(
      batch(snsRecord(s3Notification())),
      {},
    );
    expect(seen).toEqual([{ id: "1" }, { id: "2" }, busEnvelope, "reports/für 2026.pdf"]);
  });

  it("takes all messages, logs each failure, and then throws the first one on", async () => {
    const taken: string[] = [];
    const logger = vi.fn();
    const broken = new Error("broken");
    const handler = snsHandler(
      ({ textMessage }) => {
        taken.push(textMessage);
        if (textMessage === "b") throw broken;
      },
      { errors: { logger } },
    );
    const event = batch(snsRecord("a"), snsRecord("b"), snsRecord(5, { Message: 5 }), snsRecord("c"));
    await expect(handler(event, {})).rejects.toBe(broken);
    expect(taken).toEqual(["a", "b", "c"]);
    expect(logger.mock.calls.map(([error]) => (error as Error).message)).toEqual([
      "broken",
      "Malformed Message in message 95df01b4-0000-5cb9-9903-4c221d41eb5e",
    ]);
  });

  it("throws nothing on of what is final, and an error where no time was left", async () => {
    const kept: unknown[] = [];
    const handler = snsHandler(() => undefined, {
      json: true,
      onNonRetryable: record => kept.push(record),
      ...quiet,
    });
    const record = snsRecord("{");
    expect(await handler(batch(record), {})).toBeUndefined();
    expect(kept).toEqual([record]);
    const context = { getRemainingTimeInMillis: () => 10 };
    await expect(
      snsHandler(() => undefined, quiet)(batch(snsRecord("a"), snsRecord("b")), context),
    ).rejects.toThrow("No time was left for 1 records");
  });

  it("refuses an event that is not one, declares its topic, and refuses wrong arguments", async () => {
    const fn = vi.fn();
    await expect(snsHandler(fn)({}, {})).rejects.toThrow(new BadRequest("Malformed SNS event: Records"));
    await expect(snsHandler(fn, quiet)(batch({}), {})).rejects.toThrow(
      new BadRequest("Malformed Sns in Records[0]"),
    );
    expect(fn).not.toHaveBeenCalled();
    expect(triggerOf(snsHandler(fn, { topic: { name: "orders" } }))).toEqual({
      type: "topic",
      name: "orders",
    });
    expect(() => snsHandler(fn, { queue: {} } as never)).toThrow('snsHandler: unknown option "queue"');
    expect(() => snsHandler({} as never)).toThrow("snsHandler: fn must be a function");
  });
});
