import { expectTypeOf } from "vitest";
import { api } from "../../api/api.ts";
import { type ApiGatewayDocument, type OpenApiDocument, openapi } from "../../api/openapi/index.ts";
import { resource } from "../../api/resource.ts";
import { createHandler } from "../../generics/createHandler.ts";
import { operation } from "../../middlewares/operation.ts";
import { memoryModel } from "../../src/models/memory/memoryModel.ts";
import { pick } from "../../src/serializers/pick.ts";

const Users = memoryModel<{ id: string; name: string }>({ name: "User" });
const lambda = "arn:aws:lambda:eu-west-1:123456789012:function:blog";

export async function documents(): Promise<void> {
  const users = resource(Users, { serializer: pick("id"), operation: { tags: ["users"] } });
  const blog = api({ users }, { openapi: { title: "Blog" }, docs: { openapi: "/api.json" } });
  expectTypeOf(await blog.openapi()).toEqualTypeOf<OpenApiDocument>();
  expectTypeOf(
    await blog.openapi({ version: "2", apiGateway: { lambda } }),
  ).toEqualTypeOf<ApiGatewayDocument>();
  expectTypeOf(openapi(blog)).toEqualTypeOf<OpenApiDocument>();
  expectTypeOf(openapi(blog.routes, { apiGateway: { lambda } })).toEqualTypeOf<ApiGatewayDocument>();
  // @ts-expect-error there is no such option
  api({ users }, { openapi: { titel: "Blog" } });
  // @ts-expect-error the functions are needed
  openapi(blog, { apiGateway: {} });
}

export function words(): void {
  operation({ response: Users, body: [{ type: "string" }], example: { body: 1, query: { a: true } } });
  createHandler(Users, { operation: { summary: "Sign up", responses: { 402: { body: null } } } });
  // @ts-expect-error there is no such word
  operation({ sumary: "x" });
  // @ts-expect-error a summary is a text
  createHandler(Users, { operation: { summary: 1 } });
  // @ts-expect-error one summary can't be that of every verb
  resource(Users, { serializer: pick("id"), operation: { summary: "x" } });
  resource(Users, { serializer: pick("id"), create: { operation: { summary: "x" } } });
}
