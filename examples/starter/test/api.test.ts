import { deepEqual, equal, match } from "node:assert/strict";
import { test } from "node:test";
import { proveAccess, testClient } from "tsverless/testing";

process.env.DATABASE = ":memory:";
process.env.TSVERLESS_SECRET_KEY = "a secret of tests, which is 32 bytes long";
const { app } = await import("../src/api.ts");

const client = testClient(app);
const ann = client.as({ id: "ann" });
const bob = client.as({ id: "bob" });

test("whoever signs up can log in and see who they are", async () => {
  const body = { email: "ann@example.com", password: "correct horse battery" };
  const made = await client.post<{ id: string }>("/users", { body });
  equal(made.status, 201);
  deepEqual(made.body, { id: made.body.id, email: "ann@example.com" });

  const { status, body: found } = await client.post<{ token: string }>("/login", { body });
  equal(status, 200);
  const me = await client.with({ authorization: `Bearer ${found.token}` }).get("/me");
  deepEqual([me.status, me.body], [200, made.body]);
});

test("a wrong password is refused", async () => {
  const body = { email: "ann@example.com", password: "wrong horse battery" };
  const { status } = await client.post("/login", { body });
  equal(status, 401);
});

test("notes are written, read, changed and deleted by their owner", async () => {
  const made = await ann.post<{ id: string }>("/notes", { body: { title: "Milk" } });
  equal(made.status, 201);
  const path = `/notes/${made.body.id}`;
  match(made.headers.get("location") ?? "", new RegExp(`${path}$`));

  const changed = await ann.patch<{ title: string }>(path, { body: { title: "Oat milk" } });
  deepEqual([changed.status, changed.body.title], [200, "Oat milk"]);
  const { body: list } = await ann.get<unknown[]>("/notes", { query: { q: "oat" } });
  deepEqual(list, [changed.body]);

  equal((await ann.delete(path)).status, 204);
  equal((await ann.get(path)).status, 404);
});

test("notes of others do not exist", async () => {
  const { body } = await ann.post<{ id: string }>("/notes", { body: { title: "Mine" } });
  equal((await bob.get(`/notes/${body.id}`)).status, 404);
  deepEqual((await bob.get("/notes")).body, []);
});

test("strangers are asked to sign in, and wrong input gets what is wrong with it", async () => {
  const { status, body } = await client.get("/notes");
  deepEqual([status, body], [401, { code: 401, message: "Unauthorized" }]);
  const wrong = await ann.post("/notes", { body: {} });
  deepEqual([wrong.status, wrong.body], [400, { code: 400, message: "Missing key(s): title" }]);
});

test("nobody reaches what is not theirs, on any source", async () => {
  await proveAccess(app, { users: { ann: { id: "ann" }, bob: { id: "bob" } } });
});
