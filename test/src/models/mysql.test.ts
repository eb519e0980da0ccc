import type { Kysely } from "kysely";
import { afterAll, beforeAll, describe, it } from "vitest";
import { sqlModel } from "../../../src/models/sql.ts";
import { modelConformance, type Thing, thingFields } from "../../../src/testing/modelConformance.ts";
import { type MysqlServer, startMysql } from "../../support/mysql.ts";

const { MYSQL_URL } = process.env;

describe.skipIf(!MYSQL_URL)("with the server that MYSQL_URL names", () => {
  let server: MysqlServer;
  let db: Kysely<unknown>;
  let tables = 0;

  beforeAll(async () => {
    server = await startMysql(MYSQL_URL as string);
    db = server.db;
  });
  afterAll(() => server.stop());

  describe("sqlModel on MySQL conforms", () => {
    const make = () =>
      sqlModel<Thing>({
        db,
        name: "Thing",
        table: `thing${tables++}`,
        columns: thingFields,
        unique: ["email"],
      });
    modelConformance(make, { test: it });
  });

  describe("sqlModel on MySQL with a version conforms", () => {
    const columns = { ...thingFields, version: "integer" as const };
    const make = () =>
      sqlModel<Thing>({
        db,
        name: "Thing",
        table: `thing${tables++}`,
        columns,
        unique: ["email"],
        version: "version",
      });
    modelConformance(make, { test: it });
  });
});
