// Copied over ../models.ts, it keeps the blog in DynamoDB: in the table that BLOG_TABLE names, which must exist, with the
// partition key `pk` and the indexes below, all keys of type S. Region, credentials and endpoint are in the variables of AWS.
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Model, ObjectOf } from "tsverless";
import { dynamoModel } from "tsverless/models/dynamo";
import { post, user } from "./schemas.ts";

const client = new DynamoDBClient();
const table = process.env.BLOG_TABLE ?? "blog";

const users = dynamoModel({
  client,
  table,
  name: "User",
  schema: user,
  key: { partition: { attribute: "pk", field: "id" } },
  entity: { type: "User", prefix: "USER#" },
  indexes: { byEmail: { partition: "email" } },
});

const Emails = dynamoModel<{ email: string }>({
  client,
  table,
  name: "Email",
  idKey: "email",
  fields: { email: "text" },
  key: { partition: { attribute: "pk", field: "email" } },
  entity: { type: "Email", prefix: "EMAIL#" },
});

export type User = ObjectOf<typeof users>;

export const Users: Model<User> = {
  ...users,
  /** DynamoDB keeps nothing unique but keys, so the address is first taken as the key of an item of its own. */
  async create(data) {
    const taken = await Emails.create({ email: data.email });
    try {
      return await users.create(data);
    } catch (error) {
      await Emails.delete(taken);
      throw error;
    }
  },
};

/** Without `allowScan` the lists that no index serves are 400: those by title, for one. */
export const Posts = dynamoModel({
  client,
  table,
  name: "Post",
  schema: post,
  key: { partition: { attribute: "pk", field: "id" } },
  entity: { type: "Post", prefix: "POST#" },
  indexes: {
    byAuthor: { partition: "author", sort: "createdAt" },
    recent: { partition: { attribute: "type", value: "Post" }, sort: "createdAt" },
  },
});

export const close = async (): Promise<void> => client.destroy();
