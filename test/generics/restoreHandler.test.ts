import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import * as z from "zod";
import { api } from "../../api/api.ts";
import { resource } from "../../api/resource.ts";
import { bulkCreateHandler } from "../../generics/bulkCreateHandler.ts";
import { bulkDeleteHandler } from "../../generics/bulkDeleteHandler.ts";
import { createHandler } from "../../generics/createHandler.ts";
import { deleteHandler } from "../../generics/deleteHandler.ts";
import { listHandler } from "../../generics/listHandler.ts";
import { restoreHandler } from "../../generics/restoreHandler.ts";
import { updateHandler } from "../../generics/updateHandler.ts";
import { signJwt } from "../../src/auth/jwt.ts";
import { memoryModel } from "../../src/models/memory/memoryModel.ts";
import { sqlModel } from "../../src/models/sql/sqlModel.ts";
import { sqlite } from "../../src/models/sqlite.ts";
import type { FullModel } from "../../src/models/types.ts";
import { pick } from "../../src/serializers/pick.ts";
import { sources } from "../support/events.ts";
import { send, type TestResponse } from "../support/send.ts";

interface Post {
  id: string;
  title: string;
  owner: string;
  createdAt: Date;
  updatedAt: Date;
  author: string | null;
  editor: string | null;
  deletedAt: Date | null;
}

const folder = mkdtempSync(join(tmpdir(), "tsverless-soft-"));
const db = sqlite(join(folder, "posts.sqlite"));
afterAll(async () => {
  await db.destroy();
  rmSync(folder, { recursive: true, force: true });
});

const kept = {
  stamps: { createdAt: true, updatedAt: true, createdBy: "author", updatedBy: "editor" },
  softDelete: "deletedAt",
} as const;
const columns = { title: "text", owner: "text" } as const;
const unique = ["title"] as const;
let tables = 0;
const engines: [name: string, make: () => FullModel<Post>][] = [
  ["memory", () => memoryModel<Post>({ name: "Post", fields: columns, unique, ...kept })],
  ["SQLite", () => sqlModel<Post>({ db, name: "Post", table: `posts${tables++}`, columns, unique, ...kept })],
];

const secret = "a secret of at least 32 bytes, for tests";
const Users = memoryModel<{ id: string }>({ name: "User", objects: [{ id: "u1" }, { id: "u2" }] });
const auth = { model: Users, secret };
const bearer = async (sub: string): Promise<Record<string, string>> => ({
  Authorization: `Bearer ${await signJwt({ sub }, { secret })}`,
});
const serializer = pick("id", "title", "deletedAt");
const pairs = (query: string): [string, string][] => [...new URLSearchParams(query)];

describe.each(engines)("softDelete and stamps of %s", (_name, make) => {
  let Posts: FullModel<Post>;
  beforeEach(async () => {
    Posts = make();
    for (const [id, owner] of [
      ["a", "u1"],
      ["b", "u1"],
      ["c", "u2"],
    ] as const)
      await Posts.create({ id, title: `title ${id}`, owner });
  });
  const idsOf = ({ body }: TestResponse): unknown => (body as { id: string }[]).map(({ id }) => id);
  const at = (id: string, more = {}) => ({ path: `/posts/${id}`, pathParameters: { id }, ...more });

  it("a list shows what is deleted where it may be asked for, within its scope, and else refuses to", async () => {
    await Posts.objects.filter({ id: ["a", "c"] }).delete();
    const list = listHandler(Posts, {
      serializer,
      ordering: ["id"],
      deleted: true,
      queryset: () => Posts.objects.filter({ owner: "u1" }),
      count: true,
    });
    const ask = (query: string): Promise<TestResponse> =>
      send(list, "http", { path: "/posts", query: pairs(`order=id${query}`) });
    expect(idsOf(await ask(""))).toEqual(["b"]);
    expect(idsOf(await ask("&deleted=with"))).toEqual(["a", "b"]);
    const only = await ask("&deleted=only&count=true");
    expect(idsOf(only)).toEqual(["a"]);
    expect(only.headers["total-count"]).toBe("1");
    for (const wrong of ["&deleted=all", "&deleted=", "&deleted=only&deleted=with", "&deleted[eq]=only"])
      expect(await ask(wrong)).toMatchObject({ status: 400 });
    expect((await ask("&deleted=all")).body).toEqual({
      code: 400,
      message: "deleted must be with or only",
      field: "deleted",
    });
    const plain = listHandler(Posts, { serializer });
    expect(await send(plain, "http", { path: "/posts", query: pairs("deleted=only") })).toMatchObject({
      status: 400,
    });
    const first = await send(list, "http", { path: "/posts", query: pairs("order=id&deleted=with&limit=1") });
    expect(String(first.headers.link)).toContain("deleted=with");
  });

  it.each(sources)(
    "a deleted object is restored within the scope of the request, once, on %s",
    async source => {
      await Posts.objects.filter({ id: ["a", "c"] }).delete();
      const restore = restoreHandler(Posts, {
        auth,
        serializer,
        queryset: (_event, { user }) => Posts.objects.filter({ owner: user.id }),
      });
      const headers = await bearer("u1");
      const ask = (id: string): Promise<TestResponse> =>
        send(restore, source, { method: "POST", ...at(id), headers });
      const made = await ask("a");
      expect([made.status, made.body]).toEqual([200, { id: "a", title: "title a", deletedAt: null }]);
      expect(made.headers.etag).toMatch(/^"/);
      for (const id of ["a", "b", "c", "d"]) expect((await ask(id)).status).toBe(404);
      const restored = (await Posts.objects.get("a")) as Post;
      expect([restored.author, restored.editor, restored.deletedAt]).toEqual([null, "u1", null]);
      expect(await send(restore, source, { method: "POST", ...at("c") })).toMatchObject({ status: 401 });
      expect(await Posts.objects.onlyDeleted().count()).toBe(1);
    },
  );

  it("what is unique and taken meanwhile keeps an object from being restored: 409", async () => {
    await Posts.delete((await Posts.objects.get("a")) as Post);
    await Posts.create({ title: "title a", owner: "u2" });
    const restore = restoreHandler(Posts, { serializer });
    expect((await send(restore, "http", { method: "POST", ...at("a") })).body).toEqual({
      code: 409,
      message: "Duplicate title",
      field: "title",
    });
    const forbidden = restoreHandler(Posts, { serializer, permit: () => false });
    expect(await send(forbidden, "http", { method: "POST", ...at("a") })).toMatchObject({ status: 401 });
    const own = restoreHandler(Posts, {
      serializer,
      restore: async object =>
        Posts.restore(
          await Posts.objects
            .onlyDeleted()
            .get(object.id)
            .then(found => found as Post),
        ),
    });
    expect((await send(own, "http", { method: "POST", ...at("a") })).status).toBe(409);
  });

  it("every write of a request is by its caller", async () => {
    const headers = await bearer("u2");
    const by = async (id: string): Promise<unknown[]> => {
      const one = (await Posts.objects.withDeleted().get(id)) as Post;
      return [one.author, one.editor];
    };
    const created = await send(createHandler(Posts, { auth, required: ["title"] }), "http", {
      method: "POST",
      path: "/posts",
      headers,
      body: { title: "new", author: "forged", createdAt: "2020-01-01T00:00:00Z" },
    });
    expect(await by(created.body as string)).toEqual(["u2", "u2"]);
    await send(updateHandler(Posts, { auth, optional: ["title"], serializer }), "http", {
      method: "PATCH",
      ...at("a", { headers, body: { title: "changed" } }),
    });
    expect(await by("a")).toEqual([null, "u2"]);
    await send(deleteHandler(Posts, { auth }), "http", { method: "DELETE", ...at("b", { headers }) });
    expect(await by("b")).toEqual([null, "u2"]);
    await send(bulkDeleteHandler(Posts, { auth }), "http", {
      method: "POST",
      path: "/posts/bulk-delete",
      headers,
      body: { ids: ["c"] },
    });
    expect(await by("c")).toEqual([null, "u2"]);
    const many = await send(bulkCreateHandler(Posts, { auth, required: ["title"] }), "http", {
      method: "POST",
      path: "/posts/bulk",
      headers,
      body: [{ title: "x" }],
    });
    expect(await by((many.body as { id: string }[])[0]?.id as string)).toEqual(["u2", "u2"]);
    const upsert = updateHandler(Posts, { auth, optional: ["title"], serializer, upsert: true });
    const put = { method: "PUT", ...at("z", { headers, body: { title: "put" } }) };
    expect((await send(upsert, "http", put)).status).toBe(201);
    expect(await by("z")).toEqual(["u2", "u2"]);
    const taken = { method: "PUT", ...at("b", { headers, body: { title: "put again" } }) };
    expect((await send(upsert, "http", taken)).status).toBe(404);
    const anonymous = createHandler(Posts, { required: ["title"] });
    const post = { method: "POST", path: "/posts", body: { title: "anonymous" } };
    expect(await by((await send(anonymous, "http", post)).body as string)).toEqual([null, null]);
  });

  it("a step writes other models as the caller too, by the id that authUser knows", async () => {
    const loadUser = (id: string) => ({ name: `user ${id}` });
    const handler = createHandler(memoryModel<{ id: string }>({ name: "Other" }), {
      auth: { loadUser, secret },
      create: async () => ({ id: (await Posts.create({ title: "by a step" })).author as string }),
    });
    const headers = await bearer("u9");
    const made = await send(handler, "http", { method: "POST", path: "/", headers, body: {} });
    expect(made.body).toBe("u9");
  });

  it("a client can neither set nor patch what the model sets, and a list of such a key is a TypeError", async () => {
    for (const field of ["createdAt", "updatedAt", "author", "editor", "deletedAt"] as const) {
      const message = `createHandler: "${field}" can't be set by a client: Post sets it`;
      expect(() => createHandler(Posts, { required: [field] })).toThrow(new TypeError(message));
      expect(() => updateHandler(Posts, { optional: [field], serializer })).toThrow(TypeError);
      expect(() => bulkCreateHandler(Posts, { optional: [field] })).toThrow(TypeError);
    }
    const body = z.object({
      title: z.string(),
      deletedAt: z.string().nullish(),
      author: z.string().nullish(),
    });
    const create = createHandler(Posts, {
      body: body as never,
      serializer: pick("id", "author", "deletedAt"),
    });
    const forged = { title: "x", author: "forged", deletedAt: "2020-01-01T00:00:00Z" };
    const made = await send(create, "http", { method: "POST", path: "/posts", body: forged });
    expect(made.body).toMatchObject({ author: null, deletedAt: null });
    const update = updateHandler(Posts, {
      body: body as never,
      serializer: pick("title", "author", "deletedAt"),
    });
    const expected = { title: "y", author: null, deletedAt: null };
    const patched = await send(update, "http", {
      method: "PATCH",
      ...at("a", { body: { ...forged, title: "y" } }),
    });
    expect(patched.body).toEqual(expected);
    const merged = await send(update, "http", {
      method: "PATCH",
      ...at("a", {
        headers: { "content-type": "application/merge-patch+json" },
        body: JSON.stringify({ ...forged, title: "y" }),
      }),
    });
    expect(merged.body).toEqual(expected);
    const operated = await send(update, "http", {
      method: "PATCH",
      ...at("a", {
        headers: { "content-type": "application/json-patch+json" },
        body: JSON.stringify([{ op: "replace", path: "/author", value: "forged" }]),
      }),
    });
    expect(operated.status).toBe(400);
    expect((await Posts.objects.get("a"))?.author).toBe(null);
  });

  it("a document says that only the model sets them, and how to ask for what is deleted", async () => {
    const posts = resource(Posts, {
      required: ["title"],
      serializer: pick("id", "createdAt", "deletedAt"),
      list: { deleted: true },
    });
    const made = api({ posts, "POST /posts/{id}/restore": restoreHandler(Posts, { serializer }) });
    const document = (await made.openapi()) as unknown as {
      components: { schemas: Record<string, { properties: Record<string, { readOnly?: boolean }> }> };
      paths: Record<
        string,
        Record<string, { summary: string; parameters: { name: string; schema: object }[] }>
      >;
    };
    const { Post: shown } = document.components.schemas;
    expect(Object.entries(shown?.properties ?? {}).map(([name, { readOnly }]) => [name, readOnly])).toEqual([
      ["id", undefined],
      ["createdAt", true],
      ["deletedAt", true],
    ]);
    expect(document.paths["/posts/{id}/restore"]?.post?.summary).toBe("Restore a post");
    const asked = document.paths["/posts"]?.get?.parameters.find(({ name }) => name === "deleted");
    expect(asked?.schema).toEqual({ type: "string", enum: ["with", "only"] });
  });
});

it("a model that marks nothing has nothing to restore or to show: a TypeError", async () => {
  const Plain = memoryModel<{ id: string }>({ name: "Plain" });
  const message = 'Plain has no "softDelete": what is deleted is gone';
  expect(() => restoreHandler(Plain, { serializer: pick("id") })).toThrow(
    new TypeError(`restoreHandler: ${message}`),
  );
  expect(() => listHandler(Plain, { serializer: pick("id"), deleted: true })).toThrow(
    new TypeError(`listHandler: ${message}`),
  );
  expect(() => Plain.objects.onlyDeleted()).toThrow(new TypeError(message));
  expect(() => Plain.objects.withDeleted()).toThrow(new TypeError(message));
  await expect(Plain.restore({ id: "a" })).rejects.toThrow(new TypeError(message));
});

it("an array that bounds a request has no deleted ones either, but where they are asked for", async () => {
  const Posts = memoryModel<Post>({ name: "Post", ...kept });
  const a = await Posts.create({ id: "a", title: "a" });
  await Posts.create({ id: "b", title: "b" });
  await Posts.delete(a);
  const all = await Posts.objects.withDeleted().all();
  const list = listHandler(Posts, { serializer: pick("id"), queryset: () => all, deleted: true });
  const ask = async (query: string): Promise<unknown> =>
    (await send(list, "http", { path: "/", query: pairs(query) })).body;
  expect(await ask("")).toEqual([{ id: "b" }]);
  expect(await ask("deleted=only")).toEqual([{ id: "a" }]);
  expect(await ask("deleted=with")).toEqual([{ id: "a" }, { id: "b" }]);
});
