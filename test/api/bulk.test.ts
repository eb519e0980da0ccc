import { afterAll, beforeAll, beforeEach, describe, expect, expectTypeOf, it } from "vitest";
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
  text: string | null;
  author: string;
}
interface User {
  id: string;
  isAdmin: boolean;
}
const secret = "a secret of at least 32 bytes, for tests";
const Users = memoryModel<User>({
  name: "User",
  objects: [
    { id: "ann", isAdmin: false },
    { id: "bob", isAdmin: false },
    { id: "root", isAdmin: true },
  ],
});
const Posts = memoryModel<Post>({ name: "Post", unique: ["title"] });
const shared = {
  auth: { model: Users, secret },
  serializer: pick("id", "title", "text"),
  required: ["title"],
  optional: ["text"],
} as const;
const blog = api(
  {
    posts: resource(Posts, {
      ...shared,
      bulk: true,
      queryset: (_event, { user }) =>
        user.isAdmin ? Posts.objects : Posts.objects.filter({ author: user.id }),
      defaults: ({ context }) => ({ author: context.user.id }),
      delete: { permit: (_event, { user, object }) => user.isAdmin || object.text !== "kept" },
    }),
    "all/posts": resource(Posts, {
      ...shared,
      bulk: { atomic: true, maxItems: 2, delete: false },
      create: false,
    }),
  },
  { prefix: "/v1", names: { "all/posts": { bulkUpdate: "changeAll" } } },
);

let server: DevServer;
beforeAll(async () => {
  server = await serve(blog.routeTable, { port: 0 });
});
afterAll(() => server.close());
const as = async (id: string) =>
  client<typeof blog>(`${server.url}/v1`, { token: await signJwt({ sub: id }, { secret }) });
beforeEach(async () => {
  for (const post of (await Posts.objects.page({})).items) await Posts.delete(post);
  await Posts.create({ id: "b1", title: "of bob", text: null, author: "bob" });
});
const titles = async () => (await Posts.objects.page({})).items.map(({ title }) => title).sort();

describe("a resource with bulk", () => {
  it("has routes of its own, by names of their own", () => {
    expect(blog.routes.filter(({ path }) => path.endsWith("/bulk"))).toEqual(
      [
        ["POST", "/v1/posts/bulk", "postsBulkCreate"],
        ["PATCH", "/v1/posts/bulk", "postsBulkUpdate"],
        ["DELETE", "/v1/posts/bulk", "postsBulkDelete"],
        ["PATCH", "/v1/all/posts/bulk", "changeAll"],
      ].map(([method, path, name]) => ({ method, path, name, handler: expect.any(Function) })),
    );
    expectTypeOf(blog.handlers).toHaveProperty("postsBulkDelete");
    expectTypeOf(blog.handlers).toHaveProperty("changeAll");
    // @ts-expect-error it is left out of bulk
    expect(blog.handlers.allPostsBulkDelete).toBeUndefined();
    // @ts-expect-error the resource creates nothing
    expect(blog.handlers.allPostsBulkCreate).toBeUndefined();
  });

  it("creates, changes and deletes many, as each verb does it for one", async () => {
    const ann = await as("ann");
    const created = await ann.posts.bulkCreate([{ title: "one" }, { title: "two", text: "kept" }]);
    expect(created).toMatchObject({ ok: true, status: 201 });
    const [one = "", two = ""] = (created.data ?? []).map(({ id }) => String(id));
    expect(created.data?.[0]).toEqual({ status: 201, id: one, location: `/v1/posts/${one}` });
    expect((await Posts.objects.get(one))?.author).toBe("ann");

    const changes = [
      { id: one, title: "first" },
      { id: "b1", title: "taken" },
    ];
    expect((await ann.posts.bulkUpdate(changes)).data).toMatchObject([{ status: 200 }, { status: 404 }]);
    expect(await titles()).toEqual(["first", "of bob", "two"]);

    const gone = await ann.posts.bulkDelete([one, two, "b1"]);
    expect(gone.data).toMatchObject([{ status: 204 }, { status: 403 }, { status: 404 }]);
    expect(await titles()).toEqual(["of bob", "two"]);
    const root = await as("root");
    expect((await root.posts.bulkDelete([two, "b1"])).status).toBe(200);
    expect(await titles()).toEqual([]);
    expect((await (await as("nobody")).posts.bulkCreate([])).status).toBe(401);
  });

  it("with atomic changes all or none", async () => {
    const root = await as("root");
    const changes = [{ id: "b1", title: "new" }, { id: "none" }];
    expect(await root["all/posts"].bulkUpdate(changes)).toMatchObject({ status: 404, error: { field: "1" } });
    expect(await titles()).toEqual(["of bob"]);
    expect((await root["all/posts"].bulkUpdate([{ id: "1" }, { id: "2" }, { id: "3" }])).status).toBe(413);
    expect((await root["all/posts"].bulkUpdate([{ id: "b1", title: "new" }])).status).toBe(200);
    // @ts-expect-error nobody may set it
    await root["all/posts"].bulkUpdate([{ id: "b1", author: "eve" }]);
    expect(await Posts.objects.get("b1")).toMatchObject({ title: "new", author: "bob" });
  });

  it("leaves an object whose id is bulk to be read and replaced alone", async () => {
    await Posts.create({ id: "bulk", title: "odd", text: null, author: "ann" });
    const ann = await as("ann");
    expect((await ann.posts.retrieve("bulk")).data).toMatchObject({ id: "bulk" });
    expect((await ann.posts.replace("bulk", { title: "even" })).status).toBe(200);
    expect((await ann.posts.update("bulk", { title: "odd" })).status).toBe(400);
    expect((await ann.posts.delete("bulk")).status).toBe(400);
  });

  it("is in the document", async () => {
    const { paths, components } = (await blog.openapi()) as never as {
      paths: Record<string, Record<string, { operationId: string; requestBody: object; responses: object }>>;
      components: { schemas: Record<string, { required?: string[]; properties?: object }> };
    };
    const { post, patch, delete: remove } = paths["/v1/posts/bulk"] ?? {};
    expect([post, patch, remove].map(one => one?.operationId)).toEqual([
      "postsBulkCreate",
      "postsBulkUpdate",
      "postsBulkDelete",
    ]);
    expect(patch?.requestBody).toMatchObject({
      required: true,
      content: {
        "application/json": {
          schema: { type: "array", items: { $ref: "#/components/schemas/PostBulkChanges" }, maxItems: 100 },
        },
      },
    });
    expect(components.schemas.PostBulkChanges).toMatchObject({ required: ["id"] });
    expect(Object.keys(components.schemas.PostBulkChanges?.properties ?? {})).toEqual([
      "id",
      "title",
      "text",
    ]);
    expect(Object.keys(paths["/v1/all/posts/bulk"]?.patch?.responses ?? {})).not.toContain("207");
  });

  it("refuses what it can't keep", () => {
    const make = (options: object) => () => resource(Posts, { ...shared, ...options } as never);
    const wrong: [options: object, message: string][] = [
      [{ bulk: "yes" }, 'resource: option "bulk" must be true or false or an object'],
      [
        { bulk: { nope: 1 } },
        'resource: bulk: unknown option "nope"; it takes atomic, maxItems, create, update, delete',
      ],
      [
        { bulk: true, requireMatch: true },
        'resource: options "bulk" and "requireMatch" exclude each other: many objects have no If-Match; leave update out of bulk',
      ],
      [
        { bulk: { atomic: true }, delete: { remove: () => undefined } },
        'bulkDeleteHandler: options "atomic" and "remove" exclude each other: the step is apart from the model',
      ],
    ];
    for (const [options, message] of wrong) expect(make(options)).toThrow(new TypeError(message));
    expect(make({ requireMatch: true, bulk: { update: false, delete: false } })).not.toThrow();
    expect(Object.keys(resource(Posts, { ...shared, bulk: false }))).not.toContain("bulkCreate");
  });
});
