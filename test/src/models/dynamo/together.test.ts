import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { bulkCreateHandler } from "../../../../generics/bulkCreateHandler.ts";
import { bulkDeleteHandler } from "../../../../generics/bulkDeleteHandler.ts";
import { bulkUpdateHandler } from "../../../../generics/bulkUpdateHandler.ts";
import { dynamoModel } from "../../../../src/models/dynamo/dynamoModel.ts";
import { failedWrite } from "../../../../src/models/together.ts";
import type { Model } from "../../../../src/models/types.ts";
import { type LocalDynamo, startDynamo } from "../../../support/dynamo.ts";
import { send } from "../../../support/send.ts";

interface Note {
  id: string;
  text: string | null;
}
type Together = NonNullable<Model<Note>["together"]>;

let dynamo: LocalDynamo;
let table: string;
const sent: [name: string, input: { ClientRequestToken?: string; TransactItems?: object[] }][] = [];

beforeAll(async () => {
  dynamo = await startDynamo();
  dynamo.client.middlewareStack.add(
    (next, { commandName }) =>
      args => {
        sent.push([String(commandName), args.input as object]);
        return next(args);
      },
    { step: "initialize" },
  );
});
afterAll(() => dynamo.stop());
beforeEach(async () => {
  table = await dynamo.createTable({ partition: ["id", "S"] });
});

const fields = { id: "text", text: "text" } as const;
const modelOf = (client: LocalDynamo["client"] | LocalDynamo["lite"]): Model<Note> =>
  dynamoModel<Note>({ client, table, name: "Note", key: { partition: "id" }, fields, allowScan: true });
const ids = async (model: Model<Note>): Promise<string> =>
  (await model.objects.page({})).items
    .map(({ id }) => id)
    .sort()
    .join(" ");
const together = (model: Model<Note>): Together => model.together as Together;

describe.each(["client", "lite"] as const)("what is written together with the %s", name => {
  let Notes: Model<Note>;
  beforeEach(() => {
    Notes = modelOf(dynamo[name]);
  });

  it("is refused by the error of the first write that fails, and says which it was", async () => {
    const old = await Notes.create({ id: "a", text: "1" });
    await Notes.update(old, { text: "2" });
    await Notes.create({ id: "gone", text: null }).then(gone => Notes.delete(gone));
    const cases: [status: number, message: string, run: (bound: Model<Note>) => Promise<unknown>][] = [
      [409, "Duplicate id", bound => bound.create({ id: "a" })],
      [409, "Note was changed by somebody else", bound => bound.update(old, { text: "3" })],
      [409, "Note was changed by somebody else", bound => bound.delete(old)],
      [404, "Resource Not Found", bound => bound.update({ id: "gone", text: null }, { text: "3" })],
    ];
    for (const [statusCode, message, run] of cases) {
      const failed = together(Notes)(async bound => {
        await bound.create({ id: "b" });
        await run(bound);
        await bound.create({ id: "c" });
      });
      const error: unknown = await failed.catch((caught: unknown) => caught);
      expect(error).toMatchObject({ statusCode, message });
      expect(failedWrite(error)).toBe(1);
      expect(await ids(Notes)).toBe("a");
    }
  });

  it("is at most 100 objects and 4 MB, each once", async () => {
    const many = (count: number, text: string | null = null) =>
      together(Notes)(async bound => {
        for (let at = 0; at < count; at++) await bound.create({ id: `n${at}`, text });
      });
    await expect(many(101)).rejects.toMatchObject({
      statusCode: 400,
      message: "At most 100 objects can be written together",
    });
    await expect(many(20, "x".repeat(300_000))).rejects.toMatchObject({
      statusCode: 400,
      message: "What is written together is larger than 4 MB",
    });
    const twice = together(Notes)(async bound => {
      const made = await bound.create({ id: "n1", text: "a" });
      await bound.update(made, { text: "b" });
    });
    await expect(twice).rejects.toMatchObject({
      statusCode: 400,
      message: "One Note can't be written twice together",
    });
    expect(await ids(Notes)).toBe("");
    await many(100);
    expect(await Notes.objects.count()).toBe(100);
    const sets = together(Notes)(async bound => bound.objects.delete?.());
    await expect(sets).rejects.toThrow(TypeError);
  });
});

it("is one request with a token of its own; one write alone is none", async () => {
  const Notes = modelOf(dynamo.client);
  sent.length = 0;
  for (const start of [0, 10]) {
    await together(Notes)(async bound => {
      for (let at = start; at < start + 3; at++) await bound.create({ id: `n${at}` });
    });
  }
  await together(Notes)(bound => bound.create({ id: "one" }));
  await together(Notes)(async () => undefined);
  expect(sent.map(([command]) => command)).toEqual([
    "TransactWriteItemsCommand",
    "TransactWriteItemsCommand",
    "PutItemCommand",
  ]);
  const [first, second] = sent.map(([, { ClientRequestToken }]) => ClientRequestToken);
  expect(first).toMatch(/^[\da-f-]{36}$/);
  expect(second).not.toBe(first);
});

it("may change nothing of an object, whose condition holds all the same", async () => {
  const { client } = dynamo;
  const key = { partition: "id" } as const;
  const Notes = dynamoModel<Note>({ client, table, name: "Note", key, fields, version: false });
  const old = await Notes.create({ id: "a", text: "1" });
  const both = (note: Note) =>
    together(Notes)(async bound => {
      await bound.update(note, { text: note.text });
      await bound.create({ id: "b", text: null });
    });
  const newer = await Notes.update(old, { text: "2" });
  await expect(both(old)).rejects.toMatchObject({ statusCode: 409 });
  await both(newer);
  expect(await Notes.objects.get("a")).toEqual(newer);
});

describe("atomic handlers", () => {
  const ask = (handler: Parameters<typeof send>[0], body: unknown) =>
    send(handler, "http", { method: "POST", path: "/notes/bulk", body } as never);

  it("write all or none, in two requests", async () => {
    const Notes = modelOf(dynamo.client);
    const optional = ["id", "text"] as const;
    const create = bulkCreateHandler(Notes, { optional, atomic: true });
    const update = bulkUpdateHandler(Notes, { optional: ["text"], atomic: true });
    const remove = bulkDeleteHandler(Notes, { atomic: true });
    expect((await ask(create, [{ id: "a" }, { id: "b" }])).status).toBe(201);
    expect(await ask(create, [{ id: "c" }, { id: "a" }])).toMatchObject({
      status: 409,
      body: { message: "Duplicate id", field: "1.id" },
    });
    sent.length = 0;
    expect(
      (
        await ask(update, [
          { id: "a", text: "x" },
          { id: "b", text: "y" },
        ])
      ).status,
    ).toBe(200);
    expect(sent.map(([command]) => command)).toEqual(["BatchGetItemCommand", "TransactWriteItemsCommand"]);
    expect(await ask(remove, { ids: ["a", "none"] })).toMatchObject({
      status: 404,
      body: { field: "ids.1" },
    });
    expect(await ids(Notes)).toBe("a b");
    expect((await ask(remove, { ids: ["a", "b"] })).status).toBe(200);
    expect(await ids(Notes)).toBe("");
  });
});
