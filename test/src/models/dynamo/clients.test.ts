import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { dynamoModel } from "../../../../src/models/dynamo/dynamoModel.ts";
import { type DynamoClient, dynamoPort } from "../../../../src/models/dynamo/port.ts";
import type { Model } from "../../../../src/models/types.ts";
import { pipeline } from "../../../../src/pipeline/pipeline.ts";
import { awsLiteClient, dynamoClient, type LocalDynamo, startDynamo } from "../../../support/dynamo.ts";

type Thing = { id: string } & Record<string, unknown>;

let dynamo: LocalDynamo;
let silent: Server;
let endpoint: string;
/** What the server says after its headers, if anything. */
let respond: (response: ServerResponse) => void;
/** How many connections ended that it had not ended itself. */
let dropped: number;

beforeAll(async () => {
  dynamo = await startDynamo();
  silent = createServer((request, response) => {
    response.on("close", () => {
      if (!response.writableFinished) dropped++;
    });
    request.resume().on("end", () => respond(response));
  });
  silent.listen(0, "127.0.0.1");
  await once(silent, "listening");
  endpoint = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
});

beforeEach(() => {
  dropped = 0;
  respond = () => undefined;
});

afterAll(async () => {
  silent.closeAllConnections();
  silent.close();
  await dynamo.stop();
});

const digits = "12345678901234567890123456789012345678";

function things(client: DynamoClient, table: string, timeout?: number): Model<Thing> {
  return dynamoModel<Thing>({
    client,
    table,
    name: "Thing",
    key: { partition: "id" },
    version: false,
    timeout,
  });
}

async function fails(call: Promise<unknown>): Promise<Error> {
  const result = await call.catch((error: unknown) => error);
  expect(result).toBeInstanceOf(Error);
  return result as Error;
}

describe.each(["client", "lite"] as const)("what is written is read with dynamo.%s:", kind => {
  /** Beside each other, in the same place of the item: the first attribute decides what unmarshalls. */
  const types = ["N", "S", "B", "M", "L", "SS", "NS", "BS", "NULL", "BOOL"];

  it.each(types)("an attribute called %s, and every digit beside it", async type => {
    const table = await dynamo.createTable({ partition: [type, "S"] });
    const port = dynamoPort("test", dynamo[kind]);
    const Item = { [type]: { S: "1" }, number: { N: digits }, small: { N: `0.${digits}` } };
    await port.send("PutItem", { TableName: table, Item }, undefined);
    const Key = { [type]: { S: "1" } };
    const found = await port.send("GetItem", { TableName: table, Key }, undefined);
    expect(found.Item).toEqual(Item);
    const page = await port.send("Scan", { TableName: table }, undefined);
    expect(page.Items).toEqual([Item]);
    const batch = { RequestItems: { [table]: { Keys: [Key] } } };
    const { Responses } = await port.send("BatchGetItem", batch, undefined);
    expect(Responses).toEqual({ [table]: [Item] });
  });

  it("bytes, wherever they are: in keys, sets, lists, maps, pages, changes and refusals", async () => {
    const table = await dynamo.createTable({ partition: ["id", "B"] });
    const port = dynamoPort("test", dynamo[kind]);
    const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
    const Key = { id: { B: bytes(0, 255) } };
    const Item = {
      ...Key,
      buffer: { B: Buffer.from([1, 2, 3]).subarray(1) },
      set: { BS: [bytes(1), bytes(2)] },
      list: { L: [{ B: bytes(3) }, { S: "AQ==" }] },
      map: { M: { in: { M: { B: { B: bytes(4) } } } } },
    };
    const read = { ...Item, buffer: { B: bytes(2, 3) } };
    await port.send("PutItem", { TableName: table, Item }, undefined);
    const found = await port.send("GetItem", { TableName: table, Key }, undefined);
    expect(found.Item).toEqual(read);
    const page = await port.send("Scan", { TableName: table, Limit: 1 }, undefined);
    expect([page.Items, page.LastEvaluatedKey]).toEqual([[read], Key]);
    const update = {
      TableName: table,
      Key,
      UpdateExpression: "SET #n = :v",
      ReturnValues: "ALL_NEW",
    } as const;
    const names = { ExpressionAttributeNames: { "#n": "new" } };
    const values = { ExpressionAttributeValues: { ":v": { B: bytes(9) } } };
    const changed = await port.send("UpdateItem", { ...update, ...names, ...values }, undefined);
    expect(changed.Attributes).toEqual({ ...read, new: { B: bytes(9) } });
    const condition = {
      ConditionExpression: "attribute_not_exists(#id)",
      ExpressionAttributeNames: { "#id": "id" },
    };
    const refused = {
      TableName: table,
      Item: Key,
      ...condition,
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    };
    const error = await fails(port.send("PutItem", refused as never, undefined));
    expect(error.name).toBe("ConditionalCheckFailedException");
    // dynalite does not tell what a condition failed on.
    if (process.env.DYNAMODB_ENDPOINT)
      expect(error).toMatchObject({ Item: { ...read, new: { B: bytes(9) } } });
  });

  it("an object with numbers of 38 digits", async () => {
    const Things = things(dynamo[kind], await dynamo.createTable({ partition: ["id", "S"] }));
    const made = await Things.create({ id: "a", big: BigInt(digits), parts: [BigInt(digits)], small: 0.1 });
    expect(await Things.objects.get("a")).toEqual(made);
    expect(made.big).toBe(BigInt(digits));
  });
});

type MakeClient = (endpoint: string) => DynamoClient | Promise<DynamoClient>;

describe.each<[string, MakeClient]>([
  ["the SDK's client", url => dynamoClient(url, 1)],
  ["@aws-lite/client", url => awsLiteClient(url, 1)],
])("a call that gets no response, by %s,", (_name, make) => {
  const calls: [string, (Things: Model<Thing>) => Promise<unknown>][] = [
    ["get", Things => Things.objects.get("a")],
    ["several ids", Things => Things.objects.filter({ id: ["a", "b"] }).page({})],
    ["create", Things => Things.create({ id: "a" })],
    ["update", Things => Things.update({ id: "a" }, { name: "x" })],
    ["delete", Things => Things.delete({ id: "a" })],
  ];

  it.each(calls)("ends after the timeout, and its connection too: %s", async (_call, run) => {
    const error = await fails(run(things(await make(endpoint), "things", 50)));
    expect([error.name, error.message]).toEqual(["TimeoutError", "DynamoDB did not respond in time"]);
    await expect.poll(() => dropped).toBe(1);
  });

  it("ends where the rest of a response never comes, or the response is cut off", async () => {
    const half = { "content-type": "application/x-amz-json-1.0", "content-length": 100 };
    const Things = things(await make(endpoint), "things", 100);
    respond = response => response.writeHead(200, half).write('{"Item":');
    expect((await fails(Things.objects.get("a"))).name).toBe("TimeoutError");
    respond = response => {
      response.writeHead(200, half).write('{"Item":');
      setTimeout(() => response.destroy(), 10);
    };
    await fails(Things.objects.get("a"));
  });

  it("ends with the invocation, which responds early", async () => {
    const Things = things(await make(endpoint), "things");
    let ended: unknown;
    const handler = pipeline(
      [],
      async () => {
        await Things.objects.get("a").catch((error: unknown) => {
          ended = error;
        });
        return "late";
      },
      { timeoutEarlyInMillis: 20, timeoutEarlyResponse: () => "early" },
    );
    const context = { getRemainingTimeInMillis: () => 100 };
    expect(await handler({} as never, context as never)).toBe("early");
    await expect.poll(() => ended).toMatchObject({ name: "AbortError" });
    await expect.poll(() => dropped).toBe(1);
  });

  it("is not begun when the invocation has ended", async () => {
    const Things = things(await make(endpoint), "things");
    let later: Promise<unknown> = Promise.resolve();
    const run = async () => {
      later = new Promise(resolve => setTimeout(resolve, 100)).then(() => fails(Things.objects.get("a")));
      await later;
    };
    const options = { timeoutEarlyInMillis: 20, timeoutEarlyResponse: () => "early" };
    const handler = pipeline([], run, options);
    let asked = 0;
    respond = () => asked++;
    await handler({} as never, { getRemainingTimeInMillis: () => 50 } as never);
    expect(await later).toMatchObject({ name: "AbortError" });
    expect(asked).toBe(0);
  });
});

describe("@aws-lite/client", () => {
  it("is given ten seconds where the user says nothing, for it would wait for ever; the SDK's has its own", async () => {
    expect(dynamoPort("test", dynamo.lite).timeout).toBe(10_000);
    expect(dynamoPort("test", dynamo.client).timeout).toBe(0);
  });

  it("may be given as the promise that makes it, whose failure is that of each call", async () => {
    const table = await dynamo.createTable({ partition: ["id", "S"] });
    const Things = things(Promise.resolve(dynamo.lite), table);
    await Things.create({ id: "a" });
    expect(await Things.objects.get("a")).toEqual({ id: "a" });
    const Broken = things(Promise.reject({ error: new Error("no credentials") }), table);
    await new Promise(resolve => setImmediate(resolve));
    for (let call = 0; call < 2; call++) {
      const error = await fails(Broken.objects.get("a"));
      expect([error.message, error.cause]).toEqual([
        "@aws-lite/client could not be made",
        { error: new Error("no credentials") },
      ]);
    }
  });

  it("whose response is not JSON has found nothing out", async () => {
    const Things = things(await awsLiteClient(endpoint, 1), "things");
    respond = response => response.writeHead(200, { "content-type": "text/html" }).end("<p>Hello");
    expect((await fails(Things.objects.get("a"))).message).toBe("DynamoDB's response is not JSON");
  });
});
