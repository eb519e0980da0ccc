import { describe, expect, it } from "vitest";
import { type Clock, virtualClock } from "../../../../tools/aws/clock.ts";
import { sizeOf } from "../../../../tools/aws/queues/checkMessage.ts";
import { md5Of, md5OfAttributes } from "../../../../tools/aws/queues/md5.ts";
import { type QueueAttributes, type Queues, queueService } from "../../../../tools/aws/queues/service.ts";
import type { Queue, QueuedMessage } from "../../../../tools/aws/queues/types.ts";
import { seededRandom } from "../../../../tools/aws/random.ts";

interface Scene {
  clock: Clock;
  queues: Queues;
  queue: Queue;
  /** Lets time pass, in seconds. */
  pass(seconds: number): void;
  receive(max?: number): QueuedMessage[];
  bodies(max?: number): string[];
}

function scene(name = "q", attributes: QueueAttributes = {}): Scene {
  const clock = virtualClock(0);
  const queues = queueService({ clock, random: seededRandom(1), reorder: 0 });
  const queue = queues.create(name, attributes);
  const receive = (max = 10): QueuedMessage[] => queue.receive({ max });
  return {
    clock,
    queues,
    queue,
    pass(seconds) {
      const end = clock.now() + seconds * 1000;
      for (let next = clock.nextAt(true); next !== undefined && next <= end; next = clock.nextAt(true))
        clock.step();
      clock.moveTo(end);
    },
    receive,
    bodies: max => receive(max).map(({ body }) => body),
  };
}

const send = (queue: Queue, body: string, groupId?: string): QueuedMessage =>
  queue.send({ body, ...(groupId !== undefined && { groupId, deduplicationId: `${groupId}${body}` }) });

describe("a standard queue", () => {
  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html
  it("hides what was received until its visibility timeout is over, and counts", () => {
    const { queue, pass, receive, bodies } = scene("q", { visibilityTimeout: 30 });
    send(queue, "a");
    const [first] = receive();
    expect(first).toMatchObject({ body: "a", receiveCount: 1, firstReceivedAt: 0 });
    pass(29);
    expect(bodies()).toEqual([]);
    pass(1);
    const [again] = receive();
    expect(again).toMatchObject({ body: "a", receiveCount: 2, firstReceivedAt: 0, sentAt: 0 });
  });

  it("deletes by the handle of the last receipt, and takes an older one for nothing", () => {
    const { queue, pass, receive, bodies } = scene();
    send(queue, "a");
    const old = receive()[0]?.receipt as string;
    pass(30);
    const last = receive()[0]?.receipt as string;
    expect(last).not.toBe(old);
    queue.delete(old);
    pass(30);
    // Visible again, but received by nobody else: the handle is still good.
    queue.delete(last);
    expect(bodies()).toEqual([]);
    expect(queue.messages()).toEqual([]);
    queue.delete(last);
    expect(() => queue.delete("x")).toThrow('The input receipt handle "x" is not a valid receipt handle.');
    expect(last.length).toBeGreaterThan(150);
  });

  it("changes how long a message is hidden, of one in flight", () => {
    const { queue, pass, receive, bodies } = scene();
    send(queue, "a");
    const receipt = receive()[0]?.receipt as string;
    queue.changeVisibility(receipt, 100);
    pass(99);
    expect(bodies()).toEqual([]);
    queue.changeVisibility(receipt, 0);
    expect(bodies()).toEqual(["a"]);
    expect(() => queue.changeVisibility(receipt, 1)).toThrow("The specified message isn't in flight.");
    expect(() => queue.changeVisibility(receipt, 43_201)).toThrow("between 0 and 43200");
  });

  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-delay-queues.html
  it("delays messages, its own or each", () => {
    const { queue, pass, bodies } = scene("q", { delay: 10 });
    send(queue, "usual");
    queue.send({ body: "at once", delay: 0 });
    queue.send({ body: "late", delay: 900 });
    expect(bodies()).toEqual(["at once"]);
    pass(10);
    expect(bodies()).toEqual(["usual"]);
    pass(889);
    expect(bodies()).not.toContain("late");
    pass(1);
    expect(bodies()).toContain("late");
  });

  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
  it("gives up what was received as often as it may be, when it would be received again", () => {
    const { queues, queue, pass, receive } = scene("q", {
      redrive: { maxReceiveCount: 2, deadLetters: "dead" },
    });
    const dead = queues.create("dead");
    const { id } = send(queue, "a");
    for (const count of [1, 2]) {
      expect(receive()[0]?.receiveCount).toBe(count);
      expect(dead.messages()).toEqual([]);
      pass(30);
    }
    expect(receive()).toEqual([]);
    expect(queue.messages()).toEqual([]);
    // Its age goes on, and its id stays.
    expect(dead.messages()).toMatchObject([
      { id, body: "a", sentAt: 0, receiveCount: 2, deadLetterSource: queue.arn },
    ]);
  });

  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/setting-up-dead-letter-queue-retention.html
  it("loses what is older than its retention period, dead letters by their first sending", () => {
    const { queues, queue, pass, receive } = scene("q", {
      retention: 100,
      redrive: { maxReceiveCount: 1, deadLetters: "dead" },
    });
    const dead = queues.create("dead", { retention: 100 });
    send(queue, "a");
    pass(50);
    receive();
    pass(30);
    receive();
    expect(dead.messages().length).toBe(1);
    send(queue, "b");
    pass(20);
    expect(dead.receive({ max: 10 })).toEqual([]);
    pass(80);
    expect(receive()).toEqual([]);
    expect(queue.messages()).toEqual([]);
  });

  it("is empty when it is purged, whatever state its messages were in", () => {
    const { queue, pass, receive, bodies } = scene();
    for (const body of ["a", "b"]) send(queue, body);
    queue.send({ body: "c", delay: 5 });
    receive(1);
    queue.purge();
    pass(100);
    expect(bodies()).toEqual([]);
  });
});

describe("a FIFO queue", () => {
  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
  it("gives as much of a group as there is room for, then of the next, each in order", () => {
    const { queue, bodies } = scene("q.fifo");
    for (const body of ["a1", "b1", "a2", "b2", "a3", "c1"]) send(queue, body, body[0]);
    expect(bodies(4)).toEqual(["a1", "a2", "a3", "b1"]);
    expect(bodies()).toEqual(["c1"]);
  });

  it("gives nothing of a group while a message of it is in flight", () => {
    const { queue, pass, receive, bodies } = scene("q.fifo");
    for (const body of ["a1", "a2", "a3", "b1"]) send(queue, body, body[0]);
    const [a1, a2] = receive(2);
    expect(bodies()).toEqual(["b1"]);
    queue.delete(a2?.receipt as string);
    expect(bodies()).toEqual([]);
    queue.changeVisibility(a1?.receipt as string, 0);
    expect(bodies()).toEqual(["a1", "a3"]);
    pass(30);
    expect(bodies().sort()).toEqual(["a1", "a3", "b1"]);
  });

  it("holds a group up where one of two in flight comes back before the other", () => {
    const { queue, receive, bodies } = scene("q.fifo");
    for (const body of ["a1", "a2", "a3"]) send(queue, body, "a");
    const [a1, a2] = receive(2);
    queue.changeVisibility(a2?.receipt as string, 0);
    expect(bodies()).toEqual([]);
    queue.delete(a1?.receipt as string);
    expect(bodies()).toEqual(["a2", "a3"]);
  });

  it("holds a group up where its first message comes back and the second is still in flight", () => {
    const { queue, receive, bodies } = scene("q.fifo");
    for (const body of ["a1", "a2", "a3"]) send(queue, body, "a");
    const [a1, a2] = receive(2);
    queue.changeVisibility(a1?.receipt as string, 0);
    expect(bodies()).toEqual([]);
    queue.changeVisibility(a2?.receipt as string, 0);
    expect(bodies()).toEqual(["a1", "a2", "a3"]);
  });

  it("goes on with the group when its first message is given up", () => {
    const { queues, queue, pass, bodies } = scene("q.fifo", {
      redrive: { maxReceiveCount: 1, deadLetters: "dead.fifo" },
    });
    const dead = queues.create("dead.fifo");
    send(queue, "a1", "a");
    expect(bodies()).toEqual(["a1"]);
    send(queue, "a2", "a");
    pass(30);
    expect(bodies()).toEqual(["a2"]);
    // The moment of sending is that of the move, unlike in a standard queue.
    expect(dead.messages()).toMatchObject([{ body: "a1", groupId: "a", sentAt: 30_000 }]);
  });

  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagededuplicationid-property.html
  it("takes a message of the same deduplication id for the first one, for five minutes, even when that is gone", () => {
    const { queue, pass, receive } = scene("q.fifo");
    const once = { body: "x", groupId: "g", deduplicationId: "1" };
    const first = queue.send(once);
    queue.delete(receive()[0]?.receipt as string);
    pass(299);
    expect(queue.send({ ...once, body: "y", groupId: "other" }).id).toBe(first.id);
    expect(receive()).toEqual([]);
    pass(1);
    const later = queue.send(once);
    expect(later.id).not.toBe(first.id);
    expect(receive()).toMatchObject([{ id: later.id }]);
    expect(BigInt(later.sequenceNumber ?? 0) > BigInt(first.sequenceNumber ?? 0)).toBe(true);
    expect(first.sequenceNumber).toMatch(/^\d{20}$/);
  });

  it("knows copies by their bodies where it is told to", () => {
    const { queue, receive } = scene("q.fifo", { contentBasedDeduplication: true });
    for (const body of ["x", "x", "y"]) queue.send({ body, groupId: "g" });
    expect(receive().map(({ body }) => body)).toEqual(["x", "y"]);
  });

  it("refuses the handle of a message that is visible again", () => {
    const { queue, pass, receive } = scene("q.fifo");
    send(queue, "a", "a");
    const receipt = receive()[0]?.receipt as string;
    pass(30);
    expect(() => queue.delete(receipt)).toThrow("Reason: The receipt handle has expired.");
  });

  it("delays all of its messages alike, and a group waits for its first", () => {
    const { queue, pass, bodies } = scene("q.fifo", { delay: 5 });
    send(queue, "a1", "a");
    pass(3);
    send(queue, "a2", "a");
    pass(2);
    expect(bodies()).toEqual(["a1"]);
    pass(40);
    expect(bodies()).toEqual(["a1", "a2"]);
  });
});

describe("a message", () => {
  const attribute = (dataType: string, stringValue?: string): object => ({ a: { dataType, stringValue } });

  it.each<[string, object, string]>([
    ["q", { body: "" }, "MissingParameter"],
    ["q", { body: "a\u0000b" }, "InvalidMessageContents"],
    ["q", { body: "\ud800" }, "InvalidMessageContents"],
    ["q", { body: "\uffff" }, "InvalidMessageContents"],
    ["q", { body: "a", delay: 901 }, "InvalidParameterValue"],
    ["q", { body: "a", delay: 1.5 }, "InvalidParameterValue"],
    ["q", { body: "a", deduplicationId: "d" }, "InvalidParameterValue"],
    ["q", { body: "a".repeat(1_048_577) }, "InvalidParameterValue"],
    ["q", { body: "é".repeat(524_289) }, "InvalidParameterValue"],
    ["q", { body: "a".repeat(1_048_570), attributes: attribute("String", "1") }, "InvalidParameterValue"],
    ["q", { body: "a", attributes: attribute("Text", "1") }, "InvalidParameterValue"],
    ["q", { body: "a", attributes: attribute("String", "") }, "InvalidParameterValue"],
    ["q", { body: "a", attributes: attribute("Number", "one") }, "InvalidParameterValue"],
    [
      "q",
      { body: "a", attributes: { "AWS.x": { dataType: "String", stringValue: "1" } } },
      "InvalidParameterValue",
    ],
    [
      "q",
      { body: "a", attributes: { "a..x": { dataType: "String", stringValue: "1" } } },
      "InvalidParameterValue",
    ],
    ["q.fifo", { body: "a", deduplicationId: "d" }, "MissingParameter"],
    ["q.fifo", { body: "a", groupId: "g" }, "InvalidParameterValue"],
    ["q.fifo", { body: "a", groupId: "g", deduplicationId: "ä" }, "InvalidParameterValue"],
    ["q.fifo", { body: "a", groupId: "g g", deduplicationId: "d" }, "InvalidParameterValue"],
    ["q.fifo", { body: "a", groupId: "g", deduplicationId: "d", delay: 1 }, "InvalidParameterValue"],
  ])("of %s that is not as it should be is refused: %#", (name, message, code) => {
    const { queue } = scene(name);
    let thrown: unknown;
    try {
      queue.send(message as never);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ name: "QueueError", code });
    expect(queue.messages()).toEqual([]);
  });

  it("is of 1 MiB at most, attributes and all", () => {
    const { queue } = scene();
    send(queue, "a".repeat(1_048_576));
    const attributes = {
      name: { dataType: "Binary.png", binaryValue: Buffer.alloc(100).toString("base64") },
    };
    expect(sizeOf({ body: "ü", attributes })).toBe(2 + 4 + 10 + 100);
  });

  it("may hold all characters of XML 1.0", () => {
    const { queue } = scene();
    const body = "\t\n\r \ud7ff\ue000\ufffd😀";
    expect(send(queue, body).body).toBe(body);
  });

  // Digests that are published for the SDKs: https://www.npmjs.com/package/aws-md5-of-message-attributes
  it("has the MD5 that clients expect", () => {
    const text = { attribName1: { dataType: "String", stringValue: "attribValue 1" } };
    const number = {
      customNumberTypeAttrib: {
        dataType: "Number.float",
        stringValue: "4563442423554324324264524243.32543234",
      },
    };
    const bytes = {
      binaryAttribute: {
        dataType: "Binary",
        binaryValue: Buffer.from("Hello binary world!").toString("base64"),
      },
    };
    expect([text, number, bytes, { ...bytes, ...number, ...text }, {}].map(md5OfAttributes)).toEqual([
      "19e27d4e946b072f3f58da80d94fd778",
      "9fe1b90bbd9965bdf77bac517c7d2495",
      "31a92b15d92f8db860eda32aceb656c3",
      "c932db14a896c663f83c260297d594ff",
      undefined,
    ]);
    expect(md5Of("This is a test message")).toBe("fafb00f5732ab283681e124bf8747ed1");
  });
});
