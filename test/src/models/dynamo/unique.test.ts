import { GetItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { bulkCreateHandler } from "../../../../generics/bulkCreateHandler.ts";
import { bulkUpdateHandler } from "../../../../generics/bulkUpdateHandler.ts";
import { type DynamoModelOptions, dynamoModel } from "../../../../src/models/dynamo/dynamoModel.ts";
import { marking } from "../../../../src/models/dynamo/noUnique.ts";
import type { FieldKind, FullModel } from "../../../../src/models/types.ts";
import { type LocalDynamo, startDynamo } from "../../../support/dynamo.ts";
import { send } from "../../../support/send.ts";

interface User {
  id: string;
  email: string | null;
  org: string | null;
  slug: string | null;
  age: number | null;
  version?: number;
}

const fields: Record<keyof Omit<User, "version">, FieldKind> = {
  id: "text",
  email: "text",
  org: "text",
  slug: "text",
  age: "integer",
};

let dynamo: LocalDynamo;
let table: string;
let sent: string[] = [];

beforeAll(async () => {
  dynamo = await startDynamo();
  dynamo.client.middlewareStack.add(
    (next, { commandName }) =>
      args => {
        sent.push(String(commandName).replace("Command", ""));
        return next(args);
      },
    { step: "initialize" },
  );
});
afterAll(() => dynamo.stop());
beforeEach(async () => {
  const indexes = { byOrg: { partition: ["org", "S"] } } as const;
  table = await dynamo.createTable({ partition: ["id", "S"], indexes });
  sent = [];
});

const usersOf = (given: Partial<DynamoModelOptions<User>> = {}): FullModel<User> =>
  dynamoModel<User>({
    client: dynamo.client,
    table,
    name: "User",
    key: { partition: "id" },
    indexes: { byOrg: { partition: "org" } },
    fields,
    unique: ["email", ["org", "slug"]],
    allowScan: true,
    ...given,
  });

async function refusal(run: () => Promise<unknown>): Promise<unknown> {
  const error = await run().then(
    () => "it was not refused",
    (caught: unknown) => caught,
  );
  const { statusCode, message, field } = error as { statusCode?: number; message?: string; field?: string };
  return [statusCode, message, field];
}
const duplicateEmail = [409, "Duplicate email", "email"];
const changed = [409, "User was changed by somebody else", undefined];

async function raw(): Promise<Record<string, { S?: string; N?: string }>[]> {
  const found = await dynamo.client.send(new ScanCommand({ TableName: table }) as never);
  return (found as { Items: Record<string, { S?: string; N?: string }>[] }).Items;
}
const markers = async (): Promise<number> => (await raw()).filter(item => item._unique).length;

describe.each(["client", "lite"] as const)("unique fields with the %s", name => {
  let Users: FullModel<User>;
  beforeEach(() => {
    Users = usersOf({ client: dynamo[name] });
  });

  it("are taken by create and update, and given up by update and delete", async () => {
    const a = await Users.create({ id: "a", email: "a@x.io", org: "o", slug: "s" });
    const b = await Users.create({ id: "b", email: "b@x.io", org: "o", slug: "t" });
    expect(await markers()).toBe(4);
    expect(await refusal(() => Users.create({ id: "c", email: "a@x.io" }))).toEqual(duplicateEmail);
    expect(await refusal(() => Users.update(b, { email: "a@x.io" }))).toEqual(duplicateEmail);
    expect(await refusal(() => Users.update(b, { slug: "s" }))).toEqual([
      409,
      "Duplicate org, slug",
      "org, slug",
    ]);
    expect(await refusal(() => Users.create({ id: "a", email: "new@x.io" }))).toEqual([
      409,
      "Duplicate id",
      "id",
    ]);
    expect(await Users.objects.get("b")).toEqual(b);
    const moved = await Users.update(a, { email: "c@x.io", age: 5 });
    expect(await Users.objects.get("a")).toEqual(moved);
    expect(moved).toEqual({ id: "a", email: "c@x.io", org: "o", slug: "s", age: 5 });
    expect((await Users.update(b, { email: "a@x.io", slug: null })).email).toBe("a@x.io");
    expect(await refusal(() => Users.update(b, { email: "d@x.io" }))).toEqual(changed);
    await Users.delete(moved);
    expect(await refusal(() => Users.delete(moved))).toEqual([404, "Resource Not Found", undefined]);
    await Users.create({ id: "d", email: "c@x.io", org: "o", slug: "s" });
    expect(await markers()).toBe(3);
  });

  it("are taken by exactly one of many that write at once", async () => {
    const made = await Promise.allSettled(
      Array.from({ length: 12 }, (_item, at) => Users.create({ id: `u${at}`, email: "one@x.io" })),
    );
    const others = made.filter(result => result.status === "rejected").map(({ reason }) => reason);
    expect(others).toHaveLength(11);
    for (const { statusCode } of others) expect([409, 503]).toContain(statusCode);
    expect(await Users.objects.count()).toBe(1);
    const loaded = await Promise.all(["x", "y", "z"].map(id => Users.create({ id, email: `${id}@x.io` })));
    const moved = await Promise.allSettled(loaded.map(user => Users.update(user, { email: "two@x.io" })));
    expect(moved.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await Users.objects.filter({ email: "two@x.io" }).count()).toBe(1);
    expect(await markers()).toBe(4);
  });

  it("are kept among writes that go together, in their order", async () => {
    const a = await Users.create({ id: "a", email: "a@x.io" });
    const b = await Users.create({ id: "b", email: "b@x.io" });
    type Run = (bound: Pick<FullModel<User>, "create" | "update" | "delete">) => Promise<unknown>;
    const together = (run: Run) => Users.together?.(run as never) as Promise<unknown>;
    expect(await refusal(() => together(bound => bound.create({ id: "c", email: "a@x.io" })))).toEqual(
      duplicateEmail,
    );
    const tooEarly: Run = async bound => {
      await bound.create({ id: "c", email: "a@x.io" });
      await bound.delete(a);
    };
    expect(await refusal(() => together(tooEarly))).toEqual(duplicateEmail);
    expect(await Users.objects.count()).toBe(2);
    await together(async bound => {
      await bound.delete(a);
      await bound.update(b, { email: "a@x.io" });
      await bound.create({ id: "c", email: "b@x.io" });
    });
    expect(await markers()).toBe(2);
    expect(await refusal(() => Users.create({ id: "d", email: "b@x.io" }))).toEqual(duplicateEmail);
    const many =
      (count: number): Run =>
      async bound => {
        for (let at = 0; at < count; at++) await bound.create({ id: `n${at}`, email: `n${at}@x.io` });
      };
    expect(await refusal(() => together(many(51)))).toEqual([
      400,
      "At most 100 objects can be written together, each unique value that is taken or given up counting as one",
      undefined,
    ]);
    await together(many(50));
    expect(await Users.objects.count()).toBe(52);
  });
});

describe("unique fields", () => {
  it("cost a transaction only where a value is taken or given up", async () => {
    const Users = usersOf();
    const free = await Users.create({ id: "a", org: "o" });
    const aged = await Users.update(free, { age: 1 });
    const named = await Users.update(aged, { email: "a@x.io" });
    const older = await Users.update(named, { age: 2, email: "a@x.io" });
    await Users.delete(await Users.update(older, { email: null }));
    await usersOf({ unique: [] }).create({ id: "b", email: "b@x.io" });
    expect(sent).toEqual([
      "PutItem",
      "UpdateItem",
      "TransactWriteItems",
      "UpdateItem",
      "TransactWriteItems",
      "DeleteItem",
      "PutItem",
    ]);
  });

  it("are kept by writes of sets and of many at once", async () => {
    const Users = usersOf();
    for (const id of ["a", "b"]) await Users.create({ id, email: `${id}@x.io`, org: id, slug: "s" });
    expect(await refusal(() => Users.objects.update({ org: "same" }))).toEqual([
      409,
      "Duplicate org, slug",
      "org, slug",
    ]);
    expect(await Users.objects.delete()).toBe(2);
    expect(await raw()).toEqual([]);
    const optional = ["id", "email"] as const;
    const ask = (handler: Parameters<typeof send>[0], body: unknown) =>
      send(handler, "http", { method: "POST", path: "/users/bulk", body } as never);
    const both = [
      { id: "a", email: "a@x.io" },
      { id: "b", email: "a@x.io" },
    ];
    const atomic = await ask(bulkCreateHandler(Users, { optional, atomic: true }), both);
    expect(atomic).toMatchObject({ status: 409, body: { field: "1.email" } });
    expect(await raw()).toEqual([]);
    await ask(bulkCreateHandler(Users, { optional }), both);
    expect(await Users.objects.count()).toBe(1);
    const [left] = await Users.objects.all();
    await Users.create({ id: "c", email: "c@x.io" });
    const update = bulkUpdateHandler(Users, { optional: ["email"], atomic: true });
    expect(await ask(update, [{ id: left?.id, email: "c@x.io" }])).toMatchObject({
      status: 409,
      body: { field: "0.email" },
    });
  });

  it("never show their markers, whose keys are nobody's", async () => {
    const Users = usersOf();
    await Users.create({ id: "a", email: "a@x.io", org: "o", slug: "s" });
    const ids = async (model: FullModel<User>) => (await model.objects.all()).map(({ id }) => id);
    const [marker] = (await raw()).filter(item => item._unique);
    const id = String(marker?.id?.S);
    expect(id).toMatch(/^_unique#[\w-]{43}$/);
    expect(marker).not.toHaveProperty("email");
    expect(JSON.stringify(await raw().then(all => all.filter(item => item._unique)))).not.toContain("a@x.io");
    expect([await ids(Users), await Users.objects.count(), (await Users.objects.page({})).total]).toEqual([
      ["a"],
      1,
      1,
    ]);
    for await (const user of Users.objects) expect(user.id).toBe("a");
    expect(await Users.objects.filter({ email: null }).count()).toBe(0);
    // The code that ran before, of a model without rules.
    expect(await ids(usersOf({ unique: [] }))).toEqual(["a"]);
    expect(await Users.objects.get(id)).toBeUndefined();
    expect(await Users.objects.filter({ id: [id, "a"] }).count()).toBe(1);
    for (const model of [Users, usersOf({ unique: [] })]) {
      expect(await refusal(() => model.create({ id, email: "b@x.io" }))).toEqual([
        400,
        "id must not begin with _unique#",
        "id",
      ]);
    }
  });

  it("compare values as SQL does: exactly, by what they mean", async () => {
    interface Thing {
      id: string;
      value: unknown;
    }
    const cases: [kind: FieldKind, same: [unknown, unknown], other: unknown][] = [
      ["text", ["a", "a"], "A"],
      ["text", ["", ""], " "],
      ["integer", [0, -0], 1],
      ["real", [0.5, 0.5], 0.25],
      ["decimal", ["9.50", "9.5"], "9.51"],
      ["bigint", [2n ** 62n, 2n ** 62n], 2n ** 62n + 1n],
      ["boolean", [false, false], true],
      ["date", [new Date(5), new Date(5)], new Date(6)],
      [
        "json",
        [
          { a: 1, b: [2] },
          { b: [2], a: 1 },
        ],
        { a: 1 },
      ],
    ];
    for (const [kind, [first, second], other] of cases) {
      const Things = dynamoModel<Thing>({
        client: dynamo.client,
        table: await dynamo.createTable({ partition: ["id", "S"] }),
        key: { partition: "id" },
        fields: { value: kind },
        unique: ["value"],
      });
      await Things.create({ id: "a", value: first });
      expect(await refusal(() => Things.create({ id: "b", value: second }))).toEqual([
        409,
        "Duplicate value",
        "value",
      ]);
      await Things.create({ id: "c", value: other });
      await Things.create({ id: "d", value: null });
      await Things.create({ id: "e", value: null });
    }
  });

  it("depend on what is stored, not on what an object that is given lacks or says", async () => {
    const given = { fields: { ...fields, version: "integer" }, version: "version" } as const;
    const Users = usersOf(given);
    await Users.create({ id: "a", email: "a@x.io", org: "o", slug: "s", age: 3 });
    await Users.create({ id: "b", email: "b@x.io", org: "p", slug: "s" });
    const part = { id: "a", version: 1 } as User;
    expect(await refusal(() => Users.update(part, { org: "p" }))).toEqual([
      409,
      "Duplicate org, slug",
      "org, slug",
    ]);
    expect(await Users.update(part, { org: "q" })).toEqual({
      ...{ id: "a", email: "a@x.io", org: "q", slug: "s", age: 3, version: 2 },
    });
    const wrong = { id: "a", email: "b@x.io", org: "q", slug: "s", age: 3, version: 2 };
    expect(await refusal(() => Users.delete(wrong))).toEqual(changed);
    await Users.delete({ id: "a", version: 2 } as User);
    expect(await markers()).toBe(2);
    expect(await refusal(() => Users.delete({ id: "a", version: 2 } as User))).toEqual([
      404,
      "Resource Not Found",
      undefined,
    ]);
  });

  it("leave another's value alone where a table has duplicates from before", async () => {
    const before = usersOf({ unique: [] });
    await before.create({ id: "a", email: "a@x.io" });
    await before.create({ id: "b", email: "same@x.io" });
    const Users = usersOf();
    const c = await Users.create({ id: "c", email: "same@x.io" });
    const [a, b] = await Promise.all(["a", "b"].map(id => Users.objects.get(id)));
    await Users.update(a as User, { email: "new@x.io" });
    await Users.delete(b as User);
    expect(await refusal(() => Users.create({ id: "d", email: "same@x.io" }))).toEqual(duplicateEmail);
    await Users.together?.(async bound => {
      await bound.delete(c);
      await bound.create({ id: "d", email: "same@x.io" });
    });
    expect(await markers()).toBe(2);
  });

  it("lie in tables of several models, of keys that are numbers, and behind sort keys", async () => {
    interface Note {
      id: number;
      org: string;
      email: string | null;
    }
    const kinds = { id: "integer", org: "text", email: "text" } as const;
    const unique = ["email"] as const;
    const { client } = dynamo;
    const numbers = await dynamo.createTable({ partition: ["id", "N"] });
    const sorted = await dynamo.createTable({ partition: ["org", "S"], sort: ["id", "N"] });
    const one = await dynamo.createTable({
      partition: ["pk", "S"],
      sort: ["sk", "S"],
      indexes: { turned: { partition: ["sk", "S"], sort: ["pk", "S"] } },
    });
    const shared = (type: string, prefix: string) =>
      dynamoModel<{ id: string; org: string; email: string | null }>({
        client,
        table: one,
        key: {
          partition: { attribute: "pk", field: "org", prefix },
          sort: { attribute: "sk", field: "id" },
        },
        indexes: {
          turned: {
            partition: { attribute: "sk", field: "id" },
            sort: { attribute: "pk", field: "org", prefix },
          },
        },
        entity: { type },
        fields: { id: "text", org: "text", email: "text" },
        unique: ["email", "id"],
        allowScan: true,
      });
    const layouts = [
      dynamoModel<Note>({
        client,
        table: numbers,
        key: { partition: "id" },
        fields: kinds,
        unique,
        allowScan: true,
      }),
      dynamoModel<Note>({
        client,
        table: sorted,
        key: { partition: "org", sort: "id" },
        fields: kinds,
        unique,
        allowScan: true,
      }),
    ];
    for (const Notes of layouts) {
      const first = await Notes.create({ id: 1, org: "o", email: "a@x.io" });
      expect(await refusal(() => Notes.create({ id: 2, org: "p", email: "a@x.io" }))).toEqual(duplicateEmail);
      expect([await Notes.objects.count(), await Notes.objects.all()]).toEqual([1, [first]]);
      await Notes.delete(first);
      await Notes.create({ id: 2, org: "p", email: "a@x.io" });
    }
    const [Users, Bots] = [shared("User", "USER#"), shared("Bot", "BOT#")];
    const ann = await Users.create({ id: "ann", org: "o", email: "a@x.io" });
    await Bots.create({ id: "ann", org: "o", email: "a@x.io" });
    expect(await refusal(() => Users.create({ id: "bea", org: "p", email: "a@x.io" }))).toEqual(
      duplicateEmail,
    );
    // An id that is unique in its partition alone is so in the table by a rule.
    expect(await refusal(() => Users.create({ id: "ann", org: "p", email: null }))).toEqual([
      409,
      "Duplicate id",
      "id",
    ]);
    expect(await Users.objects.filter({ id: "ann" }).all()).toEqual([ann]);
    expect(await Users.objects.filter({ id: "_unique" }).count()).toBe(0);
    expect([await Users.objects.count(), await Bots.objects.count()]).toEqual([1, 1]);
    const { Item } = (await client.send(
      new GetItemCommand({ TableName: one, Key: { pk: { S: "USER#o" }, sk: { S: "ann" } } }) as never,
    )) as unknown as { Item: object };
    expect(Object.keys(Item).sort()).toEqual(["_version", "email", "id", "org", "pk", "sk", "type"]);
  });

  it("are fields of the model, whose kinds it knows", () => {
    const cases: [Partial<DynamoModelOptions<User>>, string][] = [
      [{ unique: "email" as never }, 'option "unique" must be an array'],
      [{ unique: ["nope" as never] }, 'option "unique" names "nope", which is not a field'],
      [{ unique: [["email", 5 as never]] }, 'option "unique" names "5", which is not a field'],
      [{ unique: [[]] }, 'option "unique" has a group without fields'],
      [
        { fields: undefined as never },
        'option "unique" needs "fields" or a schema: values are compared as what they are',
      ],
    ];
    for (const [given, message] of cases) {
      expect(() => usersOf(given)).toThrow(new TypeError(`dynamoModel: ${message}`));
    }
    expect(() => marking([], {} as never, undefined)).toThrow(
      /^The option "unique" of dynamoModel was not asked for/,
    );
  });
});
