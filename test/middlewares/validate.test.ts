import fc from "fast-check";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { type ValidateOptions, validate } from "../../middlewares/validate.ts";
import { BadRequest, HttpError } from "../../src/core/errors.ts";
import { pathParameter } from "../../src/http/path.ts";
import { readQuery } from "../../src/http/query.ts";
import { jsonSchema } from "../../src/schema/jsonSchema.ts";

const make = validate as (options: ValidateOptions) => ReturnType<typeof validate>;

/** Runs the hook and gives the request behind it; a promise only when the hook gave one. */
function run(options: ValidateOptions, event: unknown): { request: { event: unknown }; result: unknown } {
  const request = { event, context: {} };
  return { request, result: make(options).before?.(request as never) };
}

function errorOf(options: ValidateOptions, event: unknown): unknown {
  try {
    run(options, event);
  } catch (error) {
    return error;
  }
  throw new Error("it did not throw");
}

const rest = (fields: object = {}): Record<string, unknown> => ({
  httpMethod: "GET",
  path: "/users",
  requestContext: {},
  headers: {},
  ...fields,
});

const Email = { type: "object", properties: { email: { type: "string" } }, required: ["email"] } as const;
const Page = {
  type: "object",
  properties: {
    page: { type: "integer", minimum: 1, default: 1 },
    tag: { type: "array", items: { type: "string" } },
  },
} as const;

const bodies: [string, ValidateOptions["body"]][] = [
  ["zod", z.object({ email: z.string() })],
  ["valibot", v.object({ email: v.string() })],
  ["jsonSchema", jsonSchema(Email)],
];

describe("validate", () => {
  it.each(bodies)("lets a good body through with %s, at once", (_name, body) => {
    const { request, result } = run({ body }, { body: { email: "a@b.c" } });
    expect(request.event).toEqual({ body: { email: "a@b.c" } });
    expect(result).toBeUndefined();
  });

  it.each(bodies)("answers 400 with the field that is wrong with %s", (_name, body) => {
    for (const bad of [{}, { email: 5 }, { email: null }]) {
      const event = { body: bad };
      const error = errorOf({ body }, event);
      expect(error).toBeInstanceOf(BadRequest);
      expect(error).toMatchObject({
        statusCode: 400,
        message: "Validation failed",
        errors: [{ field: "email", message: expect.stringMatching(/./) }],
      });
      expect(event).toEqual({ body: bad });
    }
  });

  it.each(bodies)("answers 400 for a body that is not an object with %s", (_name, body) => {
    for (const bad of [undefined, null, "text", 5, [], true]) {
      expect(errorOf({ body }, { body: bad })).toMatchObject({
        statusCode: 400,
        message: "Validation failed",
      });
    }
  });

  it("lists all that is wrong in all parts at once, and changes nothing", () => {
    const event = rest({
      body: {},
      queryStringParameters: { page: "0" },
      pathParameters: { id: "x" },
      headers: { "X-Count": "many" },
    });
    const before = structuredClone(event);
    const options = {
      headers: jsonSchema({ type: "object", properties: { "x-count": { type: "integer" } } }),
      path: jsonSchema({ type: "object", properties: { id: { type: "integer" } } }),
      query: jsonSchema(Page),
      body: jsonSchema(Email),
    };
    expect(errorOf(options, event)).toMatchObject({
      message: "Validation failed",
      errors: [
        { field: "email", message: "is required" },
        { field: "query.page", message: "must be >= 1" },
        { field: "path.id", message: "must be integer" },
        { field: "headers.x-count", message: "must be integer" },
      ],
    });
    expect(event).toEqual(before);
  });

  it("names the part when the whole of it is wrong", () => {
    const never = v.pipe(
      v.unknown(),
      v.check(() => false, "no"),
    );
    expect(errorOf({ body: never, query: never, path: never, headers: never }, rest())).toMatchObject({
      errors: [
        { field: "", message: "no" },
        { field: "query", message: "no" },
        { field: "path", message: "no" },
        { field: "headers", message: "no" },
      ],
    });
  });

  it("gives the query to a schema as strings, repeated ones as lists, decoded alike on every source", () => {
    const seen: unknown[] = [];
    const query = v.pipe(
      v.unknown(),
      v.check(value => seen.push(value) > 0),
    );
    const multiValueQueryStringParameters = { page: ["2"], tag: ["a b", "c"] };
    run({ query }, rest({ multiValueQueryStringParameters }));
    run({ query }, { version: "2.0", rawPath: "/", rawQueryString: "page=2&tag=a%20b&tag=c" });
    run(
      { query },
      {
        httpMethod: "GET",
        requestContext: { elb: {} },
        multiValueHeaders: {},
        multiValueQueryStringParameters: { page: ["2"], tag: ["a+b", "c"] },
      },
    );
    expect(seen).toEqual(Array(3).fill({ page: "2", tag: ["a b", "c"] }));
  });

  it("coerces query, path and headers with a JSON Schema, but not the body", () => {
    const { request } = run(
      {
        query: jsonSchema(Page),
        path: jsonSchema({ type: "object", properties: { id: { type: "integer" } } }),
        headers: jsonSchema({ type: "object", properties: { "x-dry-run": { type: "boolean" } } }),
      },
      rest({
        queryStringParameters: { page: "3", tag: "a" },
        pathParameters: { id: "7" },
        headers: { "X-Dry-Run": "true", Accept: "text/html" },
      }),
    );
    expect(request.event).toMatchObject({
      queryStringParameters: { page: 3, tag: ["a"] },
      pathParameters: { id: 7 },
      headers: { "x-dry-run": true, accept: "text/html" },
    });
    const body = jsonSchema({ type: "object", properties: { age: { type: "integer" } } });
    expect(errorOf({ body }, { body: { age: "7" } })).toMatchObject({
      errors: [{ field: "age", message: "must be integer" }],
    });
  });

  it("fills in defaults of a query that is not there", () => {
    for (const event of [rest(), { version: "2.0", rawQueryString: "" }, {}]) {
      expect(run({ query: jsonSchema(Page) }, event).request.event).toMatchObject({
        queryStringParameters: { page: 1 },
      });
    }
  });

  it("keeps headers that the schema does not declare, in lower case", () => {
    const headers = z.object({ "x-tenant": z.string() });
    const { request } = run(
      { headers },
      rest({ headers: { "X-Tenant": "acme", Authorization: "Bearer x" } }),
    );
    expect(request.event).toMatchObject({ headers: { "x-tenant": "acme", authorization: "Bearer x" } });
  });

  it("leaves what others read of the request as it was sent", () => {
    const event = rest({
      pathParameters: { id: "100%2525" },
      queryStringParameters: { page: "2" },
      multiValueQueryStringParameters: { page: ["2"], other: ["x"] },
    });
    const number = z.object({ page: z.coerce.number() });
    run({ path: z.object({ id: z.string() }), query: number }, event);
    expect(event).toMatchObject({ pathParameters: { id: "100%25" }, queryStringParameters: { page: 2 } });
    expect(pathParameter(event, "id")).toBe("100%25");
    expect({ ...readQuery(event) }).toEqual({ page: ["2"], other: ["x"] });
    run({ path: z.object({ id: z.string().transform(Number.parseFloat) }) }, event);
    const single = rest({ queryStringParameters: { page: "2" } });
    run({ query: number }, single);
    expect({ ...readQuery(single) }).toEqual({ page: ["2"] });
    expect(pathParameter(event, "id")).toBe("100%25");
  });

  it("reads the one path parameter on sources without routes", () => {
    const alb = { httpMethod: "GET", path: "/users/a%20b", requestContext: { elb: {} }, headers: {} };
    for (const path of [z.object({ name: z.string() }), v.object({ id: v.string() })]) {
      const { request } = run({ path }, { ...alb });
      expect(Object.values((request.event as { pathParameters: object }).pathParameters)).toEqual(["a b"]);
    }
  });

  it("answers 400 for a malformed path parameter", () => {
    expect(
      errorOf({ path: z.object({ id: z.string() }) }, rest({ pathParameters: { id: "%E0%A4" } })),
    ).toMatchObject({
      message: "Validation failed",
      errors: [{ field: "path.id", message: "is malformed" }],
    });
  });

  const late = v.pipeAsync(
    v.object({ email: v.string() }),
    v.checkAsync(async ({ email }) => email !== "taken", "is taken"),
  );
  it("waits for an asynchronous schema", async () => {
    const { request, result } = run({ body: late, query: jsonSchema(Page) }, { body: { email: "free" } });
    expect(request.event).toEqual({ body: { email: "free" } });
    await result;
    expect(request.event).toEqual({ body: { email: "free" }, queryStringParameters: { page: 1 } });
    await expect(run({ body: late }, { body: { email: "taken" } }).result).rejects.toMatchObject({
      statusCode: 400,
      errors: [{ field: "", message: "is taken" }],
    });
  });

  it("passes on the error of a schema that throws or rejects, so that it is a 500", async () => {
    const fail = (): never => {
      throw new RangeError("broken");
    };
    const throws = v.pipe(v.unknown(), v.check(fail));
    const rejects = v.pipeAsync(
      v.unknown(),
      v.checkAsync(async () => fail()),
    );
    expect(errorOf({ body: throws }, { body: {} })).toEqual(new RangeError("broken"));
    await expect(run({ body: rejects }, { body: {} }).result).rejects.toEqual(new RangeError("broken"));
    await expect(run({ body: rejects, query: throws }, { body: {} }).result).rejects.toEqual(
      new RangeError("broken"),
    );
  });

  it("lists at most 100 problems, each of bounded length", () => {
    const items = jsonSchema({ type: "array", items: { type: "string" } });
    const { errors } = errorOf({ body: items }, { body: Array(5000).fill(1) }) as BadRequest;
    expect(errors).toHaveLength(100);
    const event = { body: Array(70).fill(1), multiValueQueryStringParameters: { n: Array(70).fill("x") } };
    const query = jsonSchema({ properties: { n: { type: "array", items: { type: "integer" } } } });
    expect((errorOf({ body: items, query }, event) as BadRequest).errors).toHaveLength(100);
    const closed = jsonSchema({ type: "object", additionalProperties: false });
    const long = errorOf({ body: closed }, { body: { ["x".repeat(5000)]: 1 } }) as BadRequest;
    expect(long.errors).toEqual([{ field: `${"x".repeat(300)}…`, message: "is not allowed" }]);
  });

  it("never says what the input was", () => {
    const secret = "hunter2-hunter2";
    const body = jsonSchema({
      type: "object",
      properties: {
        a: { type: "integer" },
        b: { const: "x" },
        c: { enum: ["x"] },
        d: { type: "string", format: "email", pattern: "^x" },
        e: { anyOf: [{ type: "integer" }, { const: 1 }] },
        f: { type: "array", uniqueItems: true },
      },
    });
    const values = { a: secret, b: secret, c: secret, d: secret, e: secret, f: [secret, secret] };
    const error = errorOf({ body }, { body: values }) as BadRequest;
    expect(error.errors).toHaveLength(7);
    expect(JSON.stringify(error.errors)).not.toContain("hunter2");
  });

  it("throws nothing but its own error, whatever the event", async () => {
    const parts = {
      body: jsonSchema(Email),
      query: jsonSchema(Page),
      path: z.object({ id: z.string() }),
      headers: v.object({ accept: v.optional(v.string()) }),
    };
    const chosen = fc.subarray(Object.keys(parts) as (keyof typeof parts)[], { minLength: 1 });
    const maps = fc.oneof(
      fc.anything(),
      fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.array(fc.string()))),
    );
    const anyEvent = fc.oneof(
      fc.anything(),
      fc.record(
        {
          version: fc.constantFrom("1.0", "2.0"),
          httpMethod: fc.constant("GET"),
          body: fc.anything(),
          headers: maps,
          multiValueHeaders: maps,
          queryStringParameters: maps,
          multiValueQueryStringParameters: maps,
          rawQueryString: fc.string(),
          pathParameters: maps,
          path: fc.string(),
          cookies: fc.anything(),
          requestContext: fc.oneof(fc.constant({ elb: {} }), fc.anything()),
        },
        { requiredKeys: [] },
      ),
    );
    fc.assert(
      fc.property(chosen, anyEvent, (names, event) => {
        try {
          run(Object.fromEntries(names.map(name => [name, parts[name]])), event);
        } catch (error) {
          if (!(error instanceof HttpError)) throw error;
        }
      }),
      { numRuns: 1000 },
    );
  });

  it("gives an event that is not an object the outputs alone", () => {
    for (const event of [null, undefined, 5, "text"]) {
      expect(run({ query: jsonSchema(Page) }, event).request.event).toEqual({
        queryStringParameters: { page: 1 },
      });
    }
  });

  it("refuses wrong options when it is made", () => {
    for (const body of [null, {}, { type: "object" }, "x", () => true]) {
      expect(() => make({ body } as never)).toThrow(
        new TypeError(
          'validate: option "body" must be a Standard Schema; wrap a JSON Schema in jsonSchema()',
        ),
      );
    }
    for (const nothing of [{}, { body: undefined }]) {
      expect(() => make(nothing)).toThrow(
        new TypeError("validate: it takes a schema for body, query, path or headers"),
      );
    }
    expect(() => make(undefined as never)).toThrow(new TypeError("validate: options must be an object"));
    expect(() => make({ params: z.any() } as never)).toThrow(
      new TypeError('validate: unknown option "params"; it takes body, query, path, headers'),
    );
  });

  it("says what it needs and adds", () => {
    const any = z.unknown();
    expect(make({ headers: any, body: any })).toMatchObject({
      name: "validate",
      needs: ["event.body"],
      adds: ["event.body", "event.headers"],
    });
    expect(make({ query: any, path: any })).toMatchObject({
      needs: [],
      adds: ["event.queryStringParameters", "event.pathParameters"],
    });
  });
});
