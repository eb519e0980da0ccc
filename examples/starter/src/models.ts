import { jsonSchema, type ObjectOf } from "tsverless";
import { sqlModel } from "tsverless/models/sql";
import { sqlite } from "tsverless/models/sqlite";

const db = sqlite(process.env.DATABASE ?? "./.data/my-api.sqlite");

const text = { type: "string" } as const;
const time = { type: "string", format: "date-time" } as const;

export const Users = sqlModel({
  db,
  name: "User",
  table: "users",
  unique: ["email"],
  schema: jsonSchema({
    type: "object",
    properties: { id: text, email: text, password: text },
    required: ["id", "email", "password"],
    additionalProperties: false,
  }),
});

export const Notes = sqlModel({
  db,
  name: "Note",
  table: "notes",
  schema: jsonSchema({
    type: "object",
    properties: { id: text, owner: text, title: text, text, createdAt: time },
    required: ["id", "owner", "title", "createdAt"],
    additionalProperties: false,
  }),
});

export type User = ObjectOf<typeof Users>;
