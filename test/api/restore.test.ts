import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from "vitest";
import { api } from "../../api/api.ts";
import { resource } from "../../api/resource.ts";
import { client } from "../../client/index.ts";
import { signJwt } from "../../src/auth/jwt.ts";
import { memoryModel } from "../../src/models/memory/memoryModel.ts";
import { pick } from "../../src/serializers/pick.ts";
import { type DevServer, serve } from "../../tools/dev/index.ts";

interface Post {
  id: string;
  title: string;
  author: string;
  deletedAt: Date | null;
}
const secret = "a secret of at least 32 bytes, for tests";
const Users = memoryModel<{ id: string }>({ name: "User", objects: [{ id: "ann" }, { id: "bob" }] });
const Posts = memoryModel<Post>({ name: "Post", unique: ["title"], softDelete: "deletedAt" });
const shared = {
  auth: { model: Users, secret },
  serializer: pick("id", "title"),
  required: ["title"],
} as const;
const blog = api(
  {
    posts: resource(Posts, {
      ...shared,
      restore: true,
      fields: true,
      queryset: (_event, { user }) => Posts.objects.filter({ author: user.id }),
      defaults: ({ context }) => ({ author: context.user.id }),
    }),
    "authors/{author}/posts": resource(Posts, {
      ...shared,
      param: "slug",
      lookup: "title",
      fields: true,
      operation: { tags: ["posts"] },
      restore: {
        serializer: pick("id", "author"),
        permit: (_event, { object }) => object.author === "bob",
        operation: { summary: "Take a post back" },
      },
    }),
    plain: resource(Posts, { ...shared, restore: false }),
  },
  { prefix: "/v1", names: { "authors/{author}/posts": { restore: "takeBack" } } },
);

let server: DevServer;
beforeAll(async () => {
  server = await serve(blog.routeTable, { port: 0 });
});
afterAll(() => server.close());
const as = async (id: string) =>
  client<typeof blog>(`${server.url}/v1`, { token: await signJwt({ sub: id }, { secret }) });

describe("a resource with restore", () => {
  it("has a route of its own, by a name of its own", () => {
    expect(
      blog.routes
        .filter(({ path }) => path.includes("restore"))
        .map(({ method, path, name }) => [method, path, name]),
    ).toEqual([
      ["POST", "/v1/posts/{id}/restore", "postsRestore"],
      ["POST", "/v1/authors/{author}/posts/{slug}/restore", "takeBack"],
    ]);
    expectTypeOf(blog.handlers.postsRestore).toBeFunction();
    // @ts-expect-error it is not asked for
    expect(blog.handlers.plainRestore).toBeUndefined();
  });

  it("restores within the queryset of the resource, once, with its serializer", async () => {
    const [ann, bob] = [await as("ann"), await as("bob")];
    const { data } = await ann.posts.create({ title: "mine" });
    const { id = "" } = data ?? {};
    expect((await ann.posts.restore(id)).status).toBe(404);
    expect((await ann.posts.delete(id)).status).toBe(204);
    expect((await bob.posts.restore(id)).status).toBe(404);
    expect((await client<typeof blog>(`${server.url}/v1`).posts.restore(id)).status).toBe(401);
    const restored = await ann.posts.restore(id);
    expect(restored).toMatchObject({ ok: true, status: 200, data: { id, title: "mine" } });
    if (restored.ok) expectTypeOf(restored.data).toEqualTypeOf<{ id: string; title: string }>();
    expect((await ann.posts.retrieve(id)).status).toBe(200);
    await ann.posts.delete(id);
    await ann.posts.create({ title: "mine" });
    expect((await ann.posts.restore(id)).status).toBe(409);
  });

  it("takes what it does differently, and the path of the others", async () => {
    for (const author of ["ann", "bob"]) {
      await Posts.delete(await Posts.create({ title: `of ${author}`, author }));
    }
    const ann = await as("ann");
    const restored = await ann["authors/{author}/posts"].restore("of bob", { params: { author: "bob" } });
    expect(restored).toMatchObject({ status: 200, data: { author: "bob" } });
    const refused = await ann["authors/{author}/posts"].restore("of ann", { params: { author: "ann" } });
    expect(refused.status).toBe(403);
  });

  it("is in the document", async () => {
    const { paths } = (await blog.openapi()) as unknown as {
      paths: Record<string, Record<string, { operationId: string; summary: string; tags?: string[] }>>;
    };
    expect(paths["/v1/posts/{id}/restore"]?.post).toMatchObject({
      operationId: "postsRestore",
      summary: "Restore a post",
    });
    expect(paths["/v1/authors/{author}/posts/{slug}/restore"]?.post).toMatchObject({
      operationId: "takeBack",
      summary: "Take a post back",
      tags: ["posts"],
    });
  });

  it("refuses what it does not take: a TypeError", () => {
    const made = (restore: unknown, model: unknown = Posts) =>
      resource(model as typeof Posts, { serializer: pick("id"), restore } as never);
    expect(() => made("yes")).toThrow(
      new TypeError('resource: option "restore" must be true or false or an object'),
    );
    expect(() => made({ nope: 1 })).toThrow(/^restoreHandler: unknown option "nope"/);
    expect(() => made(true, Users)).toThrow(/User has no "softDelete"/);
  });
});
