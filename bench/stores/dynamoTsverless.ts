/** The model of the built package on the same client. */
import type { Model } from "tsverless";
import { dynamoModel } from "tsverless/models/dynamo";
import { seeds, type User } from "../common/users.ts";
import { client, newTable, stopServer } from "./dynamoTable.ts";
import type { Users as Asked } from "./storeContender.ts";

const Users: Model<User> = dynamoModel<User>({
  client,
  table: await newTable(),
  name: "User",
  key: { partition: "id" },
  fields: { email: "text", name: "text", age: "integer", password: "text" },
  allowScan: true,
});
for (const seed of seeds) await Users.create(seed);

let made: User[] = [];

export const users: Asked = {
  get: id => Users.objects.get(id),
  async create(data) {
    const user = await Users.create(data);
    made.push(user);
    return user;
  },
  async page(request) {
    const { items } = await Users.objects.page(request);
    return { items };
  },
};

export async function forget(): Promise<void> {
  for (const user of made) await Users.delete(user);
  made = [];
}

export const stop: () => Promise<void> = stopServer;
