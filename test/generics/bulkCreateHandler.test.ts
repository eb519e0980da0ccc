import { beforeEach, describe, expect, it } from "vitest";
import * as z from "zod";
import { bulkCreateHandler } from "../../generics/bulkCreateHandler.ts";
import { signJwt } from "../../src/auth/jwt.ts";
import { defineMiddleware } from "../../src/core/middleware.ts";
import { memoryModel } from "../../src/models/memory/memoryModel.ts";
import type { Model } from "../../src/models/types.ts";
import { explain } from "../../src/pipeline/explain.ts";
import { sources } from "../support/events.ts";
import { send, type TestResponse } from "../support/send.ts";

interface User {
  id: string;
  email: string;
  name?: string;
  owner?: string;
}
const secret = "a secret of at least 32 bytes, for tests";
const Callers = memoryModel<{ id: string }>({ name: "Caller", objects: [{ id: "ann" }] });
const headers = { Authorization: `Bearer ${await signJwt({ sub: "ann" }, { secret })}` };

let Users: Model<User>;
beforeEach(() => {
  Users = memoryModel<User>({ name: "User", unique: ["email"] });
});
const stored = async (): Promise<User[]> => (await Users.objects.page({})).items;
const got = ({ status, body }: TestResponse): unknown[] => [status, body];
type Handler = Parameters<typeof send>[0];

describe.each(sources)("bulkCreateHandler on %s", source => {
  const post = (handler: Handler, body?: unknown, more: Record<string, string> = {}) =>
    send(handler, source, { method: "POST", path: "/users", body, headers: more });

  it("creates each item of the list and answers 201 in their order", async () => {
    const handler = bulkCreateHandler(Users, { required: ["email"], optional: ["id", "name"] });
    const response = await post(handler, [
      { id: "a/b", email: "1", admin: true },
      { email: "2", name: "Two" },
    ]);
    const two = (await stored()).find(({ email }) => email === "2") as User;
    const path = source === "rest" ? "/dev/users" : "/users";
    expect(got(response)).toEqual([
      201,
      [
        { status: 201, id: "a/b", location: `${path}/a%2Fb` },
        { status: 201, id: two.id, location: `${path}/${two.id}` },
      ],
    ]);
    expect(await Users.objects.get("a/b")).toEqual({ id: "a/b", email: "1" });
    expect(two).toEqual({ id: two.id, email: "2", name: "Two" });
  });

  it("answers 207 when an item fails, which stops none of the others", async () => {
    const handler = bulkCreateHandler(Users, { required: ["email"], optional: ["id"] });
    const response = await post(handler, [
      { id: "1", email: "a" },
      { id: "2", email: "a" },
      { id: "1", email: "b" },
      {},
      null,
      5,
      ["x"],
      { id: {}, email: "c" },
      { id: "9", email: "d" },
    ]);
    const refused = (status: number, message: string, more: object = {}) => ({
      status,
      error: { code: status, message, ...more },
    });
    const noObject = refused(400, "The body must be an object");
    const at = (id: string) => ({
      status: 201,
      id,
      location: `${source === "rest" ? "/dev" : ""}/users/${id}`,
    });
    expect(got(response)).toEqual([
      207,
      [
        at("1"),
        refused(409, "Duplicate email", { field: "email" }),
        refused(409, "Duplicate id", { field: "id" }),
        refused(400, "Missing key(s): email"),
        noObject,
        noObject,
        noObject,
        refused(400, "id must be text or a whole number", { field: "id" }),
        at("9"),
      ],
    ]);
    expect((await stored()).map(({ id }) => id)).toEqual(["1", "9"]);
  });

  it("checks each item with the schema, and enforces the defaults on each", async () => {
    const handler = bulkCreateHandler(Users, {
      auth: { model: Callers, secret },
      body: z.looseObject({ email: z.string().min(3).toLowerCase() }),
      defaults: ({ event, context }) => ({ owner: context.user.id, name: event.body.email }),
    });
    const response = await post(handler, [{ email: "ANN", owner: "bob" }, { email: "x" }], headers);
    expect(response.status).toBe(207);
    expect((response.body as { status: number }[]).map(({ status }) => status)).toEqual([201, 400]);
    expect((response.body as unknown[])[1]).toEqual({
      status: 400,
      error: {
        code: 400,
        message: "Validation failed",
        errors: [{ field: "email", message: expect.any(String) }],
      },
    });
    expect(await stored()).toMatchObject([{ email: "ann", owner: "ann", name: "ann" }]);
  });

  it("refuses what is not a list, and more items than maxItems", async () => {
    const handler = bulkCreateHandler(Users, { required: ["email"], maxItems: 2 });
    for (const body of [undefined, "", "null", "{}", '"text"', "5", { email: "x" }]) {
      expect(got(await post(handler, body))).toEqual([
        400,
        { code: 400, message: "The body must be a list" },
      ]);
    }
    expect(got(await post(handler, "["))).toEqual([400, { code: 400, message: "Malformed body" }]);
    expect(got(await post(handler, [{ email: "1" }, { email: "2" }, { email: "3" }]))).toEqual([
      413,
      { code: 413, message: "At most 2 items at once" },
    ]);
    expect(got(await post(handler, '[{"__proto__":{"email":"x"}}]'))[0]).toBe(400);
    expect(await stored()).toEqual([]);
    expect(got(await post(handler, []))).toEqual([201, []]);
    expect((await post(handler, [{ email: "1" }, { email: "2" }])).status).toBe(201);
  });

  it("asks who calls and whether they may before it reads the list", async () => {
    const auth = { model: Callers, secret };
    const closed = bulkCreateHandler(Users, { auth, required: ["email"], permit: () => false });
    expect((await post(closed, "[")).status).toBe(401);
    expect((await post(closed, "[", headers)).status).toBe(403);
    expect(await stored()).toEqual([]);
  });
});

describe("the options", () => {
  const post = (handler: Handler, body: unknown) =>
    send(handler, "http", { method: "POST", path: "/users/bulk", body });

  it("a hundred items pass when nothing else is said", async () => {
    const handler = bulkCreateHandler(Users, { required: ["email"] });
    const items = Array.from({ length: 101 }, (_, n) => ({ email: String(n) }));
    expect((await post(handler, items)).status).toBe(413);
    expect((await post(handler, items.slice(1))).status).toBe(201);
  });

  it("location, status, create and use are as they say", async () => {
    const tenant = defineMiddleware<object, { context: { tenant: string } }>({
      name: "tenant",
      before: ({ context }) => {
        context.tenant = "acme";
      },
    });
    const handler = bulkCreateHandler(Users, {
      required: ["email"],
      use: [tenant],
      status: 200,
      cors: false,
      location: ({ id }) => `/users/${id}`,
      create: (data, { event, context }) =>
        Users.create({ ...data, id: `${context.tenant}-${event.body.email}` }),
    });
    const response = await post(handler, [{ email: "1" }]);
    expect(response).toEqual({
      status: 200,
      headers: { "content-type": "application/json" },
      cookies: [],
      body: [{ status: 201, id: "acme-1", location: "/users/acme-1" }],
    });
    expect(explain(handler).map(({ name }) => name)).toEqual([
      "warmup",
      "jsonBody",
      "readItems",
      "tenant",
      "errors",
      "serialize",
    ]);
  });

  it("a failure of our own is a 500 that reveals nothing, and is logged and reported", async () => {
    const noticed: unknown[] = [];
    const handler = bulkCreateHandler(Users, {
      required: ["email"],
      errors: { logger: error => noticed.push(error), report: error => noticed.push(error) },
      create: data => {
        if (data.email === "bad") throw new Error("the secret of the database");
        return Users.create(data);
      },
    });
    const response = await post(handler, [{ email: "bad" }, { email: "good" }]);
    expect(response.status).toBe(207);
    expect((response.body as unknown[])[0]).toEqual({
      status: 500,
      error: { code: 500, message: "Internal Server Error" },
    });
    expect(await stored()).toHaveLength(1);
    expect(noticed.map(error => (error as Error).message)).toEqual(
      Array(2).fill("the secret of the database"),
    );
  });

  it("are checked when the handler is made", () => {
    const wrong: [object, string][] = [
      [{ maxItems: 0 }, 'option "maxItems" must be at least 1'],
      [{ maxItems: "5" }, 'option "maxItems" must be a whole number of at least 0'],
      [{ location: "/users" }, 'option "location" must be a function'],
      [{ required: ["email"], optional: ["email"] }, '"email" is both required and optional'],
    ];
    for (const [options, message] of wrong) {
      expect(() => bulkCreateHandler(Users, options as never)).toThrow(
        new TypeError(`bulkCreateHandler: ${message}`),
      );
    }
    expect(() => bulkCreateHandler(Users, { serializer: () => 1 } as never)).toThrow(
      'bulkCreateHandler: unknown option "serializer"',
    );
    expect(() => bulkCreateHandler(undefined as never)).toThrow(
      new TypeError("bulkCreateHandler: model must be a model"),
    );
  });
});
