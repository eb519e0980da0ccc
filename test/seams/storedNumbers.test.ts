import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { drizzle } from "drizzle-orm/node-postgres";
import * as pg from "drizzle-orm/pg-core";
import * as lite from "drizzle-orm/sqlite-core";
import { type Kysely, sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { resource } from "../../api/resource.ts";
import { drizzleModel } from "../../src/models/drizzle/drizzleModel.ts";
import { dynamoModel } from "../../src/models/dynamo/dynamoModel.ts";
import { toSortable } from "../../src/models/fields/decimal.ts";
import { sqlModel } from "../../src/models/sql/sqlModel.ts";
import { sqlite } from "../../src/models/sqlite.ts";
import type { Model } from "../../src/models/types.ts";
import { pick } from "../../src/serializers/pick.ts";
import { drizzleSqlite, type PostgresPool, postgresPool } from "../support/drizzle.ts";
import { type LocalDynamo, startDynamo } from "../support/dynamo.ts";
import { type MysqlServer, startMysql } from "../support/mysql.ts";
import { type PostgresServer, startPostgres } from "../support/postgres.ts";
import { send } from "../support/send.ts";

/** A row that others than the model have written, and that holds more digits than JavaScript's numbers keep. */
interface Row {
  id: string;
  name: string | null;
  count: number | null;
  price: string | null;
  data: unknown;
}

const kinds = { name: "text", count: "integer", price: "decimal", data: "json" } as const;
const optional = ["name", "count", "price", "data"] as const;
const serializer = pick("id", ...optional);
const many = "12345678901234567.89";
const long = "9007199254740993";
const json = `{"n":${many},"list":[1,${long},0.5]}`;
const shown = { id: "a", count: long, price: many, data: { n: many, list: [1, long, 0.5] } };

const one = (id: string, more: object = {}) => ({ path: `/rows/${id}`, pathParameters: { id }, ...more });

async function showsAll(model: Model<Row>, expected: object): Promise<void> {
  const rows = resource(model, { optional, serializer });
  expect(await send(rows.retrieve, "http", one("a"))).toMatchObject({ status: 200, body: expected });
  const listed = await send(rows.list, "http", { path: "/rows" });
  expect(listed.body).toContainEqual(expect.objectContaining(expected));
  // What the row holds hinders no change of something else, where that is not compared.
  const changed = await send(rows.update, "http", one("a", { method: "PATCH", body: { name: "x" } }));
  expect(changed).toMatchObject({ status: 200, body: { ...expected, name: "x" } });
}

async function refuses(model: Model<Row>, price: string, reason: string): Promise<void> {
  const rows = resource(model, { optional, serializer });
  const refused = { status: 400, body: { field: "price", message: `price ${reason}` } };
  expect(await send(rows.create, "http", { method: "POST", body: { price } })).toMatchObject(refused);
  const { id } = (await send(rows.create, "http", { method: "POST", body: { price: "1.50" } })).body as Row;
  for (const method of ["PATCH", "PUT"])
    expect(await send(rows.update, "http", one(id, { method, body: { price } }))).toMatchObject(refused);
  expect(Number((await model.objects.get(id))?.price)).toBe(1.5);
}

const behind = "must have at most 2 digits behind the point";

/** The model over a table that is there, of which it is declared what its columns hold. */
const over = (db: Kysely<unknown>, table: string, data = true): Model<Row> => {
  const { data: _, ...others } = kinds;
  return sqlModel<Row>({ db, name: "Row", table, columns: data ? kinds : others });
};

describe("sqlModel on SQLite", () => {
  const db = sqlite(":memory:");
  afterAll(() => db.destroy());

  it("shows whole numbers and JSON to the digit", async () => {
    await sql`create table made (id text primary key, name text, count integer, price text, data text)`.execute(
      db,
    );
    await sql`insert into made values ('a', null, ${BigInt(long)}, ${toSortable(many)}, '{"n":1}')`.execute(
      db,
    );
    await showsAll(over(db, "made"), { ...shown, data: { n: 1 } });
    await sql`update made set data = ${json}`.execute(db);
    const rows = resource(over(db, "made"), { optional, serializer });
    expect((await send(rows.retrieve, "http", one("a"))).body).toMatchObject(shown);
  });
});

describe("drizzleModel on SQLite", () => {
  const { db, file } = drizzleSqlite(":memory:");
  afterAll(() => file.close());
  file.exec("create table made (id text primary key, name text, count integer, price numeric, data text)");
  const table = lite.sqliteTable("made", {
    id: lite.text().primaryKey(),
    name: lite.text(),
    count: lite.integer(),
    price: lite.numeric(),
    data: lite.text({ mode: "json" }),
  });
  const model = drizzleModel(db, table, { name: "Row" }) as Model<Row>;

  it("stores a decimal in a numeric column to the digit or not at all", async () => {
    await refuses(model, many, "has more digits than its column keeps");
    const { create } = resource(model, { optional, serializer });
    for (const price of ["0.1", "-123456789.12345", "9223372036854775807", "9007199254740993"]) {
      const made = await send(create, "http", { method: "POST", body: { price } });
      expect(made).toMatchObject({ status: 201, body: { price } });
    }
  });
});

describe("on PostgreSQL", () => {
  let server: PostgresServer;
  let connections: PostgresPool;
  beforeAll(async () => {
    server = await startPostgres();
    connections = postgresPool(server.url);
    await sql`create table made
      (id text primary key, name text, count bigint, price numeric, data jsonb)`.execute(server.db);
    await sql`create table cents
      (id text primary key, name text, count bigint, price numeric(10, 2), data jsonb)`.execute(server.db);
  });
  afterAll(async () => {
    await connections.close();
    await server.stop();
  });
  const seed = async (data: string): Promise<void> => {
    await sql`delete from made`.execute(server.db);
    await sql`insert into made values ('a', null, ${sql.raw(long)}, ${sql.raw(many)}, ${data})`.execute(
      server.db,
    );
  };
  const tableOf = (name: string, price: ReturnType<typeof pg.numeric>) =>
    pg.pgTable(name, {
      id: pg.text().primaryKey(),
      name: pg.text(),
      count: pg.bigint({ mode: "number" }),
      price,
      data: pg.jsonb(),
    });

  it("sqlModel shows whole numbers, decimals and JSON to the digit", async () => {
    await seed('{"n":1}');
    await showsAll(over(server.db, "made"), { ...shown, data: { n: 1 } });
    await seed(json);
    const rows = resource(over(server.db, "made"), { optional, serializer });
    expect((await send(rows.retrieve, "http", one("a"))).body).toMatchObject(shown);
  });

  it("drizzleModel shows whole numbers, decimals and JSON to the digit", async () => {
    const model = drizzleModel(drizzle(connections.pool), tableOf("made", pg.numeric()), { name: "Row" });
    await seed('{"n":1}');
    await showsAll(model as Model<Row>, { ...shown, data: { n: 1 } });
    await seed(json);
    const rows = resource(model as Model<Row>, { optional, serializer });
    expect((await send(rows.retrieve, "http", one("a"))).body).toMatchObject(shown);
  });

  it("a column with a scale rounds nothing", async () => {
    await refuses(over(server.db, "cents"), "1.239", behind);
    const scaled = pg.numeric({ precision: 10, scale: 2 }) as ReturnType<typeof pg.numeric>;
    const model = drizzleModel(drizzle(connections.pool), tableOf("cents", scaled), { name: "Row" });
    await refuses(model as Model<Row>, "1.239", behind);
  });
});

const { MYSQL_URL } = process.env;

describe.skipIf(!MYSQL_URL)("sqlModel on MySQL or MariaDB", () => {
  let server: MysqlServer;
  beforeAll(async () => {
    server = await startMysql(String(MYSQL_URL));
    const { db } = server;
    await sql`create table made
      (id varchar(50) primary key, name text, count bigint, price decimal(30, 2), data json)`.execute(db);
    await sql`insert into made values ('a', null, ${sql.raw(long)}, ${sql.raw(many)}, '{"n":1}')`.execute(db);
  });
  afterAll(() => server.stop());

  it("shows whole numbers, decimals and JSON to the digit", async () => {
    await showsAll(over(server.db, "made"), { ...shown, data: { n: 1 } });
  });

  it("a column with a scale rounds nothing", () => refuses(over(server.db, "made"), "1.239", behind));
});

describe("dynamoModel", () => {
  let dynamo: LocalDynamo;
  let table: string;
  beforeAll(async () => {
    dynamo = await startDynamo();
    table = await dynamo.createTable({ partition: ["id", "S"] });
    const Item = {
      id: { S: "a" },
      _version: { N: "1" },
      count: { N: long },
      price: { N: many },
      data: { M: { n: { N: many }, list: { L: [{ N: "1" }, { N: long }, { N: "0.5" }] } } },
    };
    await dynamo.client.send(new PutItemCommand({ TableName: table, Item }));
  });
  afterAll(() => dynamo.stop());

  it.each([
    ["with declared fields", { fields: { id: "text", ...kinds } }],
    ["with nothing declared", {}],
  ])("shows numbers of up to 38 digits: %s", async (_name, more) => {
    const { client } = dynamo;
    await showsAll(
      dynamoModel<Row>({
        client,
        table,
        name: "Row",
        key: { partition: "id" },
        allowScan: true,
        ...more,
      } as never),
      shown,
    );
  });
});
