import { beforeEach, describe, expect, it } from "vitest";
import * as z from "zod";
import { resource } from "../../api/resource.ts";
import { createHandler } from "../../generics/createHandler.ts";
import { signJwt } from "../../src/auth/jwt.ts";
import { Forbidden } from "../../src/core/errors.ts";
import { defineMiddleware } from "../../src/core/middleware.ts";
import { memoryModel } from "../../src/models/memory/memoryModel.ts";
import type { Model } from "../../src/models/types.ts";
import type { StandardSchemaV1 } from "../../src/schema/standard.ts";
import { pick } from "../../src/serializers/pick.ts";
import { sources } from "../support/events.ts";
import { send } from "../support/send.ts";

interface Post {
  id: string;
  title: string;
  author: string;
  pinned?: boolean;
}
/** Whatever comes in goes through, and it says that it takes a title. */
const openTitle = z.any() as unknown as StandardSchemaV1<unknown, Partial<Post>>;
Object.assign(openTitle["~standard"], { jsonSchema: { input: () => ({ properties: { title: {} } }) } });

const secret = "a secret of at least 32 bytes, for tests";
const Users = memoryModel<{ id: string }>({ name: "User", objects: [{ id: "ann" }, { id: "bob" }] });
const auth = { model: Users, secret };
const headers = { Authorization: `Bearer ${await signJwt({ sub: "ann" }, { secret })}` };
const serializer = pick("title", "author", "pinned");

let Posts: Model<Post>;
beforeEach(() => {
  Posts = memoryModel<Post>({ name: "Post" });
});
const stored = async (): Promise<Post[]> => (await Posts.objects.page({})).items;

describe.each(sources)("defaults on %s", source => {
  const post = (handler: Parameters<typeof send>[0], body: unknown) =>
    send(handler, source, { method: "POST", path: "/posts", body, headers });

  it("are stored with every new object, whatever the client sends in their place", async () => {
    const handler = createHandler(Posts, {
      auth,
      required: ["title"],
      optional: ["author"],
      serializer,
      defaults: ({ context }) => ({ author: context.user.id, pinned: false }),
    });
    for (const author of [undefined, "bob", null, "", ["bob"], { eq: "bob" }, 5]) {
      const { status, body } = await post(handler, { title: "t", author });
      expect([status, body]).toEqual([201, { title: "t", author: "ann", pinned: false }]);
    }
    expect((await stored()).every(({ author, pinned }) => author === "ann" && pinned === false)).toBe(true);
  });

  it("win over the output of a schema, and reach the create step", async () => {
    const seen: unknown[] = [];
    const handler = createHandler(Posts, {
      auth,
      body: z.looseObject({ title: z.string() }),
      serializer,
      defaults: async ({ event, context }) => ({ author: `${context.user.id} of ${event.body.title}` }),
      create(data) {
        seen.push(data);
        return Posts.create(data);
      },
    });
    expect((await post(handler, { title: "t", author: "bob" })).body).toEqual({
      title: "t",
      author: "ann of t",
    });
    expect(seen).toEqual([{ title: "t", author: "ann of t" }]);
  });

  it("take away what they leave undefined", async () => {
    const handler = createHandler(Posts, {
      required: ["title", "pinned"],
      serializer,
      defaults: () => ({ author: "ann", pinned: undefined }),
    });
    expect((await post(handler, { title: "t", pinned: true })).body).toEqual({ title: "t", author: "ann" });
  });

  it("see what the middlewares of `use` add, and may refuse", async () => {
    const tenant = defineMiddleware<object, { context: { tenant: string } }>({
      name: "tenant",
      before({ context }) {
        context.tenant = "acme";
      },
    });
    const handler = createHandler(Posts, {
      required: ["title"],
      serializer,
      use: [tenant],
      defaults: ({ event, context }) => {
        if (event.body.title === "no") throw new Forbidden("Not that one");
        return { author: context.tenant };
      },
    });
    expect((await post(handler, { title: "t" })).body).toEqual({ title: "t", author: "acme" });
    expect(await post(handler, { title: "no" })).toMatchObject({
      status: 403,
      body: { code: 403, message: "Not that one" },
    });
    expect(await stored()).toHaveLength(1);
  });

  it("of what is not an object are a bad request", async () => {
    const handler = createHandler(Posts, { body: openTitle, defaults: () => ({ author: "ann" }) });
    for (const body of ["[]", "5", '"text"', '[{"title":"x"}]']) {
      expect(await post(handler, body)).toMatchObject({
        status: 400,
        body: { code: 400, message: "The body must be an object" },
      });
    }
    expect(await stored()).toEqual([]);
  });
});

describe("the option", () => {
  it("must be a function", () => {
    expect(() => createHandler(Posts, { defaults: { author: "ann" } as never })).toThrow(
      new TypeError('createHandler: option "defaults" must be a function'),
    );
  });

  it("is shared by a resource, where the verb's own comes first", async () => {
    const ask = (handler: Parameters<typeof send>[0]) =>
      send(handler, "http", { method: "POST", path: "/posts", body: { title: "t", author: "bob" } });
    const shared = { serializer, required: ["title", "author"] } as const;
    const posts = resource(Posts, { ...shared, defaults: () => ({ author: "ann" }) });
    expect((await ask(posts.create)).body).toEqual({ title: "t", author: "ann" });
    const own = resource(Posts, {
      ...shared,
      defaults: () => ({ author: "ann" }),
      create: { defaults: () => ({ author: "eve" }) },
    });
    expect((await ask(own.create)).body).toEqual({ title: "t", author: "eve" });
  });
});
