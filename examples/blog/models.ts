import { jsonSchema, type ObjectOf } from "tsverless";
import { sqlModel } from "tsverless/models/sql";
import { sqlite } from "tsverless/models/sqlite";

export const db = sqlite(process.env.BLOG_DB ?? "./.data/blog.sqlite");

const text = { type: "string" } as const;
const time = { type: "string", format: "date-time" } as const;

const user = jsonSchema({
  type: "object",
  properties: { id: text, email: text, name: text, password: text, createdAt: time },
  required: ["id", "email", "password", "createdAt"],
  additionalProperties: false,
});

const post = jsonSchema({
  type: "object",
  properties: {
    id: text,
    author: text,
    title: text,
    text,
    tags: { type: "array", items: text },
    createdAt: time,
  },
  required: ["id", "author", "title", "text", "tags", "createdAt"],
  additionalProperties: false,
});

export const Users = sqlModel({ db, name: "User", table: "users", schema: user, unique: ["email"] });
export const Posts = sqlModel({ db, name: "Post", table: "posts", schema: post });

export type User = ObjectOf<typeof Users>;
