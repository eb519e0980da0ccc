import { CamelCasePlugin, type Kysely, ParseJSONResultsPlugin, sql } from "kysely";
import { afterAll, describe, expect, it } from "vitest";
import { BadRequest, Conflict } from "../../../../src/core/errors.ts";
import { one } from "../../../../src/models/relations/one.ts";
import { snakeCase } from "../../../../src/models/sql/naming.ts";
import { sqlModel } from "../../../../src/models/sql/sqlModel.ts";
import { transaction } from "../../../../src/models/sql/transaction.ts";
import { sqlite } from "../../../../src/models/sqlite.ts";
import type { RelatedTo } from "../../../../src/models/types.ts";
import { onSqlServers } from "../../../support/sqlServers.ts";

interface OrderLine {
  lineId: string;
  userID: string;
  itemName: string | null;
  lineNo: number | null;
  metaData: unknown;
  createdAt: Date;
  updatedBy: string | null;
  deletedAt: Date | null;
  rowVersion: number;
}

const columns = {
  userID: { kind: "text", required: true },
  itemName: "text",
  lineNo: { kind: "integer", default: 7, column: "no" },
  metaData: "json",
  rowVersion: "integer",
} as const;

function lines(db: Kysely<unknown>, more: object = {}) {
  return sqlModel<OrderLine>({
    db,
    name: "OrderLine",
    naming: "snake",
    idKey: "lineId",
    columns,
    unique: [["userID", "itemName"]],
    indexes: [["lineNo", "createdAt"]],
    stamps: { createdAt: true, updatedBy: true },
    softDelete: "deletedAt",
    version: "rowVersion",
    ...more,
  });
}

async function columnsIn(db: Kysely<unknown>, table: string): Promise<string[]> {
  const tables = await db.introspection.getTables();
  return tables.find(({ name }) => name === table)?.columns.map(({ name }) => name) ?? [];
}

const inTable = [
  "line_id",
  "user_id",
  "item_name",
  "no",
  "meta_data",
  "row_version",
  "created_at",
  "updated_by",
  "deleted_at",
];

function cases(of: () => Kysely<unknown>): void {
  it("a table has the names in snake case, or those that its columns say, and all else those of the fields", async () => {
    const db = of();
    const Lines = lines(db);
    const a = await Lines.create({ userID: "u", itemName: "pen", metaData: { aB: 1 } });
    expect(a).toMatchObject({ userID: "u", itemName: "pen", lineNo: 7, metaData: { aB: 1 }, rowVersion: 1 });
    const names = (await columnsIn(db, "order_line")).filter(name => !name.includes("$"));
    expect(names.sort()).toEqual([...inTable].sort());
    const { rows } = await sql`select user_id, ${sql.id("no")} from order_line`.execute(db);
    expect(rows.map(row => Object.values(row as object).map(String))).toEqual([["u", "7"]]);

    await expect(Lines.create({ userID: "u", itemName: "pen" })).rejects.toThrow(
      /^Duplicate userID, itemName$/,
    );
    await expect(Lines.create({ lineId: a.lineId, userID: "w" })).rejects.toThrow(
      new Conflict("Duplicate lineId", { field: "lineId" }),
    );
    await expect(Lines.create({ userID: null as never })).rejects.toThrow(
      new BadRequest("userID must not be null", { field: "userID" }),
    );

    const b = await Lines.create({ userID: "u", itemName: "ink", lineNo: 2 });
    await Lines.create({ userID: "v", itemName: null, lineNo: null });
    const ordered = Lines.objects.orderBy("-lineNo", "createdAt");
    const first = await ordered.page({ limit: 1 });
    const rest = await ordered.page({ limit: 5, cursor: first.nextCursor });
    expect([...first.items, ...rest.items].map(({ itemName }) => itemName)).toEqual(["pen", "ink", null]);
    expect(await Lines.objects.filter({ itemName: { istartsWith: "IN" }, userID: "u" }).all()).toEqual([b]);
    expect(await Lines.objects.filter({ metaData: { eq: { aB: 1 } } }).count()).toBe(1);

    const changed = await Lines.update(b, { itemName: "nib" });
    expect(changed).toEqual({ ...b, itemName: "nib", rowVersion: 2 });
    await expect(Lines.update(b, { itemName: "late" })).rejects.toThrow(Conflict);
    expect(await Lines.objects.filter({ userID: "u" }).update({ lineNo: 9 })).toBe(2);
    expect((await Lines.objects.get(b.lineId))?.rowVersion).toBe(3);
    expect(await Lines.objects.filter({ lineNo: 9, itemName: "pen" }).delete()).toBe(1);
    await Lines.create({ userID: "u", itemName: "pen" });
    expect((await Lines.objects.onlyDeleted().all()).map(({ lineId }) => lineId)).toEqual([a.lineId]);
    const gone = (await Lines.objects.onlyDeleted().get(a.lineId)) as OrderLine;
    await expect(Lines.restore?.(gone)).rejects.toThrow(/Duplicate userID, itemName/);
    await transaction(db, async bind => {
      expect(await bind(Lines).objects.filter({ userID: "u" }).update({ lineNo: 1 })).toBe(2);
    });
  });

  it("a table that was there under other names is an error that says so, and an empty one is not made beside it", async () => {
    const db = of();
    const old = sqlModel<{ id: string; fullName: string }>({
      db,
      table: "old_names",
      columns: { fullName: "text" },
    });
    await old.create({ fullName: "Ann" });
    const Named = sqlModel<{ id: string; fullName: string }>({
      db,
      name: "OldNames",
      naming: "snake",
      columns: { fullName: "text" },
    });
    await expect(Named.objects.all()).rejects.toThrow(
      /^The table of OldNames is not as the model wants it: column old_names.full_name is missing. Run "tsverless migrate plan"/,
    );
    await sql`alter table old_names rename column ${sql.id("fullName")} to full_name`.execute(db);
    expect((await Named.objects.all()).map(({ fullName }) => fullName)).toEqual(["Ann"]);
  });

  it("a field is named though its column has the name of another", async () => {
    const db = of();
    interface Page extends RelatedTo<{ author: { id: string } }> {
      id: string;
      author: string | null;
      editor: string | null;
    }
    const Writers = sqlModel<{ id: string }>({ db, name: "writers", columns: { id: "text" } });
    const Pages = sqlModel<Page>({
      db,
      name: "swapped_pages",
      columns: { author: { kind: "text", column: "editor" }, editor: { kind: "text", column: "author" } },
      unique: ["editor"],
      relations: { author: one(Writers, "author") },
    });
    const { id } = await Writers.create({});
    const page = await Pages.create({ author: id, editor: "x" });
    expect(await Pages.objects.filter({ author: id, editor: "x" }).all()).toEqual([page]);
    await expect(Pages.create({ author: "nobody", editor: "y" })).rejects.toMatchObject({ field: "author" });
    await expect(Pages.create({ author: id, editor: "x" })).rejects.toMatchObject({ field: "editor" });
    await expect(Writers.delete({ id })).rejects.toThrow("still referred to by swapped_pages.author");
  });

  it("names go along with plugins that rename columns", async () => {
    const db = of().withPlugin(new CamelCasePlugin()).withPlugin(new ParseJSONResultsPlugin());
    const Lines = lines(db, { table: "plugged" });
    const made = await Lines.create({ userID: "u", itemName: "pen", metaData: { aB: 1 } });
    expect(made).toMatchObject({ userID: "u", itemName: "pen", lineNo: 7, metaData: { aB: 1 } });
    expect(await Lines.objects.filter({ createdAt: made.createdAt, lineNo: 7 }).all()).toEqual([made]);
    await expect(Lines.create({ userID: "u", itemName: "pen" })).rejects.toThrow(
      /Duplicate userID, itemName/,
    );
    const again = lines(db, { table: "plugged" });
    expect(await again.objects.get(made.lineId)).toEqual(made);
  });
}

describe("on SQLite", () => {
  const db = sqlite(":memory:");
  afterAll(() => db.destroy());
  cases(() => db);
});

onSqlServers(place => place, cases);

it("snake case begins a word at a capital, keeps capitals together and digits with what is before them", () => {
  const names = {
    id: "id",
    createdAt: "created_at",
    OrderLine: "order_line",
    userID: "user_id",
    userId: "user_id",
    HTTPServer: "http_server",
    URL2: "url2",
    URL2Path: "url2_path",
    address2Line: "address2_line",
    line2: "line2",
    view2D: "view2_d",
    aB: "a_b",
    X: "x",
    already_snake: "already_snake",
    _hidden: "_hidden",
    größeÄnderung: "größe_änderung",
  };
  expect(Object.fromEntries(Object.keys(names).map(name => [name, snakeCase(name)]))).toEqual(names);
  for (const name of Object.values(names)) expect(snakeCase(name)).toBe(name);
});

describe("names", () => {
  const db = sqlite(":memory:");
  const made = (columns: object, more: object) => () =>
    sqlModel({ db, table: "x", columns, ...more } as never);
  const both = (one: string, other: string, name: string): string =>
    `sqlModel: fields "${one}" and "${other}" would both be the column "${name}"`;
  const snake = { naming: "snake" };
  it.each([
    [made({ userId: "text", userID: "text" }, snake), both("userId", "userID", "user_id")],
    [made({ aB: "text", other: { kind: "text", column: "a_b" } }, snake), both("aB", "other", "a_b")],
    [made({ note: { kind: "text", column: "ID" } }, {}), both("id", "note", "ID")],
    [made({ note: { kind: "text", column: "" } }, {}), 'column "note": option "column" must be a name'],
    [made({ note: { kind: "text", column: 1 } }, {}), 'option "column" must be a string'],
    [made({ note: "text" }, { naming: "camel" }), 'sqlModel: option "naming" must be "snake"'],
    [made({ note: "text" }, { naming: true }), 'option "naming" must be a string'],
    [
      made({ aB: "text" }, { ...snake, unique: ["a_b"] }),
      'option "unique" names "a_b", which is not a column',
    ],
  ])("refuse what is wrong: %#", (make, message) => {
    expect(make).toThrow(TypeError);
    expect(make).toThrow(message);
  });
});
