import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { dynamoModel } from "../../../../src/models/dynamo/dynamoModel.ts";
import type { DynamoClient } from "../../../../src/models/dynamo/port.ts";
import { many, one, type RelatedTo } from "../../../../src/models/index.ts";
import type { FullModel, Model } from "../../../../src/models/types.ts";
import { fields } from "../../../../src/serializers/fields.ts";
import { listOf } from "../../../../src/serializers/listOf.ts";
import { pick } from "../../../../src/serializers/pick.ts";
import { serializeData } from "../../../../src/serializers/serializeData.ts";
import { toSerializer } from "../../../../src/serializers/toSerializer.ts";
import { type LocalDynamo, startDynamo } from "../../../support/dynamo.ts";

interface Post extends RelatedTo<{ author: Post; posts: Post[] }> {
  id: string;
  author: string;
  score: number;
}

let dynamo: LocalDynamo;
let Posts: FullModel<Post>;
let sent: string[] = [];
let open = 0;
let most = 0;
/** How many keys DynamoDB leaves unread at first. */
let unread = 0;

beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.stop());

async function send(command: { input: object; constructor: { name: string } }): Promise<unknown> {
  sent.push(command.constructor.name.replace("Command", ""));
  open++;
  most = Math.max(most, open);
  try {
    const output = (await dynamo.client.send(command as never)) as { Responses?: Record<string, object[]> };
    const [name, items] = Object.entries(output.Responses ?? {})[0] ?? [];
    if (unread === 0 || name === undefined || items === undefined) return output;
    const left = items.splice(0, unread) as { id: object }[];
    unread = 0;
    return { ...output, UnprocessedKeys: { [name]: { Keys: left.map(({ id }) => ({ id })) } } };
  } finally {
    open--;
  }
}

beforeEach(async () => {
  const indexes = { byAuthor: { partition: ["author", "S"], sort: ["score", "N"] } } as const;
  const table = await dynamo.createTable({ partition: ["id", "S"], indexes });
  Posts = dynamoModel<Post>({
    client: { config: dynamo.client.config, send } as unknown as DynamoClient,
    table,
    name: "Post",
    key: { partition: "id" },
    indexes: { byAuthor: { partition: "author", sort: "score" } },
    fields: { id: "text", author: "text", score: "integer" },
    relations: {
      author: one((): Model<Post> => Posts, "author"),
      posts: many((): Model<Post> => Posts, "author", { orderBy: "-score" }),
    },
  });
  for (let at = 0; at < 120; at++) await Posts.create({ id: `p${at}`, author: `p${at >> 2}`, score: at });
  sent = [];
  most = 0;
});

const show = (map: object, rows: readonly Post[]): Promise<Record<string, unknown>[]> => {
  const serialize = toSerializer(fields(map as never) as never, Posts);
  return serializeData(serialize, rows, { event: {}, context: {} }) as Promise<Record<string, unknown>[]>;
};
const rowsOf = (count: number): Post[] =>
  Array.from({ length: count }, (_one, at) => ({ id: `p${at}`, author: `p${119 - at}`, score: at }));

it("reads those that many objects refer to by BatchGetItem, 100 at a time, and unread ones again", async () => {
  unread = 3;
  const shown = await show({ author: pick("id") }, rowsOf(120));
  expect(shown.map(({ author }) => author)).toEqual(rowsOf(120).map(({ author }) => ({ id: author })));
  expect(sent).toEqual(["BatchGetItem", "BatchGetItem", "BatchGetItem"]);
});

it("reads those that refer to each of many objects by one query each, ten at once", async () => {
  const shown = await show({ id: true, posts: listOf(pick("id"), { limit: 2 }) }, rowsOf(31));
  expect(shown.slice(29)).toEqual([
    { id: "p29", posts: [{ id: "p119" }, { id: "p118" }] },
    { id: "p30", posts: [] },
  ]);
  expect([new Set(sent), sent.length, most]).toEqual([new Set(["Query"]), 31, 10]);
});
