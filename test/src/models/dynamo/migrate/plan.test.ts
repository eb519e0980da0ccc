import { CreateTableCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DynamoModelOptions, dynamoModel } from "../../../../../src/models/dynamo/dynamoModel.ts";
import { fillUnique } from "../../../../../src/models/dynamo/migrate/fill.ts";
import { planTables } from "../../../../../src/models/dynamo/migrate/plan.ts";
import { memoryModel } from "../../../../../src/models/memory/memoryModel.ts";
import type { FullModel } from "../../../../../src/models/types.ts";
import { type LocalDynamo, startDynamo } from "../../../../support/dynamo.ts";

interface Post {
  id: string;
  author: string;
  score: number | null;
}
const fields = { id: "text", author: "text", score: "integer" } as const;
const key = { partition: "id" } as const;
const indexes = { byAuthor: { partition: "author", sort: "score" } } as const;

let dynamo: LocalDynamo;
beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.stop());

const postsOf = (table: string, given: Partial<DynamoModelOptions<Post>> = {}): FullModel<Post> =>
  dynamoModel<Post>({ client: dynamo.client, table, name: "Post", key, indexes, fields, ...given });
const doneBy = async (...models: object[]): Promise<string[]> =>
  (await planTables(models)).steps.map(({ phase, does }) => `${phase}: ${does}`);

describe.each(["client", "lite"] as const)("a plan of tables of DynamoDB with the %s", name => {
  const given = () => ({ client: dynamo[name] });

  it("is empty where the table is as the model wants it, and changes nothing", async () => {
    const table = await dynamo.createTable({
      partition: ["id", "S"],
      indexes: { byAuthor: { partition: ["author", "S"], sort: ["score", "N"] } },
    });
    expect(await planTables([postsOf(table, given())])).toEqual({ steps: [], notes: [] });
  });

  it("says what is missing or other, by name", async () => {
    expect(await doneBy(postsOf("none", given()))).toEqual([
      "expand: creates the table (id S), with the index byAuthor (author S, score N)",
    ]);
    const bare = await dynamo.createTable({ partition: ["id", "S"] });
    const { steps } = await planTables([postsOf(bare, given())]);
    expect(steps).toEqual([
      {
        phase: "expand",
        table: bare,
        does: "adds the index byAuthor (author S, score N), with all attributes",
        risks: [
          "is filled while the table serves, in minutes to hours; until then queries by it fail",
          "costs a write for each item now, and one more for each write from then on",
          "one index of a table at a time",
        ],
        byHand: "in your template, or by UpdateTable",
      },
    ]);
    const other = await dynamo.createTable({
      partition: ["id", "N"],
      sort: ["author", "S"],
      indexes: {
        byAuthor: { partition: ["author", "S"], sort: ["day", "S"] },
        old: { partition: ["day", "S"] },
      },
    });
    expect(await doneBy(postsOf(other, given()))).toEqual([
      "expand: has the keys (id N, author S), and the model wants (id S)",
      "expand: index byAuthor has the keys (author S, day S), and the model wants (author S, score N)",
    ]);
    expect((await planTables([postsOf(other, given())])).notes).toEqual([
      `${other}: the index old is of no model, and costs its writes; it stays`,
    ]);
  });
});

describe("a plan of tables of DynamoDB", () => {
  it("takes several models of a table together, and knows what an index projects", async () => {
    const TableName = `keys.${Date.now()}`;
    await dynamo.client.send(
      new CreateTableCommand({
        TableName,
        BillingMode: "PAY_PER_REQUEST",
        KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
        AttributeDefinitions: ["id", "author"].map(AttributeName => ({
          AttributeName,
          AttributeType: "S" as const,
        })),
        GlobalSecondaryIndexes: [
          {
            IndexName: "byAuthor",
            KeySchema: [{ AttributeName: "author", KeyType: "HASH" }],
            Projection: { ProjectionType: "KEYS_ONLY" },
          },
        ],
      }) as never,
    );
    const given = { indexes: { byAuthor: { partition: "author" } } } as const;
    const both = [postsOf(TableName, given), postsOf(TableName, { ...given, name: "Draft" })];
    const done = (await doneBy(...both)).filter(text => !text.includes("CREATING"));
    expect(done).toEqual(["expand: index byAuthor has some attributes, and the model wants all"]);
  });

  it("asks for the markers of what is unique until they are filled in, and again for another rule", async () => {
    const table = await dynamo.createTable({ partition: ["id", "S"] });
    const given = { indexes: {}, unique: ["author"] as const };
    const Posts = postsOf(table, given);
    const step = "contract: fills in the markers of what is unique in Post";
    expect(await doneBy(Posts)).toEqual([step]);
    await fillUnique(Posts);
    expect(await doneBy(Posts)).toEqual([]);
    expect(await doneBy(postsOf(table, { ...given, unique: ["author", "score"] }))).toEqual([step]);
  });

  it("is of models of dynamoModel", async () => {
    const Memory = memoryModel<Post>({ name: "Post" });
    await expect(planTables([Memory])).rejects.toThrow("planTables: takes models that dynamoModel made");
    await expect(fillUnique(Memory)).rejects.toThrow("fillUnique: takes models that dynamoModel made");
    await expect(fillUnique(postsOf("none"))).rejects.toThrow('fillUnique: the model has no "unique"');
  });
});
