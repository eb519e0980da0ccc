import { expectTypeOf } from "vitest";
import { api } from "../../api/api.ts";
import { resource } from "../../api/resource.ts";
import { createHandler } from "../../generics/createHandler.ts";
import { memoryModel } from "../../src/models/memory/memoryModel.ts";
import { type LambdaHandler, pipeline } from "../../src/pipeline/pipeline.ts";
import { pick } from "../../src/serializers/pick.ts";

const Users = memoryModel<{ id: string }>({ name: "User" });
const users = resource(Users, { serializer: pick("id"), delete: false });
const login = pipeline([], () => ({ token: "x" }));
const plain = async (event: { body: string }): Promise<number> => event.body.length;

export function handlersHaveTheirNames(): void {
  const made = api({
    users,
    "blog-posts": { create: createHandler(Users) },
    "POST /login": login,
    "GET /files/{path+}": plain,
    "ANY /v2/forgot-password": plain,
    $default: plain,
  });
  expectTypeOf<keyof typeof made.handlers>().toEqualTypeOf<
    | "usersCreate"
    | "usersRetrieve"
    | "usersUpdate"
    | "usersList"
    | "blogPostsCreate"
    | "postLogin"
    | "getFilesPath"
    | "anyV2ForgotPassword"
    | "default"
  >();
  expectTypeOf(made.handlers.usersCreate).toEqualTypeOf<typeof users.create>();
  expectTypeOf(made.handlers.usersCreate).toExtend<LambdaHandler>();
  expectTypeOf(made.handlers.postLogin).toEqualTypeOf<typeof login>();
  expectTypeOf(made.handlers.getFilesPath).toEqualTypeOf<typeof plain>();
  // @ts-expect-error a typo
  void made.handlers.usersCreat;
  // @ts-expect-error a verb that the resource leaves out
  void made.handlers.usersDelete;
}

export function entriesAreHandlersOrResources(): void {
  // @ts-expect-error no handler
  api({ "GET /x": 5 });
  // @ts-expect-error no verb
  api({ users: { creat: users.create } });
  // @ts-expect-error no option
  api({ users }, { prefixes: "/v1" });
}

export function handlersHaveNamesOfTheirOwn(): void {
  const entries = {
    "orgs/{orgId}/members": users,
    posts: users,
    "POST /login": login,
    "GET /x": plain,
  } as const;
  const made = api(entries, {
    names: { "orgs/{orgId}/members": "member", posts: { create: "publish" }, "POST /login": "login" },
    errors: { report: error => expectTypeOf(error).toBeUnknown() },
  });
  expectTypeOf<keyof typeof made.handlers>().toEqualTypeOf<
    | "memberCreate"
    | "memberRetrieve"
    | "memberUpdate"
    | "memberList"
    | "publish"
    | "postsRetrieve"
    | "postsUpdate"
    | "postsList"
    | "login"
    | "getX"
  >();
  expectTypeOf(made.handlers.memberCreate).toEqualTypeOf<typeof users.create>();
  expectTypeOf(made.handlers.publish).toEqualTypeOf<typeof users.create>();
  expectTypeOf(made.handlers.login).toEqualTypeOf<typeof login>();
  // @ts-expect-error it has another name
  void made.handlers.postLogin;
  // @ts-expect-error no entry
  api(entries, { names: { "POST /logn": "login" } });
  // @ts-expect-error no entry, beside one
  api(entries, { names: { "POST /login": "login", "POST /logn": "login" } });
  // @ts-expect-error no verb that it has
  api(entries, { names: { posts: { create: "publish", delete: "remove" } } });
  // @ts-expect-error a single handler has no verbs
  api(entries, { names: { "POST /login": { create: "login" } } });
}
