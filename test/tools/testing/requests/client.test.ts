import { describe, expect, it } from "vitest";
import { api } from "../../../../api/api.ts";
import { resource } from "../../../../api/resource.ts";
import { authUser } from "../../../../middlewares/authUser.ts";
import { errors } from "../../../../middlewares/errors.ts";
import { jsonBody } from "../../../../middlewares/jsonBody.ts";
import { permit } from "../../../../middlewares/permit.ts";
import { serialize } from "../../../../middlewares/serialize.ts";
import { defineMiddleware } from "../../../../src/core/middleware.ts";
import { pathParameter } from "../../../../src/http/path.ts";
import { readHeaders } from "../../../../src/http/read.ts";
import { memoryModel } from "../../../../src/models/memory/memoryModel.ts";
import { explain } from "../../../../src/pipeline/explain.ts";
import { pipeline } from "../../../../src/pipeline/pipeline.ts";
import { pick } from "../../../../src/serializers/pick.ts";
import { gatewaySources, portable, testClient } from "../../../../tools/testing/index.ts";

interface User {
  id: string;
  admin?: boolean;
}
interface Post {
  id: string;
  title: string;
  author: string;
}

const ann = { id: "ann" };
const bob = { id: "bob", admin: true };

const nobody = (): never => {
  throw new Error("nobody is looked up");
};

function makeBlog() {
  const Posts = memoryModel<Post>({ name: "Post" });
  const auth = { loadUser: nobody as () => User };
  return api({
    posts: resource(Posts, {
      auth,
      serializer: pick("id", "title", "author"),
      create: {
        required: ["title"],
        create: (data, { context }) => Posts.create({ ...data, author: (context as { user: User }).user.id }),
      },
      update: { optional: ["title"] },
    }),
    "GET /me": pipeline([errors(), serialize(), authUser(auth)], (_event, { user, claims }) => ({
      user,
      claims,
    })),
    "GET /open": pipeline([errors(), serialize()], event => ({ headers: readHeaders(event) })),
    "DELETE /closed": pipeline(
      [errors(), serialize(), authUser(auth), permit((_event, { user }) => (user as User).admin === true)],
      () => ({ deleted: true }),
    ),
  });
}

describe.each(gatewaySources)("a client of an API on %s", source => {
  it("sends requests to its routes, and may be anybody", async () => {
    const client = testClient(makeBlog(), { source });
    expect((await client.get("/posts")).status).toBe(401);
    const made = await client.as(ann).post<Post>("/posts", { body: { title: "Hello" } });
    expect([made.status, made.body]).toEqual([201, { id: made.body.id, title: "Hello", author: "ann" }]);
    const path = made.headers.get("location") as string;
    expect((await client.as(bob).get(path)).body).toEqual(made.body);
    expect((await client.as(ann).patch<Post>(path, { body: { title: "New" } })).body.title).toBe("New");
    expect((await client.as(ann).put<Post>(path, { body: { title: "Newer" } })).body.title).toBe("Newer");
    expect((await client.as(ann).get("/posts", { query: { limit: 1 } })).body).toMatchObject([
      { title: "Newer" },
    ]);
    expect((await client.as(ann).delete(path)).status).toBe(204);
    expect((await client.as(ann).get(path)).status).toBe(404);
    expect((await client.request("PROPFIND", "/posts")).status).toBe(405);
    expect((await client.get("/nowhere")).body).toEqual({ code: 404, message: "Resource Not Found" });
  });

  it("sends its own headers, and those of a request over them", async () => {
    const client = testClient(makeBlog(), { source, headers: { "X-A": "1", "x-b": "1" } });
    const seen = async (one: typeof client, headers?: Record<string, string>): Promise<unknown> => {
      const { body } = await one.get<{ headers: Record<string, string> }>("/open", headers && { headers });
      return [body.headers["x-a"], body.headers["x-b"], body.headers["x-c"]];
    };
    const more = client.with({ "X-B": "2", "X-C": "2" });
    expect(await seen(client)).toEqual(["1", "1", undefined]);
    expect(await seen(more)).toEqual(["1", "2", "2"]);
    expect(await seen(more, { "x-C": "3" })).toEqual(["1", "2", "3"]);
  });
});

describe("as", () => {
  it("sets user and claims in the place of authUser, and leaves the API and other clients as they are", async () => {
    const blog = makeBlog();
    const client = testClient(blog);
    const asAnn = client.as(ann);
    const asBob = asAnn.as(bob, { sub: "b", scope: "all" });
    expect((await asAnn.get("/me")).body).toEqual({ user: ann, claims: { sub: "ann" } });
    expect((await asBob.get("/me")).body).toEqual({ user: bob, claims: { sub: "b", scope: "all" } });
    expect((await asAnn.get("/me")).body).toMatchObject({ user: ann });
    expect((await client.get("/me")).status).toBe(401);
    expect((await testClient(blog).get("/me")).status).toBe(401);
    expect((await client.as({ name: "x" }).get("/me")).body).toEqual({ user: { name: "x" }, claims: {} });
  });

  it("leaves all other middlewares in force", async () => {
    const client = testClient(makeBlog());
    expect((await client.as(ann).delete("/closed")).status).toBe(403);
    expect((await client.as(bob).delete("/closed")).body).toEqual({ deleted: true });
    expect((await client.as(ann).post("/posts", { body: {} })).body).toMatchObject({
      message: "Missing key(s): title",
    });
    expect((await client.as(ann).get("/open")).status).toBe(200);
  });

  it("needs a user, and a handler that asks for one", () => {
    const open = testClient(pipeline([errors(), serialize()], () => 1));
    expect(() => open.as(ann)).toThrow(
      new TypeError('testClient.as: no handler has the middleware "authUser"'),
    );
    for (const user of [undefined, null, "ann", []]) {
      expect(() => testClient(makeBlog()).as(user as never)).toThrow(
        new TypeError("testClient.as: user must be an object"),
      );
    }
  });
});

describe("replace", () => {
  const fixed = (body: object) =>
    defineMiddleware({
      name: "fixedBody",
      before({ event }) {
        Object.assign(event as object, { body });
      },
    });

  it("puts another middleware in the place of each of that name, in the same order", async () => {
    const handler = pipeline([errors(), serialize(), jsonBody()], event => event.body);
    const client = testClient(handler).replace("jsonBody", fixed({ a: 1 }));
    expect((await client.post("/", { body: "{" })).body).toEqual({ a: 1 });
    expect(explain(client.target as object).map(({ name }) => name)).toEqual([
      "errors",
      "serialize",
      "fixedBody",
    ]);
    expect(explain(handler).map(({ name }) => name)).toEqual(["errors", "serialize", "jsonBody"]);
    expect((await testClient(handler).post("/", { body: "{" })).status).toBe(415);
  });

  it("finds a middleware of use(), and one of Middy that has no name but its hook's", async () => {
    const handler = pipeline(
      [errors(), serialize()],
      (_event, context) => (context as { seen?: unknown }).seen,
    );
    handler.use({
      before: function tracer({ context }: { context: object }) {
        Object.assign(context, { seen: "real" });
      },
    });
    const fake = {
      before: ({ context }: { context: object }) => void Object.assign(context, { seen: "fake" }),
    };
    expect((await testClient(handler).get("/")).body).toBe("real");
    expect((await testClient(handler, { replace: { tracer: fake } }).get("/")).body).toBe("fake");
  });

  it("leaves a handler of two routes one", () => {
    const { target } = testClient(makeBlog()).as(ann);
    const { routes } = target as ReturnType<typeof makeBlog>;
    const [put, patch] = routes.filter(({ method }) => /^P(UT|ATCH)$/.test(method));
    expect([put?.method, patch?.method]).toEqual(["PUT", "PATCH"]);
    expect(put?.handler).toBe(patch?.handler);
  });

  it("keeps the hooks and the function that a handler got later", async () => {
    const log: string[] = [];
    const handler = pipeline([errors(), serialize(), jsonBody()], () => "first")
      .before(() => void log.push("before"))
      .after(() => void log.push("after"))
      .onError(() => void log.push("onError"))
      .handler((event: { body: { fail?: boolean } }) => {
        if (event.body.fail) throw new Error("no");
        return "second";
      });
    const client = testClient(handler);
    expect((await client.replace("jsonBody", fixed({})).post("/")).body).toBe("second");
    expect(
      (await client.replace("errors", errors({ logger: false })).post("/", { body: { fail: true } })).status,
    ).toBe(500);
    expect(log).toEqual(["before", "after", "before", "onError"]);
  });

  it("is refused when no handler has the middleware, or it is none", () => {
    const client = testClient(makeBlog());
    expect(() => client.replace("authUsr", fixed({}))).toThrow(
      new TypeError('testClient.replace: no handler has the middleware "authUsr"'),
    );
    expect(() => testClient(makeBlog(), { replace: { nope: fixed({}) } })).toThrow(
      new TypeError('testClient: no handler has the middleware "nope"'),
    );
    expect(() => testClient(makeBlog(), { replace: { authUser: null as never } })).toThrow(
      new TypeError('testClient: option "replace.authUser" must be an object'),
    );
    expect(() => client.replace("authUser", {})).toThrow("must have a before, after or onError hook");
    expect(() => testClient(async () => "plain").replace("errors", fixed({}))).toThrow(
      new TypeError('testClient.replace: no handler has the middleware "errors"'),
    );
  });
});

describe("a client of a single handler", () => {
  const handler = pipeline([errors(), serialize()], event => ({ id: pathParameter(event, "id") }));

  it("has the last segment for its parameter, or what its route says", async () => {
    expect((await testClient(handler).get("/users/7")).body).toEqual({ id: "7" });
    const routed = testClient(handler, { source: "rest", route: "/users/{id}/posts" });
    expect((await routed.get("/users/7/posts")).body).toEqual({ id: "7" });
    await expect(routed.get("/users/7")).rejects.toThrow(
      new TypeError('testClient: the path "/users/7" does not fit the route "/users/{id}/posts"'),
    );
  });

  it("may be any Lambda handler", async () => {
    const { body } = await testClient(async () => ({ a: 1 })).get("/");
    expect(body).toEqual({ a: 1 });
  });

  it("gives its target to portable", async () => {
    const { target } = testClient(makeBlog()).as(ann);
    const { same, response } = await portable(target, { path: "/me" });
    expect([same, response?.body]).toEqual([true, { user: ann, claims: { sub: "ann" } }]);
  });
});

describe("testClient", () => {
  it("refuses wrong arguments at once", () => {
    const target = new TypeError("testClient: the first argument must be a handler, or what api() made");
    for (const wrong of [undefined, null, {}, { handler: () => 1 }, "x"]) {
      expect(() => testClient(wrong as never)).toThrow(target);
    }
    expect(() => testClient(makeBlog(), { source: "v1" as never })).toThrow(
      'testClient: option "source" must be one of rest, http, ',
    );
    expect(() => testClient(makeBlog(), { header: {} } as never)).toThrow(
      'testClient: unknown option "header"',
    );
  });
});
