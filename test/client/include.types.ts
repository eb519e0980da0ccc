import { expectTypeOf } from "vitest";
import { api } from "../../api/api.ts";
import { resource } from "../../api/resource.ts";
import type { Client } from "../../client/index.ts";
import { listHandler } from "../../generics/listHandler.ts";
import { retrieveHandler } from "../../generics/retrieveHandler.ts";
import type { RelatedTo } from "../../src/models/index.ts";
import type { Model } from "../../src/models/types.ts";
import { fields } from "../../src/serializers/fields.ts";
import { listOf } from "../../src/serializers/listOf.ts";
import { pick } from "../../src/serializers/pick.ts";

interface User {
  id: string;
  name: string;
}
interface Comment extends RelatedTo<{ author: User }> {
  id: string;
  author: string;
}
interface Post extends RelatedTo<{ author: User; comments: Comment[] }> {
  id: string;
  title: string;
  author: string;
}
declare const Posts: Model<Post>;
declare const Users: Model<User>;
const include = ["author", "comments.author"] as const;
const app = api({
  posts: resource(Posts, {
    serializer: fields({
      id: true,
      author: pick("name"),
      comments: listOf(fields({ id: true, author: pick("name") })),
    }),
    include,
    required: ["title"],
  }),
  some: resource(Posts, {
    serializer: fields({
      id: true,
      author: pick("name"),
      comments: listOf(fields({ id: true, author: pick("name") })),
    }),
    include: ["author"],
    fields: true,
  }),
  plain: resource(Posts, {
    serializer: fields({
      id: true,
      author: pick("name"),
      comments: listOf(fields({ id: true, author: pick("name") })),
    }),
  }),
  "GET /list": listHandler(Posts, {
    serializer: fields({
      id: true,
      author: pick("name"),
      comments: listOf(fields({ id: true, author: pick("name") })),
    }),
    include: ["author", "comments"],
    envelope: true,
  }),
});
declare const client: Client<typeof app>;
type Author = { name: string } | null;
type Shown = { id: string; comments: { id: string; author?: Author }[]; author?: Author };

export async function whatMayBeAskedForIsOptional(): Promise<void> {
  const all = await client.posts.list({ include: ["author", "comments.author"], limit: 1 });
  if (all.ok) expectTypeOf(all.data).toEqualTypeOf<Shown[]>();
  const one = await client.posts.retrieve("1", { query: { include: ["author"] } });
  if (one.ok) expectTypeOf(one.data).toEqualTypeOf<Shown>();
  const bare = await client.posts.retrieve("1");
  if (bare.ok) expectTypeOf(bare.data).toEqualTypeOf<Shown>();
  const asked = await client.posts.create({ title: "x" }, { query: { include: ["author"] } });
  if (asked.ok) expectTypeOf(asked.data).toEqualTypeOf<Shown>();
  await client.posts.update("1", { title: "x" }, { query: { include: ["comments.author"] } });
  await client.posts.replace("1", { title: "x" }, { query: { include: ["author"] }, headers: {} });
  const made = await client.posts.create({ title: "x" });
  if (made.ok) expectTypeOf(made.data).toEqualTypeOf<Shown>();
  for await (const item of client.posts.each({ include: ["author"] }))
    expectTypeOf(item).toEqualTypeOf<Shown>();
  const listed = await client["GET /list"]({ query: { include: ["comments"] } });
  if (listed.ok)
    expectTypeOf(listed.data.items[0]?.comments).toEqualTypeOf<
      { id: string; author: Author }[] | undefined
    >();
  const some = await client.some.list({ fields: ["id", "author"], include: ["author"] });
  if (some.ok) expectTypeOf(some.data).toEqualTypeOf<{ id: string; author?: Author }[]>();
  const plain = await client.plain.retrieve("1");
  if (plain.ok) expectTypeOf(plain.data.author).toEqualTypeOf<Author>();
}

export async function nothingElseCanBeAskedFor(): Promise<void> {
  // @ts-expect-error not in the option
  await client.posts.list({ include: ["comments"] });
  // @ts-expect-error not in the option
  await client.posts.retrieve("1", { query: { include: ["comments"] } });
  // @ts-expect-error not in the option
  await client.posts.create({ title: "x" }, { query: { include: ["comments"] } });
  // @ts-expect-error not in the option
  await client.posts.update("1", { title: "x" }, { query: { include: ["comments"] } });
  // @ts-expect-error without the option there is nothing
  await client.plain.create({}, { query: { include: ["author"] } });
  // @ts-expect-error without the option there is nothing to ask for
  await client.plain.list({ include: ["author"] });
}

export function onlyRelationsAreNamed(): void {
  // @ts-expect-error a field of its own
  listHandler(Posts, { serializer: fields({ id: true, author: pick("name") }), include: ["title"] });
  // @ts-expect-error nothing is related to a user
  retrieveHandler(Users, { serializer: pick("id"), include: ["posts"] });
}
