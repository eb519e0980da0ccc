import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BadRequest, Conflict } from "../../../../src/core/errors.ts";
import { type DynamoModelOptions, dynamoModel } from "../../../../src/models/dynamo/dynamoModel.ts";
import type { Queryset } from "../../../../src/models/types.ts";
import { type LocalDynamo, startDynamo } from "../../../support/dynamo.ts";

let dynamo: LocalDynamo;

beforeAll(async () => {
  dynamo = await startDynamo();
});

afterAll(() => dynamo.stop());

interface Reading {
  id: string;
  device: string;
  at: Date;
  value: number;
}

const readingFields = { device: "text", at: "date", value: "real" } as const;

async function all<T>(objects: Queryset<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const object of objects) found.push(object);
  return found;
}

describe("a table with a sort key", () => {
  async function readings() {
    const table = await dynamo.createTable({ partition: ["device", "S"], sort: ["at", "S"] });
    return dynamoModel<Reading>({
      client: dynamo.client,
      table,
      name: "Reading",
      key: { partition: "device", sort: "at" },
      fields: readingFields,
    });
  }

  it("makes ids of both keys, which lead back to them whatever they hold", async () => {
    const Readings = await readings();
    const at = new Date("2026-01-02T03:04:05.006Z");
    const devices = ["plain", "a~b", "a%7Eb", "~", "100%", "ü/😀"];
    for (const device of devices) {
      const created = await Readings.create({ device, at, value: 1 });
      expect(created.id).toBe(
        `${device.replaceAll("%", "%25").replaceAll("~", "%7E")}~2026-01-02T03:04:05.006Z`,
      );
      expect(await Readings.objects.get(created.id)).toEqual({ id: created.id, device, at, value: 1 });
      expect(await all(Readings.objects.filter({ id: created.id }))).toEqual([created]);
      await expect(Readings.create(created)).rejects.toThrow(Conflict);
    }
    const { items } = await Readings.objects.filter({ id: devices.slice(1, 3).map(d => `${d}~x`) }).page({});
    expect(items).toEqual([]);
    for (const id of [
      "",
      "~",
      "plain",
      "plain~",
      "plain~2026",
      "a~b~2026-01-02T03:04:05.006Z",
      "plain~2026-01-02T03:04:05.006z",
    ]) {
      expect(await Readings.objects.get(id)).toBeUndefined();
    }
  });

  it("writes by both keys, and lets neither be changed", async () => {
    const Readings = await readings();
    const first = await Readings.create({ device: "d", at: new Date(0), value: 1 });
    const updated = await Readings.update(first, { value: 2, device: "d", at: new Date(0) });
    expect(updated).toEqual({ ...first, value: 2 });
    await expect(Readings.update(updated, { device: "e" })).rejects.toThrow(
      new BadRequest("device can't be changed: it is part of the key", { field: "device" }),
    );
    await expect(Readings.update(updated, { id: "e~x" })).rejects.toThrow(BadRequest);
    await expect(Readings.create({ device: "d", value: 1 })).rejects.toThrow(
      new BadRequest("at must be given", { field: "at" }),
    );
    await expect(Readings.create({ id: "x", device: "d", at: new Date(1) })).rejects.toThrow(
      new BadRequest("id must be what device and at make", { field: "id" }),
    );
    await Readings.delete(updated);
    expect(await Readings.objects.filter({ device: "d" }).count()).toBe(0);
  });

  it("gives a partition in its order, and a range of it", async () => {
    const Readings = await readings();
    for (let day = 1; day <= 9; day++) {
      await Readings.create({ device: "d", at: new Date(Date.UTC(2026, 0, day)), value: day });
    }
    const days = async (objects: Queryset<Reading>) => (await all(objects)).map(({ value }) => value);
    const own = Readings.objects.filter({ device: "d" });
    const from = new Date(Date.UTC(2026, 0, 4));
    expect(await days(own)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(await days(own.orderBy("-at").filter({ at: { gte: from } }))).toEqual([9, 8, 7, 6, 5, 4]);
    expect(await days(own.filter({ at: { gt: from, lt: new Date(Date.UTC(2026, 0, 7)) } }))).toEqual([5, 6]);
    expect(await own.filter({ at: { gte: from } }).count()).toBe(6);
  });

  it("whose sort key is the id finds it within its partition alone", async () => {
    const table = await dynamo.createTable({ partition: ["post", "S"], sort: ["id", "S"] });
    const Comments = dynamoModel<{ id: string; post: string }>({
      client: dynamo.client,
      table,
      name: "Comment",
      key: { partition: "post", sort: "id" },
    });
    const { id } = await Comments.create({ post: "p" });
    expect(await Comments.objects.filter({ post: "p" }).get(id)).toEqual({ id, post: "p" });
    expect(await Comments.objects.filter({ post: "q" }).get(id)).toBeUndefined();
    await expect(Comments.objects.get(id)).rejects.toThrow(
      new BadRequest("Comment can't be found by id without post: filter by it", { field: "post" }),
    );
  });

  it("whose partition key is the id finds the one object of that partition", async () => {
    const table = await dynamo.createTable({ partition: ["id", "S"], sort: ["day", "N"] });
    const Days = dynamoModel<{ id: string; day: number }>({
      client: dynamo.client,
      table,
      key: { partition: "id", sort: "day" },
      fields: { day: "integer" },
    });
    const first = await Days.create({ id: "a", day: 3 });
    expect(await Days.objects.get("a")).toEqual(first);
    expect(await Days.objects.filter({ day: { gt: 3 } }).get("a")).toBeUndefined();
    await Days.delete(first);
    expect(await Days.objects.get("a")).toBeUndefined();
  });
});

describe("a table of one key", () => {
  it("may hold numbers as ids, which are read to the letter", async () => {
    const table = await dynamo.createTable({ partition: ["id", "N"] });
    const Numbers = dynamoModel<{ id: bigint }>({
      client: dynamo.client,
      table,
      key: { partition: "id" },
      fields: { id: "bigint" },
    });
    await Numbers.create({ id: 9007199254740993n });
    expect(await Numbers.objects.get("9007199254740993")).toEqual({ id: 9007199254740993n });
    for (const id of ["9007199254740992", "09007199254740993", "9007199254740993.0", "x"]) {
      expect(await Numbers.objects.get(id)).toBeUndefined();
    }
    await expect(Numbers.create({})).rejects.toThrow(BadRequest);
  });
});

interface Author {
  id: string;
  name: string;
}

interface Post {
  id: string;
  author: string;
  title: string;
}

describe("a table that several models share", () => {
  async function models(given: Partial<DynamoModelOptions<Author>> = {}) {
    const table = await dynamo.createTable({
      partition: ["pk", "S"],
      sort: ["sk", "S"],
      indexes: { byType: { partition: ["type", "S"], sort: ["sk", "S"] } },
    });
    const Authors = dynamoModel<Author>({
      client: dynamo.client,
      table,
      name: "Author",
      key: {
        partition: { attribute: "pk", field: "id", prefix: "AUTHOR#" },
        sort: { attribute: "sk", value: "AUTHOR" },
      },
      indexes: {
        byType: {
          partition: { attribute: "type", value: "Author" },
          sort: { attribute: "sk", value: "AUTHOR" },
        },
      },
      entity: { type: "Author" },
      ...given,
    });
    const Posts = dynamoModel<Post>({
      client: dynamo.client,
      table,
      name: "Post",
      key: {
        partition: { attribute: "pk", field: "author", prefix: "AUTHOR#" },
        sort: { attribute: "sk", field: "id", prefix: "POST#" },
      },
      entity: { type: "Post" },
      fields: { author: "text", title: "text" },
    });
    await Authors.create({ id: "ann", name: "Ann" });
    await Authors.create({ id: "bob", name: "Bob" });
    for (const id of ["1", "2", "3"]) await Posts.create({ id, author: "ann", title: `T${id}` });
    return { Authors, Posts, table };
  }

  it("gives each its own, without the attributes of the layout", async () => {
    const { Authors, Posts } = await models();
    expect(await Authors.objects.get("ann")).toEqual({ id: "ann", name: "Ann" });
    expect(await Authors.objects.get("POST#1")).toBeUndefined();
    expect((await all(Authors.objects)).map(({ id }) => id).sort()).toEqual(["ann", "bob"]);
    expect(await Authors.objects.count()).toBe(2);
    const own = Posts.objects.filter({ author: "ann" });
    expect((await all(own.orderBy("-id"))).map(({ title }) => title)).toEqual(["T3", "T2", "T1"]);
    expect((await all(own.filter({ id: { gt: "1" } }))).map(({ id }) => id)).toEqual(["2", "3"]);
    expect((await all(own.filter({ id: { lte: "2" } }))).map(({ id }) => id)).toEqual(["1", "2"]);
    expect(await own.filter({ id: { startsWith: "2" } }).count()).toBe(1);
    expect(await own.count()).toBe(3);
    expect(await own.filter({ id: { gte: "2" } }).count()).toBe(2);
    expect(await own.get("2")).toEqual({ id: "2", author: "ann", title: "T2" });
    const updated = await Posts.update((await own.get("2")) as Post, { title: "new" });
    expect(await own.get("2")).toEqual(updated);
  });

  it("leaves the others out of a scan, and of writes by a like key", async () => {
    const { table } = await models();
    const Scanned = dynamoModel<Author>({
      client: dynamo.client,
      table,
      name: "Author",
      key: {
        partition: { attribute: "pk", field: "id", prefix: "AUTHOR#" },
        sort: { attribute: "sk", value: "AUTHOR" },
      },
      allowScan: true,
    });
    expect((await all(Scanned.objects.orderBy("id"))).map(({ name }) => name)).toEqual(["Ann", "Bob"]);
    expect(await Scanned.objects.filter({ name: "Bob" }).count()).toBe(1);
    const Others = dynamoModel<Author>({
      client: dynamo.client,
      table,
      name: "Other",
      key: {
        partition: { attribute: "pk", field: "id", prefix: "AUTHOR#" },
        sort: { attribute: "sk", value: "AUTHOR" },
      },
      entity: { type: "Other" },
    });
    const ann = { id: "ann", name: "Ann" };
    expect(await Others.objects.get("ann")).toBeUndefined();
    await expect(Others.update(ann, { name: "x" })).rejects.toThrow("Resource Not Found");
    await expect(Others.delete(ann)).rejects.toThrow("Resource Not Found");
    await expect(Others.create(ann)).rejects.toThrow("Duplicate id");
  });

  it("may hold a prefix in the key attribute of the field's own name", async () => {
    const table = await dynamo.createTable({ partition: ["id", "S"] });
    const make = (type: string) =>
      dynamoModel<Author>({
        client: dynamo.client,
        table,
        name: type,
        key: { partition: "id" },
        entity: { prefix: `${type}#`, typeAttribute: "kind", type },
        allowScan: true,
      });
    const [Users, Teams] = [make("User"), make("Team")];
    const user = await Users.create({ id: "1", name: "u" });
    const team = await Teams.create({ id: "1", name: "t" });
    expect([user, team]).toEqual([
      { id: "1", name: "u" },
      { id: "1", name: "t" },
    ]);
    expect(await Teams.objects.filter({ id: "1" }).count()).toBe(1);
    expect(await all(Users.objects.filter({ id: { gte: "1" } }))).toEqual([user]);
    const moved = await Users.update(user, { name: "v" });
    await expect(Users.delete(user)).rejects.toThrow("User was changed by somebody else");
    await Users.delete(moved);
    expect(await all(Teams.objects)).toEqual([team]);
  });
});
