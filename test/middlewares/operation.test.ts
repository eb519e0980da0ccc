import middy from "@middy/core";
import { describe, expect, it } from "vitest";
import { api } from "../../api/api.ts";
import { openapi } from "../../api/openapi/index.ts";
import { resource } from "../../api/resource.ts";
import { errors } from "../../middlewares/errors.ts";
import { operation } from "../../middlewares/operation.ts";
import { serialize } from "../../middlewares/serialize.ts";
import { memoryModel } from "../../src/models/memory/memoryModel.ts";
import { explain } from "../../src/pipeline/explain.ts";
import { pipeline } from "../../src/pipeline/pipeline.ts";
import { jsonSchema } from "../../src/schema/jsonSchema.ts";
import { pick } from "../../src/serializers/pick.ts";
import { send } from "../support/send.ts";

const Users = memoryModel<{ id: string; name: string }>({
  name: "User",
  fields: { id: "text", name: "text" },
});
const documented = (words: Parameters<typeof operation>[0], serializer = pick("id")) => {
  const handler = pipeline([operation(words), errors(), serialize(serializer as never)], () => ({}));
  const made = openapi(api({ "POST /x": handler }));
  return { at: made.paths["/x"]?.post, schemas: made.components.schemas };
};

describe("operation", () => {
  it("says what documents say, over what the chain declares", () => {
    const { at } = documented({
      summary: "Do it",
      description: "At *once*.",
      tags: ["a", "b"],
      operationId: "doIt",
      deprecated: true,
    });
    expect(at).toMatchObject({
      operationId: "doIt",
      summary: "Do it",
      description: "At *once*.",
      tags: ["a", "b"],
      deprecated: true,
    });
  });

  it("leaves a handler out of documents", () => {
    const hidden = pipeline([operation({ hidden: true }), errors()], () => 1);
    expect(openapi(api({ "GET /x": hidden })).paths).toEqual({});
  });

  it("takes a model for an object as the serializer lets it out, and brackets for a list", () => {
    const one = documented({ response: Users });
    expect(one.at?.responses[200]).toMatchObject({
      content: { "application/json": { schema: { $ref: "#/components/schemas/User" } } },
    });
    expect(one.schemas?.User).toEqual({
      type: "object",
      properties: { id: { type: "string" } },
      required: ["id"],
    });
    expect(documented({ response: [Users] }).at?.responses[200]).toMatchObject({
      content: {
        "application/json": { schema: { type: "array", items: { $ref: "#/components/schemas/User" } } },
      },
    });
  });

  it("takes schemas of any kind for bodies, queries and responses", () => {
    const { at, schemas } = documented({
      body: [{ type: "object", properties: { a: { type: "integer" } } }],
      query: jsonSchema({ type: "object", properties: { dry: { type: "boolean" } }, required: ["dry"] }),
      response: { type: "string" },
      responses: {
        202: { description: "Later", body: null },
        402: { description: "Pay" },
        200: { headers: { "X-A": "A" } },
      },
    });
    expect(at?.requestBody).toEqual({
      required: true,
      content: {
        "application/json": {
          schema: { type: "array", items: { $ref: "#/components/schemas/PostXBody" } },
          example: [{ a: 1 }],
        },
      },
    });
    expect(schemas?.PostXBody).toEqual({ type: "object", properties: { a: { type: "integer" } } });
    expect(at?.parameters).toEqual([
      { name: "dry", in: "query", required: true, schema: { type: "boolean" } },
    ]);
    expect(at?.responses).toEqual({
      200: {
        description: "OK",
        headers: { "X-A": { description: "A", schema: { type: "string" } } },
        content: { "application/json": { schema: { type: "string" } } },
      },
      202: { description: "Later" },
      402: {
        description: "Pay",
        content: {
          "application/json": {
            schema: { $ref: "#/components/schemas/Error" },
            example: { code: 402, message: "Payment Required" },
          },
        },
      },
      default: { $ref: "#/components/responses/Failure" },
    });
  });

  it("shows examples of requests and responses by name", () => {
    const { at } = documented({
      body: { type: "object" },
      example: { body: { a: 1 }, response: { id: "1" } },
      examples: { other: { summary: "Another", body: { a: 2 }, headers: { "X-A": "a" } } },
    });
    expect(at?.requestBody?.content["application/json"]?.examples).toEqual({
      example: { value: { a: 1 } },
      other: { summary: "Another", value: { a: 2 } },
    });
    expect(at?.responses[200]).toMatchObject({
      content: { "application/json": { examples: { example: { value: { id: "1" } } } } },
    });
  });

  it("costs a request nothing: it has no hook that one passes", async () => {
    const { before, after } = operation({ summary: "x" });
    expect([before, after]).toEqual([undefined, undefined]);
    const handler = pipeline([errors({ logger: false }), operation({ summary: "x" }), serialize()], () => {
      throw new Error("broken");
    });
    expect((await send(handler, "http")).status).toBe(500);
    expect(explain(handler).map(({ name }) => name)).toEqual(["errors", "operation", "serialize"]);
  });

  it("fits into a Middy app", async () => {
    const handler = middy(() => ({ statusCode: 204 })).use(operation({ summary: "x" }) as never);
    expect(await (handler as (event: object, context: object) => unknown)({}, {})).toEqual({
      statusCode: 204,
    });
  });

  it.each<[words: unknown, message: string]>([
    [{ sumary: "x" }, 'operation: unknown option "sumary"'],
    [{ summary: 1 }, 'operation: option "summary" must be a string'],
    [{ tags: [1] }, 'operation: option "tags" must be an array of strings'],
    [undefined, "operation: options must be an object"],
  ])("refuses %j", (words, message) => {
    expect(() => operation(words as never)).toThrow(TypeError);
    expect(() => operation(words as never)).toThrow(message);
  });
});

describe("the option operation", () => {
  it("of a resource holds for all verbs, and a verb's own goes over it", () => {
    const users = resource(Users, {
      serializer: pick("id"),
      required: ["name"],
      operation: { tags: ["people"], description: "Shared" },
      create: { operation: { summary: "Sign up", description: "Own" } },
      delete: { operation: { hidden: true } },
    });
    const { paths } = openapi(api({ users }));
    expect(paths["/users"]?.post).toMatchObject({ summary: "Sign up", description: "Own", tags: ["people"] });
    expect(paths["/users"]?.get).toMatchObject({
      summary: "List users",
      description: "Shared",
      tags: ["people"],
    });
    expect(Object.keys(paths["/users/{id}"] ?? {})).toEqual(["get", "put", "patch"]);
  });

  it.each<[options: object, message: string]>([
    [{ operation: { summary: "x" } }, 'resource: unknown option "summary"'],
    [{ operation: "x" }, 'resource: option "operation" must be an object'],
    [{ create: { operation: { sumary: "x" } } }, 'operation: unknown option "sumary"'],
    [{ create: { operation: "x" } }, 'createHandler: option "operation" must be an object'],
  ])("is checked: %j", (options, message) => {
    expect(() => resource(Users, { serializer: pick("id"), ...options })).toThrow(message);
  });
});
