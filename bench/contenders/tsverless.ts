/** The generics of the built package. */
import { createHandler, listHandler, retrieveHandler, sqsHandler } from "tsverless";
import type { JsonSchema } from "tsverless/schema";
import { type newUserSchema, type renameSchema, seeds } from "../common/users.ts";
import type { Handler, Parts } from "./contender.ts";
import { type Guard, serializer, Users } from "./tsverlessModel.ts";
import { take } from "./tsverlessQueue.ts";

export function create({ guard: auth, check }: Parts<Guard, JsonSchema<typeof newUserSchema>>): Handler {
  return createHandler(Users, { body: check, serializer, auth }) as unknown as Handler;
}

export function retrieve({ guard: auth, etag = false }: Parts<Guard>): Handler {
  const tag = etag ? undefined : () => undefined;
  return retrieveHandler(Users, { serializer, auth, etag: tag }) as unknown as Handler;
}

export function list({ guard: auth }: Parts<Guard>): Handler {
  return listHandler(Users, { serializer, auth }) as unknown as Handler;
}

export function queue({ check }: Parts<unknown, JsonSchema<typeof renameSchema>>): Handler {
  const json = check as JsonSchema<typeof renameSchema>;
  return sqsHandler(take, { json, errors: { logger: false } }) as unknown as Handler;
}

export async function forget(): Promise<void> {
  const ids = new Set(seeds.map(({ id }) => id));
  for await (const user of Users.objects) if (!ids.has(user.id)) await Users.delete(user);
}
