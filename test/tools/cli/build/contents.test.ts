import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bulkHandlers } from "../../../../api/noBulk.ts";
import { restoreVerb } from "../../../../api/noRestore.ts";
import { authUser } from "../../../../generics/parts/noAuth.ts";
import { includingOf } from "../../../../generics/parts/noInclude.ts";
import { belowParents } from "../../../../generics/parts/noParents.ts";
import { sparseOf } from "../../../../generics/parts/noSparse.ts";
import { signJwt } from "../../../../src/auth/jwt.ts";
import { albCaller } from "../../../../src/auth/noAlb.ts";
import { readKeySet } from "../../../../src/auth/noJwks.ts";
import { batchingOf } from "../../../../src/events/batch/noBatching.ts";
import { ofArray } from "../../../../src/models/query/noArrays.ts";
import { createWithin } from "../../../../src/models/query/noBounds.ts";
import { events } from "../../../../tools/testing/index.ts";
import { makeProject, ownTsverless, type Project } from "../../../support/cli.ts";
import { eventOf, received } from "../../../support/events.ts";
import { runBuilt } from "../../../support/runBuilt.ts";

const models = `
  import { memoryModel } from "tsverless/models/memory";
  export const Users = memoryModel<{ id: string; email: string }>({ name: "User", objects: [{ id: "7", email: "a@b.c" }] });`;

interface Built {
  name: string;
  start: number;
  /** Packages, and files of tsverless and of the project from their roots. */
  parts: string[];
  folder: string;
}

const projects: Project[] = [];
afterAll(() => {
  for (const made of projects) made.remove();
});

/** Builds a function of each module. */
async function built(files: Record<string, string>, ...more: string[]): Promise<Record<string, Built>> {
  const made = makeProject({ "src/models.ts": models, ...files });
  projects.push(made);
  const { code, out, err } = await ownTsverless(["build", "--each", "--minify", "--json", ...more], {
    cwd: made.folder,
  });
  expect([code, err]).toEqual([0, ""]);
  const { functions } = JSON.parse(out) as {
    functions: { name: string; start: number; parts: { name: string }[] }[];
  };
  return Object.fromEntries(
    functions.map(({ name, start, parts }) => {
      const names = parts.map(part =>
        part.name.replace(/^(?:\.\.\/)+.*?(?=(?:src|middlewares|generics|api)\/)/, ""),
      );
      return [name, { name, start, parts: names, folder: join(made.folder, "dist", name) }];
    }),
  );
}

const partsOf = (made: Record<string, Built>, name: string): string[] => (made[name] as Built).parts;
const statuses = (made: Record<string, Built>, name: string, ...events: unknown[]): number[] =>
  runBuilt((made[name] as Built).folder, events).map(answer => received("http", answer).status);
const get = eventOf("http", { path: "/users/7", pathParameters: { id: "7" } });

const hasAuth = (made: Record<string, Built>, name: string): boolean =>
  partsOf(made, name).some(part => /^(?:src\/auth\/|jose$|middlewares\/authUser)/.test(part));
const hasArrays = (made: Record<string, Built>, name: string): boolean =>
  partsOf(made, name).includes("src/models/query/ofArray.ts");

describe("a function of build", () => {
  const names = ["create", "retrieve", "scoped", "below", "chosen", "asked", "queue", "keys", "balanced"];
  let made: Record<string, Built>;
  beforeAll(async () => {
    made = await built({
      "src/create.ts": `
        import { createHandler, jsonSchema, pick } from "tsverless";
        import { Users } from "./models.ts";
        const NewUser = jsonSchema({
          type: "object",
          properties: { email: { type: "string", format: "email" } },
          required: ["email"],
          additionalProperties: false,
        });
        export const create = createHandler(Users, {
          auth: { model: Users }, body: NewUser, serializer: pick("id", "email"),
        });`,
      "src/retrieve.ts": `
        import { pick, retrieveHandler } from "tsverless";
        import { Users } from "./models.ts";
        export const retrieve = retrieveHandler(Users, { serializer: pick("id", "email") });`,
      "src/scoped.ts": `
        import { pick, retrieveHandler } from "tsverless";
        import { Users } from "./models.ts";
        const objects = [{ id: "8", email: "d@e.f" }];
        export const scoped = retrieveHandler(Users, { queryset: () => objects, serializer: pick("id", "email") });`,
      "src/below.ts": `
        import { pick, retrieveHandler } from "tsverless";
        import { Users } from "./models.ts";
        export const below = retrieveHandler(Users, {
          parent: { model: Users, param: "userId", key: "email" }, serializer: pick("id", "email"),
        });`,
      "src/chosen.ts": `
        import { pick, retrieveHandler } from "tsverless";
        import { Users } from "./models.ts";
        export const chosen = retrieveHandler(Users, { fields: true, serializer: pick("id", "email") });`,
      "src/asked.ts": `
        import { fields, pick, retrieveHandler } from "tsverless";
        import { one, type RelatedTo } from "tsverless/models";
        import { memoryModel } from "tsverless/models/memory";
        import { Users } from "./models.ts";
        interface Post extends RelatedTo<{ author: { id: string; email: string } }> { id: string; author: string }
        const Posts = memoryModel<Post>({
          name: "Post", objects: [{ id: "7", author: "7" }], relations: { author: one(Users, "author") },
        });
        export const asked = retrieveHandler(Posts, {
          serializer: fields({ id: true, author: pick("email") }), include: ["author"],
        });`,
      "src/queue.ts": `
        import { sqsHandler } from "tsverless";
        export const queue = sqsHandler(({ body }) => { if (body === 0) throw new Error("zero"); }, { json: true });`,
      "src/keys.ts": `
        import { pick, retrieveHandler } from "tsverless";
        import { Users } from "./models.ts";
        const jwks = "https://id.example.com/keys";
        export const keys = retrieveHandler(Users, {
          auth: { model: Users, jwks, issuer: "https://id.example.com", audience: "users" }, serializer: pick("id"),
        });`,
      "src/balanced.ts": `
        import { createHandler, pick } from "tsverless";
        import { Users } from "./models.ts";
        const signer = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/users/50dc6c495c0c9188";
        export const balanced = createHandler(Users, {
          auth: { model: Users, alb: { signer } }, queryset: () => Users.objects, required: ["email"],
        });`,
      "src/index.ts": names.map(name => `export { ${name} } from "./${name}.ts";`).join(" "),
    });
  });

  it("carries what asks for a user only where one is asked for", () => {
    expect(names.filter(name => hasAuth(made, name))).toEqual(["create", "keys", "balanced"]);
    expect(statuses(made, "create", eventOf("http", { method: "POST", path: "/users", body: "{}" }))).toEqual(
      [401],
    );
    expect(statuses(made, "retrieve", get)).toEqual([200]);
  });

  it.each<[what: string, file: string, names: string[]]>([
    ["key sets", "src/auth/keySets.ts", ["keys"]],
    ["the signatures of load balancers", "src/auth/alb.ts", ["balanced"]],
    ["what keeps new objects within a queryset", "src/models/query/bounded.ts", ["balanced"]],
    ["queries", "src/http/query.ts", ["chosen", "asked"]],
  ])("carries %s only where that is asked for", (_what, file, holders) => {
    expect(names.filter(name => partsOf(made, name).includes(file))).toEqual(holders);
  });

  it("carries querysets of arrays only where a queryset may be one", () => {
    expect(names.filter(name => hasArrays(made, name))).toEqual(["scoped", "balanced"]);
    const other = eventOf("http", { path: "/users/8", pathParameters: { id: "8" } });
    expect(statuses(made, "scoped", get, other)).toEqual([404, 200]);
  });

  it("carries what is below a parent only where there is one", () => {
    const hasParents = (name: string): boolean =>
      partsOf(made, name).some(part => /^generics\/parts\/(?:belowParents|parentScopes)\.[jt]s$/.test(part));
    expect(["create", "retrieve", "scoped", "below", "queue"].filter(hasParents)).toEqual(["below"]);
    const pathParameters = { id: "7", userId: "7" };
    const other = eventOf("http", { path: "/users/7/users/7", pathParameters });
    expect(statuses(made, "below", get, other)).toEqual([404, 404]);
  });

  it("carries what lets a client choose fields only where that is asked for", () => {
    const hasSparse = (name: string) => partsOf(made, name).includes("generics/parts/sparse.ts");
    expect(["create", "retrieve", "scoped", "chosen", "queue"].filter(hasSparse)).toEqual(["chosen"]);
    const { path, pathParameters } = { path: "/users/7", pathParameters: { id: "7" } };
    const asking = (name: string) => eventOf("http", { path, pathParameters, query: [["fields", name]] });
    expect(statuses(made, "chosen", asking("email"), asking("password"))).toEqual([200, 400]);
  });

  it("carries what lets a client ask for relations only where that is asked for", () => {
    const isInclude = /^(?:generics\/parts\/include|src\/serializers\/includes)\.[jt]s$/;
    const hasInclude = (name: string) => partsOf(made, name).some(part => isInclude.test(part));
    expect(names.filter(hasInclude)).toEqual(["asked"]);
    const { path, pathParameters } = { path: "/posts/7", pathParameters: { id: "7" } };
    const asking = (name: string) => eventOf("http", { path, pathParameters, query: [["include", name]] });
    expect(statuses(made, "asked", asking("author"), asking("editor"))).toEqual([200, 400]);
  });

  it("of a queue has nothing of HTTP, of models, of schemas' documents and of tokens", () => {
    const unwanted = /^(?:src\/(?:auth|models|serializers|patch|stream)|api|jose|ajv|@middy\/http-cors)/;
    expect(partsOf(made, "queue").filter(part => unwanted.test(part))).toEqual([]);
    expect(partsOf(made, "queue").filter(part => part.startsWith("src/http/"))).toEqual([
      "src/http/responseState.ts",
    ]);
    const Records = ["0", "1"].map((body, index) => ({
      messageId: `m${index}`,
      body,
      eventSource: "aws:sqs",
      eventSourceARN: "arn:aws:sqs:eu-west-1:123456789012:users",
      awsRegion: "eu-west-1",
      messageAttributes: {},
    }));
    expect(runBuilt((made.queue as Built).folder, [{ Records }])).toEqual([
      { batchItemFailures: [{ itemIdentifier: "m0" }] },
    ]);
  });

  it("has no Ajv, no router, no documents and no HTTP server", () => {
    const unwanted = /^(?:ajv|rou3|api\/|src\/patch|src\/stream|@middy\/http-(?:error|json))/;
    for (const { name, parts } of Object.values(made)) {
      expect([name, parts.filter(part => unwanted.test(part))]).toEqual([name, []]);
    }
    expect(partsOf(made, "retrieve").filter(part => /^src\/schema\/jsonSchema/.test(part))).toEqual([]);
  });

  it.each<[name: string, bytes: number]>([
    ["create", 129_500],
    ["retrieve", 87_000],
    ["queue", 36_500],
  ])("%s reads at start at most %d bytes", (name, bytes) => {
    expect((made[name] as Built).start).toBeLessThan(bytes);
    // A ceiling that is far away holds nothing.
    expect((made[name] as Built).start).toBeGreaterThan(bytes * 0.9);
  });
});

describe("an authorizer of build", () => {
  it("carries what verifies tokens and nothing that answers HTTP, and no other function carries it", async () => {
    const made = await built({
      "src/authorizer.ts": `
        import { authorizerHandler } from "tsverless";
        import { Users } from "./models.ts";
        export const authorizer = authorizerHandler({ model: Users, secret: "a secret of more than 32 bytes, for tests" });`,
      "src/index.ts": 'export * from "./authorizer.ts"; export * from "./guarded.ts";',
      "src/guarded.ts": `
        import { pick, retrieveHandler } from "tsverless";
        import { Users } from "./models.ts";
        export const guarded = retrieveHandler(Users, { auth: { model: Users }, serializer: pick("id") });`,
    });
    const own = (name: string): string[] =>
      partsOf(made, name).filter(part => /^generics\/.*authorizer/.test(part));
    expect([own("authorizer").length, own("guarded")]).toEqual([3, []]);
    const unwanted =
      /^(?:ajv|rou3|api\/|src\/(?:serializers|patch|stream|events)|src\/http\/(?:write|result|ready)|middlewares\/(?:cors|errors|permit)|@middy\/http)/;
    expect(partsOf(made, "authorizer").filter(part => unwanted.test(part))).toEqual([]);
    const token = await signJwt({ sub: "7" }, { secret: "a secret of more than 32 bytes, for tests" });
    const event = events.authorizer.http({ headers: { authorization: `Bearer ${token}` } });
    expect(runBuilt((made.authorizer as Built).folder, [event])).toMatchObject([{ principalId: "7" }]);
  });
});

describe("what is asked for without a word in the project's code", () => {
  const retrieve = (more: string, options: string): string => `
    ${more}
    import { pick, retrieveHandler } from "tsverless";
    import { Users } from "./models.ts";
    export const retrieve = retrieveHandler(Users, { ...${options}, serializer: pick("id", "email") });`;
  const packageOf = (name: string, source: string): Record<string, string> => ({
    [`node_modules/${name}/package.json`]: `{ "name": "${name}", "type": "module", "exports": "./index.js" }`,
    [`node_modules/${name}/index.js`]: source,
  });

  it("is found when the bundle is loaded, or in packages", async () => {
    const made = await built({
      ...packageOf("guards", "export const guards = { auth: { loadUser: id => ({ id }) } };"),
      ...packageOf("bounds", 'export const bounds = { queryset: () => [{ id: "7", email: "x@y.z" }] };'),
      "src/index.ts": retrieve(
        'import { guards } from "guards"; import { bounds } from "bounds";',
        "guards, ...bounds",
      ),
    });
    expect([hasAuth(made, "retrieve"), hasArrays(made, "retrieve")]).toEqual([true, true]);
    expect(statuses(made, "retrieve", get)).toEqual([401]);
  });

  it("is there where handlers are made when requests come", async () => {
    const made = await built(
      {
        "src/later.ts": retrieve("", "{ auth: { loadUser: (id: string) => ({ id }) } }"),
        "src/index.ts": `
        export const handler = async (event: object, context: object) =>
          (await import("./later.ts")).retrieve(event, context);`,
      },
      "src/index.ts",
    );
    expect(hasAuth(made, "handler")).toBe(true);
    expect(statuses(made, "handler", get)).toEqual([401]);
  });

  it("is a TypeError where it could not be foreseen", () => {
    expect(() => authUser({})).toThrow(
      new TypeError(
        'The option "auth" was not asked for when this bundle was made, and is not in it: say it in the code of the function, not in a package of its own',
      ),
    );
    expect(() => ofArray([], {})).toThrow(/^An array for a queryset was not asked for/);
    expect(() => bulkHandlers()).toThrow(/^The option "bulk" was not asked for/);
    expect(() => restoreVerb()).toThrow(/^The option "restore" was not asked for/);
    expect(() => belowParents()).toThrow(/^The option "parent" was not asked for/);
    expect(() => sparseOf("listHandler", { fields: true })).toThrow(/^The option "fields" was not asked for/);
    expect(sparseOf("listHandler", {})).toBeUndefined();
    expect(() => includingOf("listHandler", { include: ["author"] })).toThrow(
      /^The option "include" was not asked for/,
    );
    expect(includingOf("listHandler", {})).toBeUndefined();
    expect(() => albCaller("authUser", {})).toThrow(/^The option "alb" was not asked for/);
    expect(() => readKeySet("authUser", {})).toThrow(/^The option "jwks" was not asked for/);
    expect(() => createWithin()).toThrow(/^The option "queryset" was not asked for/);
    expect(() => batchingOf("sqsHandler", { concurrency: 2 })).toThrow(
      /^The option "concurrency", .* not asked for/,
    );
    expect(batchingOf("sqsHandler", {})).toBeUndefined();
  });
});
