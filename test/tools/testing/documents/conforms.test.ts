import { describe, expect, it } from "vitest";
import { api } from "../../../../api/api.ts";
import { openapi } from "../../../../api/openapi/index.ts";
import { resource } from "../../../../api/resource.ts";
import { errors } from "../../../../middlewares/errors.ts";
import { jsonBody } from "../../../../middlewares/jsonBody.ts";
import { operation } from "../../../../middlewares/operation.ts";
import { serialize } from "../../../../middlewares/serialize.ts";
import { validate } from "../../../../middlewares/validate.ts";
import { memoryModel } from "../../../../src/models/memory/memoryModel.ts";
import { pipeline } from "../../../../src/pipeline/pipeline.ts";
import { jsonSchema } from "../../../../src/schema/jsonSchema.ts";
import { pick } from "../../../../src/serializers/pick.ts";
import { conforms, type SeenResponse } from "../../../../tools/testing/documents/conforms.ts";
import { exampleRequests } from "../../../../tools/testing/documents/exampleRequests.ts";

interface User {
  id: string;
  age: number;
  at: string;
}
const user = jsonSchema({
  type: "object",
  properties: {
    id: { type: "string" },
    age: { type: "integer" },
    at: { type: "string", format: "date-time" },
  },
  required: ["id", "age", "at"],
});
const Users = memoryModel<User>({ name: "User", schema: user });
const greet = pipeline(
  [
    errors(),
    jsonBody(),
    validate({
      body: jsonSchema({ type: "object", properties: { to: { type: "string" } }, required: ["to"] }),
      query: jsonSchema({
        type: "object",
        properties: { tone: { type: "string", enum: ["warm", "cold"] }, loud: { type: "boolean" } },
        required: ["tone"],
      }),
    }),
    operation({
      examples: {
        ann: { body: { to: "Ann" }, query: { tone: "cold", loud: true }, path: { lang: "de at" } },
        bob: { body: { to: "Bob" } },
      },
    }),
    serialize(),
  ],
  ({ body }) => body,
);
const document = openapi(
  api({
    users: resource(Users, { serializer: pick("id", "age"), required: ["age"], count: true }),
    "POST /greet/{lang}": greet,
    "GET /files/{path+}": pipeline([errors(), serialize()], () => ({})),
  }),
  { servers: [{ url: "https://example.com/shop" }] },
);

describe("conforms", () => {
  const problems = conforms(document);
  const json = { "content-type": "application/json; charset=utf-8" };
  const found: SeenResponse = {
    method: "GET",
    path: "/users/1",
    status: 200,
    headers: { "Content-Type": "application/json", ETag: '"x"' },
    body: '{"id":"1","age":5}',
  };
  const error = JSON.stringify({ code: 404, message: "Resource Not Found" });

  it.each<[what: string, change: Partial<SeenResponse>]>([
    ["as it is documented", {}],
    ["with web headers and bytes", { headers: new Headers(json), body: Buffer.from('{"id":"1","age":5}') }],
    ["behind the server's path, with a slash at the end", { path: "https://example.com/shop/users/1/?x=1" }],
    ["without a body, to HEAD", { method: "HEAD", body: "" }],
    ["304 without a body", { status: 304, headers: { etag: '"x"' }, body: "" }],
    ["an error that is documented", { status: 404, headers: json, body: error }],
    ["an error that is not, in the form of all", { status: 418, headers: json, body: error }],
    ["404 for what is not there", { path: "/nowhere", status: 404, headers: json, body: error }],
    ["405 with Allow", { method: "POST", status: 405, headers: { ...json, allow: "GET" }, body: error }],
    ["any response to OPTIONS", { method: "OPTIONS", status: 204, body: "" }],
    ["of a path with slashes", { path: "/files/a/b", body: "{}", headers: json }],
  ])("takes a response %s", (_what, change) => {
    expect(problems({ ...found, ...change })).toEqual([]);
  });

  it.each<[problem: string, change: Partial<SeenResponse>]>([
    ["age must be integer", { body: '{"id":"1","age":"5"}' }],
    ["password is not allowed", { body: '{"id":"1","age":5,"password":"x"}' }],
    ["id is required", { body: '{"age":5}' }],
    ["the body must be object", { body: '"1"' }],
    ["its body is not JSON", { body: "{" }],
    ["its content type is text/plain, not application/json", { headers: { "content-type": "text/plain" } }],
    ["its content type is missing, not application/json", { headers: {} }],
    ["usersRetrieve does not document the status 202", { status: 202 }],
    ["its header location is not documented", { headers: { ...json, location: "/x" } }],
    ["it has a body, and the document knows of none", { status: 304, headers: {}, body: "{}" }],
    ["message is required", { status: 404, headers: json, body: '{"code":404}' }],
    ["stack is not allowed", { status: 500, headers: json, body: '{"code":500,"message":"x","stack":""}' }],
    ["it is 200, not 404: there is no such operation", { path: "/nowhere" }],
    ["it is 200, not 405: there is no such operation", { method: "POST" }],
    ["it has no header Allow", { method: "POST", status: 405, headers: json, body: error }],
    ["message is required", { path: "/nowhere", status: 404, headers: json, body: '{"code":404}' }],
    [
      "its header total-count is not a whole number",
      { path: "/users", body: "[]", headers: { ...json, "total-count": "many" } },
    ],
  ])("says that %s", (problem, change) => {
    expect(problems({ ...found, ...change })).toEqual([problem]);
  });

  it("checks with formats that Ajv does not know, as far as it does", () => {
    const odd = structuredClone(document);
    const schemas = odd.components.schemas as Record<
      string,
      { properties: Record<string, { format?: string }> }
    >;
    (schemas.User?.properties.id as { format: string }).format = "snowflake";
    expect(conforms(odd)(found)).toEqual([]);
    expect(conforms(odd)({ ...found, body: '{"id":1,"age":5}' })).toEqual(["id must be string"]);
  });
});

describe("exampleRequests", () => {
  const requests = exampleRequests(document);
  const of = (id: string) => requests.filter(({ operationId }) => operationId === id);

  it("gives one request for each example, with its body and its parameters", () => {
    expect(of("postGreetLang")).toEqual([
      {
        operationId: "postGreetLang",
        example: "ann",
        method: "POST",
        path: "/greet/de%20at?tone=cold&loud=true",
        headers: { "content-type": "application/json" },
        body: '{"to":"Ann"}',
        signedIn: false,
      },
      {
        operationId: "postGreetLang",
        example: "bob",
        method: "POST",
        // What is required has the value of another example.
        path: "/greet/de%20at?tone=cold",
        headers: { "content-type": "application/json" },
        body: '{"to":"Bob"}',
        signedIn: false,
      },
    ]);
  });

  it("makes what is required of its schema where there is no example", () => {
    expect(of("usersRetrieve")).toEqual([
      { operationId: "usersRetrieve", method: "GET", path: "/users/id", headers: {}, signedIn: false },
    ]);
    expect(of("usersCreate").map(({ body }) => body)).toEqual(['{"age":1}']);
  });
});
