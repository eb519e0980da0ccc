import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { APIGatewayAuthorizerResult } from "aws-lambda";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { ApiGatewayDocument, OpenApiDocument } from "../api/openapi/index.ts";
import {
  BadRequest,
  Conflict,
  configure,
  type FieldError,
  type FullQueryset,
  type Link,
  type Model,
  NotFound,
  type Queryset,
  settings,
  signJwt,
  sqsHandler,
} from "../src/index.ts";
import { events, type TestApp, testApp } from "../tools/testing/index.ts";
import { eventOf, received, type TestRequest } from "./support/events.ts";
import { bundleCommand, manualModules, sectionOfManual } from "./support/manual.ts";
import { blocksOf } from "./support/markdown.ts";
import { makeConsumer, packProject } from "./support/packedPackage.ts";
import { FakeResponseStream, fakeRuntime } from "./support/responseStream.ts";
import { bundleAs, writeSnippets } from "./support/snippets.ts";
import { validateOpenApi } from "./support/validateOpenApi.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const contributing = readFileSync(`${root}/CONTRIBUTING.md`, "utf8");

const house = blocksOf(contributing).filter(({ language }) => language === "ts");
const all = [...manualModules, ...house];
const files = all.map(({ file }) => file);
const snippets = writeSnippets(all);

// What handlers log of the failures that are shown here. Middy's own takes hold of it when it is imported.
vi.hoisted(() => vi.spyOn(console, "error").mockImplementation(() => undefined));

beforeAll(() => configure({ secretKey: "a secret of the manual, 32 bytes long" }));
afterAll(() => {
  vi.restoreAllMocks();
  snippets.remove();
});

type Handler = (event: unknown, context: object) => Promise<unknown>;
/** What blocks export; each test knows which it loads. */
type Export =
  | "after"
  | "articles"
  | "authorizer"
  | "before"
  | "chain"
  | "charge"
  | "clicks"
  | "create"
  | "custom"
  | "definition"
  | "delivery"
  | "document"
  | "drafts"
  | "expiry"
  | "handler"
  | "letters"
  | "list"
  | "login"
  | "me"
  | "members"
  | "most"
  | "nightly"
  | "noted"
  | "notes"
  | "orders"
  | "payments"
  | "placed"
  | "postLogin"
  | "posts"
  | "postUpdate"
  | "readings"
  | "remove"
  | "reports"
  | "requireHeaders"
  | "retrieve"
  | "routes"
  | "shipped"
  | "shop"
  | "short"
  | "signUp"
  | "storeModel"
  | "update"
  | "uploads"
  | "userPool"
  | "whoAmI";
type Module = Record<Export, never>;
const load = (file: string): Promise<Module> => import(snippets.path(file)) as Promise<Module>;

interface TestResponse {
  status: number;
  headers: Record<string, string | string[]>;
  /** As it was sent. */
  text: string;
  /** Parsed. */
  body: never;
}

async function send(handler: Handler, request: TestRequest & { json?: unknown }): Promise<TestResponse> {
  const { json, ...rest } = request;
  const body = json === undefined ? rest.body : JSON.stringify(json);
  const event = eventOf("http", { ...rest, ...(body !== undefined && { body }) });
  const { status, headers, body: bytes } = received("http", await handler(event, {}));
  const text = bytes.toString();
  return { status, headers, text, body: (text === "" ? undefined : JSON.parse(text)) as never };
}

const asUser = async ({ id }: { id: string }): Promise<Record<string, string>> => ({
  authorization: `Bearer ${await signJwt({ sub: id })}`,
});
const on = (id: string): TestRequest => ({ path: `/posts/${id}`, pathParameters: { id } });

/** The models that the blocks share. */
const models = () => load("models.ts") as unknown as Promise<{ Users: Model<User>; Posts: Model<Post> }>;
type Row = Record<string, unknown>;
interface User {
  id: string;
  plan: string;
}
interface Post {
  id: string;
  author: string;
  title: string;
  published: boolean;
}

let emails = 0;
async function newUser(plan = "free"): Promise<User> {
  const { Users } = await models();
  return Users.create({ email: `u${emails++}@example.com`, password: "-", plan } as never);
}
async function newPost({ id }: User, title = "Hello"): Promise<Post> {
  const { Posts } = await models();
  return Posts.create({ author: id, title, published: false, createdAt: new Date() } as never);
}

/** `awsLite()` looks for them at once, and says what it tried. */
const credentials = { AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local" };
Object.assign(process.env, credentials);

describe("the code blocks", () => {
  it("have a name of their own each", () => {
    expect(files.filter(file => file.startsWith("line"))).toEqual([]);
    expect(new Set(files).size).toBe(files.length);
    expect(files.length).toBeGreaterThan(12);
  });

  it("are TypeScript without a hole", () => {
    const holes = /\bany\b(?= *[;,)>\]=])|@ts-|as unknown|as never/;
    // The arguments of a Prisma delegate have types that Prisma generates, and an adapter for all of them can't name them.
    const known = ["prismaModel.ts"];
    expect(all.filter(({ code }) => holes.test(code)).map(({ file }) => file)).toEqual(known);
  });

  it("compile, each as a module of its own", () => {
    expect(snippets.compile()).toBe("");
  });

  it("would not compile with a typo", () => {
    const typo = manualModules.map(block =>
      block.file === "posts.ts" ? { ...block, code: block.code.replace('"title"', '"titel"') } : block,
    );
    const wrong = writeSnippets(typo);
    const said = wrong.compile();
    wrong.remove();
    expect(said).toContain("posts.ts");
    expect(said).toContain('"titel"');
  });

  it.each(files)("%s is imported without an error", async file => {
    expect(Object.keys(await load(file)).length).toBeGreaterThan(0);
  });

  it("compile and run in a strict project that has installed the package", () => {
    const packed = packProject();
    const consumer = makeConsumer(packed, [
      "@aws-lite/client",
      "@aws-sdk/client-dynamodb",
      "@aws-sdk/client-sqs",
      "@aws-sdk/lib-dynamodb",
      "@types/node",
      "@types/pg",
      "drizzle-orm",
      "esbuild",
      "kysely",
      "pg",
      "zod",
    ]);
    try {
      for (const { file, code } of manualModules) consumer.write(file, code);
      const compilerOptions = {
        target: "es2023",
        module: "nodenext",
        strict: true,
        noUncheckedIndexedAccess: true,
        exactOptionalPropertyTypes: true,
        verbatimModuleSyntax: true,
        allowImportingTsExtensions: true,
        skipLibCheck: true,
        noEmit: true,
        types: ["node"],
      };
      const names = manualModules.map(({ file }) => file);
      consumer.write("tsconfig.json", JSON.stringify({ compilerOptions, files: names }));
      expect(consumer.tsc("tsconfig.json")).toEqual({ code: 0, out: "", err: "" });
      const loads = names.map(name => `await import("./${name}");`);
      consumer.write(
        "all.js",
        [`Object.assign(process.env, ${JSON.stringify(credentials)});`, ...loads].join("\n"),
      );
      expect(consumer.node("all.js")).toEqual({ code: 0, out: "", err: "" });
    } finally {
      consumer.remove();
      packed.remove();
    }
  });
});

describe("the code does what the text says:", () => {
  it("hello.ts answers as its table shows", async () => {
    const { handler } = await load("hello.ts");
    const post = { method: "POST", path: "/users" };
    const made = await send(handler, { ...post, json: { email: "ann@example.com", admin: true } });
    const { id } = made.body as { id: string };
    expect([made.status, made.headers.location]).toEqual([201, `/users/${id}`]);
    expect(made.body).toEqual({ id, email: "ann@example.com" });
    for (const body of ['{"email":"ann@example.com"}', "{}", '{"email":']) {
      const { status, text } = await send(handler, { ...post, body });
      expect(sectionOfManual("A first handler")).toContain(`${status} \`${text}\``);
    }
  });

  it("posts.ts lets people do what its comments say", async () => {
    const { create, retrieve, update, remove, list } = await load("posts.ts");
    const [ann, bob] = [await newUser(), await newUser()];
    const [asAnn, asBob] = [await asUser(ann), await asUser(bob)];
    const json = { title: "First", published: true, author: bob.id };

    expect((await send(create, { method: "POST", path: "/posts", json })).status).toBe(401);
    const made = await send(create, { method: "POST", path: "/posts", json, headers: asAnn });
    const { id, createdAt } = made.body as { id: string; createdAt: string };
    expect(made.body).toEqual({ id, author: ann.id, title: "First", createdAt });
    expect([made.status, made.headers.location]).toEqual([201, `/posts/${id}`]);
    expect((await (await models()).Posts.objects.get(id))?.published).toBe(false);

    const found = await send(retrieve, on(id));
    expect([found.status, found.body]).toEqual([200, made.body]);
    const again = await send(retrieve, {
      ...on(id),
      headers: { "if-none-match": found.headers.etag as string },
    });
    expect([again.status, again.text]).toEqual([304, ""]);

    const change = { ...on(id), method: "PATCH", json: { title: "Second" } };
    expect((await send(update, { ...change, headers: asBob })).status).toBe(404);
    const stale = await send(update, { ...change, headers: { ...asAnn, "if-match": '"old"' } });
    expect(stale.status).toBe(412);
    const changed = await send(update, { ...change, headers: asAnn });
    expect([changed.status, (changed.body as Post).title]).toEqual([200, "Second"]);

    await newPost(ann, "Another");
    const query = [
      ["author", ann.id],
      ["order", "-createdAt"],
      ["limit", "1"],
    ] as const;
    const page = await send(list, { path: "/posts", query });
    expect((page.body as Post[]).map(({ title }) => title)).toEqual(["Another"]);
    expect(page.headers.link).toMatch(/^<\/posts\?.*cursor=.*>; rel="next", <\/posts\?.*>; rel="first"$/);
    const typo = await send(list, { path: "/posts", query: [["auther", ann.id]] });
    expect([typo.status, typo.body]).toEqual([
      400,
      { code: 400, message: "Unknown parameter: auther", field: "auther" },
    ]);

    expect((await send(remove, { ...on(id), method: "DELETE", headers: asBob })).status).toBe(403);
    const gone = await send(remove, { ...on(id), method: "DELETE", headers: asAnn });
    expect([gone.status, gone.text]).toEqual([204, ""]);
  });

  it("resource.ts makes four handlers, two of them for anybody", async () => {
    const { posts, create, retrieve, update, list } = await load("resource.ts");
    expect(Object.keys(posts)).toEqual(["create", "retrieve", "update", "list"]);
    const ann = await newUser();
    const { id } = await newPost(ann, "Mine");
    expect((await send(retrieve, on(id))).status).toBe(200);
    expect((await send(list, { query: [["author", ann.id]] })).body).toHaveLength(1);
    expect((await send(update, { ...on(id), json: { title: "x" } })).status).toBe(401);
    expect((await send(create, { json: { title: "x" }, headers: await asUser(ann) })).status).toBe(201);
  });

  it("blog.ts is one Lambda, in which posts of others can't be changed", async () => {
    const { handler } = await load("blog.ts");
    const [ann, bob] = [await newUser(), await newUser()];
    const json = { title: "Mine", published: true, author: bob.id };
    const made = await send(handler, { method: "POST", path: "/posts", json, headers: await asUser(ann) });
    const { id } = made.body as Post;
    expect([made.status, (made.body as Post).author]).toEqual([201, ann.id]);
    expect((await (await models()).Posts.objects.get(id))?.published).toBe(false);
    const change = { method: "PATCH", path: `/posts/${id}`, json: { title: "Ours" } };
    expect((await send(handler, { ...change, headers: await asUser(bob) })).status).toBe(404);
    expect((await send(handler, { ...change, headers: await asUser(ann) })).status).toBe(200);
    const query = [["q", "OURS"]] as const;
    expect((await send(handler, { path: "/posts", query })).body).toMatchObject([{ id, title: "Ours" }]);
    expect((await send(handler, { method: "DELETE", path: `/posts/${id}` })).status).toBe(405);
  });

  it("projects.ts keeps the tasks of each project to whoever owns it, and projectComments.ts is below both", async () => {
    const { handler, Projects, Tasks } = (await load("projects.ts")) as unknown as {
      handler: Handler;
      Projects: Model<{ id: string; owner: string; name: string }>;
      Tasks: Model<{ id: string; project: string; title: string }>;
    };
    const ann = await newUser();
    const headers = await asUser(ann);
    const [mine, also, secret] = await Promise.all(
      [ann.id, ann.id, "bob"].map((owner, at) =>
        Projects.create({ owner, name: at < 2 ? "open" : "secret" }),
      ),
    );
    const path = `/projects/${mine?.id}/tasks`;
    const made = await send(handler, { method: "POST", path, json: { title: "First" }, headers });
    const { id } = made.body as { id: string };
    expect([made.status, made.headers.location]).toEqual([201, `${path}/${id}`]);
    expect((await Tasks.objects.get(id))?.project).toBe(mine?.id);
    expect((await send(handler, { path: `/projects/${secret?.id}/tasks`, headers })).status).toBe(404);
    const move = (project: string | undefined) =>
      send(handler, { method: "PATCH", path: `${path}/${id}`, json: { project }, headers });
    expect((await move(secret?.id)).body).toMatchObject({ code: 400, field: "project" });
    expect((await move(also?.id)).status).toBe(200);
    expect((await send(handler, { path: `${path}/${id}`, headers })).status).toBe(404);
    const { list } = await load("projectComments.ts");
    const comments = (projectId: string | undefined, taskId: string) =>
      send(list, { path: "/", pathParameters: { projectId: String(projectId), taskId } });
    expect((await comments(also?.id, id)).body).toEqual([]);
    expect((await comments(mine?.id, id)).status).toBe(404);
  });

  it("api.ts routes to the handlers, all in one or each alone", async () => {
    const { handler, postLogin, routes } = await load("api.ts");
    const ann = await newUser();
    const { id } = await newPost(ann, "Routed");
    const json = { title: "Made" };
    const made = await send(handler, { method: "POST", path: "/v1/posts", json, headers: await asUser(ann) });
    expect([made.status, (made.body as Post).title]).toEqual([201, "Made"]);
    expect(made.headers.location).toBe(`/v1/posts/${(made.body as Post).id}`);
    expect((await send(handler, { path: `/v1/posts/${id}/` })).body).toMatchObject({ id, title: "Routed" });
    expect((await send(handler, { path: "/v1/me" })).status).toBe(401);
    expect((await send(handler, { path: "/me" })).status).toBe(404);
    const wrong = await send(handler, { method: "DELETE", path: `/v1/posts/${id}` });
    expect([wrong.status, wrong.headers.allow]).toEqual([405, "GET, HEAD, PUT, PATCH, OPTIONS"]);
    expect((await send(postLogin, { json: {} })).status).toBe(400);
    const [first] = routes as { method: string; path: string; name: string }[];
    expect(first).toMatchObject({ method: "POST", path: "/v1/posts", name: "postsCreate" });
  });

  it("documented.ts documents itself, serves that, and is valid", async () => {
    const { document, definition, shop } = (await load("documented.ts")) as unknown as {
      document: OpenApiDocument;
      definition: ApiGatewayDocument;
      shop: { handler: Handler };
    };
    expect((await validateOpenApi(document)).swaggerParser).toEqual([]);
    expect((await validateOpenApi(definition)).swaggerParser).toEqual([]);
    expect(document.info).toEqual({ title: "Shop", version: "1.2.0" });
    expect(document.paths["/posts"]?.post).toMatchObject({ summary: "Publish a post", tags: ["blog"] });
    expect(document.paths["/status"]?.get?.responses).toMatchObject({
      200: { headers: { "X-Left": {} } },
      429: {},
    });
    const served = await send(shop.handler, { path: "/openapi.json", stage: "live" });
    expect([served.status, served.body]).toEqual([200, { ...document, servers: [{ url: "/live" }] }]);
    expect((await send(shop.handler, { path: "/status" })).status).toBe(429);
    expect(Object.keys(definition.paths)).toEqual([
      "/posts",
      "/posts/{id}",
      "/status",
      "/openapi.json",
      "/docs",
      "/docs/{asset}",
    ]);
  });

  it("publish.ts loads, counts and refuses", async () => {
    const { handler, chain } = await load("publish.ts");
    const [ann, bob] = [await newUser(), await newUser()];
    const [first, second] = [await newPost(ann), await newPost(ann)];
    const put = async ({ id }: Post, user: User, json: unknown): Promise<TestResponse> =>
      send(handler, { ...on(id), method: "PUT", json, headers: await asUser(user) });
    const published = await put(first, ann, { published: true });
    expect([published.status, published.body]).toEqual([
      200,
      { id: first.id, title: "Hello", published: true },
    ]);
    const refused = await put(second, ann, { published: true });
    expect([refused.status, refused.body]).toEqual([
      403,
      { code: 403, message: "Your plan has no posts left" },
    ]);
    expect(refused.headers["access-control-allow-origin"]).toBe("*");
    expect((await put(second, bob, { published: true })).status).toBe(404);
    expect((await put(second, ann, {})).text).toBe('{"code":400,"message":"Missing key(s): published"}');
    const links = chain as Link[];
    expect(links[0]).toEqual({ name: "errors", needs: [], adds: [] });
    expect(links.slice(3, 6)).toEqual([
      { name: "authUser", needs: [], adds: ["context.user", "context.claims"] },
      { name: "loadObject", needs: ["event.pathParameters.id", "context.user"], adds: ["context.object"] },
      { name: "quota", needs: ["context.user"], adds: ["context.left"] },
    ]);
  });

  it("ownStack.ts lets authors alone publish", async () => {
    const { handler } = await load("ownStack.ts");
    const [ann, bob] = [await newUser(), await newUser()];
    const { id } = await newPost(ann);
    const put = async (user: User, json: unknown): Promise<TestResponse> =>
      send(handler, { ...on(id), method: "PUT", json, headers: await asUser(user) });
    const refused = await put(bob, { published: true });
    expect([refused.status, refused.body]).toEqual([
      403,
      { code: 403, message: "Only its author publishes a post" },
    ]);
    expect((await put(ann, {})).text).toBe('{"code":400,"message":"Missing key(s): published"}');
    expect((await put(ann, { published: true })).body).toEqual({ id, published: true });
  });

  it("webhook.ts lets in what is signed, by the bytes that were sent, and gives errors its headers too", async () => {
    const { handler } = await load("webhook.ts");
    const body = '{ "order": "7" }';
    const signature = createHmac("sha256", "only for tests").update(body).digest("hex");
    const headers = { "x-signature": signature, "x-delivery": "d1" };
    const taken = await send(handler, { method: "POST", path: "/webhook", body, headers });
    expect([taken.status, taken.body, taken.headers["x-delivery"]]).toEqual([
      200,
      { order: "7", delivery: "d1" },
      "d1",
    ]);
    expect((await send(handler, { method: "POST", body: `${body} `, headers })).status).toBe(401);
    const wrong = "[";
    const signed = createHmac("sha256", "only for tests").update(wrong).digest("hex");
    const refused = await send(handler, {
      method: "POST",
      body: wrong,
      headers: { ...headers, "x-signature": signed },
    });
    expect([refused.status, refused.headers["x-delivery"]]).toEqual([400, "d1"]);
  });

  it("middyApp.ts is a Middy handler", async () => {
    const { handler } = await load("middyApp.ts");
    const ann = await newUser();
    const post = await newPost(ann);
    expect((await send(handler, on(post.id))).status).toBe(401);
    const shown = await send(handler, { ...on(post.id), headers: await asUser(ann) });
    expect([shown.status, shown.body]).toEqual([200, { id: post.id, title: "Hello" }]);
  });

  it("trial.ts throws what the text quotes", async () => {
    const { status, text, headers } = await send((await load("trial.ts")).handler, {});
    expect(sectionOfManual("Errors")).toContain(`answers ${status} \`${text}\``);
    expect(headers["retry-after"]).toBe("3600");
  });

  it("config.ts overrides defaults", async () => {
    const { expiry } = await load("config.ts");
    expect(expiry).toBe(3600);
    expect(settings.userModel).toBe((await models()).Users);
    configure({ userModel: undefined, jwtExpiry: undefined });
  });

  it("search.ts checks and converts", async () => {
    const { handler } = await load("search.ts");
    const good = await send(handler, { query: [["page", "2"]], headers: { "x-tenant": "acme" } });
    expect([good.status, good.body]).toEqual([200, { page: 2, tenant: "acme" }]);
    const bad = await send(handler, { query: [["page", "0"]] });
    const { message, errors } = bad.body as { message: string; errors: FieldError[] };
    expect([bad.status, message, errors.map(({ field }) => field)]).toEqual([
      400,
      "Validation failed",
      ["query.page", "headers.x-tenant"],
    ]);
  });

  it("serializers.ts lets out what it names", async () => {
    const { short, most, custom } = await load("serializers.ts");
    const ann = (await newUser()) as User & { email: string };
    const { id } = await newPost(ann);
    expect((await send(short, on(id))).body).toEqual({ id, title: "Hello" });
    const left = Object.keys((await send(most, on(id))).body).sort();
    expect(left).toEqual(["author", "createdAt", "id", "title"]);
    const listed = (await send(custom, { query: [["limit", "100"]] })).body as { id: string }[];
    const wanted = { id, headline: "Hello", length: 0, writer: ann.email };
    expect(listed.find(post => post.id === id)).toEqual(wanted);
  });

  it("books.ts shows what is related to books", async () => {
    const { Authors, Books, Reviews } = (await load("library.ts")) as unknown as Record<string, Model<Row>>;
    await Authors?.create({ id: "a1", name: "Ann", email: "ann@example.com" });
    await Books?.create({ id: "b1", title: "One", author: "a1", after: null });
    await Books?.create({ id: "b2", title: "Two", author: "a1", after: "b1" });
    for (const [id, published] of Object.entries({ r1: true, r2: false, r3: true })) {
      await Reviews?.create({ id, book: "b2", author: "a1", text: id, published });
    }
    const { handler } = await load("books.ts");
    const { body } = await send(handler, { path: "/books" });
    const author = { id: "a1", name: "Ann" };
    const signature = "by Ann";
    const by = { author: { name: "Ann" } };
    expect(body).toEqual([
      { id: "b1", title: "One", author, sequelOf: null, reviews: [], signature },
      {
        id: "b2",
        title: "Two",
        author,
        sequelOf: { id: "b1", title: "One" },
        reviews: [
          { text: "r3", ...by },
          { text: "r1", ...by },
        ],
        signature,
      },
    ]);
  });

  it("shelf.ts shows what is asked for", async () => {
    const { handler } = await load("shelf.ts");
    const shown = async (query: [string, string][]) => {
      const { body } = await send(handler, { path: "/books", query });
      return (body as Row[]).find(({ id }) => id === "b2");
    };
    const book = { id: "b2", title: "Two" };
    const reviews = [{ text: "r3" }, { text: "r1" }];
    expect(await shown([])).toEqual(book);
    expect(await shown([["include", "reviews"]])).toEqual({ ...book, reviews });
    expect(await shown([["include", "author,reviews.author"]])).toEqual({
      ...book,
      author: { id: "a1", name: "Ann" },
      reviews: reviews.map(review => ({ ...review, author: { name: "Ann" } })),
    });
    const refused = await send(handler, { path: "/books", query: [["include", "sequelOf"]] });
    expect([refused.status, refused.body]).toMatchObject([400, { field: "include" }]);
  });

  it("novels.ts and asking.ts find books by what is related to them", async () => {
    const { handler } = await load("novels.ts");
    const found = async (name: string, value: string): Promise<unknown[]> => {
      const { body } = await send(handler, { path: "/books", query: [[name, value]] });
      return (body as Row[]).map(({ id }) => id);
    };
    expect(await found("author.name[startsWith]", "A")).toEqual(["b1", "b2"]);
    expect(await found("author.email", "bob@example.com")).toEqual([]);
    expect(await found("reviews.text[icontains]", "R3")).toEqual(["b2"]);
    // It is not published.
    expect(await found("reviews.text[icontains]", "R2")).toEqual([]);
    const refused = await send(handler, { path: "/books", query: [["author.email[startsWith]", "a"]] });
    expect([refused.status, refused.body]).toMatchObject([400, { field: "author.email[startsWith]" }]);
    const { sequelsOf, others } = (await load("asking.ts")) as unknown as {
      sequelsOf(name: string): FullQueryset<Row>;
      others: FullQueryset<Row>;
    };
    const ids = async (objects: FullQueryset<Row>): Promise<unknown[]> =>
      (await objects.all()).map(({ id }) => id);
    expect(await ids(sequelsOf("an"))).toEqual(["b2"]);
    expect(await ids(sequelsOf("bob"))).toEqual([]);
    expect(await ids(others)).toEqual(["b1", "b2"]);
  });

  it("notes.ts keeps notes in SQLite", async () => {
    const { notes, drafts } = await load("notes.ts");
    const { create } = notes as Record<"create", Handler>;
    for (const title of ["Draft 1", "Final", "Draft 2"]) {
      const made = await send(create, { json: { title, tags: ["a"] } });
      expect([made.status, made.body]).toEqual([201, { id: expect.any(String), title, tags: ["a"] }]);
    }
    const titles: string[] = [];
    for await (const { title } of drafts as Queryset<Post>) titles.push(title);
    expect(titles).toEqual(["Draft 2", "Draft 1"]);
  });

  it("accounts.ts signs up, in, and says who calls", async () => {
    const { signUp, login, me } = await load("accounts.ts");
    const json = { email: "eve@example.com", password: "correct horse" };
    const made = await send(signUp, { json });
    const { id } = made.body as User;
    expect([made.status, made.body]).toEqual([201, { id, email: json.email }]);
    const refused = await send(signUp, { json: { email: "eve", password: 5 } });
    const { errors } = refused.body as { errors: FieldError[] };
    expect([refused.status, errors.map(({ field }) => field)]).toEqual([400, ["email", "password"]]);
    for (const password of ["wrong", 5]) {
      const response = await send(login, { json: { ...json, password } });
      expect([response.status, response.body]).toEqual([401, { code: 401, message: "Unauthorized" }]);
    }
    const { token } = (await send(login, { json })).body as { token: string };
    const who = await send(me, { headers: { authorization: `Bearer ${token}` } });
    expect([who.status, who.body]).toEqual([200, { id, email: json.email, plan: "free" }]);
  });

  it("authorizer.ts lets free users read, and whoever is behind it is known", async () => {
    const { authorizer, whoAmI } = await load("authorizer.ts");
    const ask = async (user: User, more: object = {}): Promise<APIGatewayAuthorizerResult> => {
      const Authorization = `Bearer ${await signJwt({ sub: user.id, ...more })}`;
      const event = events.authorizer.restRequest({ path: "/whoami", headers: { Authorization } });
      return (await (authorizer as Handler)(event, {})) as APIGatewayAuthorizerResult;
    };
    const statement = async (plan: string, more?: object): Promise<unknown[]> => {
      const [first] = (await ask(await newUser(plan), more)).policyDocument.Statement;
      const { Effect, Resource } = first as unknown as { Effect: string; Resource: string[] };
      return [Effect, Resource.map(arn => arn.split("/").slice(1).join("/"))];
    };
    expect(await statement("free")).toEqual(["Allow", ["prod/GET/*"]]);
    expect(await statement("paid")).toEqual(["Allow", ["prod/*/*"]]);
    expect(await statement("paid", { purpose: "reset" })).toEqual(["Deny", ["prod/*/*"]]);
    await expect(ask({ id: "gone", plan: "" })).rejects.toThrow(/^Unauthorized$/);
    const user = await newUser();
    const { principalId, context } = await ask(user, { scopes: ["read", "write"] });
    const called = { authorizer: { principalId, lambda: context ?? {} }, path: "/whoami" };
    const result = (await (whoAmI as Handler)(events.rest(called), {})) as { body: string };
    expect(JSON.parse(result.body)).toEqual({ id: user.id, scopes: ["read", "write"] });
  });

  it("docsPage.ts serves the page and its document, which says nothing of the page", async () => {
    const { handler } = await load("docsPage.ts");
    for (const stage of ["", "/prod"]) {
      const request = { path: "/docs", ...(stage !== "" && { stage: "prod" }) };
      const { status, body } = received("http", await (handler as Handler)(eventOf("http", request), {}));
      const [, link = ""] = /data-openapi="([^"]*)"/.exec(body.toString()) ?? [];
      const { pathname } = new URL(link, `https://x${stage}/docs`);
      expect([status, pathname]).toEqual([200, `${stage}/openapi.json`]);
    }
    const document = await send(handler, { path: "/openapi.json" });
    expect(Object.keys((document.body as { paths: object }).paths)).toEqual([
      "/posts",
      "/posts/{id}",
      "/login",
    ]);
  });

  it("report.ts streams lines for their author, and collects them where nothing streams", async () => {
    const { handler } = await load("report.ts");
    const [ann, bob] = [await newUser(), await newUser()];
    const posts = [await newPost(ann, "Second"), await newPost(ann, "First")].reverse();
    await newPost(bob, "Not hers");
    const lines = posts.map(({ id, title }) => `${id},[^,]+Z,"${title}"\n`).join("");
    const event = eventOf("url", { path: "/posts.csv", headers: await asUser(ann) });
    const collected = received("url", await (handler as Handler)(event, {}));
    expect([collected.status, collected.headers["content-type"]]).toEqual([200, "text/csv; charset=utf-8"]);
    expect(collected.body.toString()).toMatch(new RegExp(`^${lines}$`));

    vi.stubGlobal("awslambda", fakeRuntime);
    const out = new FakeResponseStream();
    await (handler as (event: object, out: object, context: object) => Promise<unknown>)(event, out, {});
    vi.unstubAllGlobals();
    expect(out.prelude).toMatchObject({
      statusCode: 200,
      headers: { "Content-Type": "text/csv; charset=utf-8" },
    });
    expect(out.pieces.map(String).filter(Boolean)).toHaveLength(2);
    expect(out.body).toBe(collected.body.toString());
    expect((await send(handler, {})).status).toBe(401);
  });

  it("queues.ts takes messages and files one by one", async () => {
    const { orders, uploads, shipped } = await load("queues.ts");
    const record = (messageId: string, body: string): object => ({
      messageId,
      body,
      eventSourceARN: "arn:aws:sqs:eu-west-1:1:orders",
      awsRegion: "eu-west-1",
    });
    const Records = [record("m1", '{"id":"o1","total":2}'), record("m2", '{"id":5}'), record("m3", "{")];
    expect(await (orders as Handler)({ Records }, {})).toEqual({
      batchItemFailures: [{ itemIdentifier: "m2" }, { itemIdentifier: "m3" }],
    });
    const s3 = {
      bucket: { name: "b", ownerIdentity: { principalId: "o" } },
      object: { key: "a+b%21.txt", size: 3 },
    };
    await (uploads as Handler)({ Records: [{ eventName: "ObjectCreated:Put", s3 }] }, {});
    expect(shipped).toEqual(["o1 (m1)", "b/a b!.txt: 3 bytes"]);
  });

  it("letters.ts keeps what is final, and has all else come again", async () => {
    const { payments, letters } = await load("letters.ts");
    const notified = (message: object): unknown => ({
      Type: "Notification",
      MessageId: "n",
      TopicArn: "arn:aws:sns:eu-west-1:1:payments",
      Message: JSON.stringify(message),
      Timestamp: "2026-01-01T00:00:00.000Z",
    });
    const event = events.sqs([
      { messageId: "m1", body: notified({ card: "1234" }) },
      { messageId: "m2", body: notified({ card: "0000" }) },
      { messageId: "m3", body: { card: "1234" } },
    ]);
    expect(await (payments as Handler)(event, {})).toEqual({ batchItemFailures: [] });
    expect([...(letters as string[])].sort()).toEqual([
      "m2: declined, arn:aws:sns:eu-west-1:1:payments",
      "m3: Malformed body in message m3",
    ]);
  });

  it("streams.ts takes changes, records and deliveries one by one", async () => {
    const { articles, clicks, readings, delivery, noted } = await load("streams.ts");
    const [a, b] = ["a", "b"].map(title => ({ id: "1", title }));
    const changes = [{ inserted: a }, { changed: b, previous: a }, { removed: b }];
    const nothing = { batchItemFailures: [] };
    expect(await (articles as Handler)(events.dynamoStream(changes as never), {})).toEqual(nothing);
    const click = { page: "/", bot: false };
    expect(await (clicks as Handler)(events.kinesis([{ data: click }, "{"]), {})).toEqual(nothing);
    const values = [
      { key: "k", value: { celsius: 5 } },
      { key: "k", value: null },
    ];
    expect(await (readings as Handler)(events.kafka(values), {})).toEqual(nothing);
    const sent = events.firehose([
      { data: click, recordId: "r1" },
      { data: { ...click, bot: true }, recordId: "r2" },
    ]);
    expect(await (delivery as Handler)(sent, {})).toEqual({
      records: [
        { recordId: "r1", result: "Ok", data: Buffer.from('{"page":"/"}\n').toString("base64") },
        { recordId: "r2", result: "Dropped" },
      ],
    });
    expect(noted).toEqual(["+ a", "a -> b", "- b", "key: /", "k = 5", "k = gone"]);
  });

  it("bus.ts takes events of a bus and runs of schedules", async () => {
    const { placed, nightly, reports, noted } = await load("bus.ts");
    const order = { orderId: "o1", at: new Date(0) };
    await (placed as Handler)(events.eventBridge({ id: "e1", detail: order }), {});
    await (placed as Handler)(events.eventBridge({ id: "e2", detail: { ...order, orderId: "none" } }), {});
    await (placed as Handler)(events.eventBridge({ id: "e3", detail: { orderId: 5 } }), {});
    await (nightly as Handler)(events.scheduled({ name: "closing", time: "2026-01-01T03:00:00Z" }), {});
    await (reports as Handler)({ report: "daily" }, {});
    await expect((reports as Handler)({ report: "yearly" }, {})).rejects.toThrow(
      "Malformed input in scheduled event",
    );
    expect(noted).toEqual([
      "o1, placed 1970-01-01T00:00:00.000Z (e1)",
      "e2: none",
      "e3: Malformed detail in event e3",
      "closing: 2026-01-01T03:00:00.000Z",
      "daily report",
    ]);
  });

  it("userPool.ts answers Cognito, and shows users what is meant for them", async () => {
    const { userPool, members } = await load("userPool.ts");
    const run = userPool as Handler;
    const email = (address: string): object => ({ request: { userAttributes: { email: address } } });
    expect(await run(events.cognito("preSignUp", email("ann@example.com")), {})).toMatchObject({
      triggerSource: "PreSignUp_SignUp",
      response: { autoConfirmUser: true, autoVerifyEmail: true, autoVerifyPhone: false },
    });
    await expect(run(events.cognito("preSignUp", email("eve@evil.com")), {})).rejects.toThrow(
      "Sign up by your work address",
    );
    await run(events.cognito("postConfirmation", { userName: "ann" }), {});
    await expect(run(events.cognito("postConfirmation", { userName: "" }), {})).rejects.toThrow(
      "Internal Server Error",
    );
    expect(members).toEqual(["ann"]);
    expect(await run(events.cognito("preTokenGenerationV2"), {})).toMatchObject({
      response: {
        claimsAndScopeOverrideDetails: {
          accessTokenGeneration: { claimsToAddOrOverride: { tenant: "none" } },
        },
      },
    });
    await expect(run(events.cognito("userMigration"), {})).rejects.toThrow("Internal Server Error");
  });

  it("charge.ts answers a state machine, and fails by names that it can match", async () => {
    const run = (await load("charge.ts")).charge as Handler;
    const input = { orderId: "o1", card: "1234", total: 5 };
    expect(await run(input, {})).toEqual({ orderId: "o1", paid: 5 });
    const failures: [object, string, RegExp][] = [
      [{ ...input, total: 0 }, "BadRequest", /^Malformed input: total: /],
      [{ ...input, card: "0000" }, "CardDeclined", /^no money$/],
      [{ ...input, orderId: "none" }, "NotFound", /^No such order$/],
    ];
    for (const [given, name, message] of failures) {
      await expect(run(given, {})).rejects.toMatchObject({ name, message: expect.stringMatching(message) });
    }
  });

  it("fromPyverless.ts updates the post of its path", async () => {
    const { postUpdate } = await load("fromPyverless.ts");
    const ann = await newUser();
    const { id } = await newPost(ann);
    const request = { pathParameters: { post_id: id }, headers: await asUser(ann) };
    const { text } = await send(postUpdate, { ...request, json: { text: "x" } });
    expect(text).toBe('{"code":400,"message":"Missing key(s): title"}');
    const changed = await send(postUpdate, { ...request, json: { title: "T", text: "x", author: "bob" } });
    expect([changed.status, changed.body]).toEqual([200, { id, title: "T", text: "x" }]);
  });

  it("fromMiddy.ts differs as its table says", async () => {
    const { before, after } = await load("fromMiddy.ts");
    const json = { "content-type": "application/json" };
    const requests: [request: TestRequest, theirs: unknown, ours: string][] = [
      [{ headers: json, body: "{" }, 422, "Malformed body"],
      [{ body: "{}" }, 415, "Missing key(s): email"],
      [{}, 415, "Missing key(s): email"],
      [{ headers: json, body: "" }, 422, "Missing key(s): email"],
      [{ headers: json, body: "null" }, 201, "Missing key(s): email"],
    ];
    for (const [request, status, message] of requests) {
      expect(await (before as Handler)(eventOf("http", request), {})).toMatchObject({ statusCode: status });
      expect((await send(after, request)).text).toBe(`{"code":400,"message":"${message}"}`);
    }
    expect((await send(after, { json: { email: "mia@example.com" } })).status).toBe(201);
  });

  it("storeModel.ts is a model", async () => {
    const { storeModel } = (await load("storeModel.ts")) as unknown as {
      storeModel(name: string, store: object): Model<Post>;
    };
    const rows = new Map<string, Post>();
    const model = storeModel("Post", {
      list: async () => [...rows.values()],
      put: async (post: Post) => void rows.set(post.id, post),
      remove: async (id: string) => void rows.delete(id),
    });
    const a = await model.create({ title: "a" });
    const b = await model.create({ title: "b" });
    await expect(model.create({ id: a.id })).rejects.toThrow(new Conflict("Duplicate id", { field: "id" }));
    const z = await model.update(a, { title: "z" });
    await expect(model.update(a, { title: "late" })).rejects.toThrow(Conflict);
    const downwards = model.objects.orderBy("-title");
    const { items, nextCursor } = await downwards.page({ limit: 1 });
    expect(items).toEqual([z]);
    expect(await downwards.page({ limit: 1, cursor: nextCursor as string })).toMatchObject({ items: [b] });
    expect(await model.objects.filter({ title: { startsWith: "z" } }).count()).toBe(1);
    await model.delete(z);
    await expect(model.delete(z)).rejects.toThrow(NotFound);
    expect(await model.objects.get(a.id)).toBeUndefined();
    const found: Post[] = [];
    for await (const post of model.objects.search("B", ["title"])) found.push(post);
    expect(found).toEqual([b]);
  });

  it("blogTests.ts passes", async () => {
    const { blogTests } = (await load("blogTests.ts")) as unknown as {
      blogTests(test: (name: string, run: () => Promise<void>) => void): void;
    };
    const runs: (() => Promise<void>)[] = [];
    blogTests((_name, run) => void runs.push(run));
    for (const run of runs) await run();
    expect(runs).toHaveLength(4);
  });

  it("accessTests.ts passes", async () => {
    const { accessTests } = (await load("accessTests.ts")) as unknown as {
      accessTests(test: (name: string, run: () => Promise<void>) => void): void;
    };
    const runs: (() => Promise<void>)[] = [];
    accessTests((_name, run) => void runs.push(run));
    for (const run of runs) await run();
    expect(runs).toHaveLength(1);
  });

  it("shippingTests.ts passes", async () => {
    const { shippingTests } = (await load("shippingTests.ts")) as unknown as {
      shippingTests(test: (name: string, run: () => Promise<void>) => void): void;
    };
    const runs: (() => Promise<void>)[] = [];
    shippingTests((_name, run) => void runs.push(run));
    for (const run of runs) await run();
    expect(runs).toHaveLength(3);
    const { sendOrder } = (await load("sendOrder.ts")) as unknown as {
      sendOrder(app: TestApp, body: string): Promise<string | undefined>;
    };
    const app = testApp({ parcels: sqsHandler(() => undefined, { queue: { name: "parcels", fifo: true } }) });
    const id = await sendOrder(app, "book");
    expect(app.queue("parcels").messages).toMatchObject([{ messageId: id, body: "book" }]);
  });

  it("the middleware of CONTRIBUTING.md refuses what it should", async () => {
    const { requireHeaders } = (await load("middlewares/requireHeaders.ts")) as unknown as {
      requireHeaders(names: unknown): { before(request: object): void };
    };
    const { before: refuse } = requireHeaders(["X-Tenant"]);
    expect(() => refuse({ event: eventOf("rest", { headers: { "X-TENANT": "a" } }) })).not.toThrow();
    for (const event of [null, 5, "x", [], {}]) {
      expect(() => refuse({ event })).toThrow(new BadRequest("Missing header(s): x-tenant"));
    }
    expect(() => requireHeaders("x")).toThrow(
      new TypeError("requireHeaders: names must be an array of strings"),
    );
  });

  it("the bundle command leaves jose out of the first chunk", async () => {
    const bundle = bundleAs(bundleCommand(), manualModules, "posts.ts");
    try {
      const hasJose = (text = ""): boolean => text.includes("ERR_JWS_SIGNATURE_VERIFICATION_FAILED");
      expect([...bundle.files.values()].some(hasJose)).toBe(true);
      expect(hasJose(bundle.files.get("handler.mjs"))).toBe(false);
      const { retrieve } = (await import(bundle.entry)) as Module;
      const { text } = await send(retrieve, on("none"));
      expect(text).toBe('{"code":404,"message":"Resource Not Found"}');
    } finally {
      bundle.remove();
    }
  });
});
