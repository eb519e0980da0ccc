import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { BadRequest, Conflict } from "../../../../src/core/errors.ts";
import { dynamoModel } from "../../../../src/models/dynamo/dynamoModel.ts";
import type { DynamoClient } from "../../../../src/models/dynamo/port.ts";
import type { FullModel } from "../../../../src/models/types.ts";
import { type LocalDynamo, startDynamo } from "../../../support/dynamo.ts";

interface Post {
  id: string;
  author: string;
  title: string | null;
  score: number | null;
}

let dynamo: LocalDynamo;
let table: string;
let Posts: FullModel<Post>;
let sent: string[];
/** Runs once, and every command of its name waits for it. */
let meddle: { command: string; run(): Promise<unknown>; done?: Promise<unknown> } | undefined;

beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.stop());

const modelOf = (client: DynamoClient): FullModel<Post> =>
  dynamoModel<Post>({
    client,
    table,
    name: "Post",
    key: { partition: "id" },
    indexes: { byAuthor: { partition: "author", sort: "score" } },
    fields: { id: "text", author: "text", title: "text", score: "integer" },
  });

beforeEach(async () => {
  const indexes = { byAuthor: { partition: ["author", "S"], sort: ["score", "N"] } } as const;
  table = await dynamo.createTable({ partition: ["id", "S"], indexes });
  sent = [];
  meddle = undefined;
  Posts = modelOf({
    config: dynamo.client.config,
    async send(command: object) {
      const name = command.constructor.name.replace("Command", "");
      sent.push(name);
      if (meddle?.command === name) {
        meddle.done ??= meddle.run();
        await meddle.done;
      }
      return dynamo.client.send(command as never);
    },
  } as DynamoClient);
  for (let at = 0; at < 3; at++) await Posts.create({ id: `p${at}`, author: "ann", title: "t", score: at });
  await Posts.create({ id: "other", author: "bob", title: "t", score: 9 });
  sent.length = 0;
});

describe("a queryset of dynamoModel", () => {
  const ofAnn = () => Posts.objects.filter({ author: "ann" });

  it("is updated by one read and a conditional write for each item", async () => {
    expect(await ofAnn().update({ title: "new" })).toBe(3);
    expect(sent).toEqual(["Query", "UpdateItem", "UpdateItem", "UpdateItem"]);
    expect((await Posts.objects.get("other"))?.title).toBe("t");
    sent.length = 0;
    expect(
      await ofAnn()
        .filter({ score: { gte: 1 } })
        .delete(),
    ).toBe(2);
    expect(sent).toEqual(["Query", "DeleteItem", "DeleteItem"]);
  });

  it("writes no item that others took out of it, and writes again one that they changed otherwise", async () => {
    const others = modelOf(dynamo.client);
    const load = async (id: string) => (await others.objects.get(id)) as Post;
    meddle = {
      command: "UpdateItem",
      async run() {
        await others.update(await load("p0"), { author: "bob" });
        await others.update(await load("p1"), { score: 5 });
        await others.delete(await load("p2"));
      },
    };
    expect(await ofAnn().update({ title: "new" })).toBe(1);
    expect(await load("p0")).toEqual({ id: "p0", author: "bob", title: "t", score: 0 });
    expect(await load("p1")).toEqual({ id: "p1", author: "ann", title: "new", score: 5 });
    expect(await others.objects.get("p2")).toBeUndefined();
    meddle = {
      command: "DeleteItem",
      run: async () => others.update(await load("p1"), { author: "bob" }),
    };
    expect(await ofAnn().delete()).toBe(0);
    expect(await load("p1")).toBeDefined();
  });

  it("is read without a cursor that a client could see, so that it needs no secret key", async () => {
    const indexes = { byAuthor: { partition: ["author", "S"] } } as const;
    const Versions = dynamoModel<Post>({
      client: dynamo.client,
      table: await dynamo.createTable({ partition: ["id", "S"], sort: ["score", "N"], indexes }),
      key: { partition: "id", sort: "score" },
      indexes: { byAuthor: { partition: "author" } },
      fields: { id: "text", author: "text", title: "text", score: "integer" },
    });
    for (const score of [1, 2, 3]) await Versions.create({ id: "p", author: "ann", title: "t", score });
    const versions = Versions.objects.filter({ author: "ann" });
    expect(await versions.first()).toMatchObject({ id: "p", author: "ann" });
    expect(await versions.exists()).toBe(true);
    expect((await versions.all({ limit: 3 })).length).toBe(3);
    await expect(versions.all({ limit: 2 })).rejects.toThrow("More than 2 objects");
    expect(await versions.update({ title: "new" })).toBe(3);
  });

  it("refuses to change a key, and what no key or index serves, before it writes", async () => {
    const refused = new BadRequest("id can't be changed", { field: "id" });
    await expect(ofAnn().update({ id: "x" })).rejects.toThrow(refused);
    await expect(Posts.objects.filter({ title: "t" }).update({ title: "x" })).rejects.toThrow(BadRequest);
    await expect(Posts.objects.filter({ title: "t" }).delete()).rejects.toThrow(BadRequest);
    const byAuthor = dynamoModel<Post>({
      client: dynamo.client,
      table: await dynamo.createTable({ partition: ["author", "S"], sort: ["id", "S"] }),
      key: { partition: "author", sort: "id" },
      fields: { id: "text", author: "text", title: "text", score: "integer" },
    });
    await byAuthor.create({ id: "a", author: "ann", title: "t", score: 1 });
    const key = new BadRequest("author can't be changed: it is part of the key", { field: "author" });
    const objects = byAuthor.objects.filter({ author: "ann" });
    await expect(objects.update({ author: "bob" })).rejects.toThrow(key);
    await expect(objects.update({ author: "ann" })).rejects.toThrow(key);
    expect(await objects.update({ title: "x" })).toBe(1);
    expect(sent).toEqual([]);
  });

  it("begins no write when one has failed, and says so after the last", async () => {
    const failing = modelOf({
      config: dynamo.client.config,
      async send(command: object) {
        const { Key } = (command as { input: { Key?: { id?: { S?: string } } } }).input;
        if (command.constructor.name !== "UpdateItemCommand") return dynamo.client.send(command as never);
        if (Key?.id?.S === "p0") throw new Conflict("stop", { field: "title" });
        await new Promise(resolve => setTimeout(resolve, 30));
        const output = await dynamo.client.send(command as never);
        sent.push("written");
        return output;
      },
    } as DynamoClient);
    for (let at = 3; at < 15; at++)
      await Posts.create({ id: `p${at}`, author: "ann", title: "t", score: at });
    sent.length = 0;
    await expect(failing.objects.filter({ author: "ann" }).update({ title: "x" })).rejects.toThrow("stop");
    expect(sent).toEqual(Array(9).fill("written"));
  });
});
