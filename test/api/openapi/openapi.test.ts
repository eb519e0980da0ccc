import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { api } from "../../../api/api.ts";
import { type OpenApiDocument, type OperationObject, openapi } from "../../../api/openapi/index.ts";
import { resource } from "../../../api/resource.ts";
import { createHandler } from "../../../generics/createHandler.ts";
import { deleteHandler } from "../../../generics/deleteHandler.ts";
import { listHandler } from "../../../generics/listHandler.ts";
import { retrieveHandler } from "../../../generics/retrieveHandler.ts";
import { updateHandler } from "../../../generics/updateHandler.ts";
import { authUser } from "../../../middlewares/authUser.ts";
import { errors } from "../../../middlewares/errors.ts";
import { jsonBody } from "../../../middlewares/jsonBody.ts";
import { operation } from "../../../middlewares/operation.ts";
import { requireKeys } from "../../../middlewares/requireKeys.ts";
import { serialize } from "../../../middlewares/serialize.ts";
import { validate } from "../../../middlewares/validate.ts";
import { HttpError } from "../../../src/core/errors.ts";
import { configure } from "../../../src/core/settings.ts";
import { errorResponse } from "../../../src/http/errorResponse.ts";
import * as face from "../../../src/index.ts";
import { memoryModel } from "../../../src/models/memory/memoryModel.ts";
import { pipeline } from "../../../src/pipeline/pipeline.ts";
import { jsonSchema } from "../../../src/schema/jsonSchema.ts";
import { pick } from "../../../src/serializers/pick.ts";
import { every } from "../../support/everyApi.ts";
import { valid, validateOpenApi } from "../../support/validateOpenApi.ts";

interface User {
  id: string;
  email: string;
  name?: string;
  age: number;
  password: string;
}
const user = jsonSchema({
  type: "object",
  properties: {
    id: { type: "string", format: "uuid" },
    email: { type: "string", format: "email", examples: ["bea@example.com"] },
    name: { type: "string" },
    age: { type: "integer", minimum: 0 },
    password: { type: "string" },
  },
  required: ["id", "email", "age", "password"],
});
const Users = memoryModel<User>({ name: "User", schema: user });
const auth = { secret: "s".repeat(32), loadUser: (id: string) => ({ id }) };
const users = resource(Users, {
  auth,
  serializer: pick("id", "email", "name"),
  required: ["email", "password"],
  optional: ["name"],
  filters: { age: { operators: ["eq", "ne", "gt", "gte", "lt", "lte", "in", "isNull"] } },
  ordering: ["age"],
  search: ["email", "name"],
  list: { auth: undefined },
});
const info = { title: "Users", version: "2.0.0", license: { name: "MIT", identifier: "MIT" } } as const;
const document = openapi(api({ users }), info);
const error = (name: string) => ({ $ref: `#/components/responses/${name}` });

function operationAt(
  made: OpenApiDocument,
  path: string,
  method: keyof OpenApiDocument["paths"][string],
): OperationObject {
  const found = made.paths[path]?.[method];
  if (found === undefined) throw new Error(`no ${method} ${path}`);
  return found;
}

afterEach(() => configure({ problemDetails: undefined }));

describe("the document of a resource", () => {
  it("is valid to two validators", async () => {
    expect(await validateOpenApi(document)).toEqual(valid);
  });

  it.each<[what: string, breakIt: (broken: OpenApiDocument) => unknown]>([
    [
      "responses that are a text",
      one => Object.assign(operationAt(one, "/users", "post"), { responses: "none" }),
    ],
    ["a reference to nothing", one => delete one.components.schemas?.User],
    ["no title", one => delete (one.info as Partial<typeof one.info>).title],
  ])("is refused by both with %s", async (_what, breakIt) => {
    const broken = structuredClone(document);
    breakIt(broken);
    const { swaggerParser, redocly } = await validateOpenApi(broken);
    expect(swaggerParser.length).toBeGreaterThan(0);
    expect(redocly.join("\n")).toMatch(/^error /m);
  });

  it("says what the API is", () => {
    const { openapi: version, info: shown, servers } = document;
    expect({ version, shown, servers }).toEqual({ version: "3.1.1", shown: info, servers: [{ url: "/" }] });
    expect(openapi([]).info).toEqual({ title: "API", version: "1.0.0" });
  });

  it("has an operation for each verb, named, tagged and summed up", () => {
    const rows = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, { operationId, summary, tags, security }]) => {
        return [`${method} ${path}`, operationId, summary, tags, security.length];
      }),
    );
    expect(rows).toEqual([
      ["post /users", "usersCreate", "Create a user", ["users"], 1],
      ["get /users", "usersList", "List users", ["users"], 0],
      ["get /users/{id}", "usersRetrieve", "Get a user", ["users"], 1],
      ["put /users/{id}", "usersUpdatePut", "Update a user", ["users"], 1],
      ["patch /users/{id}", "usersUpdate", "Update a user", ["users"], 1],
      ["delete /users/{id}", "usersDelete", "Delete a user", ["users"], 1],
    ]);
  });

  it("documents the body of a create, its responses and who may", () => {
    expect(operationAt(document, "/users", "post")).toEqual({
      operationId: "usersCreate",
      summary: "Create a user",
      tags: ["users"],
      security: [{ bearerAuth: [] }],
      requestBody: {
        required: true,
        content: {
          "application/json": {
            schema: { $ref: "#/components/schemas/UserCreate" },
            example: { email: "bea@example.com", password: "password", name: "name" },
          },
        },
      },
      responses: {
        201: {
          description: "Created",
          headers: { Location: { description: "Where the new object is", schema: { type: "string" } } },
          content: { "application/json": { schema: { $ref: "#/components/schemas/User" } } },
        },
        400: error("BadRequest"),
        401: error("Unauthorized"),
        409: error("Conflict"),
        413: error("ContentTooLarge"),
        415: error("UnsupportedMediaType"),
        default: error("Failure"),
      },
    });
    expect(document.components.securitySchemes).toEqual({
      bearerAuth: { type: "http", scheme: "bearer", bearerFormat: "JWT" },
    });
    expect(document.components.responses?.Unauthorized).toEqual({
      description: "Unauthorized",
      headers: { "WWW-Authenticate": { description: "How to sign in", schema: { type: "string" } } },
      content: {
        "application/json": {
          schema: { $ref: "#/components/schemas/Error" },
          example: { code: 401, message: "Unauthorized" },
        },
      },
    });
  });

  it.each([false, true])("shows errors as they go out, with problem details %s", async problemDetails => {
    configure({ problemDetails });
    const kinds = Object.values(face).flatMap(each =>
      typeof each === "function" && each.prototype instanceof HttpError ? [each as new () => HttpError] : [],
    );
    const thrown = [...kinds.map(Kind => new Kind()), new HttpError(402, "Payment Required")];
    const statuses = Object.fromEntries(thrown.map(({ statusCode }) => [statusCode, {}]));
    const chain = [errors(), serialize(), operation({ responses: statuses })];
    const { responses } = operationAt(openapi(api({ "GET /x": pipeline(chain, () => 1) })), "/x", "get");
    const type = problemDetails ? "application/problem+json" : "application/json";
    for (const error of thrown) {
      const shown = responses[error.statusCode] as { content: Record<string, { example: object }> };
      expect(shown.content[type]?.example).toEqual(errorResponse(error, {}).body);
    }
    const all = (await every.openapi()).components.responses ?? {};
    const shown = Object.entries(all).map(([name, { content }]) => [name, content?.[type]?.example]);
    const code = problemDetails ? "status" : "code";
    expect(Object.fromEntries(shown)).toMatchObject({
      BadRequest: { [code]: 400 },
      NotFound: { [code]: 404, [problemDetails ? "detail" : "message"]: "Resource Not Found" },
      ClientError: { [code]: 400 },
      Failure: { [code]: 500 },
    });
    expect(JSON.stringify(shown)).not.toMatch(/"(code|status)":0|"string"/);
  });

  it("says each schema once, with what goes out and what comes in", () => {
    const email = { type: "string", format: "email", examples: ["bea@example.com"] };
    const name = { type: "string" };
    expect(document.components.schemas).toMatchObject({
      User: {
        type: "object",
        properties: { id: { type: "string", format: "uuid" }, email, name },
        required: ["id", "email"],
      },
      UserCreate: {
        type: "object",
        properties: { email, password: { type: "string" }, name },
        required: ["email", "password"],
      },
      // What is changed alone; what is there already need not be sent.
      UserChanges: { type: "object", properties: { email, password: { type: "string" }, name } },
      // A patch takes away what need not be there, and nothing else.
      UserPatch: { properties: { email, password: { type: "string" }, name: { type: ["string", "null"] } } },
    });
    expect(Object.keys(document.components.schemas ?? {})).toEqual([
      "Error",
      "FieldError",
      "JsonPatch",
      "User",
      "UserChanges",
      "UserCreate",
      "UserPatch",
      "UserUpdate",
    ]);
    expect(JSON.stringify(document.components.schemas?.User)).not.toContain("password");
  });

  it("says of PATCH what the update itself requires, and no defaults", () => {
    interface Note {
      id: string;
      title: string;
      text?: string;
    }
    const Notes = memoryModel<Note>({ name: "Note", fields: { id: "text", title: "text", text: "text" } });
    const serializer = pick("id", "title");
    const body = z.object({ title: z.string(), text: z.string().default("-") });
    const at = (notes: unknown) => {
      const made = openapi(api({ notes: notes as never }) as never, info);
      const schemas = made.components.schemas as Record<string, object>;
      const of = (method: "put" | "patch") =>
        Object.fromEntries(
          Object.entries(operationAt(made, "/notes/{id}", method).requestBody?.content ?? {})
            .filter(([type]) => !type.includes("json-patch"))
            .map(([type, { schema }]) => {
              const name = String((schema as { $ref?: string }).$ref?.split("/").at(-1));
              return [type, schemas[name]];
            }),
        );
      return { put: of("put"), patch: of("patch") };
    };
    const text = { type: "string" };
    const shared = at(
      resource(Notes, { serializer, body, required: ["title"], optional: ["text"] }) as never,
    );
    expect(shared.put["application/json"]).toMatchObject({
      required: ["title"],
      properties: { text: { default: "-" } },
    });
    expect(shared.patch["application/json"]).toEqual({ type: "object", properties: { title: text, text } });
    expect(shared.patch["application/merge-patch+json"]).toEqual({
      type: "object",
      properties: { title: text, text: { type: ["string", "null"] } },
    });
    const own = at(
      resource(Notes, { serializer, body, update: { required: ["title"], optional: ["text"] } }) as never,
    );
    expect(own.patch["application/json"]).toEqual({
      type: "object",
      properties: { title: text, text },
      required: ["title"],
    });
    expect(own.patch["application/merge-patch+json"]).toMatchObject({ required: ["title"] });
  });

  it("documents how a list is paged, filtered, ordered and searched", () => {
    const { parameters = [], responses } = operationAt(document, "/users", "get");
    const shown = parameters.map(({ name, schema, style, explode }) => [name, schema, style, explode]);
    const age = { type: "integer" };
    expect(shown).toEqual([
      ["limit", { type: "integer", minimum: 1, default: 50 }, undefined, undefined],
      ["offset", { type: "integer", minimum: 0 }, undefined, undefined],
      ["cursor", { type: "string" }, undefined, undefined],
      [
        "age",
        {
          type: "object",
          properties: {
            ...Object.fromEntries(["eq", "ne", "gt", "gte", "lt", "lte"].map(name => [name, age])),
            in: { type: "array", items: age },
            isNull: { type: "boolean" },
          },
          additionalProperties: false,
        },
        "deepObject",
        true,
      ],
      ["order", { type: "array", items: { type: "string", enum: ["age", "-age"] } }, "form", false],
      ["q", { type: "string", maxLength: 100 }, undefined, undefined],
    ]);
    expect(Object.keys(responses)).toEqual(["200", "400", "default"]);
    expect(responses[200]).toMatchObject({
      headers: { Link: {} },
      content: {
        "application/json": { schema: { type: "array", items: { $ref: "#/components/schemas/User" } } },
      },
    });
  });

  it("names a condition where a request can make use of it alone", () => {
    const Things = memoryModel<{ id: string; title: string }>({
      name: "Thing",
      fields: { id: "text", title: "text" },
    });
    const serializer = pick("id", "title");
    type Conditions = Record<string, string[]>;
    function conditionsOf(made: object): Conditions {
      const { paths } = openapi(api({ things: made }));
      const operations = Object.values(paths).flatMap(item => Object.entries(item));
      return Object.fromEntries(
        operations.map(([method, { parameters = [], responses }]) => [
          method,
          [
            ...parameters.flatMap(one =>
              one.in === "header" ? [one.required ? `${one.name}!` : one.name] : [],
            ),
            ...["412", "428"].filter(status => status in responses),
          ],
        ]),
      );
    }
    const usual = { get: ["If-None-Match"], post: [], put: ["If-Match", "412"], patch: ["If-Match", "412"] };
    expect(conditionsOf(resource(Things, { serializer, required: ["title"] }))).toEqual({
      ...usual,
      delete: ["If-Match", "412"],
    });
    // The client says the id, by lists or by a schema.
    const post = ["If-None-Match", "412"];
    const named = resource(Things, { serializer, create: { optional: ["id"] }, delete: false });
    expect(conditionsOf(named)).toEqual({ ...usual, post });
    const body = z.object({ id: z.string(), title: z.string() });
    expect(conditionsOf({ create: createHandler(Things, { body }) })).toEqual({ post });
    // PUT creates.
    const update = updateHandler(Things, {
      serializer,
      optional: ["title"],
      upsert: true,
      requireMatch: true,
    });
    expect(conditionsOf({ update })).toEqual({
      put: ["If-Match", "If-None-Match", "412", "428"],
      patch: ["If-Match", "412", "428"],
    });
    // Nothing gives a version.
    expect(conditionsOf({ delete: deleteHandler(Things) })).toEqual({ delete: [] });
    expect(conditionsOf({ delete: deleteHandler(Things, { requireMatch: true }) })).toEqual({
      delete: ["If-Match!", "412", "428"],
    });
    expect(conditionsOf({ delete: deleteHandler(Things, { etag: ({ title }) => `"${title}"` }) })).toEqual({
      delete: ["If-Match", "412"],
    });
  });

  it("documents the types, conditions and responses of an update", () => {
    const { parameters = [], requestBody, responses } = operationAt(document, "/users/{id}", "patch");
    expect(parameters.map(one => [one.name, one.in, one.required ?? false])).toEqual([
      ["id", "path", true],
      ["If-Match", "header", false],
    ]);
    expect(parameters[0]?.schema).toEqual({ type: "string", format: "uuid" });
    expect(Object.keys(requestBody?.content ?? {})).toEqual([
      "application/json",
      "application/merge-patch+json",
      "application/json-patch+json",
    ]);
    expect(Object.keys(responses)).toEqual([
      "200",
      "400",
      "401",
      "404",
      "409",
      "412",
      "413",
      "415",
      "default",
    ]);
    expect(responses[200]).toMatchObject({ headers: { ETag: { schema: { type: "string" } } } });
    expect(Object.keys(operationAt(document, "/users/{id}", "get").responses)).toEqual([
      "200",
      "304",
      "400",
      "401",
      "404",
      "default",
    ]);
    expect(operationAt(document, "/users/{id}", "delete").responses[204]).toEqual({
      description: "No Content",
    });
  });

  it("is the same each time, and part of nothing", () => {
    const first = openapi(api({ users }), info);
    expect(JSON.stringify(first)).toBe(JSON.stringify(document));
    (first.info.license as { name: string }).name = "changed";
    (first.components.schemas as Record<string, unknown>).User = {};
    expect(JSON.stringify(openapi(api({ users }), info))).toBe(JSON.stringify(document));
  });

  it("documents errors as problem details when the settings do", async () => {
    configure({ problemDetails: true });
    const made = openapi(api({ users }), info);
    expect(made.components.responses?.NotFound?.content).toEqual({
      "application/problem+json": {
        schema: { $ref: "#/components/schemas/Error" },
        example: { type: "about:blank", title: "Not Found", status: 404, detail: "Resource Not Found" },
      },
    });
    expect(made.components.schemas?.Error).toMatchObject({ required: ["type", "title", "status", "detail"] });
    expect(await validateOpenApi(made)).toEqual(valid);
  });
});

describe("the document of all there is", () => {
  it("is valid to two validators", async () => {
    expect(await validateOpenApi(await every.openapi())).toEqual(valid);
  });

  it("leaves out what is hidden, what has no path, and its own route", async () => {
    const { paths } = await every.openapi();
    expect(Object.keys(paths).filter(path => /hidden|default|openapi/.test(path))).toEqual([]);
    const fallback = pipeline([errors(), serialize()], () => 1);
    expect(openapi(api({ $default: fallback })).paths).toEqual({});
  });

  it("has each operationId once", async () => {
    const { paths } = await every.openapi();
    const ids = Object.values(paths).flatMap(item =>
      Object.values(item).map(({ operationId }) => operationId),
    );
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("documents dates, bigints, and columns that may be null in the form that JSON has them", async () => {
    const { schemas } = (await every.openapi()).components;
    expect(schemas).toMatchObject({
      Person: {
        properties: {
          called: { type: "string", minLength: 1 },
          born: { type: "string", format: "date-time" },
          salary: { anyOf: [{ type: "string", pattern: "^-?\\d+$" }, { type: "null" }] },
          isOld: {},
        },
        required: ["id", "called", "born", "salary", "address", "homes"],
      },
      PersonCreate: {
        properties: { homes: { maxItems: 3, items: { $ref: "#/components/schemas/Address" } } },
      },
      Thing: {
        properties: {
          id: { type: "integer" },
          label: { type: ["string", "null"] },
          price: { type: ["string", "null"] },
          ready: { type: ["boolean", "null"] },
          extra: {},
          at: { type: ["string", "null"], format: "date-time" },
        },
        required: ["id"],
      },
      ThingCreate: {
        properties: {
          label: { type: ["string", "null"] },
          at: { type: ["string", "null"], format: "date-time" },
          price: { type: ["string", "null"], pattern: "^-?\\d+(\\.\\d+)?$" },
        },
        required: ["label"],
      },
      Note: { properties: { id: {}, text: {}, owner: {} } },
      Tree: { properties: { kids: { items: { $ref: "#/components/schemas/Tree" } } } },
    });
  });

  it("documents what PUT creates, what PATCH does not, and parameters that something else reads", async () => {
    const made = await every.openapi();
    expect(operationAt(made, "/v1/things/{id}", "put").responses[201]).toMatchObject({
      headers: { Location: {}, ETag: {} },
    });
    expect(operationAt(made, "/v1/things/{id}", "patch").responses).not.toHaveProperty("201");
    const latest = operationAt(made, "/v1/latest", "get");
    expect(latest.parameters?.map(({ name }) => name)).toEqual(["x", "order"]);
  });

  it("documents who may call: a token, a cookie, or nobody in particular", async () => {
    const made = await every.openapi();
    expect(operationAt(made, "/v1/notes", "post").security).toEqual([{ bearerAuth: [] }, { cookieAuth: [] }]);
    expect(operationAt(made, "/v1/notes", "get").security).toEqual([{ bearerAuth: [] }, {}]);
    expect(operationAt(made, "/v1/people", "get").security).toEqual([]);
    expect(made.components.securitySchemes?.cookieAuth).toEqual({
      type: "apiKey",
      in: "cookie",
      name: "session",
    });
  });

  it("documents what middlewares know: keys of requests, headers, errors of one's own", async () => {
    const made = await every.openapi();
    const { parameters = [], responses } = operationAt(made, "/v1/notes", "post");
    expect(parameters.find(({ name }) => name === "Idempotency-Key")?.in).toBe("header");
    expect(responses[201]).toMatchObject({ headers: { "Idempotent-Replayed": {}, Location: {} } });
    expect(responses).toMatchObject({ 403: error("Forbidden"), 422: error("UnprocessableContent") });
    expect(operationAt(made, "/v1/notes", "get").responses).not.toHaveProperty("422");
    const search = operationAt(made, "/v1/search", "get");
    expect(search.parameters?.map(one => [one.name, one.in, one.required ?? false, one.explode])).toEqual([
      ["X-Plan", "header", false, undefined],
      ["q", "query", true, undefined],
      ["lang", "query", false, true],
      ["page", "query", false, undefined],
      ["x-tenant", "header", false, undefined],
    ]);
    expect(search.responses).toMatchObject({
      200: { headers: { "X-Left": {} } },
      429: error("TooManyRequests"),
    });
  });

  it("documents what its authors say over what it knows", async () => {
    const made = await every.openapi();
    expect(operationAt(made, "/v1/votes", "post")).toMatchObject({
      summary: "Vote",
      deprecated: true,
      requestBody: {
        content: {
          "application/json": { examples: { example: { summary: "For it", value: { choice: "yes" } } } },
        },
      },
      responses: {
        204: { description: "No Content" },
        402: { description: "Voting is for members", content: {} },
      },
    });
    expect(operationAt(made, "/v1/page", "get").responses[200]).toEqual({
      description: "A page",
      content: { "text/html": { schema: { type: "string" } } },
    });
  });

  it("has the methods that ANY leaves, and paths with slashes", async () => {
    const made = await every.openapi();
    expect(Object.keys(made.paths["/v1/any"] ?? {})).toEqual(["get", "post", "put", "patch", "delete"]);
    expect(operationAt(made, "/v1/files/{path}", "get").parameters).toEqual([
      {
        name: "path",
        in: "path",
        required: true,
        schema: { type: "string" },
        description: "The rest of the path; it may hold slashes",
        "x-greedy": true,
      },
    ]);
    const reads = pipeline([errors(), jsonBody(), serialize()], ({ body }) => body);
    const single = pipeline([errors(), serialize()], () => 1);
    const both = openapi(api({ "ANY /x": reads, "PUT /x": single }));
    expect(Object.entries(both.paths["/x"] ?? {}).map(([method, one]) => [method, one.operationId])).toEqual([
      ["post", "postX"],
      ["patch", "patchX"],
      ["put", "putX"],
    ]);
  });
});

describe("paths and names", () => {
  const card = (param: string) => retrieveHandler(Users, { param, serializer: pick("id") });

  it("take routes that differ in the names of variables alone for one path", async () => {
    const made = openapi(
      api({
        "GET /users/{id}": card("id"),
        "DELETE /users/{user}": card("user"),
        "GET /users/{id}/{x}": card("id"),
      }),
      info,
    );
    expect(Object.keys(made.paths)).toEqual(["/users/{id}", "/users/{id}/{x}"]);
    expect(operationAt(made, "/users/{id}", "delete").parameters?.[0]).toMatchObject({
      name: "id",
      schema: { format: "uuid" },
    });
    expect(await validateOpenApi(made)).toEqual(valid);
  });

  it("name the model's further forms after their operations", () => {
    const made = openapi(
      api({
        "GET /a/{id}": card("id"),
        "GET /b/{id}": retrieveHandler(Users, { serializer: pick("id", "age") }),
        "GET /c": listHandler(Users, { serializer: pick("id") }),
      }),
    );
    const names = Object.keys(made.components.schemas ?? {});
    expect(names).toEqual(["Error", "FieldError", "GetBIdResponse", "User"]);
  });

  it("keeps two models of one name apart, and one that is called Error", () => {
    const named = (name: string, field: string) =>
      retrieveHandler(
        memoryModel<{ id: string }>({ name, fields: { id: "text", [field]: "text" } as never }),
        {
          serializer: pick("id", field as "id"),
        },
      );
    const made = openapi(
      api({
        "GET /a/{id}": named("Thing", "a"),
        "GET /b/{id}": named("Thing", "b"),
        "GET /c/{id}": named("Error", "c"),
      }),
    );
    expect(Object.keys(made.components.schemas ?? {})).toEqual([
      "Error",
      "FieldError",
      "GetBIdResponse",
      "GetCIdResponse",
      "Thing",
    ]);
    expect(made.components.schemas?.Error).toHaveProperty("properties.message");
  });

  it("are the handlers' own names where an API gives them", () => {
    const chain = () => pipeline([errors(), serialize()], () => 1);
    const Things = memoryModel<{ id: string }>({ name: "Thing" });
    const { retrieve, update } = resource(Things, { serializer: pick("id") });
    const named = api(
      {
        "orgs/{org}/things": { retrieve, update },
        "POST /login": chain(),
        "ANY /x": chain(),
        "ANY /y": chain(),
      },
      {
        names: {
          "orgs/{org}/things": "thing",
          "POST /login": "login",
          "ANY /x": "anything",
          "ANY /y": "anyOf",
        },
      },
    );
    const ids = Object.values(openapi(named).paths).flatMap(item =>
      Object.values(item).map(({ operationId }) => operationId),
    );
    expect(ids.filter(id => !/^anything|Of$/.test(id))).toEqual([
      "thingRetrieve",
      "thingUpdatePut",
      "thingUpdate",
      "login",
    ]);
    expect(ids.filter(id => /^anything|Of$/.test(id))).toEqual([
      ...["Get", "Post", "Put", "Patch", "Delete"].map(method => `anything${method}`),
      ...["get", "post", "put", "patch", "delete"].map(method => `${method}Of`),
    ]);
    expect(openapi(named).paths["/login"]?.post?.summary).toBe("Login");
  });

  it("make operationIds unique, those that are declared too", () => {
    const same = () => pipeline([errors(), serialize(), operation({ operationId: "same" })], () => 1);
    const made = openapi(api({ "GET /a": same(), "GET /b": same(), "POST /b": same() }));
    const ids = Object.values(made.paths).flatMap(item =>
      Object.values(item).map(({ operationId }) => operationId),
    );
    expect(ids).toEqual(["same", "same2", "same3"]);
  });

  it("sum up in words, of whatever name", () => {
    const listed = (name: string) =>
      listHandler(memoryModel<{ id: string }>({ name }), { serializer: pick("id") });
    const names = ["BlogPost", "category", "Box", "Unit", "Essay"];
    const made = openapi(
      names.map(name => ({ method: "GET", path: `/${name}`, name, handler: listed(name) })),
    );
    expect(names.map(name => operationAt(made, `/${name}`, "get").summary)).toEqual([
      "List blog posts",
      "List categories",
      "List boxes",
      "List units",
      "List essays",
    ]);
  });

  it("tag a route by its first segment behind the prefix", () => {
    const made = openapi(
      api(
        {
          "GET /a/{id}": card("id"),
          "GET /{x}/c": card("x"),
          "GET /": pipeline([errors(), serialize()], () => 1),
        },
        { prefix: "/v1" },
      ),
    );
    expect(Object.values(made.paths).map(item => item.get?.tags)).toEqual([["a"], ["c"], ["v1"]]);
  });
});

describe("schemas", () => {
  const bodyOf = (schema: Parameters<typeof validate>[0]["body"]) => {
    const handler = pipeline(
      [errors(), jsonBody(), validate({ body: schema as never }), serialize()],
      () => 1,
    );
    const made = openapi(api({ "POST /x": handler }));
    const content = operationAt(made, "/x", "post").requestBody?.content["application/json"];
    return { content, schemas: made.components.schemas ?? {} };
  };

  it("of Zod keep the names of their parts", () => {
    const tag = z.object({ name: z.string() }).meta({ id: "Tag" });
    const { content, schemas } = bodyOf(z.object({ tags: z.array(tag), main: tag }));
    expect(content?.example).toEqual({ tags: [{ name: "name" }], main: { name: "name" } });
    expect(schemas.PostXBody).toMatchObject({
      properties: {
        tags: { items: { $ref: "#/components/schemas/Tag" } },
        main: { $ref: "#/components/schemas/Tag" },
      },
    });
  });

  it("promise of what goes out that more may come, of what comes in that no more may", () => {
    const strict = z.strictObject({ a: z.string() });
    const handler = pipeline([errors(), jsonBody(), validate({ body: strict }), serialize(strict)], () => 1);
    const { schemas = {} } = openapi(api({ "POST /x": handler })).components;
    expect(schemas.PostXBody).toMatchObject({ additionalProperties: false });
    expect(schemas.PostXResponse).not.toHaveProperty("additionalProperties");
  });

  it("whose parts have one name and differ are kept apart", () => {
    const tagged = (name: string) =>
      jsonSchema({
        type: "object",
        properties: { tag: { $ref: "#/$defs/Tag" } },
        $defs: { Tag: { type: "object", properties: { [name]: { type: "string" } } } },
      });
    const taking = (name: string) =>
      pipeline([errors(), jsonBody(), validate({ body: tagged(name) }), serialize()], () => 1);
    const made = openapi(api({ "POST /a": taking("a"), "POST /b": taking("b"), "PUT /a": taking("a") }));
    expect(Object.keys(made.components.schemas ?? {})).toEqual([
      "Error",
      "FieldError",
      "PostABody",
      "PostBBody",
      "PutABody",
      "Tag",
      "Tag2",
    ]);
    expect(made.components.schemas?.PostBBody).toMatchObject({
      properties: { tag: { $ref: "#/components/schemas/Tag2" } },
    });
  });

  it("of Zod that contain themselves refer to themselves", () => {
    interface Node {
      name: string;
      kids: Node[];
    }
    const node: z.ZodType<Node> = z.lazy(() => z.object({ name: z.string(), kids: z.array(node) }));
    const { content, schemas } = bodyOf(node);
    expect(content?.schema).toEqual({ $ref: "#/components/schemas/PostXBody" });
    expect(schemas.PostXBody).toMatchObject({
      properties: { kids: { items: { $ref: "#/components/schemas/PostXBody" } } },
    });
  });

  it("may refer to any place in themselves", () => {
    const { content, schemas } = bodyOf(
      jsonSchema({
        type: "object",
        properties: {
          a: { type: "object", properties: { b: { type: "integer", minimum: 3 } } },
          again: { $ref: "#/properties/a" },
          "x/y": { $ref: "#/$defs/a~1b" },
        },
        $defs: { "a/b": { type: "object", properties: { c: { const: 1 } } } },
      }),
    );
    expect(schemas.PostXBody).toMatchObject({
      properties: { again: { $ref: "#/components/schemas/a" }, "x/y": { $ref: "#/components/schemas/ab" } },
    });
    expect(content?.example).toEqual({ a: { b: 3 }, again: { b: 3 }, "x/y": { c: 1 } });
  });

  it("that give no JSON Schema, or have no words for it, say nothing", () => {
    const silent = {
      "~standard": { version: 1, vendor: "x", validate: (value: unknown) => ({ value }) },
    } as const;
    expect(bodyOf(silent).content).toEqual({ schema: {} });
    const failing = {
      "~standard": {
        ...silent["~standard"],
        jsonSchema: {
          input(): never {
            throw new Error("no words");
          },
        },
      },
    };
    expect(bodyOf(failing as never).content).toEqual({ schema: {} });
  });

  it("show no example that they would refuse", () => {
    const pattern = jsonSchema({
      type: "object",
      properties: { a: { type: "string", pattern: "^\\d{7}$" } },
      required: ["a"],
    });
    expect(bodyOf(pattern).content).not.toHaveProperty("example");
    const odd = z.object({ a: z.string().refine(text => text === "never") });
    expect(bodyOf(odd).content).not.toHaveProperty("example");
    const late = z.object({ a: z.string().refine(async () => true) });
    expect(bodyOf(late).content).not.toHaveProperty("example");
  });

  it("of bodies with key lists keep the listed keys of whatever form", () => {
    const schema = jsonSchema({
      type: "object",
      properties: { a: { type: "string" }, b: { type: "integer" } },
      required: ["b"],
      additionalProperties: false,
    });
    const handler = pipeline(
      [
        errors(),
        jsonBody(),
        requireKeys(["a"], { optional: ["b", "c"] }),
        validate({ body: schema }),
        serialize(),
      ],
      () => 1,
    );
    expect(openapi(api({ "POST /x": handler })).components.schemas?.PostXBody).toEqual({
      type: "object",
      properties: { a: { type: "string" }, b: { type: "integer" }, c: {} },
      required: ["a", "b"],
    });
    const either = jsonSchema({ anyOf: [{ required: ["a"] }, { required: ["b"] }] });
    const listed = pipeline(
      [
        errors(),
        jsonBody(),
        requireKeys(["a"], { optional: ["b"] }),
        validate({ body: either }),
        serialize(),
      ],
      () => 1,
    );
    expect(openapi(api({ "POST /x": listed })).components.schemas?.PostXBody).toEqual({
      allOf: [{ anyOf: [{ required: ["a"] }, { required: ["b"] }] }, { type: "object", required: ["a"] }],
    });
  });
});

describe("handlers of which little is known", () => {
  it("are documented as far as they are", async () => {
    const bare = async () => ({ statusCode: 200 });
    const made = openapi(api({ "GET /x/{id}": bare }), info);
    expect(operationAt(made, "/x/{id}", "get")).toEqual({
      operationId: "getXId",
      summary: "Get x id",
      tags: ["x"],
      security: [],
      parameters: [{ name: "id", in: "path", required: true, schema: { type: "string" } }],
      responses: { default: { description: "What get x id answers" } },
    });
    expect((await validateOpenApi(made)).swaggerParser).toEqual([]);
  });

  it("promise no errors of which nothing makes a response", () => {
    const chain = [serialize(), authUser(auth)] as const;
    const open = openapi(api({ "GET /x": pipeline(chain, () => 1) }));
    expect(Object.keys(operationAt(open, "/x", "get").responses)).toEqual(["200"]);
    const thrown = pipeline([errors({ rethrow: true }), ...chain], () => 1);
    expect(Object.keys(operationAt(openapi(api({ "GET /x": thrown })), "/x", "get").responses)).toEqual([
      "200",
    ]);
  });
});

describe("options", () => {
  it.each<[options: object, message: string]>([
    [{ tittle: "x" }, 'openapi: unknown option "tittle"'],
    [{ servers: "x" }, 'openapi: option "servers" must be an array'],
    [{ login: true }, 'openapi: option "login" must be a string or false'],
  ])("%j are refused", (options, message) => {
    expect(() => openapi([], options)).toThrow(TypeError);
    expect(() => openapi([], options)).toThrow(message);
  });

  it("say where the API is, how it is tagged and secured", async () => {
    const servers = [{ url: "https://api.example.com", description: "Live" }];
    const tags = [{ name: "users", description: "All of them" }];
    const cognito = {
      type: "openIdConnect",
      openIdConnectUrl: "https://example.com/.well-known/openid-configuration",
    };
    const guarded = pipeline([errors(), serialize(), operation({ security: [{ cognito: [] }] })], () => 1);
    const made = openapi(api({ users, "GET /x": guarded }), {
      ...info,
      servers,
      tags,
      securitySchemes: { cognito },
    });
    expect([made.servers, made.tags]).toEqual([servers, tags]);
    expect(Object.keys(made.components.securitySchemes ?? {})).toEqual(["bearerAuth", "cognito"]);
    expect(operationAt(made, "/x", "get").security).toEqual([{ cognito: [] }]);
    expect(await validateOpenApi(made)).toMatchObject({ swaggerParser: [] });
  });
});
