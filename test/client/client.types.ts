import { expectTypeOf } from "vitest";
import { z } from "zod";
import { client, type Result, unwrap } from "../../client/index.ts";
import {
  api,
  createHandler,
  formBody,
  httpPreset,
  listHandler,
  type Middleware,
  type Model,
  multipart,
  pick,
  pipeline,
  requireKeys,
  resource,
  respond,
  type Shape,
  serialize,
  validate,
} from "../../src/index.ts";
import { sse } from "../../src/stream/index.ts";

interface Post {
  id: string;
  title: string;
  text: string | null;
  createdAt: Date;
}
declare const Posts: Model<Post>;

const posts = resource(Posts, {
  serializer: pick("id", "title", "createdAt"),
  required: ["title"],
  optional: ["text"],
  list: { filters: ["createdAt"], ordering: ["createdAt"] },
});
const login = pipeline(
  [...httpPreset<{ email: string; password: string }>(), requireKeys(["email", "password"])],
  async () => ({ token: "x" }),
);
const search = pipeline([serialize(), validate({ query: z.object({ page: z.string().optional() }) })], () => [
  1,
]);

const blog = api({
  posts,
  "orgs/{org}/posts": { create: createHandler(Posts, { required: ["title"] }), list: posts.list },
  "POST /login": login,
  "GET /search": search,
  "GET /users/{user}/posts/{id}": pipeline([serialize()], () => "text"),
  "ANY /any": pipeline([serialize()], () => true),
  "GET /plain": async () => 5,
  $default: async () => 5,
});
type Sent = { id: string; title: string; createdAt: string };
const server = client<typeof blog>("http://localhost");

export async function resourcesAreTyped(): Promise<void> {
  const made = await server.posts.create({ title: "x", text: null });
  expectTypeOf(made).toEqualTypeOf<Result<Sent>>();
  if (made.ok) expectTypeOf(made.data).toEqualTypeOf<Sent>();
  else expectTypeOf(made.error.errors).toEqualTypeOf<{ field: string; message: string }[] | undefined>();
  expectTypeOf(unwrap(await server.posts.retrieve("1"))).toEqualTypeOf<Sent>();
  expectTypeOf(unwrap(await server.posts.update("1", { text: null }))).toEqualTypeOf<Sent>();
  expectTypeOf(unwrap(await server.posts.replace(1, { title: "x" }))).toEqualTypeOf<Sent>();
  expectTypeOf(unwrap(await server.posts.delete("1"))).toEqualTypeOf<undefined>();
  expectTypeOf(unwrap(await server.posts.list())).toEqualTypeOf<Sent[]>();
  await server.posts.list({ "createdAt[gte]": new Date(), order: ["-createdAt"], limit: 5 });
  for await (const post of server.posts.each({ limit: 5 })) expectTypeOf(post).toEqualTypeOf<Sent>();

  // @ts-expect-error a key is missing
  await server.posts.create({ text: "x" });
  // @ts-expect-error a key that nothing takes
  await server.posts.create({ title: "x", author: "y" });
  // @ts-expect-error of the wrong type
  await server.posts.update("1", { title: 5 });
  // @ts-expect-error no filter
  await server.posts.list({ title: "x" });
  // @ts-expect-error no order
  await server.posts.list({ order: "title" });
  // @ts-expect-error no such entry
  await server.users;
  // @ts-expect-error the data of a failure
  made.data.id;
}

export async function pathsWithVariablesNeedThem(): Promise<void> {
  const nested = server["orgs/{org}/posts"];
  expectTypeOf(unwrap(await nested.create({ title: "x" }, { params: { org: "a" } }))).toEqualTypeOf<string>();
  expectTypeOf(unwrap(await nested.list({}, { params: { org: 1 } }))).toEqualTypeOf<Sent[]>();
  // @ts-expect-error a verb that it lacks
  nested.retrieve;
  // @ts-expect-error the variable is missing
  await nested.create({ title: "x" });
  // @ts-expect-error another's name
  await nested.create({ title: "x" }, { params: { organisation: "a" } });
  const one = await server["GET /users/{user}/posts/{id}"]({ params: { user: "a", id: 1 } });
  expectTypeOf(one).toEqualTypeOf<Result<string>>();
  // @ts-expect-error the variables are missing
  await server["GET /users/{user}/posts/{id}"]();
}

export async function singleHandlersAreTyped(): Promise<void> {
  const signedIn = await server["POST /login"]({ body: { email: "a", password: "b" } });
  expectTypeOf(signedIn).toEqualTypeOf<Result<{ token: string }>>();
  expectTypeOf(unwrap(await server["GET /search"]({ query: { page: "1" } }))).toEqualTypeOf<number[]>();
  expectTypeOf(unwrap(await server["GET /plain"]())).toBeUnknown();
  expectTypeOf(unwrap(await server["ANY /any"]({ method: "PUT" }))).toEqualTypeOf<boolean>();
  // @ts-expect-error the body is missing
  await server["POST /login"]();
  // @ts-expect-error a key is missing
  await server["POST /login"]({ body: { email: "a" } });
  // @ts-expect-error it takes no body
  await server["GET /search"]({ query: { page: "1" }, body: {} });
  // @ts-expect-error the method is missing
  await server["ANY /any"]();
  // @ts-expect-error it has no path
  server.$default;
}

declare const takesAny: Middleware<Shape, { takes: { body: unknown } }>;
const lenient = api({
  "GET /all": pipeline(httpPreset(), () => 1),
  "GET /any": pipeline([serialize(), takesAny], () => 1),
  "POST /listed": pipeline([...httpPreset(), requireKeys(["title"])], () => 1),
});

export async function aBodyOfWhichNothingIsKnownMayBeLeftOut(): Promise<void> {
  const calls = client<typeof lenient>("http://localhost");
  await calls["GET /all"]();
  await calls["GET /all"]({ body: { some: 1 } });
  await calls["GET /any"]();
  await calls["GET /any"]({ body: [1] });
  // @ts-expect-error the body is missing
  await calls["POST /listed"]();
}

export function itTakesApis(): void {
  // @ts-expect-error a handler is not an API
  client<typeof login>("http://localhost");
}

const forms = api({
  "POST /upload": pipeline(
    [multipart<{ title: string }>(), requireKeys(["title"]), serialize()],
    ({ body }) => body,
  ),
  "POST /token": pipeline(
    [formBody(), validate({ body: z.object({ code: z.string() }) }), serialize()],
    ({ body }) => body,
  ),
  "GET /bytes": pipeline([serialize()], () => Buffer.from("x")),
  "GET /png": pipeline([serialize()], () => respond({ body: new Uint8Array() })),
  "GET /nested": pipeline([serialize()], () => ({ bytes: Buffer.from("x") })),
});

export async function formsAndBytesAreTyped(): Promise<void> {
  const sent = client<typeof forms>("http://localhost");
  expectTypeOf(unwrap(await sent["POST /upload"]({ body: new FormData() }))).toEqualTypeOf<{
    title: string;
  }>();
  expectTypeOf(unwrap(await sent["POST /token"]({ body: new URLSearchParams() }))).toEqualTypeOf<{
    code: string;
  }>();
  expectTypeOf(unwrap(await sent["GET /bytes"]())).toEqualTypeOf<Uint8Array>();
  expectTypeOf(unwrap(await sent["GET /png"]())).toEqualTypeOf<Uint8Array | string>();
  expectTypeOf(unwrap(await sent["GET /nested"]())).toEqualTypeOf<{ bytes: string }>();
  // @ts-expect-error a form with files is FormData
  await sent["POST /upload"]({ body: { title: "x" } });
  // @ts-expect-error a form is URLSearchParams
  await sent["POST /token"]({ body: { code: "x" } });
}

async function* ticks(): AsyncGenerator<{ n: number; at: Date }, void> {
  yield { n: 1, at: new Date() };
}
const formats = ["json", "ndjson", "csv"] as const;
const streams = api({
  posts: resource(Posts, { serializer: pick("id"), required: ["title"], formats, formatParam: true }),
  plain: resource(Posts, { serializer: pick("id"), required: ["title"] }),
  "GET /posts/all": listHandler(Posts, { serializer: pick("id"), formats }),
  "GET /ticks": pipeline([serialize()], () => sse(ticks())),
  "GET /numbers": pipeline([serialize()], () => sse(ticks(), { serializer: pick("n") })),
});
const streaming = client<typeof streams>("http://localhost");

export async function itemsThatComeAreTyped(): Promise<void> {
  expectTypeOf(streaming.posts.stream()).toEqualTypeOf<AsyncIterable<{ id: string }>>();
  // @ts-expect-error a whole list has no pages
  streaming.posts.stream({ limit: 1 });
  // @ts-expect-error a list without formats is not there as a whole
  streaming.plain.stream();
  const all = await streaming["GET /posts/all"]({ as: "ndjson" });
  expectTypeOf(all).toEqualTypeOf<Result<AsyncIterable<{ id: string }>>>();
  expectTypeOf(await streaming["GET /posts/all"]()).toEqualTypeOf<Result<{ id: string }[]>>();
  expectTypeOf(unwrap(await streaming["GET /ticks"]())).toEqualTypeOf<
    AsyncIterable<{ n: number; at: string }>
  >();
  expectTypeOf(unwrap(await streaming["GET /numbers"]())).toEqualTypeOf<AsyncIterable<{ n: number }>>();
  expectTypeOf(await streaming.posts.list({ format: "json" })).toEqualTypeOf<Result<{ id: string }[]>>();
  expectTypeOf(await streaming.posts.list()).toEqualTypeOf<Result<{ id: string }[]>>();
  expectTypeOf(await streaming.posts.list({ format: "csv" })).toEqualTypeOf<Result<string>>();
  expectTypeOf(await streaming.posts.list({ format: "ndjson" })).toEqualTypeOf<
    Result<AsyncIterable<{ id: string }>>
  >();
  expectTypeOf(await streaming.posts.csv()).toEqualTypeOf<Result<string>>();
  // @ts-expect-error a whole list has no pages
  streaming.posts.csv({ limit: 1 });
  // @ts-expect-error a list without formats is not there as CSV
  streaming.plain.csv();
  // @ts-expect-error pages are JSON
  streaming.posts.each({ format: "csv" });
  const text = await streaming["GET /posts/all"]({ as: "csv" });
  expectTypeOf(text).toEqualTypeOf<Result<string>>();
  // @ts-expect-error no such format
  await streaming.posts.list({ format: "xml" });
  // @ts-expect-error formats are a list of these names
  listHandler(Posts, { serializer: pick("id"), formats: ["xml"] });
}
