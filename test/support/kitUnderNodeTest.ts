import { deepEqual, equal, match, rejects } from "node:assert/strict";
import { describe, test } from "node:test";
import { api } from "../../api/api.ts";
import { resource } from "../../api/resource.ts";
import { memoryModel } from "../../src/models/memory/memoryModel.ts";
import { pick } from "../../src/serializers/pick.ts";
import { assertPortable, context, events, invoke, portable, testClient } from "../../tools/testing/index.ts";

interface Post {
  id: string;
  title: string;
}

const Posts = memoryModel<Post>({ name: "Post" });
const auth = { loadUser: (): undefined => undefined };
const blog = api({ posts: resource(Posts, { auth, required: ["title"], serializer: pick("id", "title") }) });

describe("the kit", () => {
  test("builds events", async () => {
    const { statusCode } = await blog.handler(events.rest({ path: "/posts" }), context());
    equal(statusCode, 401);
  });

  test("sends requests as somebody", async () => {
    const ann = testClient(blog, { source: "alb-multi" }).as({ id: "ann" });
    const { status, body, headers } = await ann.post<Post>("/posts", { body: { title: "Hello" } });
    deepEqual([status, body.title, headers.get("location")], [201, "Hello", `/posts/${body.id}`]);
  });

  test("fails where the test is wrong", async () => {
    await rejects(
      invoke(blog.handler, { path: "posts" }),
      /^TypeError: invoke: path must begin with a slash$/,
    );
    equal((await portable(async () => ({ statusCode: 200, body: "" }))).same, false);
    const failure = await assertPortable(async () => ({ statusCode: 200, body: "" })).catch(String);
    match(
      failure as string,
      /^AssertionError.*does not get the same response on every source:\n {2}alb: On alb, /,
    );
  });

  test("fails, to be seen by the runner", { skip: process.env.KIT_FAILS !== "1" }, async () => {
    await assertPortable(async () => ({ statusCode: 200, body: "" }), { path: "/seen" });
  });
});
