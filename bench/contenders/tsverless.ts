/** The generics of the built package. */
import { createHandler, listHandler, type Model, pick, retrieveHandler, sqsHandler } from "tsverless";
import { memoryModel } from "tsverless/models/memory";
import { secret, seeds, type User } from "../users.ts";
import type { Handler } from "./contender.ts";

const Users: Model<User> = memoryModel<User>({ name: "User", objects: seeds });
const serializer = pick("id", "email", "name", "age");

/** What asks for a token. */
export interface Guard {
  model: Model<User>;
  secret: string;
}
export const guard: Guard = { model: Users, secret };

export function create(auth?: Guard): Handler {
  const required = ["email", "name", "password"] as const;
  return createHandler(Users, { required, optional: ["age"], serializer, auth }) as unknown as Handler;
}

export function retrieve(auth?: Guard): Handler {
  return retrieveHandler(Users, { serializer, auth }) as unknown as Handler;
}

export function list(auth?: Guard): Handler {
  return listHandler(Users, { serializer, auth }) as unknown as Handler;
}

const users = new Map<string, User>(seeds.map(user => [user.id, { ...user }]));

export function queue(): Handler {
  return sqsHandler(
    async ({ body }) => {
      const { id, name } = body as User;
      const user = users.get(id);
      if (user === undefined) throw new Error("unknown user");
      user.name = name;
    },
    { json: true, errors: { logger: false } },
  ) as unknown as Handler;
}

export async function forget(): Promise<void> {
  const ids = new Set(seeds.map(({ id }) => id));
  for await (const user of Users.objects) if (!ids.has(user.id)) await Users.delete(user);
}
