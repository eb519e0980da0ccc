import { describe, expect, it, vi } from "vitest";
import { dynamoStreamHandler } from "../../generics/dynamoStreamHandler.ts";
import { BadRequest } from "../../src/core/errors.ts";
import { triggerOf } from "../../src/events/trigger.ts";
import { dynamoModel } from "../../src/models/dynamo/dynamoModel.ts";
import { memoryModel } from "../../src/models/memory/memoryModel.ts";
import { dynamoRecord } from "../src/events/recorded.ts";
import { dynamoClient } from "../support/dynamo.ts";

interface Post {
  id: string;
  title: string;
  views: bigint;
  madeAt: Date;
  image: Uint8Array | null;
}

const client = dynamoClient("http://127.0.0.1:1");
const Posts = dynamoModel<Post>({
  client,
  table: "blog",
  name: "Post",
  key: { partition: "id" },
  fields: { id: "text", title: "text", views: "bigint", madeAt: "date" },
  entity: { prefix: "post#", type: "post" },
});

const item = (title: string, more: object = {}): object => ({
  id: { S: "post#p1" },
  type: { S: "post" },
  title: { S: title },
  views: { N: "9007199254740993" },
  madeAt: { S: "2026-05-01T00:00:00.000Z" },
  _version: { N: "3" },
  ...more,
});
const post = (title: string): object => ({
  id: "p1",
  title,
  views: 9007199254740993n,
  madeAt: new Date("2026-05-01T00:00:00.000Z"),
});
const batch = (...Records: unknown[]): object => ({ Records });
const failures = (...ids: string[]): object => ({
  batchItemFailures: ids.map(itemIdentifier => ({ itemIdentifier })),
});
const quiet = { errors: { logger: false } } as const;

function stepsInto(log: unknown[]): object {
  return {
    inserted: (object: object) => log.push(["inserted", object]),
    changed: (object: object, previous: object) => log.push(["changed", object, previous]),
    removed: (object: object) => log.push(["removed", object]),
  };
}

describe("dynamoStreamHandler", () => {
  const records = [
    dynamoRecord("INSERT", "111", { NewImage: item("a") }),
    dynamoRecord("MODIFY", "222", { NewImage: item("b"), OldImage: item("a") }),
    dynamoRecord("REMOVE", "333", { OldImage: item("b") }),
  ];

  it("hands over the images as objects of the model", async () => {
    const log: unknown[] = [];
    expect(await dynamoStreamHandler(Posts, stepsInto(log))(batch(...records), {})).toEqual(failures());
    expect(log).toEqual([
      ["inserted", post("a")],
      ["changed", post("b"), post("a")],
      ["removed", post("b")],
    ]);
  });

  it("says of each change what the stream does", async () => {
    const seen: unknown[] = [];
    const event = batch(
      dynamoRecord(
        "REMOVE",
        "333",
        { OldImage: item("b") },
        {
          userIdentity: { principalId: "dynamodb.amazonaws.com", type: "Service" },
        },
      ),
      records[0],
    );
    await dynamoStreamHandler(Posts, {
      removed: (_post, change, request) => seen.push(change, request.event === event),
      inserted: (_post, { isExpired }) => seen.push(isExpired),
    })(event, {});
    expect(seen).toEqual([
      {
        sequenceNumber: "333",
        keys: { id: "p1" },
        changedAt: new Date(1693997155000),
        isExpired: true,
        streamSource: "arn:aws:dynamodb:us-west-2:123456789012:table/posts/stream/2026-06-10T19:26:16.525",
        region: "us-west-2",
      },
      true,
      false,
    ]);
  });

  it("passes over what has no step, and what belongs to other models", async () => {
    const log: unknown[] = [];
    const user = { id: { S: "user#u1" }, type: { S: "user" } };
    const event = batch(
      ...records,
      dynamoRecord("INSERT", "444", { NewImage: user }),
      dynamoRecord("MODIFY", "555", { NewImage: item("c"), OldImage: user }),
      dynamoRecord("MODIFY", "666", { NewImage: user, OldImage: item("c") }),
    );
    const { inserted, removed } = stepsInto(log) as { inserted: () => void; removed: () => void };
    expect(await dynamoStreamHandler(Posts, { inserted, removed })(event, {})).toEqual(failures());
    expect(log).toEqual([
      ["inserted", post("a")],
      ["removed", post("b")],
      ["inserted", post("c")],
      ["removed", post("c")],
    ]);
  });

  it("stops at the first failure and reports it alone; malformed records are failures", async () => {
    const cases: [broken: object, message: string][] = [
      [dynamoRecord("MODIFY", "222", { NewImage: item("b") }), "Malformed OldImage in record 222"],
      [dynamoRecord("INSERT", "222", {}), "Malformed NewImage in record 222"],
      [dynamoRecord("TRUNCATE", "222", {}), "Malformed eventName in record 222"],
      [dynamoRecord("INSERT", "222", { NewImage: item("broken") }), "broken"],
    ];
    for (const [broken, message] of cases) {
      const taken: string[] = [];
      const logger = vi.fn();
      const handler = dynamoStreamHandler(
        Posts,
        {
          inserted({ title }) {
            taken.push(title);
            if (title === "broken") throw new Error("broken");
          },
        },
        { errors: { logger } },
      );
      const event = batch(records[0], broken, dynamoRecord("INSERT", "444", { NewImage: item("late") }));
      expect(await handler(event, {})).toEqual(failures("222"));
      expect(taken).not.toContain("late");
      expect(logger.mock.calls[0]?.[0]).toMatchObject({ message });
    }
  });

  it("reads plain objects where the model keeps its own elsewhere", async () => {
    const log: unknown[] = [];
    const Things = memoryModel<{ id: string }>({ name: "Thing" });
    const NewImage = {
      id: { S: "p1" },
      n: { N: "5" },
      long: { N: "12345678901234567890" },
      exact: { N: "0.12345678901234567891" },
      yes: { BOOL: false },
      none: { NULL: true },
      bytes: { B: "aGk=" },
      list: { L: [{ N: "1" }, { M: { a: { S: "b" } } }] },
      set: { SS: ["a"] },
      numbers: { NS: ["1", "2"] },
      blobs: { BS: ["aGk="] },
    };
    await dynamoStreamHandler(Things, stepsInto(log))(batch(dynamoRecord("INSERT", "1", { NewImage })), {});
    expect(log).toEqual([
      [
        "inserted",
        {
          id: "p1",
          n: 5,
          long: 12345678901234567890n,
          exact: "0.12345678901234567891",
          yes: false,
          none: null,
          bytes: Buffer.from("hi"),
          list: [1, { a: "b" }],
          set: ["a"],
          numbers: [1, 2],
          blobs: [Buffer.from("hi")],
        },
      ],
    ]);
  });

  it("gives bytes as the model does", async () => {
    const seen: unknown[] = [];
    const Files = dynamoModel<{ id: string; data: Uint8Array; parts: Uint8Array[] }>({
      client,
      table: "files",
      key: { partition: "id" },
    });
    const NewImage = { id: { S: "1" }, data: { B: "aGk=" }, parts: { L: [{ B: "aGk=" }] } };
    await dynamoStreamHandler(Files, { inserted: file => seen.push(file) })(
      batch(dynamoRecord("INSERT", "1", { NewImage })),
      {},
    );
    expect(seen).toEqual([{ id: "1", data: Buffer.from("hi"), parts: [Buffer.from("hi")] }]);
  });

  it("refuses an event that is not one, or has a record that could not be reported", async () => {
    const inserted = vi.fn();
    const handler = dynamoStreamHandler(Posts, { inserted }, quiet);
    await expect(handler({}, {})).rejects.toThrow(new BadRequest("Malformed DynamoDB event: Records"));
    await expect(handler(batch(records[0], { eventName: "INSERT" }), {})).rejects.toThrow(
      new BadRequest("Malformed SequenceNumber in Records[1]"),
    );
    expect(inserted).not.toHaveBeenCalled();
  });

  it("declares the stream of its model, and refuses wrong arguments", () => {
    const steps = { inserted: (): void => undefined };
    const handler = dynamoStreamHandler(Posts, steps, { stream: { batchSize: 5 } });
    expect(triggerOf(handler)).toEqual({ type: "stream", kind: "dynamodb", model: Posts, batchSize: 5 });
    expect(triggerOf(dynamoStreamHandler(Posts, steps))).toBeUndefined();
    const wrong: [model: unknown, steps: unknown, options: unknown, message: string][] = [
      [undefined, steps, {}, "dynamoStreamHandler: model must be a model"],
      [Posts, undefined, {}, "dynamoStreamHandler: steps must be an object"],
      [Posts, {}, {}, "dynamoStreamHandler: steps must have inserted, changed or removed"],
      [Posts, { insert: steps.inserted }, {}, 'dynamoStreamHandler: steps: unknown option "insert"'],
      [Posts, { inserted: 1 }, {}, 'dynamoStreamHandler: steps: option "inserted" must be a function'],
      [Posts, steps, { concurrency: 2 }, 'dynamoStreamHandler: unknown option "concurrency"'],
      [Posts, steps, { stream: { batchSize: 0 } }, "dynamoStreamHandler: option"],
    ];
    for (const [model, given, options, message] of wrong) {
      expect(() => dynamoStreamHandler(model as never, given as never, options as never)).toThrow(message);
    }
  });
});
