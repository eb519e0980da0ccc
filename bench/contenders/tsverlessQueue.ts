import { makeStore } from "../common/tasks.ts";

const users = /* @__PURE__ */ makeStore();

/** Renames whom a message names. */
export function take({ body: { id, name } }: { body: { id: string; name: string } }): void {
  const user = users.get(id);
  if (user === undefined) throw new Error("unknown user");
  user.name = name;
}
