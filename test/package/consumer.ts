import { deepEqual, equal } from "node:assert/strict";
import { sqliteTable, text } from "drizzle-orm/sqlite-core";
import {
  authUser,
  BadRequest,
  createHandler,
  defineMiddleware,
  errors,
  explain,
  type IdempotencyStore,
  jsonBody,
  type LambdaHandler,
  listHandler,
  loadObject,
  type Page,
  pick,
  pipeline,
  requireKeys,
  serialize,
  updateHandler,
  verifyJwt,
} from "tsverless";
import { type Api, api } from "tsverless/api";
import { hashPassword, signJwt, verifyPassword } from "tsverless/auth";
import { client, type Result } from "tsverless/client";
import { type DevServer, serve } from "tsverless/dev";
import { type DocsHandlers, docsHandlers } from "tsverless/docs";
import { HttpError, NotFound } from "tsverless/errors";
import { type TsverlessPluginOptions, tsverless } from "tsverless/esbuild";
import { type readQuery, type Source, sourceOf } from "tsverless/http";
import { dynamoStore } from "tsverless/idempotency/dynamo";
import { memoryStore } from "tsverless/idempotency/memory";
import { sqlStore } from "tsverless/idempotency/sql";
import { planMigration } from "tsverless/migrate";
import { planTables } from "tsverless/migrate/dynamo";
import type { FullModel, FullQueryset, ObjectOf } from "tsverless/models";
import { type DrizzleDatabase, drizzleModel } from "tsverless/models/drizzle";
import { sqliteDecimal } from "tsverless/models/drizzleSqlite";
import { type DynamoClient, dynamoModel } from "tsverless/models/dynamo";
import { memoryModel } from "tsverless/models/memory";
import { sqlModel } from "tsverless/models/sql";
import { sqlite } from "tsverless/models/sqlite";
import { type OpenApiDocument, openapi } from "tsverless/openapi";
import { type Link, pipeline as pipelineItself } from "tsverless/pipeline";
import { and, isAuthenticated } from "tsverless/rules";
import { jsonSchema } from "tsverless/schema";
import { takeCompiled } from "tsverless/schema/compiledAhead";
import { compiledSchema } from "tsverless/schema/compiledSchema";
import { omit, fields as pickFields } from "tsverless/serializers";
import { configure, type Settings, type settings } from "tsverless/settings";
import { type StreamingHandler, stream } from "tsverless/stream";
import {
  assertPortable,
  conforms,
  context,
  events,
  exampleRequests,
  invoke,
  modelConformance,
  portable,
  type Thing,
  testClient,
  thingFields,
} from "tsverless/testing";

/** True only when both types are the very same; `any` is the same as nothing but itself. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const is = <_T extends true>(): void => undefined;

interface User {
  id: string;
  email: string;
  password: string;
}
interface Post {
  id: string;
  title: string;
  author: string;
}

configure({ secretKey: "a secret of the consumer, 32 bytes long", jwtExpiry: 60 });
is<Same<typeof settings, Settings>>();
is<Same<typeof settings.jwtExpiry, number>>();

const Users = memoryModel<User>({ name: "User", unique: ["email"] });
is<Same<typeof Users, FullModel<User>>>();
is<Same<ObjectOf<typeof Users>, User>>();
is<Same<typeof Users.objects, FullQueryset<User>>>();
const page = await Users.objects.page({ limit: 1 });
is<Same<typeof page, Page<User>>>();

const password = await hashPassword("correct horse", { iterations: 1000 });
is<Same<typeof password, string>>();
const fits = await verifyPassword("correct horse", password);
is<Same<typeof fits, boolean>>();
equal(fits, true);
const ann = await Users.create({ email: "ann@example.com", password });
is<Same<typeof ann, User>>();

const db = sqlite(":memory:");
const Posts = sqlModel<Post>({
  db,
  name: "Post",
  table: "posts",
  columns: { title: "text", author: "text" },
});
is<Same<typeof Posts, FullModel<Post>>>();
const first = await Posts.create({ title: "First", author: ann.id });
equal((await planMigration([Posts])).steps.length, 0);
equal((await planTables([])).steps.length, 0);

const NewPost = jsonSchema({
  type: "object",
  properties: { title: { type: "string", minLength: 1 } },
  required: ["title"],
  additionalProperties: false,
});
const Always = compiledSchema({ type: "string" }, () => true);
equal(typeof Always["~standard"].validate, "function");
const plugin: TsverlessPluginOptions = { entry: ["src/api.ts"] };
equal(tsverless(plugin).name, "tsverless");
takeCompiled({ '["x",false]': { validator: () => true, hasDefaults: false } });

const create = createHandler(Posts, {
  auth: { model: Users },
  body: NewPost,
  serializer: pick("id", "title"),
  permit: (_event, { user }) => {
    is<Same<typeof user, User>>();
    return user.email === "ann@example.com";
  },
  create: (data, { context }) => {
    is<Same<typeof data.title, string>>();
    is<Same<typeof context.user, User>>();
    return Posts.create({ title: data.title, author: context.user.id });
  },
});
create satisfies LambdaHandler;

const update = updateHandler(Posts, {
  optional: ["title"],
  serializer: omit("author"),
  update: (post, changes) => {
    is<Same<typeof post, Post>>();
    is<Same<typeof changes, Partial<Pick<Post, "title">>>>();
    return Posts.update(post, changes);
  },
});

const list = listHandler(Posts, {
  filters: ["author"],
  serializer: pickFields({ name: "title", length: (post: Post) => post.title.length }),
});

const tenant = () =>
  defineMiddleware<{ context: { user: User } }, { context: { tenant: string } }>({
    name: "tenant",
    needs: ["context.user"],
    adds: ["context.tenant"],
    before({ context }) {
      is<Same<typeof context.tenant, string>>();
      context.tenant = "acme";
    },
  });

const rename = pipeline(
  [
    errors(),
    serialize(pick("title", "tenant")),
    jsonBody<{ title: string; note?: number }>(),
    requireKeys(["title"]),
    authUser({ model: Users }),
    loadObject(Posts),
    tenant(),
  ],
  (event, context, { signal }) => {
    is<Same<typeof event.body, { title: string }>>();
    is<Same<typeof context.user, User>>();
    is<Same<typeof context.object, Post>>();
    is<Same<typeof context.tenant, string>>();
    is<Same<typeof signal, AbortSignal>>();
    if (event.body.title === "") throw new BadRequest("No title", { field: "title" });
    return { title: event.body.title, tenant: context.tenant };
  },
);
rename satisfies LambdaHandler;
const links = explain(rename);
is<Same<typeof links, Link[]>>();
deepEqual(
  links.map(({ name }) => name),
  ["errors", "serialize", "jsonBody", "requireKeys", "authUser", "loadObject", "tenant"],
);
equal(pipelineItself, pipeline);

// @ts-expect-error nothing before requireKeys parses the body
pipeline([requireKeys(["title"]), jsonBody<{ title: string }>()], () => 1);
// @ts-expect-error the model has no such field
const misspelt = () => createHandler(Posts, { required: ["titel"] });
void misspelt;

const rule = and(isAuthenticated, (_event, context: { user: User }) => context.user.email !== "");
equal(typeof rule, "function");

const source = sourceOf({ version: "2.0", requestContext: { http: {} } });
is<Same<typeof source, Source | undefined>>();
equal(source, "http");
is<Same<ReturnType<typeof readQuery>, Record<string, string[]>>>();
equal(new NotFound() instanceof HttpError, true);

const token = await signJwt({ sub: ann.id });
is<Same<typeof token, string>>();
equal((await verifyJwt(token)).sub, ann.id);

const posts = api({ posts: { create, update, list }, "PUT /titles/{id}": rename });
is<Same<typeof posts.handlers.postsCreate, typeof create>>();
is<Same<typeof posts.handlers.putTitlesId, typeof rename>>();
is<Same<keyof typeof posts, keyof Api<object>>>();
equal(posts.handlers.postsUpdate, update);
const described = await posts.openapi({ title: "Posts" });
is<Same<typeof described, OpenApiDocument>>();
deepEqual(described, openapi(posts, { title: "Posts" }));
equal(exampleRequests(described).length > 4, true);
const nowhere = await posts.handler({ version: "2.0", rawPath: "/nowhere" }, {});
deepEqual(
  conforms(described)({
    method: "GET",
    path: "/nowhere",
    status: nowhere.statusCode,
    headers: { "content-type": "application/json" },
    body: String(nowhere.body),
  }),
  [],
);
equal(nowhere.statusCode, 404);

const docs = docsHandlers({ title: "Posts" });
is<Same<typeof docs, DocsHandlers>>();
const documented = api({ posts: { list }, "GET /docs": docs.page, "GET /docs/{asset}": docs.asset });
const docsPage = await documented.handler({ httpMethod: "GET", path: "/docs", requestContext: {} }, {});
deepEqual([docsPage.statusCode, docsPage.body.includes("<title>Posts</title>")], [200, true]);

const server = await serve(
  { "POST /posts": create, "PATCH /posts/{id}": update, "GET /posts": list, "PUT /posts/{id}": rename },
  { port: 0, log: false },
);
is<Same<typeof server, DevServer>>();

async function call(method: string, path: string, body?: object): Promise<[number, unknown]> {
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    ...(body && { body: JSON.stringify(body) }),
  });
  return [response.status, await response.json()];
}

const [status, made] = await call("POST", "/posts", { title: "Second" });
deepEqual([status, (made as Post).title, Object.keys(made as Post)], [201, "Second", ["id", "title"]]);
const [refused] = await call("POST", "/posts", { title: 5 });
equal(refused, 400);
deepEqual(await call("PATCH", `/posts/${first.id}`, { title: "1st" }), [200, { id: first.id, title: "1st" }]);
deepEqual(await call("PUT", `/posts/${first.id}`, { title: "New" }), [200, { title: "New", tenant: "acme" }]);
const [, listed] = await call("GET", `/posts?author=${ann.id}`);
deepEqual((listed as { name: string }[]).map(({ name }) => name).sort(), ["1st", "Second"]);

const calls = client<typeof posts>(server.url, { token });
const third = await calls.posts.create({ title: "Third" });
is<Same<typeof third, Result<{ id: string; title: string }>>>();
equal(third.ok && third.data.title, "Third");

const tester = testClient(posts, { source: "rest" }).as(ann);
const asAnn = await tester.post<Post>("/posts", { body: { title: "Third" } });
deepEqual([asAnn.status, asAnn.body.title], [201, "Third"]);
is<Same<typeof asAnn.body, Post>>();
equal((await invoke(list, { path: "/posts" }, { source: "alb" })).status, 200);
equal((await posts.handler(events.latticeV2({ path: "/nowhere" }), context())).statusCode, 404);
equal((await portable(posts, { path: "/nowhere" })).same, true);
equal((await assertPortable(posts, { path: "/nowhere" })).status, 404);

await server.close();
await db.destroy();

const products = sqliteTable("products", { id: text().primaryKey(), price: sqliteDecimal().notNull() });
const productsOf = (database: DrizzleDatabase) => drizzleModel(database, products);
is<Same<ReturnType<typeof productsOf>, FullModel<{ id: string; price: string }>>>();

const postsOf = (client: DynamoClient) =>
  dynamoModel<Post>({
    client,
    table: "posts",
    key: { partition: "id" },
    indexes: { byAuthor: { partition: "author" } },
  });
is<Same<ReturnType<typeof postsOf>, FullModel<Post>>>();
const stores = [memoryStore, sqlStore, dynamoStore];
is<Same<ReturnType<(typeof stores)[number]>, IdempotencyStore>>();

const streamed: StreamingHandler = stream(
  pipeline([serialize()], () => new ReadableStream({ start: ends => ends.close() })),
);
equal((await streamed({ version: "2.0", requestContext: { http: {} } })).statusCode, 200);

const names: string[] = [];
const test = (name: string): number => names.push(name);
modelConformance(() => memoryModel<Thing>({ name: "Thing", unique: ["email"], fields: thingFields }), {
  test,
});
equal(names.length > 10, true);

console.log("the consumer is content");
