import type { Kysely } from "kysely";
import { afterAll, beforeAll, describe, it } from "vitest";
import { sqlModel } from "../../../src/models/sql.ts";
import { modelConformance, type Thing, thingFields } from "../../../src/testing/modelConformance.ts";
import { type PostgresServer, startPostgres } from "../../support/postgres.ts";

let server: PostgresServer;
let db: Kysely<unknown>;
let tables = 0;

beforeAll(async () => {
  server = await startPostgres();
  db = server.db;
});
afterAll(() => server.stop());

describe("sqlModel on PostgreSQL conforms", () => {
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

describe("sqlModel on PostgreSQL with a version conforms", () => {
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
