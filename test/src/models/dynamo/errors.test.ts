import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HttpError } from "../../../../src/core/errors.ts";
import { dynamoModel } from "../../../../src/models/dynamo/dynamoModel.ts";
import type { DynamoClient } from "../../../../src/models/dynamo/port.ts";
import { awsLiteClient, dynamoClient } from "../../../support/dynamo.ts";

interface Thing {
  id: string;
  name?: string;
}

let server: Server;
let endpoint: string;
let respond: (target: string) => [status: number, body: unknown] = () => [500, {}];
let requests: string[] = [];

/** Answers as DynamoDB does when it can't keep up; no local engine does so by itself. */
beforeAll(async () => {
  server = createServer((request, response) => {
    const target = String(request.headers["x-amz-target"]).split(".").at(-1) as string;
    requests.push(target);
    request.resume().on("end", () => {
      const [status, body] = respond(target);
      response.writeHead(status, { "content-type": "application/x-amz-json-1.0" });
      response.end(JSON.stringify(body));
    });
  });
  await new Promise<void>(resolve => {
    server.listen(0, "127.0.0.1", resolve);
  });
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

type MakeClient = (endpoint: string, maxAttempts: number) => DynamoClient | Promise<DynamoClient>;

/** Each client, which tries so often. */
const clients: [name: string, make: MakeClient][] = [
  ["the SDK's client", dynamoClient],
  ["@aws-lite/client", awsLiteClient],
];

async function things(make: MakeClient, maxAttempts = 2) {
  requests = [];
  const client = await make(endpoint, maxAttempts);
  return dynamoModel<Thing>({
    client,
    table: "things",
    name: "Thing",
    key: { partition: "id" },
    allowScan: true,
  });
}

const failing = (name: string, status = 400) => {
  const body = { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: "secret details" };
  respond = () => [status, body];
};

describe.each(clients)("a table that can't keep up, by %s", (_name, make) => {
  const names = [
    "ProvisionedThroughputExceededException",
    "ThrottlingException",
    "RequestLimitExceeded",
    "TransactionConflictException",
  ];

  it.each(names)(
    "%s is retried, and past that 503 with Retry-After",
    async name => {
      failing(name);
      const Things = await things(make);
      const reads: (() => Promise<unknown>)[] = [
        () => Things.objects.get("a"),
        () => Things.objects.page({ limit: 1 }),
        () => Things.objects.count(),
      ];
      const writes: (() => Promise<unknown>)[] = [
        () => Things.create({ id: "a" }),
        () => Things.update({ id: "a" }, { name: "x" }),
        () => Things.delete({ id: "a" }),
      ];
      const runs =
        name === "TransactionConflictException"
          ? [...reads, ...writes]
          : [...reads.slice(0, 1), ...writes.slice(0, 1)];
      for (const run of runs) {
        requests = [];
        const error = (await run().catch((caught: unknown) => caught)) as HttpError;
        expect(error).toBeInstanceOf(HttpError);
        expect([error.statusCode, error.message, error.headers, error.expose]).toEqual([
          503,
          "Service Unavailable",
          { "Retry-After": "1" },
          true,
        ]);
        expect(requests).toHaveLength(name === "TransactionConflictException" ? 3 : 2);
      }
    },
    30_000,
  );

  it("is asked again for the keys that it left out", async () => {
    const Things = await things(make);
    let left = 3;
    respond = () => {
      const Keys = [{ id: { S: "b" } }];
      const found = left === 3 ? "a" : "b";
      left--;
      const isLast = left === 0;
      return [
        200,
        {
          Responses: { things: left === 1 ? [] : [{ id: { S: found } }] },
          UnprocessedKeys: isLast ? {} : { things: { Keys } },
        },
      ];
    };
    const { items } = await Things.objects.filter({ id: ["a", "b"] }).page({});
    expect(items).toEqual([{ id: "a" }, { id: "b" }]);
    expect(requests).toEqual(["BatchGetItem", "BatchGetItem", "BatchGetItem"]);
  });

  it("that never gives the keys is 503", async () => {
    const Things = await things(make);
    respond = () => [200, { Responses: {}, UnprocessedKeys: { things: { Keys: [{ id: { S: "a" } }] } } }];
    await expect(Things.objects.filter({ id: ["a", "b"] }).page({})).rejects.toMatchObject({
      statusCode: 503,
    });
    expect(requests).toHaveLength(8);
  }, 30_000);
});

describe.each(clients)("any other error, by %s", (_name, make) => {
  it("comes as it is, for errors() to hide", async () => {
    failing("AccessDeniedException");
    const error = (await (
      await things(make, 1)
    ).objects
      .get("a")
      .catch((caught: unknown) => caught)) as Error;
    expect(error).not.toBeInstanceOf(HttpError);
    expect(error.name).toBe("AccessDeniedException");
  });
});

describe("dynamoModel", () => {
  const client = dynamoClient("http://127.0.0.1:1");
  const good = { client, table: "things", key: { partition: "id" } };
  const noClient =
    'option "client" must be a DynamoDBDocumentClient, a DynamoDBClient or a client of @aws-lite/client';
  const bad: [unknown, string][] = [
    [undefined, 'option "client" must be an object or a function'],
    [null, "options must be an object"],
    [{ ...good, client: {} }, noClient],
    [{ ...good, client: () => 1 }, noClient],
    [{ ...good, timeout: -1 }, 'option "timeout" must be a whole number of at least 0'],
    [{ ...good, table: undefined }, 'option "table" must be a string'],
    [{ ...good, key: undefined }, 'option "key" must be an object'],
    [
      { ...good, key: {} },
      "key: partition must name a field, or be { attribute, field } or { attribute, value }",
    ],
    [
      { ...good, key: { partition: "id", range: "x" } },
      'key: unknown option "range"; it takes partition, sort',
    ],
    [{ ...good, key: { partition: { attribute: "pk" } } }, "key: partition needs either a field or a value"],
    [{ ...good, key: { partition: "pk" } }, 'idKey "id" must be the field of the partition key'],
    [
      { ...good, key: { partition: { attribute: "pk", value: "A" }, sort: "at" } },
      'idKey "id" must be the field of the partition or the sort key',
    ],
    [
      { ...good, fields: { name: "string" } },
      'field "name" must be one of text, integer, real, boolean, date, bigint, decimal, json',
    ],
    [{ ...good, fields: { and: "text" } }, 'a field can\'t be named "and"'],
    [
      { ...good, fields: { on: "boolean" }, indexes: { byOn: { partition: "on" } } },
      'index "byOn": partition: "on" holds boolean, which can\'t be a key',
    ],
    [
      { ...good, fields: { a: "text" }, indexes: { byB: { partition: "b" } } },
      'index "byB": partition names "b", which is not a field',
    ],
    [
      {
        ...good,
        fields: { n: "integer" },
        indexes: { byN: { partition: { attribute: "pk", field: "n", prefix: "N#" } } },
      },
      'index "byN": partition: "n" holds integer, which can\'t stand behind a prefix',
    ],
    [{ ...good, fields: { id: "real" } }, 'key: "id" holds real, which can\'t be part of an id'],
    [{ ...good, fields: {}, version: "v" }, 'option "version" names "v", which is not a field'],
    [{ ...good, version: true }, 'option "version" must be a string or false'],
    [{ ...good, maxReads: 0 }, 'option "maxReads" must be at least 1'],
    [{ ...good, entity: {} }, 'option "entity" needs a type'],
    [{ ...good, unique: {} }, 'option "unique" must be an array'],
  ];

  it.each(bad)("%#: refuses a wrong option with its name", (options, message) => {
    expect(() => dynamoModel(options as never)).toThrow(new TypeError(`dynamoModel: ${message}`));
  });

  it("takes a client of either kind, and asks nothing of it by itself", () => {
    requests = [];
    expect(dynamoModel<Thing>(good as never).name).toBe("things");
    expect(requests).toEqual([]);
  });
});
