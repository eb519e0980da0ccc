import { type Model, omit } from "tsverless";
import { memoryModel } from "tsverless/models/memory";
import { secret, seeds, type User } from "../common/users.ts";

export const Users: Model<User> = /* @__PURE__ */ memoryModel<User>({ name: "User", objects: seeds });
export const serializer: ReturnType<typeof omit<"password">> = /* @__PURE__ */ omit("password");

/** What asks for a token. */
export interface Guard {
  model: Model<User>;
  secret: string;
}
export const guard: Guard = { model: Users, secret };
