import { expect } from "vitest";
import { eventOf, received } from "./events.ts";

/** The files of an API whose JSON Schemas have formats, defaults and text that becomes numbers. */
export const schemaShop: Readonly<Record<string, string>> = {
  "src/users.ts": `
    import { createHandler, jsonSchema, pick } from "tsverless";
    import { memoryModel } from "tsverless/models/memory";
    const Users = memoryModel<{ id: string; email: string; role: string }>({ name: "User" });
    const NewUser = jsonSchema({
      type: "object",
      properties: { email: { type: "string", format: "email" }, role: { enum: ["user", "admin"], default: "user" } },
      required: ["email"],
    });
    export const signUp = createHandler(Users, { body: NewUser, serializer: pick("id", "email", "role") });`,
  "src/search.ts": `
    import { errors, jsonSchema, pipeline, serialize, validate } from "tsverless";
    const Query = jsonSchema({ type: "object", properties: { page: { type: "integer", minimum: 1, default: 1 } } });
    export const search = pipeline([errors(), validate({ query: Query }), serialize()], event => event.queryStringParameters);
    export const hello = pipeline([serialize()], () => "hello");`,
  "src/api.ts": `
    import { api } from "tsverless";
    import { hello, search } from "./search.ts";
    import { signUp } from "./users.ts";
    export const shop = api({ "POST /users": signUp, "GET /search": search, "GET /hello": hello });
    export const { handler } = shop;`,
};

/** The event of a new user's request. */
export const signUpWith = (body: object): unknown =>
  eventOf("http", {
    method: "POST",
    path: "/users",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

/** What it is asked: two times for its users, then two times for its search. */
export const schemaRequests: readonly unknown[] = [
  signUpWith({ email: "ann@example.com" }),
  signUpWith({ email: "ann", role: "king" }),
  eventOf("http", { path: "/search", query: [["page", "2"]] }),
  eventOf("http", { path: "/search", query: [["page", "x"]] }),
];

/** The statuses and bodies that it answers with. */
export const schemaResponses: readonly unknown[] = [
  [201, { id: expect.any(String), email: "ann@example.com", role: "user" }],
  [
    400,
    {
      code: 400,
      message: "Validation failed",
      errors: [
        { field: "email", message: 'must match format "email"' },
        { field: "role", message: 'must be one of "user", "admin"' },
      ],
    },
  ],
  [200, { page: 2 }],
  [
    400,
    {
      code: 400,
      message: "Validation failed",
      errors: [{ field: "query.page", message: "must be integer" }],
    },
  ],
];

/** Statuses and bodies of what a handler gave. */
export const responsesOf = (results: readonly unknown[]): [status: number, body: unknown][] =>
  results.map(result => {
    const { status, body } = received("http", result);
    return [status, JSON.parse(body.toString() || "null")];
  });

/** Whether the path of a module is of Ajv's compiler, which a compiled bundle has none of. */
export const isAjvCompiler = (path: string): boolean =>
  /node_modules\/(ajv\/(?!dist\/runtime\/(equal|ucs2length)\.js$)|ajv-formats\/(?!dist\/formats\.js$))/.test(
    path,
  );
