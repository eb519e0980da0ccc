import { DynamoDBClient, GetItemCommand, type GetItemCommandOutput } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dynamoStore } from "../../../src/idempotency/dynamo.ts";
import type { DynamoClient } from "../../../src/models/dynamo/port.ts";
import { type LocalDynamo, startDynamo } from "../../support/dynamo.ts";
import { storeCases } from "./storeCases.ts";

const noClient =
  'option "client" must be a DynamoDBDocumentClient, a DynamoDBClient or a client of @aws-lite/client';

let dynamo: LocalDynamo;
let table: string;
let plain: DynamoDBClient;

beforeAll(async () => {
  dynamo = await startDynamo();
  table = await dynamo.createTable({ partition: ["pk", "S"] });
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  plain = new DynamoDBClient({ endpoint: dynamo.endpoint, region: "eu-west-1", credentials });
});
afterAll(async () => {
  plain.destroy();
  await dynamo.stop();
});

describe("dynamoStore with @aws-lite/client", () => {
  storeCases(() => dynamoStore({ client: dynamo.lite, table, key: "pk" }));
});

describe("dynamoStore with a document client and with a plain one", () => {
  let turn = 0;
  storeCases(() => dynamoStore({ client: turn++ % 2 ? plain : dynamo.client, table, key: "pk" }));
});

describe.each(["plain", "lite"] as const)("dynamoStore with a %s client", kind => {
  const clientOf = (): DynamoClient => (kind === "plain" ? plain : dynamo.lite);

  it("has the end of a record in seconds, as time to live wants it", async () => {
    const store = dynamoStore({ client: clientOf(), table, key: "pk" });
    const claim = { id: `ttl ${kind}`, fingerprint: "f", owner: "o", now: 1_000_000, expires: 1_500_001 };
    await store.claim(claim);
    const command = new GetItemCommand({ TableName: table, Key: { pk: { S: claim.id } } });
    const { Item }: GetItemCommandOutput = await plain.send(command);
    expect(Item).toEqual({
      pk: { S: claim.id },
      fingerprint: { S: "f" },
      owner: { S: "o" },
      expires: { N: "1501" },
    });
  });

  it("writes a response whose claim was removed meanwhile", async () => {
    const store = dynamoStore({ client: clientOf(), table, key: "pk" });
    const claim = { id: `removed ${kind}`, fingerprint: "f", owner: "o", now: 0, expires: 1000 };
    await store.claim(claim);
    await store.release(claim);
    await store.complete(claim, "done", 60_000);
    expect(await store.claim({ ...claim, owner: "p" })).toEqual({ fingerprint: "f", response: "done" });
  });

  it("passes on any other error", async () => {
    const store = dynamoStore({ client: clientOf(), table: "missing", key: "pk" });
    const claim = { id: "x", fingerprint: "f", owner: "o", now: 0, expires: 1000 };
    for (const attempt of [store.claim(claim), store.complete(claim, "", 0), store.release(claim)]) {
      await expect(attempt).rejects.toMatchObject({ name: "ResourceNotFoundException" });
    }
  });
});

describe("dynamoStore", () => {
  it("refuses options that are none", () => {
    for (const [options, message] of [
      [undefined, "dynamoStore: options must be an object"],
      [{ table: "a" }, `dynamoStore: ${noClient}`],
      [{ client: {}, table: "a" }, `dynamoStore: ${noClient}`],
      [{ client: () => 1, table: "a" }, `dynamoStore: ${noClient}`],
      [
        { client: plain, table: "a", timeout: "1 s" },
        'dynamoStore: option "timeout" must be a whole number of at least 0',
      ],
      [{ client: plain }, 'dynamoStore: option "table" must name a table'],
      [{ client: plain, table: "a", key: "owner" }, `dynamoStore: option "key" can't be "owner"`],
      [
        { client: plain, table: "a", ttl: 1 },
        'dynamoStore: unknown option "ttl"; it takes client, table, key, timeout',
      ],
    ] as const) {
      expect(() => dynamoStore(options as never)).toThrow(new TypeError(message));
    }
  });
});
