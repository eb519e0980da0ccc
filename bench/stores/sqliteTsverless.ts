/** The generics and the model of the built package, on `sqlite()`. */
import { sql } from "kysely";
import { createHandler, listHandler, type Model, pick, retrieveHandler } from "tsverless";
import { sqlModel } from "tsverless/models/sql";
import { sqlite } from "tsverless/models/sqlite";
import { seeds, type User } from "../common/users.ts";
import type { Handler } from "../contenders/contender.ts";
import type { Users as Asked } from "./storeContender.ts";

const db = sqlite(":memory:");
const columns = { email: "text", name: "text", age: "integer", password: "text" } as const;
const Users: Model<User> = sqlModel<User>({ db, name: "User", table: "users", columns });
for (const seed of seeds) await Users.create(seed);

export const users: Asked = {
  get: id => Users.objects.get(id),
  create: data => Users.create(data),
  page: request => Users.objects.page(request),
};

const serializer = pick("id", "email", "name", "age");

export function create(): Handler {
  const required = ["email", "name", "password"] as const;
  return createHandler(Users, { required, optional: ["age"], serializer }) as unknown as Handler;
}

export function retrieve(): Handler {
  return retrieveHandler(Users, { serializer }) as unknown as Handler;
}

export function list(): Handler {
  return listHandler(Users, { serializer }) as unknown as Handler;
}

export async function forget(): Promise<void> {
  await sql`delete from users where id not like 'user-%'`.execute(db);
}
