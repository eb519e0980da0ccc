import { describe, expect, it } from "vitest";
import { api } from "../../../generics/api.ts";
import { resource } from "../../../generics/resource.ts";
import { memoryModel } from "../../../src/models/memory.ts";
import { openapi } from "../../../src/openapi/index.ts";
import { jsonSchema } from "../../../src/schema/jsonSchema.ts";
import { pick } from "../../../src/serializers/pick.ts";
import { valid, validateOpenApi } from "../../support/validateOpenApi.ts";

const user = jsonSchema({
  type: "object",
  properties: {
    id: { type: "string" },
    email: { type: "string", format: "email" },
    name: { type: "string" },
    password: { type: "string" },
  },
  required: ["id", "email", "password"],
});
const Users = memoryModel<{ id: string; email: string; name?: string; password: string }>({
  name: "User",
  schema: user as never,
});
const users = resource(Users, {
  serializer: pick("id", "email", "name"),
  required: ["email"],
  optional: ["name"],
  filters: ["email"],
  auth: { secret: "s".repeat(32), loadUser: id => ({ id }) },
});
const info = { title: "Users", license: { name: "MIT", identifier: "MIT" } } as const;

describe("the document of a resource", () => {
  const document = openapi(api({ users }), info);

  it("is valid to two validators", async () => {
    expect(await validateOpenApi(document)).toEqual(valid);
  });

  it("is refused by both when it is broken", async () => {
    const broken = structuredClone(document);
    (broken.paths["/users"] as { post: { responses: unknown } }).post.responses = "none";
    const { swaggerParser, redocly } = await validateOpenApi(broken);
    expect([swaggerParser.length, redocly.length]).toEqual([expect.any(Number), expect.any(Number)]);
    expect(swaggerParser.length * redocly.length).toBeGreaterThan(0);
  });
});
