import httpCors from "@middy/http-cors";
import { describe, expect, it } from "vitest";
import { api } from "../../../api/api.ts";
import type { AnyHandler } from "../../../api/entries.ts";
import { openapi } from "../../../api/openapi/index.ts";
import { createHandler } from "../../../generics/createHandler.ts";
import { retrieveHandler } from "../../../generics/retrieveHandler.ts";
import { cors } from "../../../middlewares/cors.ts";
import { errors } from "../../../middlewares/errors.ts";
import { operation } from "../../../middlewares/operation.ts";
import { serialize } from "../../../middlewares/serialize.ts";
import { memoryModel } from "../../../src/models/memory/memoryModel.ts";
import { pipeline } from "../../../src/pipeline/pipeline.ts";
import { pick } from "../../../src/serializers/pick.ts";
import { every } from "../../support/everyApi.ts";
import { validateOpenApi } from "../../support/validateOpenApi.ts";

const Users = memoryModel<{ id: string; name: string }>({ name: "User" });
const serializer = pick("id", "name");
const quiet = pipeline([errors(), serialize()], () => 1);
const blog = api({
  "POST /users": createHandler(Users, { required: ["name"] }),
  "GET /users": quiet,
  "GET /files/{path+}": pipeline([errors(), cors(), operation({ security: [{ jwt: [] }] })], () => 1),
  "ANY /any": pipeline([errors(), cors()], () => 1),
});
const lambda = "arn:aws:lambda:eu-west-1:123456789012:function:blog";
const uri = `arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/${lambda}/invocations`;

describe("the definition for API Gateway", () => {
  it("has the integration of the function for each route of an HTTP API, and preflight requests too", () => {
    const integration = { type: "aws_proxy", httpMethod: "POST", uri, payloadFormatVersion: "2.0" };
    const responses = { default: { description: "What the function answers" } };
    const rest = { responses, "x-amazon-apigateway-integration": integration };
    const parameters = [{ name: "path", in: "path", required: true, schema: { type: "string" } }];
    expect(openapi(blog, { title: "Blog", apiGateway: { lambda } })).toEqual({
      openapi: "3.0.1",
      info: { title: "Blog", version: "1.0.0" },
      paths: {
        "/users": {
          post: { summary: "Create a user", ...rest },
          get: { summary: "Get users", ...rest },
          options: { summary: "Answer preflight requests", security: [], ...rest },
        },
        "/files/{path+}": {
          get: { summary: "Get files path", parameters, ...rest },
          options: { summary: "Answer preflight requests", parameters, security: [], ...rest },
        },
        "/any": { "x-amazon-apigateway-any-method": { summary: "Any any", ...rest } },
      },
    });
  });

  it.each<[what: string, route: AnyHandler, wanted: string[]]>([
    ["cors", pipeline([errors(), cors()], () => 1), ["get", "options"]],
    [
      "cors, asked to leave them",
      pipeline([cors({ disableBeforePreflightResponse: true })], () => 1),
      ["get"],
    ],
    ["the official http-cors", pipeline([httpCors()], () => 1), ["get", "options"]],
    [
      "the official http-cors, added later",
      pipeline([errors()], () => 1).use(httpCors()),
      ["get", "options"],
    ],
    [
      "the official http-cors in a generic",
      retrieveHandler(Users, { serializer, cors: false, use: [httpCors()] }),
      ["get", "options"],
    ],
    ["no CORS", pipeline([errors()], () => 1), ["get"]],
    ["no CORS, in a generic", retrieveHandler(Users, { serializer, cors: false }), ["get"]],
    ["another's chain, which nothing is known of", async () => ({ statusCode: 200 }), ["get", "options"]],
  ])("leads preflight requests to the functions that may answer them: %s", (_what, route, wanted) => {
    const app = api({ "GET /a/{id}": route, "PUT /a/{key}": quiet });
    const { paths } = openapi(app, { apiGateway: { lambda } });
    expect(Object.keys(paths["/a/{id}"] ?? {})).toEqual(wanted);
    expect(Object.keys(paths["/a/{key}"] ?? {})).toEqual(["put"]);
  });

  it("is valid OpenAPI 3.0", async () => {
    const made = await every.openapi({ apiGateway: { lambda } });
    const { swaggerParser, redocly } = await validateOpenApi(made);
    expect(swaggerParser).toEqual([]);
    // The gateway's own word for a variable that takes slashes, `{path+}`, is none of OpenAPI's.
    const rules = redocly.filter(problem => /^error /.test(problem) && !problem.includes("{path+}"));
    expect(new Set(rules.map(problem => problem.split(":")[0]))).toEqual(
      new Set(["error no-empty-servers", "error security-defined"]),
    );
    // What no document shows is served all the same.
    expect(Object.keys(made.paths)).toEqual(expect.arrayContaining(["/v1/openapi.json", "/v1/hidden"]));
  });

  it("names each route's own function, as an ARN or as an expression", () => {
    const expression = { "Fn::Sub": "arn:aws:apigateway:eu-west-1:lambda:path/…" };
    const apiGateway = {
      lambda: { postUsers: lambda, getUsers: expression, getFilesPath: lambda, anyAny: lambda },
      payloadFormatVersion: "1.0",
      timeoutInMillis: 5000,
      cors: false,
    } as const;
    const { paths } = openapi(blog, { apiGateway });
    expect(paths["/users"]?.get?.["x-amazon-apigateway-integration"]).toEqual({
      type: "aws_proxy",
      httpMethod: "POST",
      uri: expression,
      payloadFormatVersion: "1.0",
      timeoutInMillis: 5000,
    });
    expect(Object.keys(paths["/users"] ?? {})).toEqual(["post", "get"]);
    const all = openapi(blog, { apiGateway: { lambda: expression } }).paths["/any"]?.[
      "x-amazon-apigateway-any-method"
    ];
    expect(all?.["x-amazon-apigateway-integration"]).toMatchObject({ uri: expression });
  });

  it("is of a REST API when asked", () => {
    const { paths } = openapi(blog, {
      apiGateway: { lambda: lambda.replace("arn:aws:", "arn:aws-cn:"), type: "rest" },
    });
    expect(paths["/users"]?.post?.["x-amazon-apigateway-integration"]).toEqual({
      type: "aws_proxy",
      httpMethod: "POST",
      uri: uri.replaceAll("arn:aws:", "arn:aws-cn:"),
      passthroughBehavior: "when_no_match",
    });
  });

  it("takes the gateway's own CORS and authorizers", () => {
    const jwt = { type: "oauth2", "x-amazon-apigateway-authorizer": { type: "jwt" } };
    const cors = { allowOrigins: ["https://example.com"] };
    const made = openapi(blog, { securitySchemes: { jwt }, apiGateway: { lambda, cors } });
    expect(made["x-amazon-apigateway-cors"]).toEqual(cors);
    expect(made.components).toEqual({ securitySchemes: { jwt } });
    expect(made.paths["/files/{path+}"]?.get?.security).toEqual([{ jwt: [] }]);
    expect(Object.keys(made.paths["/files/{path+}"] ?? {})).toEqual(["get"]);
  });

  it("has $default of an HTTP API, and none of a REST API", () => {
    const open = api({ $default: quiet });
    expect(openapi(open, { apiGateway: { lambda } }).paths).toMatchObject({
      "/$default": { "x-amazon-apigateway-any-method": { isDefaultRoute: true } },
    });
    expect(() => openapi(open, { apiGateway: { lambda, type: "rest" } })).toThrow(
      new TypeError("openapi: a REST API has no route $default"),
    );
  });

  it.each<[apiGateway: object, message: string]>([
    [{}, 'openapi: option "apiGateway" needs "lambda"'],
    [{ lambda: "blog" }, 'openapi: option "lambda" must have the ARN of a Lambda function for postUsers'],
    [
      { lambda: { getUsers: lambda } },
      'openapi: option "lambda" must have the ARN of a Lambda function for postUsers',
    ],
    [{ lambda, type: "soap" }, 'openapi: option "type" must be "http" or "rest"'],
    [
      { lambda, payloadFormatVersion: "3.0" },
      'openapi: option "payloadFormatVersion" must be "1.0" or "2.0"',
    ],
    [{ lambda, type: "rest", cors: {} }, 'openapi: option "cors" of a REST API must be true or false'],
    [{ lambda, timeout: 1 }, 'openapi: unknown option "timeout"'],
  ])("is refused with %j", (apiGateway, message) => {
    expect(() => openapi(blog, { apiGateway: apiGateway as never })).toThrow(TypeError);
    expect(() => openapi(blog, { apiGateway: apiGateway as never })).toThrow(message);
  });
});
