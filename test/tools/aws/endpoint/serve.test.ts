import { request } from "node:http";
import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  type Message,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sqsHandler } from "../../../../generics/sqsHandler.ts";
import type { QueueServer } from "../../../../tools/aws/endpoint/serve.ts";
import { type TestApp, testApp } from "../../../../tools/testing/app/testApp.ts";

const log: string[] = [];
let app: TestApp;
let server: QueueServer;
let client: SQSClient;
beforeAll(async () => {
  const orders = sqsHandler(({ textMessage }) => void log.push(textMessage), {
    queue: { name: "orders", fifo: true, maxReceiveCount: 4 },
  });
  app = testApp({ orders });
  server = await app.listen();
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  client = new SQSClient({ endpoint: server.endpoint, region: "us-east-1", credentials, maxAttempts: 1 });
});
afterAll(async () => {
  client.destroy();
  await server.close();
});

let queues = 0;
async function newQueue(Attributes: Record<string, string> = {}): Promise<string> {
  const QueueName = `q${queues++}${Attributes.FifoQueue ? ".fifo" : ""}`;
  return (await client.send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl as string;
}
const send = (QueueUrl: string, MessageBody: string, more: object = {}) =>
  client.send(new SendMessageCommand({ QueueUrl, MessageBody, ...more }));
async function receive(QueueUrl: string, more: object = {}): Promise<Message[]> {
  const input = { QueueUrl, MaxNumberOfMessages: 10, ...more };
  return (await client.send(new ReceiveMessageCommand(input))).Messages ?? [];
}
const bodies = (messages: readonly Message[]): (string | undefined)[] => messages.map(({ Body }) => Body);

describe("the endpoint of SQS, asked by the client of AWS", () => {
  it("sends, receives, deletes, and hides what was received", async () => {
    const url = await newQueue({ VisibilityTimeout: "20" });
    expect(url).toBe(`${server.endpoint}/000000000000/q0`);
    const { MessageId, MD5OfMessageBody, SequenceNumber } = await send(url, "This is a test message");
    expect([MD5OfMessageBody, SequenceNumber]).toEqual(["fafb00f5732ab283681e124bf8747ed1", undefined]);
    const [message] = await receive(url);
    expect(message).toEqual({
      MessageId,
      ReceiptHandle: expect.any(String),
      Body: "This is a test message",
      MD5OfBody: MD5OfMessageBody,
    });
    expect(await receive(url)).toEqual([]);
    await app.advance(20_000);
    const [again] = await receive(url, { MessageSystemAttributeNames: ["ApproximateReceiveCount"] });
    expect(again?.Attributes).toEqual({ ApproximateReceiveCount: "2" });
    await client.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: again?.ReceiptHandle }));
    await app.advance(20_000);
    expect(await receive(url)).toEqual([]);
  });

  it("keeps attributes of all kinds, and gives those that are asked for", async () => {
    const url = await newQueue();
    const attributes = {
      "shop.kind": { DataType: "String", StringValue: "größe" },
      "shop.count": { DataType: "Number", StringValue: "7" },
      image: { DataType: "Binary.png", BinaryValue: new Uint8Array([0, 1, 255]) },
    };
    const trace = { AWSTraceHeader: { DataType: "String", StringValue: "Root=1-2-3" } } as const;
    const sent = await send(url, "a", { MessageAttributes: attributes, MessageSystemAttributes: trace });
    expect(sent.MD5OfMessageAttributes).toMatch(/^[\da-f]{32}$/);
    expect(sent.MD5OfMessageSystemAttributes).toMatch(/^[\da-f]{32}$/);
    const [all] = await receive(url, {
      MessageAttributeNames: ["All"],
      VisibilityTimeout: 0,
      AttributeNames: ["All"],
    });
    expect(all?.MessageAttributes).toEqual(attributes);
    expect(all?.MD5OfMessageAttributes).toBe(sent.MD5OfMessageAttributes);
    expect(all?.Attributes).toMatchObject({ AWSTraceHeader: "Root=1-2-3", ApproximateReceiveCount: "1" });
    await app.advance(0);
    const [some] = await receive(url, { MessageAttributeNames: ["shop.*"] });
    expect(Object.keys(some?.MessageAttributes ?? {}).sort()).toEqual(["shop.count", "shop.kind"]);
  });

  it("waits for messages by long polling, until the time is over by the clock", async () => {
    const url = await newQueue();
    const polling = receive(url, { WaitTimeSeconds: 20 });
    await new Promise(done => setTimeout(done, 50));
    await send(url, "late");
    expect(bodies(await polling)).toEqual(["late"]);
    const vain = receive(url, { WaitTimeSeconds: 20 });
    await new Promise(done => setTimeout(done, 50));
    await app.advance(20_000);
    expect(await vain).toEqual([]);
  });

  it("takes batches, each entry of which may fail alone", async () => {
    const url = await newQueue();
    const Entries = ["a", "", "c"].map((MessageBody, index) => ({ Id: `e${index}`, MessageBody }));
    const sent = await client.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }));
    expect(sent.Successful?.map(({ Id }) => Id)).toEqual(["e0", "e2"]);
    expect(sent.Failed).toMatchObject([{ Id: "e1", SenderFault: true, Code: "MissingParameter" }]);
    const handles = (await receive(url)).map(({ ReceiptHandle }, index) => ({
      Id: `${index}`,
      ReceiptHandle,
    }));
    const visible = handles.map(entry => ({ ...entry, VisibilityTimeout: 0 }));
    await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: url, Entries: visible }));
    const again = (await receive(url)).map(({ ReceiptHandle }, index) => ({ Id: `${index}`, ReceiptHandle }));
    expect(again.length).toBe(2);
    const removed = await client.send(new DeleteMessageBatchCommand({ QueueUrl: url, Entries: again }));
    expect(removed.Successful).toEqual([{ Id: "0" }, { Id: "1" }]);
    const twins = [0, 0].map(() => ({ Id: "x", MessageBody: "a" }));
    await expect(
      client.send(new SendMessageBatchCommand({ QueueUrl: url, Entries: twins })),
    ).rejects.toMatchObject({
      name: "BatchEntryIdsNotDistinct",
    });
    await expect(
      client.send(new SendMessageBatchCommand({ QueueUrl: url, Entries: [] })),
    ).rejects.toMatchObject({
      name: "EmptyBatchRequest",
    });
    const big = [0, 1].map(Id => ({ Id: `${Id}`, MessageBody: "a".repeat(600_000) }));
    await expect(
      client.send(new SendMessageBatchCommand({ QueueUrl: url, Entries: big })),
    ).rejects.toMatchObject({
      name: "BatchRequestTooLong",
    });
  });

  it("takes 1 MiB", async () => {
    const url = await newQueue();
    const body = "é".repeat(524_288);
    await send(url, body);
    expect(bodies(await receive(url))).toEqual([body]);
    await expect(send(url, `${body}x`)).rejects.toThrow("Message must be shorter than 1048576 bytes");
  });

  it("changes how long a message is hidden", async () => {
    const url = await newQueue();
    await send(url, "a");
    const [{ ReceiptHandle } = {}] = await receive(url);
    const change = (VisibilityTimeout: number) =>
      client.send(new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle, VisibilityTimeout }));
    await change(100);
    await app.advance(99_000);
    expect(await receive(url)).toEqual([]);
    await change(0);
    expect(bodies(await receive(url, { VisibilityTimeout: 0 }))).toEqual(["a"]);
    await expect(change(50_000)).rejects.toThrow("between 0 and 43200");
  });

  it("knows queues by their names, and what they are set to", async () => {
    const dead = await newQueue();
    const attributesOf = async (url: string): Promise<object | undefined> =>
      (await client.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["All"] })))
        .Attributes;
    const arn = ((await attributesOf(dead)) as { QueueArn: string }).QueueArn;
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arn, maxReceiveCount: 1 });
    const url = await newQueue({ DelaySeconds: "5", RedrivePolicy });
    await send(url, "a");
    expect(await attributesOf(url)).toMatchObject({
      ApproximateNumberOfMessages: "0",
      ApproximateNumberOfMessagesDelayed: "1",
      DelaySeconds: "5",
      VisibilityTimeout: "30",
      MaximumMessageSize: "1048576",
      RedrivePolicy,
    });
    await app.advance(5000);
    await receive(url);
    await app.advance(30_000);
    expect(await receive(url)).toEqual([]);
    expect(bodies(await receive(dead))).toEqual(["a"]);
    await client.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { DelaySeconds: "0" } }));
    await send(url, "b");
    await client.send(new PurgeQueueCommand({ QueueUrl: url }));
    expect(await receive(url)).toEqual([]);
    const found = await client.send(new GetQueueUrlCommand({ QueueName: "orders.fifo" }));
    const { QueueUrls } = await client.send(new ListQueuesCommand({ QueueNamePrefix: "orders" }));
    expect(QueueUrls).toContain(found.QueueUrl);
  });

  it("sends to the queues of handlers", async () => {
    const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: "orders.fifo" }));
    const first = await send(QueueUrl as string, "o1", { MessageGroupId: "g", MessageDeduplicationId: "1" });
    const twin = await send(QueueUrl as string, "o1", { MessageGroupId: "g", MessageDeduplicationId: "1" });
    expect([twin.MessageId, twin.SequenceNumber]).toEqual([first.MessageId, first.SequenceNumber]);
    await app.drain();
    expect(log).toEqual(["o1"]);
  });

  it.each<[string, () => Promise<unknown>]>([
    ["QueueDoesNotExist", () => client.send(new GetQueueUrlCommand({ QueueName: "none" }))],
    ["QueueDoesNotExist", () => receive(`${server.endpoint}/000000000000/none`)],
    [
      "ReceiptHandleIsInvalid",
      async () => client.send(new DeleteMessageCommand({ QueueUrl: await newQueue(), ReceiptHandle: "x" })),
    ],
    ["InvalidMessageContents", async () => send(await newQueue(), "\u0000")],
    ["InvalidAttributeName", () => newQueue({ Colour: "red" })],
    ["InvalidAttributeValue", () => newQueue({ DelaySeconds: "901" })],
    ["InvalidParameterValue", async () => receive(await newQueue(), { MaxNumberOfMessages: 11 })],
    ["InvalidParameterValue", async () => receive(await newQueue(), { WaitTimeSeconds: 21 })],
  ])("answers with %s: %#", async (name, act) => {
    await expect(act()).rejects.toMatchObject({ name });
  });

  it("answers to no other host, and to nothing else", async () => {
    const ask = (host: string, target = "AmazonSQS.ListQueues"): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        const headers = { host, "x-amz-target": target };
        const sent = request(server.endpoint, { method: "POST", headers }, answer => {
          answer.resume();
          resolve(answer.statusCode);
        });
        sent.on("error", reject).end("{}");
      });
    expect(await ask("localhost:1")).toBe(200);
    expect(await ask("evil.example")).toBe(421);
    expect(await ask("localhost.evil.example")).toBe(421);
    expect(await ask("localhost", "AmazonSQS.AddPermission")).toBe(400);
    expect(await ask("localhost", "DynamoDB_20120810.ListTables")).toBe(404);
  });
});
