import { expectTypeOf } from "vitest";
import { api } from "../../api/api.ts";
import { resource } from "../../api/resource.ts";
import type { Client } from "../../client/index.ts";
import { listHandler } from "../../generics/listHandler.ts";
import { retrieveHandler } from "../../generics/retrieveHandler.ts";
import type { Model } from "../../src/models/types.ts";
import { pick } from "../../src/serializers/pick.ts";

interface Post {
  id: string;
  title: string;
  secret: string;
}
declare const Posts: Model<Post>;
const serializer = pick("id", "title");

const app = api({
  posts: resource(Posts, { serializer, fields: true, filters: ["title"] }),
  "posts/{post}/parts": resource(Posts, { serializer, fields: true }),
  "GET /list": listHandler(Posts, { serializer, fields: true, envelope: true, formats: ["json", "ndjson"] }),
  "GET /one/{id}": retrieveHandler(Posts, { serializer, fields: true }),
  plain: resource(Posts, { serializer }),
});
declare const client: Client<typeof app>;
type Whole = { id: string; title: string };

export async function whatIsAskedForComesBack(): Promise<void> {
  const all = await client.posts.list({ title: "x" });
  if (all.ok) expectTypeOf(all.data).toEqualTypeOf<Whole[]>();
  const some = await client.posts.list({ title: "x", fields: ["id"] });
  if (some.ok) expectTypeOf(some.data).toEqualTypeOf<Pick<Whole, "id">[]>();
  const one = await client.posts.retrieve("1", { query: { fields: ["title"] } });
  if (one.ok) expectTypeOf(one.data).toEqualTypeOf<Pick<Whole, "title">>();
  const whole = await client.posts.retrieve("1");
  if (whole.ok) expectTypeOf(whole.data).toEqualTypeOf<Whole>();
  for await (const item of client.posts.each({ fields: ["id"] }))
    expectTypeOf(item).toEqualTypeOf<Pick<Whole, "id">>();
  for await (const item of client.posts.each()) expectTypeOf(item).toEqualTypeOf<Whole>();
  const nested = await client["posts/{post}/parts"].list({ fields: ["id"] }, { params: { post: 1 } });
  if (nested.ok) expectTypeOf(nested.data).toEqualTypeOf<Pick<Whole, "id">[]>();
  const listed = await client["GET /list"]({ query: { fields: ["id"], limit: 1 } });
  if (listed.ok) {
    expectTypeOf(listed.data.items).toEqualTypeOf<Pick<Whole, "id">[]>();
    expectTypeOf(listed.data.next).toEqualTypeOf<string | null>();
  }
  const single = await client["GET /one/{id}"]({ params: { id: "1" }, query: { fields: ["title"] } });
  if (single.ok) expectTypeOf(single.data).toEqualTypeOf<Pick<Whole, "title">>();
  const entire = await client["GET /one/{id}"]({ params: { id: "1" } });
  if (entire.ok) expectTypeOf(entire.data).toEqualTypeOf<Whole>();
}

export async function nothingElseCanBeAskedFor(): Promise<void> {
  // @ts-expect-error does not go out
  await client.posts.list({ fields: ["secret"] });
  // @ts-expect-error not a filter
  await client.posts.list({ secret: "x", fields: ["id"] });
  // @ts-expect-error does not go out
  await client.posts.retrieve("1", { query: { fields: ["secret"] } });
  // @ts-expect-error without the option there is nothing to choose
  await client.plain.list({ fields: ["id"] });
  // @ts-expect-error without the option there is nothing to choose
  await client.plain.retrieve("1", { query: { fields: ["id"] } });
}
