import { ScanCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type DynamoModelOptions, dynamoModel } from "../../../../../src/models/dynamo/dynamoModel.ts";
import { fillUnique } from "../../../../../src/models/dynamo/migrate/fill.ts";
import type { FullModel } from "../../../../../src/models/types.ts";
import { type LocalDynamo, startDynamo } from "../../../../support/dynamo.ts";

interface User {
  id: string;
  email: string | null;
  name: string | null;
  deletedAt?: Date | null;
}

let dynamo: LocalDynamo;
let table: string;
beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.stop());
beforeEach(async () => {
  table = await dynamo.createTable({ partition: ["id", "S"] });
});

const usersOf = (given: Partial<DynamoModelOptions<User>> = {}): FullModel<User> =>
  dynamoModel<User>({
    client: dynamo.client,
    table,
    name: "User",
    key: { partition: "id" },
    fields: { email: "text", name: "text" },
    softDelete: "deletedAt",
    allowScan: true,
    ...given,
  });

async function markers(): Promise<string[]> {
  const found = await dynamo.client.send(new ScanCommand({ TableName: table }) as never);
  const { Items } = found as unknown as { Items: Record<string, { S: string }>[] };
  return Items.flatMap(({ _unique, _owner }) => (_unique ? [`${_unique.S} ${_owner?.S}`] : [])).sort();
}
const marker = (field: string, id: string) => `[["",""],["${field}"]] {"id":{"S":"${id}"}}`;
const done = (...names: string[]) =>
  `[["",""]] ${JSON.stringify(names.map(name => `[["",""],["${name}"]]`))}`;

describe("fillUnique", () => {
  it("writes the markers of what is there, once, and says what collides", async () => {
    const before = usersOf();
    await before.create({ id: "a", email: "a@x.io", name: null });
    await before.create({ id: "b", email: null, name: null });
    await before.delete(await before.create({ id: "c", email: "a@x.io", name: null }));
    await before.create({ id: "d", email: "d@x.io", name: null });
    await before.create({ id: "e", email: "d@x.io", name: null });
    const Users = usersOf({ unique: ["email"] });
    const first = await fillUnique(Users);
    expect(first).toMatchObject({ objects: 5, written: 2, removed: 0 });
    expect(first.duplicates).toHaveLength(1);
    expect(first.duplicates[0]?.fields).toEqual(["email"]);
    expect([...(first.duplicates[0]?.ids ?? [])].sort()).toEqual(["d", "e"]);
    const [holder, other] = (first.duplicates[0]?.ids ?? []) as [string, string];
    expect(await markers()).toEqual([marker("email", "a"), marker("email", holder)]);
    await Users.update((await Users.objects.get(other)) as User, { email: "e@x.io" });
    expect(await fillUnique(Users)).toEqual({ objects: 5, written: 0, removed: 0, duplicates: [] });
    expect(await markers()).toEqual(
      [done("email"), marker("email", "a"), marker("email", "d"), marker("email", "e")].sort(),
    );
    await expect(Users.create({ id: "f", email: "a@x.io", name: null })).rejects.toMatchObject({
      statusCode: 409,
    });
    expect(await Users.objects.count()).toBe(4);
  });

  it("removes the markers of what old code changed, and of rules that are gone", async () => {
    const Users = usersOf({ unique: ["email", "name"] });
    const [a, b] = [
      await Users.create({ id: "a", email: "a@x.io", name: "Ann" }),
      await Users.create({ id: "b", email: "b@x.io", name: "Bea" }),
    ];
    const old = usersOf();
    await old.update(a, { email: "new@x.io" });
    await old.delete(b);
    await old.objects.onlyDeleted().delete();
    await old.create({ id: "c", email: "b@x.io", name: null });
    const { written, removed, duplicates } = await fillUnique(usersOf({ unique: ["email"] }));
    // The markers of Ann and Bea, that of a@x.io, and b@x.io, which is given to another or removed first.
    expect(duplicates).toEqual([]);
    expect([written, removed === 3 || removed === 4]).toEqual([2, true]);
    expect(await markers()).toEqual([done("email"), marker("email", "a"), marker("email", "c")].sort());
  });

  it("runs while others write, and leaves every value with one", async () => {
    const before = usersOf();
    for (let at = 0; at < 20; at++) await before.create({ id: `u${at}`, email: `u${at}@x.io`, name: null });
    const Users = usersOf({ unique: ["email"] });
    const all = await Users.objects.all();
    await Promise.all([
      fillUnique(Users),
      fillUnique(Users),
      ...all.slice(0, 10).map(user => Users.update(user, { email: `new.${user.email}` })),
    ]);
    await fillUnique(Users);
    const owners = (await markers()).filter(text => !text.includes("]]] "));
    expect(owners.filter(text => text.includes("email"))).toHaveLength(21);
    for (const { email } of await Users.objects.all())
      await expect(Users.create({ id: "x", email, name: null })).rejects.toMatchObject({ field: "email" });
  });
});
