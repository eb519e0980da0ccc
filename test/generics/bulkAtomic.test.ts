import type { CompiledQuery } from "kysely";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { bulkCreateHandler } from "../../generics/bulkCreateHandler.ts";
import { bulkDeleteHandler } from "../../generics/bulkDeleteHandler.ts";
import { bulkUpdateHandler } from "../../generics/bulkUpdateHandler.ts";
import { memoryModel } from "../../src/models/memory/memoryModel.ts";
import { sqlModel } from "../../src/models/sql/sqlModel.ts";
import { sqlite } from "../../src/models/sqlite.ts";
import type { FieldKind, Model } from "../../src/models/types.ts";
import { send } from "../support/send.ts";
import { watched } from "../support/sqlCases.ts";

interface Row {
  id: number;
  name: string | null;
}
const fields: Record<keyof Row, FieldKind> = { id: "integer", name: "text" };
const db = sqlite(":memory:");
afterAll(() => db.destroy());
let tables = 0;
const engines: [name: string, make: () => Model<Row>][] = [
  ["memory", () => memoryModel<Row>({ name: "Row", fields, unique: ["name"] })],
  [
    "SQLite",
    () => sqlModel<Row>({ db, name: "Row", table: `rows${tables++}`, columns: fields, unique: ["name"] }),
  ],
];
const ask = (handler: Parameters<typeof send>[0], body: unknown) =>
  send(handler, "http", { method: "POST", path: "/rows/bulk", body } as never);

describe.each(engines)("atomic handlers on %s", (_name, make) => {
  let Rows: Model<Row>;
  beforeEach(() => {
    Rows = make();
  });
  const names = async () =>
    (await Rows.objects.orderBy("id").page({})).items.map(({ name }) => name).join(" ");

  it("store, change and remove all or none", async () => {
    const create = bulkCreateHandler(Rows, { optional: ["name"], atomic: true });
    const made = await ask(create, [{ name: "a" }, { name: "b" }, { name: "c" }]);
    expect(made).toMatchObject({ status: 201, body: [1, 2, 3].map(id => ({ status: 201, id })) });
    expect(await ask(create, [{ name: "d" }, { name: 5 }])).toMatchObject({
      status: 400,
      body: { field: "1.name" },
    });
    const same = await ask(create, [{ name: "d" }, { name: "e" }, { name: "a" }, { name: "f" }]);
    expect(same).toMatchObject({ status: 409, body: { message: "Duplicate name", field: "2.name" } });
    expect(await names()).toBe("a b c");

    const update = bulkUpdateHandler(Rows, { optional: ["name"], atomic: true });
    const swapped = [
      { id: 1, name: "x" },
      { id: "2", name: "a" },
    ];
    expect((await ask(update, swapped)).status).toBe(200);
    expect(await names()).toBe("x a c");

    const remove = bulkDeleteHandler(Rows, { atomic: true });
    expect(await ask(remove, { ids: [1, 9] })).toMatchObject({ status: 404, body: { field: "ids.1" } });
    expect(await ask(remove, { ids: [1, 2, "1"] })).toMatchObject({
      status: 400,
      body: { message: "An id is there twice", field: "ids.2" },
    });
    expect(await names()).toBe("x a c");
    expect((await ask(remove, { ids: [1, 3] })).status).toBe(200);
    expect(await names()).toBe("a");
  });

  it("let one of two requests at once through, and nothing of the other", async () => {
    for (const name of ["a", "b"]) await Rows.create({ name });
    const loaded = Promise.withResolvers<void>();
    let count = 0;
    /** Rules are asked once the objects are loaded: nobody writes before both requests have theirs. */
    async function both(): Promise<boolean> {
      count++;
      if (count === 2) loaded.resolve();
      await loaded.promise;
      return true;
    }
    const update = bulkUpdateHandler(Rows, { optional: ["name"], atomic: true, permit: both });
    const change = (letter: string) =>
      ask(update, [
        { id: 1, name: `${letter}1` },
        { id: 2, name: `${letter}2` },
      ]);
    const statuses = (await Promise.all([change("x"), change("y")])).map(({ status }) => status).sort();
    expect(statuses).toEqual([200, 409]);
    expect(["x1 x2", "y1 y2"]).toContain(await names());
  });
});

it("objects of a request are one statement, whatever their number", async () => {
  const seen: CompiledQuery[] = [];
  const Rows = sqlModel<Row>({ db: watched(db, seen), name: "Row", table: "counted", columns: fields });
  for (const name of ["a", "b", "c"]) await Rows.create({ name });
  const statements = async (handler: Parameters<typeof send>[0], body: unknown) => {
    seen.length = 0;
    expect((await ask(handler, body)).status).toBe(200);
    return seen.map(({ sql }) => sql.split(" ", 1)[0]);
  };
  const update = bulkUpdateHandler(Rows, { optional: ["name"] });
  const items = [1, 2, 3].map(id => ({ id, name: `new${id}` }));
  expect(await statements(update, items)).toEqual(["select", "update", "update", "update"]);
  expect(await statements(bulkDeleteHandler(Rows), { ids: [1, 2, 3] })).toEqual([
    "select",
    "delete",
    "delete",
    "delete",
  ]);
});
