import { dynamoModel } from "../../src/models/dynamo/dynamoModel.ts";
import { memoryModel } from "../../src/models/memory/memoryModel.ts";
import { sqlModel } from "../../src/models/sql/sqlModel.ts";
import type { FieldKind, Model } from "../../src/models/types.ts";
import type { Databases } from "./databases.ts";

/** Makes a model, and its table, on one engine. */
export type MakeModel = <T extends object>(
  name: string,
  fields: Readonly<Record<string, FieldKind>>,
  relations?: object,
) => Promise<Model<T>>;

/**
 * The engines on which all must hold that is said of models, by their names, each with what makes a model there.
 *
 * @param databases of the same file, by `startDatabases`
 */
export const modelEngines = (databases: Databases): [name: string, make: MakeModel][] => [
  ["memoryModel", async (name, fields, relations) => memoryModel({ name, fields, relations } as never)],
  [
    "sqlModel on SQLite",
    async (name, columns, relations) =>
      sqlModel({ ...databases.sqlite(), name, columns, relations } as never),
  ],
  [
    "sqlModel on PostgreSQL",
    async (name, columns, relations) =>
      sqlModel({ ...databases.postgres(), name, columns, relations } as never),
  ],
  [
    "dynamoModel",
    async (name, fields, relations) => {
      const { client, createTable } = databases.dynamoServer();
      const table = await createTable({ partition: ["id", fields.id === "integer" ? "N" : "S"] });
      const place = { client, table, key: { partition: "id" }, allowScan: true };
      return dynamoModel({ ...place, name, fields, relations } as never);
    },
  ],
];
