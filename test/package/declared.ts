import { client, type Result } from "tsverless/client";
import type { blog } from "./declared/apis.js";
import type { create, list } from "./declared/handlers.js";
import type { Posts, picked, User } from "./declared/models.js";

/** True only when both types are the very same; `any` is the same as nothing but itself. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const is = <_T extends true>(): void => undefined;

const server = client<typeof blog>("http://localhost");
type Sent = { id: string; email: string };

export async function resources(): Promise<void> {
  const made = await server.users.create({ email: "ann@example.com" });
  is<Same<typeof made, Result<Sent>>>();
  const post = await server.posts.create({ title: "x" });
  is<Same<typeof post, Result<{ id: string; title: string }>>>();
  await server.posts.list({ author: "1", order: "-at" });
  await server.posts.update("1", { title: "y" });
  const page = await server["orgs/{org}/users"].list({ "age[gte]": 5 }, { params: { org: "1" } });
  is<Same<typeof page, Result<{ items: Sent[]; next: string | null; total?: number }>>>();
  const old = await server["orgs/{org}/users"].retrieve("1", { params: { org: "1" } });
  is<Same<typeof old, Result<{ id: string; mail: string; old: boolean }>>>();
  // @ts-expect-error a key is missing
  await server.users.create({});
  // @ts-expect-error the verb is off
  server.users.delete;
  // @ts-expect-error no such filter
  await server.posts.list({ title: "x" });
}

export async function handlers(): Promise<void> {
  const token = await server["POST /login"]({ body: { email: "a", password: "b" } });
  is<Same<typeof token, Result<{ token: string; at: string }>>>();
  const found = await server["GET /search"]({ query: { q: "x" } });
  is<Same<typeof found, Result<number>>>();
  const renamed = await server["PUT /posts/{id}/title"]({ params: { id: 1 }, body: { title: "x" } });
  is<Same<typeof renamed, Result<{ title: string }>>>();
  // @ts-expect-error the query is missing
  await server["GET /search"]();
}

export type Found = Awaited<ReturnType<typeof create>>["statusCode"];
is<Same<Found, number>>();
is<Same<Parameters<typeof list>[0], unknown>>();
is<Same<ReturnType<typeof picked<User>>, Pick<User, "id" | "email">>>();
is<Same<Awaited<ReturnType<typeof Posts.create>>["title"], string>>();
