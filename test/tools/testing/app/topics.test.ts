import { describe, expect, it } from "vitest";
import { z } from "zod";
import { eventBridgeHandler } from "../../../../generics/eventBridgeHandler.ts";
import { snsHandler } from "../../../../generics/snsHandler.ts";
import { declareTrigger, type Trigger } from "../../../../src/events/trigger.ts";
import { type TestApp, testApp } from "../../../../tools/testing/app/testApp.ts";

const quiet = { errors: { logger: false } } as const;
const noon = "2026-05-01T12:00:00Z";
const minute = 60_000;
const raw = (trigger: Trigger, handler: (event: never) => unknown): never =>
  declareTrigger(handler, trigger) as never;

describe("testApp publishes to topics", () => {
  it("to each handler whose filter policy takes the attributes", async () => {
    const seen: string[] = [];
    const note = (name: string) => (message: { textMessage: string; subject?: string | undefined }) =>
      void seen.push(`${name} ${message.textMessage} ${message.subject}`);
    const app = testApp({
      all: snsHandler(note("all"), { topic: { name: "news" } }),
      dear: snsHandler(note("dear"), {
        topic: { name: "news", filterPolicy: { kind: ["sale"], price: [{ numeric: [">", 100] }] } },
      }),
      other: snsHandler(note("other"), { topic: { name: "sport" } }),
    });
    const { messageId } = await app.publish(
      "news",
      { a: 1 },
      { subject: "S", attributes: { kind: "sale", price: 101 } },
    );
    await app.publish("news", "cheap", { attributes: { kind: ["sale"], price: 100 } });
    expect(messageId).toMatch(/^[\da-f-]{36}$/);
    expect(seen).toEqual([]);
    await app.drain();
    expect(seen).toEqual(['all {"a":1} S', 'dear {"a":1} S', "all cheap undefined"]);
  });

  it("as SNS writes its events", async () => {
    const seen: unknown[] = [];
    const app = testApp(
      { a: raw({ type: "topic", name: "news" }, event => void seen.push(event)) },
      { start: noon },
    );
    const { messageId } = await app.publish("news", "Hello", { attributes: { n: 1, list: ["a"] } });
    await app.drain();
    expect(seen).toEqual([
      {
        Records: [
          {
            EventSource: "aws:sns",
            EventVersion: "1.0",
            EventSubscriptionArn: expect.stringMatching(
              /^arn:aws:sns:us-east-1:000000000000:news:[\da-f-]{36}$/,
            ),
            Sns: {
              Type: "Notification",
              MessageId: messageId,
              TopicArn: "arn:aws:sns:us-east-1:000000000000:news",
              Message: "Hello",
              Timestamp: "2026-05-01T12:00:00.000Z",
              SignatureVersion: "1",
              Signature: "EXAMPLE",
              SigningCertUrl: "https://sns.us-east-1.amazonaws.com/SimpleNotificationService.pem",
              UnsubscribeUrl: expect.stringContaining("Action=Unsubscribe"),
              MessageAttributes: {
                n: { Type: "Number", Value: "1" },
                list: { Type: "String.Array", Value: '["a"]' },
              },
            },
          },
        ],
      },
    ]);
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
  it("tries what fails twice more, after a minute and after two, and keeps what it gives up", async () => {
    const tries: number[] = [];
    const app: TestApp = testApp(
      {
        a: snsHandler(
          () => {
            tries.push((app.now().getTime() - Date.parse(noon)) / minute);
            throw new Error("broken");
          },
          { ...quiet, topic: { name: "news" } },
        ),
      },
      { start: noon },
    );
    await app.publish("news", "Hello");
    await app.drain();
    expect(tries).toEqual([0, 1, 3]);
    expect(app.givenUp("a")).toMatchObject([
      { event: { Records: [{ Sns: { Message: "Hello" } }] }, error: { message: "broken" } },
    ]);
    expect(() => app.givenUp("b")).toThrow('testApp: there is no handler "b"');
  });

  it("counts no throttling, and comes again after a crash", async () => {
    const seen: number[] = [];
    const app: TestApp = testApp(
      {
        a: raw({ type: "topic", name: "news" }, async () => {
          await Promise.resolve();
          seen.push(app.now().getTime());
        }),
      },
      { faults: { throttle: 0.8 }, seed: 4 },
    );
    for (let index = 0; index < 30; index++) await app.publish("news", "Hello");
    app.kill(1);
    await app.drain();
    expect([seen.length, app.givenUp("a")]).toEqual([30, []]);
  });
});

describe("testApp puts events on buses", () => {
  it("to each handler whose pattern they fit, whole", async () => {
    const seen: unknown[] = [];
    const dear = { source: ["shop"], detail: { total: [{ numeric: [">", 100] }] } };
    const app = testApp(
      {
        dear: raw({ type: "bus", pattern: dear }, event => void seen.push(event)),
        elsewhere: raw(
          { type: "bus", name: "other", pattern: { source: [{ exists: true }] } },
          () => void seen.push("other"),
        ),
      },
      { start: noon },
    );
    const { eventId } = await app.putEvent({
      source: "shop",
      detailType: "Order",
      detail: { total: 101, at: new Date(0) },
    });
    await app.putEvent({ source: "shop", detailType: "Order", detail: { total: 100 } });
    await app.drain();
    expect(seen).toEqual([
      {
        version: "0",
        id: eventId,
        "detail-type": "Order",
        source: "shop",
        account: "000000000000",
        time: "2026-05-01T12:00:00Z",
        region: "us-east-1",
        resources: [],
        detail: { total: 101, at: "1970-01-01T00:00:00.000Z" },
      },
    ]);
    await app.putEvent({ bus: "other", source: "x", detailType: "y" });
    await app.drain();
    expect(seen.at(-1)).toBe("other");
  });

  it("gives a handler of events what is put on its bus, and again what it fails with", async () => {
    const seen: unknown[] = [];
    const ship = eventBridgeHandler(
      ({ detail, detailType }) => {
        seen.push([detailType, detail.id]);
        if (seen.length === 1) throw new Error("busy");
      },
      {
        detail: z.object({ id: z.string() }),
        bus: { pattern: { source: ["shop"] } },
        errors: { logger: false },
      },
    );
    const app = testApp({ ship });
    await app.putEvent({ source: "shop", detailType: "Order Placed", detail: { id: "o1" } });
    await app.putEvent({ source: "other", detailType: "Order Placed", detail: { id: "o2" } });
    await app.drain();
    expect(seen).toEqual([
      ["Order Placed", "o1"],
      ["Order Placed", "o1"],
    ]);
    expect(app.givenUp("ship")).toEqual([]);
  });

  it("refuses what is not an event, or not emulated", async () => {
    const app = testApp({});
    await expect(app.putEvent({ source: "", detailType: "x" })).rejects.toThrow(
      "putEvent takes a source and a detailType",
    );
    await expect(app.putEvent(undefined as never)).rejects.toThrow("options must be an object");
    await expect(app.publish("news", undefined)).rejects.toThrow(
      "publish takes a body that is text, or can be JSON",
    );
    await expect(app.publish("news", "a", { to: 1 } as never)).rejects.toThrow('unknown option "to"');
    expect(() => testApp({ a: raw({ type: "bucket", name: "files" }, () => 1) }, { seed: 3 })).toThrow(
      "What a bucket sends is not emulated: handlers.a (seed 3)",
    );
  });
});
