import type awsLite from "@aws-lite/client";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { expectTypeOf } from "vitest";
import { dynamoStore } from "../../../../src/idempotency/dynamo.ts";
import { dynamoModel } from "../../../../src/models/dynamo/dynamoModel.ts";
import type { FullModel } from "../../../../src/models/types.ts";

interface Post {
  id: string;
  author: string;
}

export function clientsAndKeys(
  client: DynamoDBClient,
  documents: DynamoDBDocumentClient,
  lite: Awaited<ReturnType<typeof awsLite>>,
): void {
  const key = { partition: "id" } as const;
  expectTypeOf(dynamoModel<Post>({ client, table: "posts", key })).toEqualTypeOf<FullModel<Post>>();
  dynamoModel<Post>({ client: lite, table: "posts", key });
  dynamoModel<Post>({ client: Promise.resolve(lite), table: "posts", key });
  dynamoStore({ client: lite, table: "claims" });
  dynamoStore({ client, table: "claims" });
  dynamoModel<Post>({ client: documents, table: "posts", key: { partition: "author", sort: "id" } });
  dynamoModel<Post>({ client, table: "posts", key: { partition: { attribute: "pk", field: "id" } } });
  // @ts-expect-error a key of no field
  dynamoModel<Post>({ client, table: "posts", key: { partition: "nope" } });
  // @ts-expect-error an index of no field
  dynamoModel<Post>({ client, table: "posts", key, indexes: { byNope: { partition: "nope" } } });
  // @ts-expect-error a kind that there is not
  dynamoModel<Post>({ client, table: "posts", key, fields: { author: "string" } });
  dynamoModel<Post>({ client, table: "posts", key, unique: ["author", ["id", "author"]] });
  // @ts-expect-error unique is no field
  dynamoModel<Post>({ client, table: "posts", key, unique: ["nope"] });
  // @ts-expect-error any function
  dynamoModel<Post>({ client: async () => 1, table: "posts", key });
  // @ts-expect-error no client
  dynamoStore({ client: {}, table: "claims" });
  // @ts-expect-error no client
  dynamoModel<Post>({ client: {}, table: "posts", key });
}
