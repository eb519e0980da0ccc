import { api, pick, resource, sessionCookie, settings, signJwt } from "tsverless";
import { client, unwrap } from "tsverless/client";
import { serve } from "tsverless/dev";
import { openapi } from "tsverless/openapi";
import { conforms, context, events, exampleRequests, invoke, portable, testClient } from "tsverless/testing";
import { bulk, create, docs, list, remove, retrieve, update } from "./handlers.ts";
import { newPost, Posts, picked, Users } from "./models.ts";
import { bodyless, login, rename, search } from "./pipelines.ts";

export const users = resource(Users, {
  auth: { model: Users },
  serializer: picked,
  required: ["email"],
  create: { auth: undefined },
  delete: false,
  list: { filters: ["email"] },
});
export const posts = resource(Posts, {
  auth: { model: Users },
  serializer: pick("id", "title"),
  body: newPost,
  filters: ["author"],
  ordering: ["at"],
  defaults: ({ context }) => ({ author: context.user.id }),
  update: { optional: ["title"], queryset: () => Posts.objects },
  list: { auth: undefined },
});
export const blog = api(
  {
    users,
    posts,
    "orgs/{org}/users": { create, list, retrieve, update, delete: remove },
    "POST /login": login,
    "PUT /posts/{id}/title": rename,
    "GET /search": search,
    "GET /manual": docs.page,
    "POST /bulk": bulk,
    "GET /echo": bodyless,
  },
  { docs: true },
);
export const { handler, handlers } = blog;
export const document = blog.openapi({ title: "x" });
export const again = openapi(blog, { title: "Posts" });
export const calls = client<typeof blog>("http://localhost", { token: "x" });
export const made = async () => unwrap(await calls.posts.create({ title: "x" }));
export const server = () => serve(blog.routeTable, { port: 0 });
export const kit = testClient(blog, { source: "rest" });
export const ported = portable(blog, { path: "/" });
export const invoked = invoke(list, { path: "/posts" });
export const event = events.rest({ path: "/" });
export const itsContext = context();
export const check = conforms(again);
export const samples = exampleRequests(again);
export const current = settings;
export const cookie = sessionCookie("x");
export const token = signJwt({ sub: "1" });
export const createUser = users.create;
export const empty = api({});
