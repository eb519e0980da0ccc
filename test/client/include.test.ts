import { afterAll, beforeAll, expect, it } from "vitest";
import { api } from "../../api/api.ts";
import { client, unwrap } from "../../client/index.ts";
import { fields, listOf, pick, resource } from "../../src/index.ts";
import { many, one, type RelatedTo } from "../../src/models/index.ts";
import { memoryModel } from "../../src/models/memory/memoryModel.ts";
import { type DevServer, serve } from "../../tools/dev/index.ts";

interface User {
  id: string;
  name: string;
}
interface Note extends RelatedTo<{ author: User }> {
  id: string;
  post: string;
  author: string;
}
interface Post extends RelatedTo<{ author: User; notes: Note[] }> {
  id: string;
  author: string;
}
const Users = memoryModel<User>({ name: "User", objects: [{ id: "u1", name: "Ann" }] });
const Notes = memoryModel<Note>({
  name: "Note",
  objects: [{ id: "n1", post: "p1", author: "u1" }],
  relations: { author: one(Users, "author") },
});
const Posts = memoryModel<Post>({
  name: "Post",
  objects: ["p1", "p2"].map(id => ({ id, author: "u1" })),
  relations: { author: one(Users, "author"), notes: many(Notes, "post") },
});
const app = api({
  posts: resource(Posts, {
    serializer: fields({
      id: true,
      author: pick("name"),
      notes: listOf(fields({ id: true, author: pick("name") })),
    }),
    include: ["author", "notes", "notes.author"],
    required: ["author"],
    fields: true,
  }),
});

let server: DevServer;
beforeAll(async () => {
  server = await serve(app.routeTable, { port: 0, log: false });
});
afterAll(() => server.close());

it("asks for relations of a list, of each page of it and of one object", async () => {
  const { posts } = client<typeof app>(server.url);
  const author = { name: "Ann" };
  const notes = [{ id: "n1", author }];
  expect(unwrap(await posts.list())).toEqual([{ id: "p1" }, { id: "p2" }]);
  expect(unwrap(await posts.list({ include: ["author", "notes.author"] }))).toEqual([
    { id: "p1", author, notes },
    { id: "p2", author, notes: [] },
  ]);
  expect(unwrap(await posts.list({ include: ["author", "notes"], fields: ["author"] }))).toEqual([
    { author },
    { author },
  ]);
  const seen: unknown[] = [];
  for await (const post of posts.each({ include: ["author"], limit: 1 })) seen.push(post);
  expect(seen).toEqual([
    { id: "p1", author },
    { id: "p2", author },
  ]);
  expect(unwrap(await posts.retrieve("p1", { query: { include: ["notes"] } }))).toEqual({
    id: "p1",
    notes: [{ id: "n1" }],
  });
});

it("asks for relations of what it creates, changes and replaces", async () => {
  const { posts } = client<typeof app>(server.url);
  const query = { include: ["author"] } as const;
  const author = { name: "Ann" };
  expect(unwrap(await posts.create({ author: "u1" }, { query }))).toEqual({ id: expect.any(String), author });
  expect(unwrap(await posts.update("p2", { author: "u1" }, { query }))).toEqual({ id: "p2", author });
  expect(unwrap(await posts.replace("p2", { author: "u1" }, { query }))).toEqual({ id: "p2", author });
  expect(unwrap(await posts.update("p2", { author: "u1" }))).toEqual({ id: "p2" });
});
