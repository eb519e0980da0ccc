import { gzipSync } from "node:zlib";
import { describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { sqsHandler } from "../../../../generics/sqsHandler.ts";
import { exactOrNone } from "../../../../src/core/longNumbers.ts";
import { unwrap } from "../../../../src/events/envelope/unwrap.ts";
import {
  busEnvelope,
  busEvent,
  s3BusEvent,
  s3Notification,
  s3TestEvent,
  snsEnvelope,
  snsInSqs,
  sqsRecord,
} from "../recorded.ts";

const order = { id: "o1", total: 5 };
const file = {
  eventName: "ObjectCreated:Put",
  bucket: "uploads",
  owner: "A1B2C3",
  fileName: "reports/für 2026.pdf",
  size: 104681,
};
const zipped = (value: unknown): string => gzipSync(JSON.stringify(value)).toString("base64");
const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64");

/** What a handler is given of a body, and what fails. */
async function taken(
  body: unknown,
  options: object = {},
): Promise<{ seen: Record<string, unknown>[]; failed: unknown; logged: unknown[] }> {
  const seen: Record<string, unknown>[] = [];
  const logger = vi.fn();
  const handler = sqsHandler(message => seen.push(message as never), {
    json: true,
    errors: { logger },
    ...options,
  } as never);
  const { batchItemFailures } = await handler({ Records: [sqsRecord("m1", body)] }, {});
  return { seen, failed: batchItemFailures.length, logged: logger.mock.calls.map(([error]) => error) };
}

describe("an envelope", () => {
  it.each<[name: string, body: unknown, given: object]>([
    ["SNS in SQS", snsInSqs(order), { body: order, sns: snsEnvelope }],
    ["SNS in SQS, raw", order, { body: order }],
    [
      "SNS in SQS, FIFO, with attributes",
      snsInSqs(order, {
        SequenceNumber: "10000000000000004000",
        Subject: "An order",
        MessageAttributes: { kind: { Type: "String", Value: "new" } },
      }),
      {
        body: order,
        sns: {
          ...snsEnvelope,
          sequenceNumber: "10000000000000004000",
          subject: "An order",
          attributes: { kind: { Type: "String", Value: "new" } },
        },
      },
    ],
    ["EventBridge in SQS", busEvent(order), { body: order, eventBridge: busEnvelope }],
    [
      "EventBridge in SNS in SQS",
      snsInSqs(busEvent(order)),
      { body: order, sns: snsEnvelope, eventBridge: busEnvelope },
    ],
    ["S3 in SQS", s3Notification(), { body: s3Notification(), s3: [file] }],
    [
      "S3 in SNS in SQS",
      snsInSqs(s3Notification()),
      { body: s3Notification(), sns: snsEnvelope, s3: [file] },
    ],
  ])("is told from the event itself: %s", async (_name, body, given) => {
    const { seen, failed } = await taken(body);
    expect(failed).toBe(0);
    const [{ messageId, attributes, textMessage, queueSource, region, ...rest } = {}] = seen;
    expect([messageId, attributes, queueSource, region]).toEqual([
      "m1",
      {},
      "arn:aws:sqs:us-east-2:123456789012:jobs",
      "us-east-2",
    ]);
    expect(textMessage).toBe(JSON.stringify(body));
    expect(rest).toEqual(given);
  });

  it("of S3 in EventBridge in SQS has the file, whose key is not encoded", async () => {
    const { seen } = await taken(s3BusEvent());
    expect(seen[0]?.s3).toEqual([
      {
        eventName: "ObjectCreated:Put",
        bucket: "uploads",
        owner: "123456789012",
        fileName: "a+b 100%.jpg",
        size: 184662,
      },
    ]);
    expect(seen[0]?.eventBridge).toMatchObject({ source: "aws.s3", detailType: "Object Created" });
  });

  it.each<[detailType: string, detail: object, eventName: string]>([
    ["Object Created", { reason: "CompleteMultipartUpload" }, "ObjectCreated:CompleteMultipartUpload"],
    ["Object Created", { reason: "CopyObject" }, "ObjectCreated:Copy"],
    [
      "Object Deleted",
      { reason: "DeleteObject", "deletion-type": "Permanently Deleted" },
      "ObjectRemoved:Delete",
    ],
    [
      "Object Deleted",
      { reason: "DeleteObject", "deletion-type": "Delete Marker Created" },
      "ObjectRemoved:DeleteMarkerCreated",
    ],
    [
      "Object Deleted",
      { reason: "Lifecycle Expiration", "deletion-type": "Permanently Deleted" },
      "LifecycleExpiration:Delete",
    ],
    ["Object Tags Added", {}, "ObjectTagging:Put"],
  ])(
    "of S3 in EventBridge names what happened as notifications do: %s %j",
    async (detailType, detail, eventName) => {
      const { seen } = await taken(s3BusEvent(detail, detailType));
      expect(seen[0]?.s3).toMatchObject([{ eventName, fileName: "a+b 100%.jpg" }]);
    },
  );

  it("of the test message of S3 holds nothing: it is acknowledged, and nobody gets it", async () => {
    for (const body of [s3TestEvent, snsInSqs(s3TestEvent)]) {
      expect(await taken(body)).toEqual({ seen: [], failed: 0, logged: [] });
      expect(await taken(body, { envelope: "s3" })).toEqual({ seen: [], failed: 0, logged: [] });
    }
  });

  it("that is insisted on must be there; a message without it fails alone", async () => {
    const none = await taken(order, { envelope: "sns" });
    expect([none.seen, none.failed]).toEqual([[], 1]);
    expect(none.logged[0]).toMatchObject({
      message: "Malformed body in message m1",
      errors: [{ field: "", message: 'is not in the envelope "sns"' }],
    });
    expect((await taken(snsInSqs(order), { envelope: ["sns", "eventBridge"] })).failed).toBe(1);
    const both = await taken(snsInSqs(busEvent(order)), { envelope: ["sns", "eventBridge"] });
    expect(both.seen[0]?.body).toEqual(order);
  });

  it("stays on with false", async () => {
    for (const body of [snsInSqs(order), busEvent(order), s3Notification(), s3TestEvent]) {
      const { seen } = await taken(body, { envelope: false });
      expect(seen[0]?.body).toEqual(body);
      expect(Object.keys(seen[0] ?? {})).not.toContain("sns");
    }
  });

  it("is not seen in data that only resembles one", async () => {
    for (const body of [
      { TopicArn: "t" },
      { Type: "Notification", TopicArn: "t", Message: {} },
      { "detail-type": "x" },
      { Records: [] },
      { Records: "x" },
    ]) {
      expect((await taken(body)).seen[0]?.body).toEqual(body);
    }
  });

  it("has what is inside checked by the schema, and failures named", async () => {
    const json = z.object({ id: z.string(), total: z.number() });
    expect((await taken(snsInSqs({ ...order, more: 1 }), { json })).seen[0]?.body).toEqual(order);
    const { failed, logged } = await taken(busEvent({ id: "o1" }), { json });
    expect(failed).toBe(1);
    expect(logged[0]).toMatchObject({
      message: "Malformed body in message m1",
      errors: [{ field: "total" }],
    });
    expect((await taken(snsInSqs("{"), { json })).failed).toBe(1);
    expect((await taken(snsInSqs('{"__proto__":{"admin":true}}'), { json: true })).failed).toBe(1);
    expect((await taken({ Records: [{ eventSource: "aws:s3" }] })).failed).toBe(1);
  });

  it("does not lose the digits of a bigint that the schema takes", async () => {
    const json = z.object({ id: z.bigint() });
    const body = JSON.stringify(busEvent({ id: 0 })).replace('"id":0', '"id":1234567890123456789');
    expect((await taken(body, { json })).seen[0]?.body).toEqual({ id: 1234567890123456789n });
    expect((await taken(snsInSqs(body), { json })).seen[0]?.body).toEqual({ id: 1234567890123456789n });
  });

  it("is opened where text stays text, when it is insisted on", async () => {
    const { seen } = await taken(snsInSqs("hello"), { json: false, envelope: "sns" });
    expect(seen).toMatchObject([{ textMessage: "hello", sns: snsEnvelope }]);
    expect(seen[0]).not.toHaveProperty("body");
    const plain = await taken(snsInSqs("hello"), { json: false });
    expect(plain.seen[0]?.textMessage).toBe(JSON.stringify(snsInSqs("hello")));
  });
});

describe("an encoding", () => {
  it("is told by the bytes", async () => {
    for (const body of [zipped(order), base64(order), snsInSqs(zipped(order)), snsInSqs(base64(order))]) {
      expect((await taken(body)).seen[0]?.body).toEqual(order);
    }
    expect((await taken(zipped(snsInSqs(order)))).seen[0]).toMatchObject({ body: order, sns: snsEnvelope });
  });

  it("is what the option says", async () => {
    for (const body of [zipped(order), snsInSqs(zipped(order))]) {
      expect((await taken(body, { encoding: "gzip" })).seen[0]?.body).toEqual(order);
    }
    expect((await taken(base64(order), { encoding: "base64" })).seen[0]?.body).toEqual(order);
    expect((await taken(order, { encoding: "base64" })).failed).toBe(1);
    expect((await taken(base64(order), { encoding: "gzip" })).failed).toBe(1);
    expect((await taken(zipped(order), { encoding: "text" })).failed).toBe(1);
    expect((await taken(base64(order), { json: false, encoding: "base64" })).seen[0]?.textMessage).toBe(
      JSON.stringify(order),
    );
  });

  it("of text that is JSON as it stands is none", async () => {
    for (const value of [1234, "abcd", null, true]) {
      expect((await taken(JSON.stringify(value))).seen[0]?.body).toEqual(value);
    }
  });

  it("can't blow up the memory: an unzipped payload has a bound", async () => {
    const bomb = zipped("0".repeat(11 * 1024 * 1024));
    const { failed, logged } = await taken(bomb);
    expect(failed).toBe(1);
    expect(logged[0]).toMatchObject({
      errors: [{ field: "", message: "has more than 10485760 bytes when it is unzipped" }],
    });
    expect((await taken(bomb, { maxUnzippedBytes: 12 * 1024 * 1024 })).failed).toBe(0);
    expect((await taken(zipped(order), { maxUnzippedBytes: 5 })).failed).toBe(1);
  });

  it("that is broken fails alone", async () => {
    const cut = gzipSync(JSON.stringify(order)).subarray(0, 20).toString("base64");
    for (const body of [cut, Buffer.from([0xff, 0xfe, 0xfd]).toString("base64"), "text"]) {
      expect((await taken(body)).failed).toBe(1);
    }
  });

  it("of bytes may be gzip, or base64 in them", () => {
    const options = { isJson: true, read: exactOrNone };
    expect(unwrap(gzipSync(JSON.stringify(order)), options)?.body).toEqual(order);
    expect(unwrap(Buffer.from(JSON.stringify(snsInSqs(order))), options)).toMatchObject({
      body: order,
      sns: snsEnvelope,
    });
    expect(unwrap(Buffer.from(base64(order)), { ...options, encoding: "base64" })?.body).toEqual(order);
  });
});
