import { describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { eventBridgeHandler } from "../../generics/eventBridgeHandler.ts";
import { BadRequest } from "../../src/core/errors.ts";
import { triggerOf } from "../../src/events/trigger.ts";
import { busEnvelope, busEvent, s3BusEvent } from "../src/events/recorded.ts";

const quiet = { errors: { logger: false } } as const;
const malformedDetail = `Malformed detail in event ${(busEnvelope as { id: string }).id}`;
const detail = z.object({ id: z.string(), at: z.date() });

describe("eventBridgeHandler", () => {
  it("hands over the event with the detail that the schema makes, and returns nothing", async () => {
    const seen: unknown[] = [];
    const handler = eventBridgeHandler(event => seen.push(event), { detail });
    const sent = { id: "1", at: "2026-01-02T03:04:05.000Z", more: true };
    expect(await handler(busEvent(sent), {})).toBeUndefined();
    await eventBridgeHandler(async event => void seen.push(event))(
      { ...busEvent(sent), "replay-name": "archive" },
      {},
    );
    expect(seen).toEqual([
      { ...busEnvelope, detail: { id: "1", at: new Date("2026-01-02T03:04:05.000Z") } },
      { ...busEnvelope, detail: sent, replayName: "archive" },
    ]);
  });

  it("takes events of AWS as well, and gives the function the request", async () => {
    const seen: unknown[] = [];
    const event = s3BusEvent();
    const context = { awsRequestId: "r1" };
    await eventBridgeHandler(({ source, detailType }, request) => seen.push(source, detailType, request))(
      event,
      context,
    );
    expect(seen).toEqual(["aws.s3", "Object Created", { event, context }]);
  });

  it("logs what fails, and throws it on, so that Lambda tries the event again", async () => {
    const logger = vi.fn();
    const broken = new Error("broken");
    const handler = eventBridgeHandler(
      async () => {
        throw broken;
      },
      { errors: { logger } },
    );
    await expect(handler(busEvent({}), { awsRequestId: "r1" })).rejects.toBe(broken);
    expect(logger.mock.calls).toEqual([[broken, { requestId: "r1" }]]);
  });

  it("refuses what is malformed, naming what", async () => {
    const handler = eventBridgeHandler(() => undefined, { detail, ...quiet });
    await expect(handler(busEvent({ id: 5 }), {})).rejects.toMatchObject({
      name: "BadRequest",
      message: malformedDetail,
      errors: [{ field: "id" }, { field: "at" }],
    });
    for (const event of [undefined, null, "x", [], {}, { Records: [] }, { ...busEvent({}), detail: "{}" }]) {
      await expect(handler(event, {})).rejects.toThrow(new BadRequest("Malformed EventBridge event"));
    }
  });

  it("acknowledges what is final: what is malformed, and what nonRetryable names", async () => {
    const kept: unknown[] = [];
    class Gone extends Error {}
    const handler = eventBridgeHandler(
      () => {
        throw new Gone("gone");
      },
      {
        detail: z.object({ n: z.number() }),
        nonRetryable: error => error instanceof Gone,
        onNonRetryable: (event, error) => kept.push(event.detail, (error as Error).message),
        ...quiet,
      },
    );
    expect(await handler(busEvent({ n: 1 }), {})).toBeUndefined();
    expect(await handler(busEvent({ n: "1" }), {})).toBeUndefined();
    expect(kept).toEqual([{ n: 1 }, "gone", { n: "1" }, malformedDetail]);
    const other = eventBridgeHandler(
      () => {
        throw new Error("busy");
      },
      { nonRetryable: error => error instanceof Gone, ...quiet },
    );
    await expect(other(busEvent({}), {})).rejects.toThrow("busy");
  });

  it("runs middleware around and next to the function, and answers warm-ups", async () => {
    const log: string[] = [];
    const noting = (name: string): object => ({ before: () => void log.push(name) });
    const handler = eventBridgeHandler(() => log.push("fn"), {
      around: [noting("around")],
      use: [noting("use")],
    });
    await handler(busEvent({}), {});
    expect(log).toEqual(["around", "use", "fn"]);
    expect(await handler({ source: "serverless-plugin-warmup" }, {})).toBe("warmup");
    const failing = { before: () => Promise.reject(new Error("no database")) };
    await expect(eventBridgeHandler(() => 1, { use: [failing] })(busEvent({}), {})).rejects.toThrow(
      "no database",
    );
  });

  it("declares its bus, and refuses wrong arguments", () => {
    const bus = {
      name: "shop",
      pattern: { "detail-type": ["Order Placed"], detail: { total: [{ numeric: [">", 9] }] } },
    };
    expect(triggerOf(eventBridgeHandler(() => 1, { bus }))).toEqual({ type: "bus", ...bus });
    expect(triggerOf(eventBridgeHandler(() => 1))).toBeUndefined();
    const wrong: [unknown, unknown, string][] = [
      [undefined, {}, "eventBridgeHandler: fn must be a function"],
      [() => 1, { detail: {} }, 'eventBridgeHandler: option "detail" must be a Standard Schema'],
      [() => 1, { detail: true }, 'eventBridgeHandler: option "detail" must be an object or a function'],
      [
        () => 1,
        { bus: { pattern: {} } },
        'eventBridgeHandler: option "bus.pattern" must be a pattern of events',
      ],
      [
        () => 1,
        { bus: { pattern: { detail: { total: [{ numerical: 1 }] } } } },
        'eventBridgeHandler: option "bus.pattern.detail.total" must be a list of values and comparisons, or fields',
      ],
      [() => 1, { concurrency: 2 }, /^eventBridgeHandler: unknown option "concurrency"/] as never,
    ];
    for (const [fn, options, message] of wrong) {
      expect(() => eventBridgeHandler(fn as never, options as never)).toThrow(message);
    }
  });
});
