import { sqliteTable, text } from "drizzle-orm/sqlite-core";
import { fields, jsonSchema, omit, pick } from "tsverless";
import { type DrizzleDatabase, drizzleModel } from "tsverless/models/drizzle";
import { sqliteDecimal } from "tsverless/models/drizzleSqlite";
import { type DynamoClient, dynamoModel } from "tsverless/models/dynamo";
import { memoryModel } from "tsverless/models/memory";
import { sqlModel } from "tsverless/models/sql";
import { sqlite } from "tsverless/models/sqlite";
import { compiledSchema } from "tsverless/schema/compiledSchema";
import * as z from "zod";

export interface User {
  id: string;
  email: string;
  password: string;
  age: number | null;
  born: Date;
  tags: string[];
}
const string = { type: "string" } as const;
export const postSchema = jsonSchema({
  type: "object",
  properties: {
    id: string,
    title: string,
    author: string,
    at: { type: "string", format: "date-time" },
    tags: { type: "array", items: string },
  },
  required: ["id", "title", "author"],
  additionalProperties: false,
});
export const always = compiledSchema({ type: "string" }, () => true);
export const newPost = z.object({ title: z.string(), tags: z.array(z.string()).default([]) });
export const Users = memoryModel<User>({ name: "User", unique: ["email"] });
export const db = sqlite(":memory:");
export const Posts = sqlModel({ db, name: "Post", table: "posts", schema: postSchema });
export const products = sqliteTable("products", {
  id: text().primaryKey(),
  price: sqliteDecimal().notNull(),
});
export const productsOf = (database: DrizzleDatabase) => drizzleModel(database, products);
export const eventsOf = (client: DynamoClient) =>
  dynamoModel<User>({ client, table: "posts", key: { partition: "id" } });
export const picked = pick("id", "email");
export const omitted = omit("password");
export const named = fields({ id: true, mail: "email", old: (user: User) => (user.age ?? 0) > 60 });
