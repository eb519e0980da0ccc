/** Written by hand on the AWS SDK's document client. */
import { randomUUID } from "node:crypto";
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  ScanCommand,
} from "@aws-sdk/lib-dynamodb";
import { seeds, type User } from "../common/users.ts";
import { client, newTable, stopServer } from "./dynamoTable.ts";
import type { Users } from "./storeContender.ts";

const documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
const TableName = await newTable();
for (const Item of seeds) await documents.send(new PutCommand({ TableName, Item }) as never);

let made: string[] = [];

export const users: Users = {
  async get(id) {
    const found = (await documents.send(
      new GetCommand({ TableName, Key: { id }, ConsistentRead: true }) as never,
    )) as {
      Item?: User;
    };
    return found.Item;
  },
  async create(data) {
    // A model stores null where a field that it knows is not given.
    const Item = { ...data, age: data.age ?? null, id: randomUUID() };
    const ConditionExpression = "attribute_not_exists(id)";
    await documents.send(new PutCommand({ TableName, Item, ConditionExpression }) as never);
    made.push(Item.id);
    return Item as User;
  },
  async page({ limit }) {
    const { Items } = (await documents.send(
      new ScanCommand({ TableName, Limit: limit + 1, ConsistentRead: true }) as never,
    )) as unknown as { Items: User[] };
    return { items: Items.slice(0, limit) };
  },
};

export async function forget(): Promise<void> {
  for (const id of made) await documents.send(new DeleteCommand({ TableName, Key: { id } }) as never);
  made = [];
}

export const stop: () => Promise<void> = stopServer;
