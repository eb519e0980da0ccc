import { describe, expect, it } from "vitest";
import { resource } from "../../api/resource.ts";
import { router } from "../../api/routes/router.ts";
import { routeTable } from "../../api/routes/routes.ts";
import { createHandler } from "../../generics/createHandler.ts";
import { queryParams } from "../../middlewares/queryParams.ts";
import { validate } from "../../middlewares/validate.ts";
import { NotFound, ServerError } from "../../src/core/errors.ts";
import type { AnyMiddleware } from "../../src/core/middleware.ts";
import { memoryModel } from "../../src/models/memory/memoryModel.ts";
import { jsonSchema } from "../../src/schema/jsonSchema.ts";
import { pick } from "../../src/serializers/pick.ts";
import { eventOf, sources, type TestRequest } from "../support/events.ts";

interface Thing {
  id: string;
  name: string;
}
const objects = [{ id: "1", name: "one" }];
const Things = memoryModel<Thing>({ name: "Thing", objects, fields: { id: "text", name: "text" } });
const body = jsonSchema({
  type: "object",
  properties: { name: { type: "string", maxLength: 5 } },
});

type Handler = (event: unknown, context: object) => Promise<unknown>;

/** The error that a handler answered, as the outermost middleware sees it. */
async function errorOf(make: (around: readonly AnyMiddleware[]) => unknown, event: unknown): Promise<Error> {
  const seen: unknown[] = [];
  const look: AnyMiddleware = {
    onError(request: { error: unknown }) {
      seen.push(request.error);
    },
  };
  await (make([look]) as Handler)(event, {});
  expect(seen).toHaveLength(1);
  return seen[0] as Error;
}

const serializer = pick("id", "name");
const logger = false as const;
const things = (around: readonly AnyMiddleware[]) =>
  resource(Things, { serializer, required: ["name"], around, errors: { logger } });
const guarded = (options: object) => (around: readonly AnyMiddleware[]) =>
  createHandler(Things, { serializer, required: ["name"], around, ...options });

const json = { "content-type": "application/json" };
const post = (sent: string, headers: Record<string, string> = json): TestRequest => ({
  method: "POST",
  path: "/things",
  headers,
  body: sent,
});
const one = (id: string, method = "GET", headers = {}): TestRequest => ({
  method,
  path: `/things/${id}`,
  pathParameters: { id },
  route: "/things/{id}",
  headers,
});

const refused: [string, number, (around: readonly AnyMiddleware[]) => unknown, TestRequest][] = [
  ["a malformed body", 400, around => things(around).create, post("{")],
  ["a forbidden key", 400, around => things(around).create, post('{"__proto__":{}}')],
  ["a missing key", 400, around => things(around).create, post("{}")],
  ["a body that is no object", 400, around => things(around).create, post("[]")],
  ["another type of body", 415, around => things(around).create, post("{}", { "content-type": "text/x" })],
  ["a coded body", 415, around => things(around).create, post("{}", { ...json, "content-encoding": "br" })],
  ["a body that is too large", 413, guarded({ jsonBody: { maxBytes: 1 } }), post("{ }")],
  ["a body that a schema refuses", 400, guarded({ body }), post('{"name":"too long"}')],
  [
    "a query that a schema refuses",
    400,
    guarded({ use: [validate({ query: jsonSchema({ type: "object", required: ["q"] }) })] }),
    post('{"name":"x"}'),
  ],
  ["a missing parameter", 400, guarded({ use: [queryParams({ required: ["q"] })] }), post('{"name":"x"}')],
  ["no token", 401, guarded({ auth: { secret: "x".repeat(32), loadUser: () => 1 } }), post("{}")],
  [
    "a malformed credential",
    401,
    guarded({ auth: { secret: "x".repeat(32), loadUser: () => 1 } }),
    post("{}", { authorization: "Bearer a b" }),
  ],
  ["a caller who may not", 401, guarded({ permit: () => false }), post("{}")],
  ["an object that is not there", 404, around => things(around).retrieve, one("2")],
  ["another version", 412, around => things(around).delete, one("1", "DELETE", { "if-match": '"old"' })],
];

describe.each(refused)("%s", (_, status, make, request) => {
  it.each(sources)("is an error without a stack on %s", async source => {
    const error = await errorOf(make, eventOf(source, request));
    expect(error).toMatchObject({ statusCode: status });
    expect(error.stack).not.toContain("\n    at ");
  });
});

it.each(sources)("no route for a path or a method is an error without a stack on %s", source => {
  const locate = router(routeTable("api", [["GET /things", things([]).list]]), "");
  for (const [status, request] of [
    [404, { path: "/nothing" }],
    [405, { method: "PATCH", path: "/things" }],
  ] as const) {
    const error = locate(eventOf(source, request)) as Error;
    expect(error).toMatchObject({ statusCode: status });
    expect(error.stack).not.toContain("\n    at ");
  }
});

it.each(sources)("what your code throws keeps its stack on %s", async source => {
  for (const error of [new TypeError("bug"), new ServerError("ours"), new NotFound("of a step")]) {
    const stack = error.stack as string;
    const create = (): never => {
      throw error;
    };
    const make = guarded({ create, errors: { logger } });
    expect(await errorOf(make, eventOf(source, post('{"name":"x"}')))).toBe(error);
    expect(error.stack).toBe(stack);
    expect(stack).toContain("stacks.test.ts");
  }
});
