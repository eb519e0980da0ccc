import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import * as z from "zod";
import { createHandler } from "../../generics/createHandler.ts";
import { signJwt } from "../../src/auth/jwt.ts";
import { Conflict, HttpError, TooManyRequests } from "../../src/core/errors.ts";
import { defineMiddleware } from "../../src/core/middleware.ts";
import { configure } from "../../src/core/settings.ts";
import { respond } from "../../src/http/respond.ts";
import type { HttpResult } from "../../src/http/types.ts";
import { memoryModel } from "../../src/models/memory/memoryModel.ts";
import { sqlModel } from "../../src/models/sql/sqlModel.ts";
import { sqlite } from "../../src/models/sqlite.ts";
import type { Model } from "../../src/models/types.ts";
import { explain } from "../../src/pipeline/explain.ts";
import { jsonSchema } from "../../src/schema/jsonSchema.ts";
import { fields } from "../../src/serializers/fields.ts";
import { pick } from "../../src/serializers/pick.ts";
import { type EventSource, eventOf, sources } from "../support/events.ts";
import { send } from "../support/send.ts";

interface User {
  id: string;
  email: string;
  name?: string;
  password?: string;
  admin?: boolean;
}

const cors = {
  "access-control-allow-headers": "*",
  "access-control-allow-methods": "*",
  "access-control-allow-origin": "*",
};
const json = { ...cors, "content-type": "application/json" };
const secret = "a secret of at least 32 bytes, for tests";
const Callers = memoryModel<{ id: string; admin: boolean }>({
  name: "Caller",
  objects: [
    { id: "u1", admin: false },
    { id: "u2", admin: true },
  ],
});
const bearer = async (sub: string): Promise<Record<string, string>> => ({
  Authorization: `Bearer ${await signJwt({ sub }, { secret })}`,
});

let Users: Model<User>;
beforeEach(() => {
  Users = memoryModel<User>({ name: "User", unique: ["email"] });
});
afterEach(() => configure({ debug: undefined, problemDetails: undefined, corsOrigin: undefined } as object));

/** REST is the one source of which every event has a stage before its path. */
const at = (source: EventSource, path: string): string => (source === "rest" ? `/dev${path}` : path);
const stored = async (): Promise<User[]> => (await Users.objects.page({})).items;
const refusal = (code: number, message: string, more: object = {}): object => ({
  status: code,
  headers: json,
  cookies: [],
  body: { code, message, ...more },
});

const noStore = { "cache-control": "no-store" };
const unstored = (response: object): object => ({ ...response, headers: { ...json, ...noStore } });

describe.each(sources)("createHandler on %s", source => {
  const post = (handler: Parameters<typeof send>[0], body?: unknown, headers: Record<string, string> = {}) =>
    send(handler, source, { method: "POST", path: "/users", body, headers });

  it("answers 201 with Location and the serialized object", async () => {
    const handler = createHandler(Users, {
      required: ["email", "password"],
      optional: ["name"],
      serializer: pick("id", "email"),
    });
    const response = await post(handler, { email: "a@b.c", password: "p" });
    const [user] = await stored();
    expect(user).toEqual({ id: expect.stringMatching(/^[\da-f-]{36}$/), email: "a@b.c", password: "p" });
    expect(response).toEqual({
      status: 201,
      headers: { ...json, location: at(source, `/users/${user?.id}`) },
      cookies: [],
      body: { id: user?.id, email: "a@b.c" },
    });
  });

  it("responds with the id as JSON when no serializer is given", async () => {
    const response = await post(createHandler(Users, { required: ["id", "email"] }), {
      id: 'a "b"/ü',
      email: "a",
    });
    expect(response).toEqual({
      status: 201,
      headers: { ...json, location: at(source, "/users/a%20%22b%22%2F%C3%BC") },
      cookies: [],
      body: 'a "b"/ü',
    });
  });

  it("takes a base64 body", async () => {
    const handler = createHandler(Users, { required: ["email"], serializer: pick("email") });
    const response = await post(handler, Buffer.from('{"email":"ü@b.c"}'), {
      "Content-Type": "application/json",
    });
    expect(response).toMatchObject({ status: 201, body: { email: "ü@b.c" } });
  });

  it("names the keys that are missing, in the declared order, and stores nothing", async () => {
    const handler = createHandler(Users, { required: ["password", "email", "name"] });
    const missing = refusal(400, "Missing key(s): password, name");
    expect(await post(handler, { email: "a" })).toEqual(missing);
    for (const body of [undefined, "", "null", {}]) {
      expect(await post(handler, body)).toEqual(refusal(400, "Missing key(s): password, email, name"));
    }
    expect(await stored()).toEqual([]);
  });

  it("refuses what is not a JSON object", async () => {
    const handler = createHandler(Users, { optional: ["email"] });
    const deep = `${"[".repeat(5000)}${"]".repeat(5000)}`;
    for (const body of ["{", "{'a':1}", "undefined", "[1,]", deep, `{"email":${deep}}`]) {
      expect(await post(handler, body), body.slice(0, 20)).toEqual(refusal(400, "Malformed body"));
    }
    for (const body of ["[]", "5", "true", '"text"', '[{"email":"a"}]']) {
      expect(await post(handler, body), body).toEqual(refusal(400, "The body must be an object"));
    }
    expect(await stored()).toEqual([]);
  });

  it("refuses keys that reach a prototype, plain or escaped", async () => {
    const handler = createHandler(Users, { optional: ["email"] });
    for (const [body, key] of [
      ['{"__proto__":{"admin":true}}', "__proto__"],
      ['{"email":{"__proto__":{}}}', "__proto__"],
      ['{"\\u005f_proto__":{"admin":true}}', "__proto__"],
      ['{"constructor":{"prototype":{"admin":true}}}', "constructor"],
    ] as const) {
      expect(await post(handler, body), body).toEqual(refusal(400, `Forbidden key: ${key}`));
    }
    expect(({} as User).admin).toBeUndefined();
  });

  it("refuses other content types, and takes JSON ones in any spelling", async () => {
    const handler = createHandler(Users, { optional: ["name"] });
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "application/jsonx", "json"]) {
      const response = await post(handler, "{}", { "Content-Type": type });
      const accept = { accept: "application/json" };
      const refused = { ...refusal(415, "Unsupported Media Type"), headers: { ...json, ...accept } };
      expect(response, type).toEqual(refused);
    }
    for (const [name, type] of [
      ["content-type", "application/json"],
      ["CONTENT-TYPE", "Application/JSON; charset=utf-8"],
      ["Content-type", "application/vnd.api+json"],
    ] as const) {
      expect(await post(handler, "{}", { [name]: type }), type).toMatchObject({ status: 201 });
    }
    expect(await post(handler, "{}")).toMatchObject({ status: 201 });
  });

  it("refuses bodies above maxBytes, decoded", async () => {
    const handler = createHandler(Users, { optional: ["name"], jsonBody: { maxBytes: 20 } });
    const body = (length: number): string => JSON.stringify({ name: "x".repeat(length - 11) });
    for (const sent of [body(21), Buffer.from(body(21))]) {
      expect(await post(handler, sent)).toEqual(refusal(413, "Payload Too Large"));
    }
    for (const sent of [body(20), Buffer.from(body(20))]) {
      expect(await post(handler, sent)).toMatchObject({ status: 201 });
    }
  });

  it.each([
    ["Zod", z.object({ email: z.email(), age: z.number() })],
    [
      "JSON Schema",
      jsonSchema({
        type: "object",
        properties: { email: { type: "string", format: "email" }, age: { type: "number" } },
        required: ["email", "age"],
      } as const),
    ],
  ])("lists all that a body schema of %s finds wrong", async (_name, body) => {
    const handler = createHandler(Users, { body, create: data => Users.create({ email: data.email }) });
    const response = await post(handler, { email: "no address" });
    expect(response).toEqual(
      refusal(400, "Validation failed", {
        errors: expect.toSatisfy(
          (errors: { field: string; message: string }[]) =>
            errors
              .map(({ field }) => field)
              .sort()
              .join() === "age,email" && errors.every(({ message }) => message.length > 0),
        ),
      }),
    );
    expect(await stored()).toEqual([]);
    expect(await post(handler, { email: "ann@b.example", age: 5 })).toMatchObject({ status: 201 });
  });

  it("answers 409 to a duplicate", async () => {
    const handler = createHandler(Users, { required: ["email"], optional: ["id"] });
    await Users.create({ id: "1", email: "a" });
    const fieldTaken = refusal(409, "Duplicate email", { field: "email" });
    const idTaken = refusal(409, "Duplicate id", { field: "id" });
    const responses = [await post(handler, { email: "a" }), await post(handler, { id: "1", email: "b" })];
    expect(responses).toEqual([fieldTaken, idTaken]);
    expect(await stored()).toEqual([{ id: "1", email: "a" }]);
  });

  it("answers 401 to every failure to sign in, before it looks at the body", async () => {
    const handler = createHandler(Users, { required: ["email"], auth: { model: Callers, secret } });
    const unauthorized = {
      ...refusal(401, "Unauthorized"),
      headers: { ...json, ...noStore, "www-authenticate": "Bearer" },
    };
    const good = await bearer("u1");
    const token = String(good.Authorization).slice(7);
    for (const headers of [
      {},
      { Authorization: "" },
      { Authorization: "Bearer" },
      { Authorization: "Bearer x" },
      { Authorization: `Basic ${token}` },
      { Authorization: `Bearer  ${token}` },
      { Authorization: `Bearer ${token}=` },
      { Authorization: `Bearer ${token.slice(0, -2)}` },
      { Authorization: `Bearer ${await signJwt({ sub: "u1" }, { secret: secret.toUpperCase() })}` },
      { Authorization: `Bearer ${await signJwt({ sub: "u1" }, { secret, expiresIn: -3600 })}` },
      { Authorization: `Bearer ${await signJwt({}, { secret })}` },
      await bearer("nobody"),
    ]) {
      for (const body of ["{", '{"email":"a"}']) {
        const response = await post(handler, body, { "Content-Type": "text/plain", ...headers });
        expect(response, JSON.stringify(headers)).toEqual(unauthorized);
      }
    }
    expect(await stored()).toEqual([]);
    expect(await post(handler, { email: "a" }, good)).toMatchObject({ status: 201 });
  });

  it("answers 403 to a caller whom the rules refuse, before it looks at the body", async () => {
    const handler = createHandler(Users, {
      optional: ["email"],
      auth: { model: Callers, secret },
      permit: [() => true, (_event, { user }) => user.admin],
    });
    expect(await post(handler, "{", await bearer("u1"))).toEqual(unstored(refusal(403, "Forbidden")));
    expect(await post(handler, { email: "a" }, await bearer("u2"))).toMatchObject({ status: 201 });
    expect(await stored()).toHaveLength(1);
  });

  it("asks a stranger whom the rules refuse to sign in", async () => {
    const handler = createHandler(Users, { optional: ["email"], permit: () => false });
    const unauthorized = refusal(401, "Unauthorized");
    expect(await post(handler, { email: "a" })).toEqual({
      ...unauthorized,
      headers: { ...json, ...noStore, "www-authenticate": "Bearer" },
    });
    expect(await stored()).toEqual([]);
  });

  it("lets strangers through where auth is optional, but no bad credentials", async () => {
    const handler = createHandler(Users, {
      auth: { model: Callers, secret, optional: true },
      create: (_data, { context }) => Users.create({ email: context.user?.id ?? "stranger" }),
      serializer: pick("email"),
    });
    expect(await post(handler)).toMatchObject({ status: 201, body: { email: "stranger" } });
    expect(await post(handler, {}, await bearer("u2"))).toMatchObject({ body: { email: "u2" } });
    expect(await post(handler, {}, { Authorization: "Bearer x" })).toMatchObject({ status: 401 });
  });

  it("gives an early response of its middleware the CORS headers, and creates nothing", async () => {
    const early = {
      statusCode: 202,
      headers: { "X-Queued": "1" },
      cookies: ["a=1, 2", "b=3"],
      body: "later",
    };
    const use = [defineMiddleware({ name: "queue", before: () => early })];
    const response = await post(createHandler(Users, { optional: ["email"], use }), { email: "a" });
    expect(response).toEqual({
      status: 202,
      headers: expect.objectContaining({ ...cors, "x-queued": "1" }),
      cookies: ["a=1, 2", "b=3"],
      body: "later",
    });
    expect(await stored()).toEqual([]);
  });

  it("gives whatever is thrown in it the form of an error, with CORS headers", async () => {
    const failing = (error: unknown) =>
      createHandler(Users, {
        errors: { logger: false },
        create: () => {
          throw error;
        },
      });
    const limited = new TooManyRequests("Slow down", { headers: { "Retry-After": "5" }, code: "slow" });
    expect(await post(failing(limited))).toEqual({
      status: 429,
      headers: { ...json, "retry-after": "5" },
      cookies: [],
      body: { code: "slow", message: "Slow down" },
    });
    for (const error of [
      new Error("select * from /etc/passwd"),
      "text",
      null,
      undefined,
      { statusCode: 1000 },
    ]) {
      expect(await post(failing(error))).toEqual(refusal(500, "Internal Server Error"));
    }
  });

  it("answers problem details where the settings say so", async () => {
    configure({ problemDetails: true });
    const handler = createHandler(Users, { required: ["email"] });
    expect(await post(handler, {})).toEqual({
      status: 400,
      headers: { ...cors, "content-type": "application/problem+json" },
      cookies: [],
      body: { type: "about:blank", title: "Bad Request", status: 400, detail: "Missing key(s): email" },
    });
  });
});

describe("Location", () => {
  const handler = (): ReturnType<typeof createHandler> => createHandler(Users, { required: ["id"] });
  const locationOf = async (source: EventSource, request: object): Promise<unknown> =>
    (await send(handler(), source, { method: "POST", body: { id: "1" }, ...request })).headers.location;

  it("lies behind the stage of a REST API and of an HTTP API, and behind a base path", async () => {
    expect(await locationOf("rest", { path: "/users", stage: "prod" })).toBe("/prod/users/1");
    Users = memoryModel<User>({ name: "User" });
    expect(await locationOf("http", { path: "/users", stage: "prod" })).toBe("/prod/users/1");
    Users = memoryModel<User>({ name: "User" });
    expect(await locationOf("alb", { path: "/v1/shop/users/" })).toBe("/v1/shop/users/1");
  });

  it("never names another host", async () => {
    for (const path of ["//evil.example/users", "///evil.example/users"]) {
      Users = memoryModel<User>({ name: "User" });
      expect(await locationOf("alb", { path })).toBe("/evil.example/users/1");
    }
  });

  it("begins no other header, whatever the option or a base path says, on every source", async () => {
    for (const source of sources) {
      for (const options of [{ location: () => "/users/1\r\nX-Bad: 1\u0100" }, { basePath: "/sh\u0100op" }]) {
        Users = memoryModel<User>({ name: "User" });
        const created = createHandler(Users, { required: ["id"], ...options });
        const event = { method: "POST", path: "/users", body: { id: "1" } };
        const { status, headers } = await send(created, source, event);
        expect([status, headers["x-bad"]]).toEqual([201, undefined]);
        expect(headers.location).toMatch(/^[ -~]+$/);
      }
    }
  });

  it("can be written whatever text the id is", async () => {
    for (const [id, segment] of [
      ["\ud800", "%EF%BF%BD"],
      ["a\udc00b", "a%EF%BF%BDb"],
    ] as const) {
      const sent = { method: "POST", path: "/users", body: { id } };
      expect(await send(handler(), "http", sent)).toEqual(
        refusal(400, "id must be text or a whole number", { field: "id" }),
      );
      const own = createHandler(Users, { create: () => ({ id, email: "a" }), serializer: pick("email") });
      const { status, headers } = await send(own, "http", sent);
      expect([status, headers.location]).toEqual([201, `/users/${segment}`]);
    }
  });

  it("has a number as it is, and is left out when the created object has no id", async () => {
    const Counted = memoryModel<{ id: number }>({ name: "Counted", fields: { id: "integer" } });
    const counted = await send(createHandler(Counted), "http", { method: "POST", path: "/c" });
    expect(counted).toMatchObject({ status: 201, headers: { location: "/c/1" }, body: 1 });
    const none = createHandler(Users, { create: () => ({}) as User, serializer: pick("email") });
    const response = await send(none, "http", { method: "POST", path: "/c" });
    expect(response).toEqual({ status: 201, headers: json, cookies: [], body: {} });
  });
});

describe("what a client may set", () => {
  const create = async (handler: Parameters<typeof send>[0], body: unknown): Promise<User[]> => {
    expect(await send(handler, "http", { method: "POST", body })).toMatchObject({ status: 201 });
    return (await stored()).map(({ id, ...rest }) => rest as User);
  };

  it("is nothing where nothing is listed", async () => {
    expect(await create(createHandler(Users), { email: "a", admin: true, id: "mine" })).toEqual([{}]);
    expect(await Users.objects.get("mine")).toBeUndefined();
  });

  it("are the listed keys; others are dropped", async () => {
    const handler = createHandler(Users, { required: ["email"], optional: ["name"] });
    expect(await create(handler, { email: "a", name: "n", admin: true, id: "mine", toString: 1 })).toEqual([
      { email: "a", name: "n" },
    ]);
  });

  it("may be null or empty: a key counts as given whatever its value", async () => {
    const handler = createHandler(Users, { required: ["email"] });
    expect(await create(handler, { email: null })).toEqual([{ email: null }]);
  });

  it("is what a body schema lets through, transformed", async () => {
    const body = z.object({ email: z.string().toLowerCase(), admin: z.boolean().default(false) });
    expect(await create(createHandler(Users, { body }), { email: "A", password: "p" })).toEqual([
      { email: "a", admin: false },
    ]);
  });

  it("is what both allow, where keys are listed and there is a schema", async () => {
    const body = z.looseObject({ email: z.string() });
    const handler = createHandler(Users, { required: ["email"], body: body as never });
    expect(await create(handler, { email: "a", admin: true })).toEqual([{ email: "a" }]);
  });
});

describe("the options of createHandler", () => {
  const post = (handler: Parameters<typeof send>[0], body: unknown = {}, headers = {}) =>
    send(handler, "http", { method: "POST", path: "/users", body, headers });

  it("`create` takes the place of the model, and is given what middlewares added", async () => {
    const tenant = defineMiddleware<object, { context: { tenant: string } }>({
      name: "tenant",
      before({ context }) {
        (context as { tenant?: string }).tenant = "t1";
      },
    });
    const handler = createHandler(Users, {
      required: ["email"],
      use: [tenant],
      serializer: fields({
        mail: "email",
        tenant: (_user: User, { context }) => (context as { tenant?: string }).tenant,
      }),
      create: async (data, { event, context }) => {
        expect(event.body).toBe(data);
        return { id: `${context.tenant}/1`, email: data.email };
      },
    });
    expect(await post(handler, { email: "a", name: "n" })).toEqual({
      status: 201,
      headers: { ...json, location: "/users/t1%2F1" },
      cookies: [],
      body: { mail: "a", tenant: "t1" },
    });
    expect(await stored()).toEqual([]);
  });

  it("`create` may respond by itself with respond(), past the serializer", async () => {
    const create = (() => respond({ status: 202, body: { queued: true } })) as never;
    const response = await post(createHandler(Users, { create, serializer: pick("email") }));
    expect(response).toEqual({ status: 202, headers: json, cookies: [], body: { queued: true } });
  });

  it("`serializer` may be asynchronous, and sees the stored object", async () => {
    const serializer = async (user: User): Promise<object> => ({ hello: user.email });
    const response = await post(createHandler(Users, { required: ["email"], serializer }), { email: "a" });
    expect(response).toMatchObject({ status: 201, body: { hello: "a" } });
  });

  it("`status` replaces 201", async () => {
    expect(await post(createHandler(Users, { status: 200 }))).toMatchObject({ status: 200 });
    const nothing = await post(createHandler(Users, { status: 204 }));
    expect(nothing).toMatchObject({ status: 204, body: "" });
    expect(nothing.headers).not.toHaveProperty("content-type");
  });

  it("`cors` replaces what the settings say, or leaves the headers out", async () => {
    const options = { required: ["email"] } as const;
    const named = createHandler(Users, { ...options, cors: { origin: "https://a.example" } });
    const none = createHandler(Users, { ...options, cors: false });
    for (const body of [{ email: "a" }, {}]) {
      expect((await post(named, body)).headers["access-control-allow-origin"]).toBe("https://a.example");
      expect((await post(none, { ...body, email: `${body.email}2` })).headers).not.toHaveProperty(
        "access-control-allow-origin",
      );
    }
    configure({ corsOrigin: "https://b.example" });
    const settled = await post(createHandler(Users, options), {});
    expect(settled.headers["access-control-allow-origin"]).toBe("https://b.example");
  });

  it("answers a preflight before anybody must sign in", async () => {
    const handler = createHandler(Users, { auth: { model: Callers, secret } });
    for (const source of sources) {
      const headers = { Origin: "https://a.example", "Access-Control-Request-Method": "POST" };
      const response = await send(handler, source, { method: "OPTIONS", path: "/users", headers });
      expect(response).toMatchObject({ status: 204, headers: cors, body: "" });
    }
  });

  it("`errors` says where failures are reported", async () => {
    const logged: unknown[] = [];
    const reported: unknown[] = [];
    const failure = new Error("disk full");
    const create = (): never => {
      throw failure;
    };
    const handler = createHandler(Users, {
      create,
      errors: {
        logger: (error, details) => void logged.push(error, details),
        report: error => void reported.push(error),
      },
    });
    expect(await post(handler)).toEqual(refusal(500, "Internal Server Error"));
    expect(logged).toEqual([failure, { requestId: "r1" }]);
    expect(reported).toEqual([failure]);
    expect(
      await post(createHandler(Users, { required: ["email"], errors: { logger: create } })),
    ).toMatchObject({
      status: 400,
    });
  });

  it("shows the stack and the event with settings.debug alone, but no credentials", async () => {
    const create = (): never => {
      throw new Error("disk full");
    };
    const handler = createHandler(Users, { create, errors: { logger: false } });
    const headers = { Authorization: "Bearer secret-token", "X-Other": "shown" };
    expect(await post(handler, {}, headers)).toEqual(refusal(500, "Internal Server Error"));
    configure({ debug: true });
    const { status, body } = await post(handler, {}, headers);
    expect(status).toBe(500);
    expect(body).toMatchObject({
      code: 500,
      stack: expect.stringContaining("disk full"),
      event: { headers: { "x-other": "shown" } },
    });
    expect(JSON.stringify(body)).not.toContain("secret-token");
  });

  it("`warmup` answers before any other work, unless it is left out", async () => {
    const event = { source: "serverless-plugin-warmup" };
    expect(await createHandler(Users, { auth: { model: Callers, secret } })(event, {})).toBe("warmup");
    const own = createHandler(Users, { warmup: { isWarmingUp: given => given === "ping" } });
    expect(await own("ping", {})).toBe("warmup");
    expect(await stored()).toEqual([]);
    expect(await createHandler(Users, { warmup: false })(event, {})).toMatchObject({ statusCode: 201 });
  });

  it("are checked when the factory runs", () => {
    const make = createHandler as (...given: unknown[]) => unknown;
    for (const model of [undefined, null, {}, "User", { create() {} }, { objects: {} }]) {
      expect(() => make(model)).toThrow(new TypeError("createHandler: model must be a model"));
    }
    for (const options of [null, [], "x", 1]) {
      expect(() => make(Users, options)).toThrow(new TypeError("createHandler: options must be an object"));
    }
    for (const [name, values] of Object.entries({
      required: ["email", [1], {}, null],
      optional: ["email", [null]],
      body: ["x", 1, [], null],
      jsonBody: [true, []],
      create: [{}, "x", null],
      auth: [true, [], () => {}],
      use: [{}, () => {}],
      permit: [true, {}, null],
      status: ["201", 99, 600, 201.5, 101],
      cors: ["*", 1, null, true],
      errors: [false, () => {}],
      warmup: ["x", 1, true],
    })) {
      for (const value of values) {
        expect(() => make(Users, { [name]: value }), `${name}: ${value}`).toThrow(
          expect.toSatisfy(
            (error: unknown) =>
              error instanceof TypeError &&
              error.message.startsWith(`createHandler: option "${name}" must be`),
          ),
        );
      }
    }
    for (const name of ["requires", "lookup", "update", "__proto__x", "constructor"]) {
      expect(() => make(Users, { [name]: [] })).toThrow(TypeError);
      expect(() => make(Users, { [name]: [] })).toThrow(`createHandler: unknown option "${name}"`);
    }
    expect(() => make(Users, { required: ["email"], optional: ["email"] })).toThrow(
      new TypeError('createHandler: "email" is both required and optional'),
    );
    for (const options of [
      { serializer: 5 },
      { serializer: "id" },
      { body: {} },
      { cors: { orign: "*" } },
      { warmup: { x: 1 } },
      { errors: { loger: false } },
      { errors: { logger: true } },
      { jsonBody: { maxBytes: -1 } },
      { auth: { modle: Users } },
      { auth: { model: Callers, secret: "" } },
      { permit: [] },
      { permit: [true] },
      { use: [null] },
      { use: [{}] },
      { use: [{ before: "x" }] },
    ]) {
      expect(() => make(Users, options), JSON.stringify(options)).toThrow(TypeError);
    }
  });

  it("make a chain that explain() lists, outermost first", () => {
    const own = defineMiddleware({ name: "own", needs: ["event.body"], adds: ["context.x"], before() {} });
    const handler = createHandler(Users, {
      required: ["email"],
      body: z.object({ email: z.string() }),
      auth: { model: Callers, secret },
      permit: (_event, { user }) => user.admin,
      use: [own],
    });
    expect(explain(handler)).toEqual([
      { name: "warmup", needs: [], adds: [] },
      { name: "cors", needs: [], adds: [] },
      { name: "authUser", needs: [], adds: ["context.user", "context.claims"] },
      { name: "permit", needs: ["context.user"], adds: [] },
      { name: "jsonBody", needs: [], adds: ["event.body"] },
      { name: "requireKeys", needs: ["event.body"], adds: ["event.body"] },
      { name: "validate", needs: ["event.body"], adds: ["event.body"] },
      { name: "own", needs: ["event.body"], adds: ["context.x"] },
      { name: "errors", needs: [], adds: [] },
      { name: "serialize", needs: [], adds: [] },
    ]);
    expect(explain(createHandler(Users, { cors: false, warmup: false })).map(({ name }) => name)).toEqual([
      "jsonBody",
      "requireKeys",
      "errors",
      "serialize",
    ]);
  });

  it("leave it an ordinary Middy handler", async () => {
    const order: string[] = [];
    const handler = createHandler(Users, { required: ["email"] })
      .use({ before: () => void order.push("use") })
      .before(() => void order.push("before"))
      .after(({ response }) => void order.push(String((response as HttpResult).statusCode)));
    expect(await post(handler, { email: "a" })).toMatchObject({ status: 201 });
    expect(order).toEqual(["use", "before", "201"]);
  });

  it("clean up what an earlier middleware opened, however it ends", async () => {
    const ends: string[] = [];
    const open = defineMiddleware({
      name: "open",
      before() {},
      after: () => void ends.push("after"),
      onError: () => void ends.push("onError"),
    });
    const make = (create: () => User) => createHandler(Users, { use: [open], create });
    await post(make(() => ({ id: "1", email: "a" })));
    await post(
      make(() => {
        throw new Conflict();
      }),
    );
    await post(
      make(() => {
        throw new HttpError(418);
      }),
    );
    expect(ends).toEqual(["after", "onError", "onError"]);
  });
});

describe("createHandler on an SQLite file", () => {
  const folder = mkdtempSync(join(tmpdir(), "tsverless-create-"));
  const db = sqlite(join(folder, "users.sqlite"));
  afterAll(async () => {
    await db.destroy();
    rmSync(folder, { recursive: true, force: true });
  });

  it("lets one of many equal requests at once win, and answers 409 to the others", async () => {
    const Stored = sqlModel<{ id: string; email: string }>({
      db,
      name: "User",
      table: "users",
      columns: { email: "text" },
      unique: ["email"],
    });
    const handler = createHandler(Stored, { required: ["email"], serializer: pick("email") });
    const request = { method: "POST", path: "/users", body: { email: "a@b.c" } };
    const responses = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        send(handler, sources[index % sources.length] as EventSource, request),
      ),
    );
    expect(responses.map(({ status }) => status).sort()).toEqual([201, ...Array(11).fill(409)]);
    const refused = responses.find(({ status }) => status === 409);
    expect(refused).toEqual(refusal(409, "Duplicate email", { field: "email" }));
    expect(await Stored.objects.count()).toBe(1);
  });

  it("answers 400 to values that its columns can't hold", async () => {
    const Typed = sqlModel<{ id: string; age: number }>({ db, table: "typed", columns: { age: "integer" } });
    const handler = createHandler(Typed, { required: ["age"] });
    for (const age of ["5", 1.5, true, {}, [1], 2 ** 53]) {
      const response = await send(handler, "http", { method: "POST", body: { age } });
      expect(response, String(age)).toEqual(refusal(400, "age must be a whole number", { field: "age" }));
    }
    expect(await Typed.objects.count()).toBe(0);
  });
});

describe("events that are none", () => {
  it("are created from nothing, as an empty body is", async () => {
    for (const event of [undefined, null, 5, "x", [], {}, { body: null }, { body: undefined }]) {
      const result = await createHandler(Users)(event, undefined);
      expect(result).toMatchObject({ statusCode: 201 });
    }
    const wrong = { ...eventOf("rest"), body: 5 };
    expect(await createHandler(Users)(wrong)).toMatchObject({ statusCode: 400 });
  });
});
