import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe } from "vitest";
import { dynamoModel } from "../../src/models/dynamo/dynamoModel.ts";
import { memoryModel } from "../../src/models/memory/memoryModel.ts";
import { sqlModel } from "../../src/models/sql/sqlModel.ts";
import { sqlite } from "../../src/models/sqlite.ts";
import type { Model } from "../../src/models/types.ts";
import { dynamoClient, type LocalDynamo, startDynamo } from "../support/dynamo.ts";
import { type Counter, counterFields, provesIncrements } from "../support/increments.ts";
import { type MysqlServer, startMysql } from "../support/mysql.ts";
import { connect, type PostgresServer, startPostgres } from "../support/postgres.ts";

const folder = mkdtempSync(join(tmpdir(), "tsverless-concurrency-"));
const opened: { destroy(): Promise<void> }[] = [];
afterAll(async () => {
  await Promise.all(opened.map(db => db.destroy()));
  rmSync(folder, { recursive: true });
});

/** Two connections to one file: what one writes is to the other what another process writes. */
function sqliteCounters(name: string, version?: string): Model<Counter>[] {
  return [1, 2].map(() => {
    const db = sqlite(join(folder, `${name}.sqlite`));
    opened.push(db);
    const columns =
      version === undefined ? counterFields : { ...counterFields, [version]: "integer" as const };
    return sqlModel<Counter>({
      db,
      name: "Counter",
      table: "counters",
      columns,
      ...(version !== undefined && { version: version as keyof Counter }),
    });
  });
}

provesIncrements("memoryModel", () => [memoryModel<Counter>({ name: "Counter", fields: counterFields })]);
provesIncrements("sqlModel on an SQLite file", () => sqliteCounters("plain"));
provesIncrements("sqlModel on an SQLite file, with a version", () => sqliteCounters("versioned", "version"));

describe("with PostgreSQL", () => {
  let server: PostgresServer;
  let other: ReturnType<typeof connect>;
  beforeAll(async () => {
    server = await startPostgres();
    other = connect(server.url);
  });
  afterAll(async () => {
    await other.close();
    await server.stop();
  });
  provesIncrements("sqlModel on PostgreSQL", () =>
    [server.db, other.db].map(db =>
      sqlModel<Counter>({ db, name: "Counter", table: "counters", columns: counterFields }),
    ),
  );
});

describe("with DynamoDB", () => {
  let server: LocalDynamo;
  beforeAll(async () => {
    server = await startDynamo();
  });
  afterAll(() => server.stop());
  provesIncrements("dynamoModel", async () => {
    const table = await server.createTable({ partition: ["id", "S"] });
    return [server.client, dynamoClient(server.endpoint)].map(client =>
      dynamoModel<Counter>({
        client,
        table,
        name: "Counter",
        key: { partition: "id" },
        fields: counterFields,
        consistentRead: true,
      }),
    );
  });
});

const { MYSQL_URL } = process.env;
if (MYSQL_URL !== undefined) {
  describe("with MySQL", () => {
    let server: MysqlServer;
    beforeAll(async () => {
      server = await startMysql(MYSQL_URL);
    });
    afterAll(() => server.stop());
    provesIncrements("sqlModel on MySQL", () => [
      sqlModel<Counter>({ db: server.db, name: "Counter", table: "counters", columns: counterFields }),
    ]);
  });
}
