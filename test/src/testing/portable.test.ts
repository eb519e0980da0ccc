import { AssertionError } from "node:assert";
import { describe, expect, it, vi } from "vitest";
import { createHandler } from "../../../generics/createHandler.ts";
import { errors } from "../../../middlewares/errors.ts";
import { serialize } from "../../../middlewares/serialize.ts";
import { sourceOf } from "../../../src/http/source.ts";
import { memoryModel } from "../../../src/models/memory.ts";
import { pipeline } from "../../../src/pipeline/pipeline.ts";
import { pick } from "../../../src/serializers/pick.ts";
import { assertPortable, gatewaySources, portable } from "../../../src/testing/index.ts";

/** Answers differently on ALB. */
const uneven = pipeline([errors(), serialize()], event => {
  const alb = sourceOf(event) === "alb";
  return {
    statusCode: alb ? 201 : 200,
    headers: { "X-A": "1", ...(alb && { "X-B": "2" }) },
    cookies: alb ? ["a=1", "b=2"] : ["a=1"],
    body: { items: [{ id: alb ? 2 : 1 }], same: true, ...(!alb && { more: null }) },
  };
});

const differences = [
  { source: "alb", what: "status", expected: 200, actual: 201 },
  { source: "alb", what: "header.x-b", expected: undefined, actual: "2" },
  { source: "alb", what: "cookies", expected: ["a=1"], actual: ["a=1", "b=2"] },
  { source: "alb", what: "body.items.0.id", expected: 1, actual: 2 },
  { source: "alb", what: "body.more", expected: null, actual: undefined },
];

describe("portable", () => {
  it("says that our own handlers answer alike, whatever they answer", async () => {
    const answers = [
      { a: [1, { b: "ü" }] },
      "text",
      Buffer.from([0, 255]),
      { statusCode: 418, cookies: ["a=1", "b=2"], headers: { Link: ["<a>", "<b>"] }, body: "" },
      { statusCode: 204 },
      new Response("hi", { status: 202 }),
    ];
    for (const answer of answers) {
      const handler = pipeline([errors(), serialize()], () =>
        answer instanceof Response ? answer.clone() : answer,
      );
      const found = await portable(handler, { method: "POST", path: "/a%20b?x=1", body: { a: 1 } });
      expect(found).toMatchObject({ same: true, differences: [], reply: { status: expect.any(Number) } });
    }
  });

  it("sends the same request through every source", async () => {
    const seen: unknown[] = [];
    const handler = pipeline([errors(), serialize()], event => seen.push(sourceOf(event)) && "ok");
    await portable(handler);
    expect(seen).toEqual(["rest", "http", "http", "alb", "alb-multi", "lattice-v1", "lattice-v2"]);
  });

  it("tells what is different, with the first source as the measure", async () => {
    const found = await portable(uneven);
    expect([found.same, found.differences, found.reply?.status]).toEqual([false, differences, 200]);
    const measured = await portable(uneven, {}, { sources: ["alb", "rest"] });
    expect(
      measured.differences.map(({ source, what, expected, actual }) => [source, what, expected, actual]),
    ).toEqual(differences.map(({ what, expected, actual }) => ["rest", what, actual, expected]));
  });

  it("takes no notice of what may be different", async () => {
    const ignore = ["status", "header.x-b", "cookies", "body.items"];
    const { differences: left } = await portable(uneven, {}, { ignore });
    expect(left.map(({ what }) => what)).toEqual(["body.more"]);
    expect((await portable(uneven, {}, { ignore: [...ignore, "body"] })).same).toBe(true);
    expect((await portable(uneven, {}, { ignore: [...ignore, "body.mor"] })).same).toBe(false);
  });

  it("counts for a difference what AWS would answer 502 to, and what is thrown", async () => {
    const json = { "content-type": "application/json" };
    const restOnly = await portable(async () => ({ statusCode: 200, headers: json, body: "1" }));
    const why = "Malformed Lambda response: isBase64Encoded must be true or false";
    expect(restOnly.same).toBe(false);
    expect(restOnly.differences).toEqual(
      ["alb", "alb-multi", "lattice-v1", "lattice-v2"].map(source => ({
        source,
        what: "error",
        expected: undefined,
        actual: `On ${source}, AWS would answer 502: ${why}`,
      })),
    );
    const throwing = await portable(() => Promise.reject(new Error("no")), {}, { sources: ["rest", "http"] });
    expect(throwing).toEqual({
      same: false,
      reply: undefined,
      differences: [
        { source: "rest", what: "error", expected: undefined, actual: "no" },
        { source: "http", what: "error", expected: undefined, actual: "no" },
      ],
    });
  });

  it("sees that a body without a type is JSON to REST APIs and text to HTTP APIs", async () => {
    const untyped = async (): Promise<object> => ({ statusCode: 200, body: "hi" });
    expect((await portable(untyped, {}, { sources: ["rest", "http"] })).differences).toEqual([
      {
        source: "http",
        what: "header.content-type",
        expected: "application/json",
        actual: "text/plain;charset=UTF-8",
      },
    ]);
  });

  it("lets each source begin anew", async () => {
    const Users = memoryModel<{ id: string; email: string }>({ name: "User", unique: ["email"] });
    const handler = createHandler(Users, { required: ["email"], serializer: pick("id", "email") });
    const request = { method: "POST", path: "/users", body: { email: "ann@example.com" } };
    const clear = vi.fn(async () => {
      for await (const user of Users.objects) await Users.delete(user);
    });
    const ignore = ["body.id", "header.location"];
    expect(await portable(handler, request, { before: clear, ignore })).toMatchObject({ same: true });
    expect(clear.mock.calls).toEqual(gatewaySources.map(source => [source]));
    const { differences: found } = await portable(handler, request, { ignore });
    expect(found.map(({ what }) => what)).not.toContain("status");
    expect(found).toEqual([]);
  });

  it("asks only those sources that know the authorizer", async () => {
    const caller = pipeline([errors(), serialize()], () => "ok");
    const before = vi.fn();
    await portable(caller, { authorizer: { jwt: { claims: { sub: "u1" } } } }, { before });
    expect(before.mock.calls.flat()).toEqual(["rest", "http"]);
  });

  it("refuses wrong arguments, whatever the handler does", async () => {
    const cases: [call: () => Promise<unknown>, message: string][] = [
      [
        () => portable(undefined as never),
        "portable: the first argument must be a handler, or what api() made",
      ],
      [() => portable(uneven, { path: "x" }), "portable: path must begin with a slash"],
      [
        () => portable(uneven, {}, { sources: ["v1" as never] }),
        'portable: option "source" must be one of rest',
      ],
      [() => portable(uneven, {}, { ignores: [] } as never), 'portable: unknown option "ignores"'],
      [
        () => portable(uneven, { authorizer: { iam: {} } }, { sources: ["alb"] }),
        'portable: option "authorizer" can\'t be iam: alb knows no such authorizer',
      ],
    ];
    for (const [call, message] of cases) {
      await expect(call()).rejects.toThrow(TypeError);
      await expect(call()).rejects.toThrow(message);
    }
  });
});

describe("assertPortable", () => {
  it("gives the reply when all answer alike", async () => {
    const handler = pipeline([errors(), serialize()], () => ({ a: 1 }));
    const reply = await assertPortable<{ a: number }>(handler);
    expect([reply.status, reply.body.a]).toEqual([200, 1]);
  });

  it("fails with a message that lists the differences", async () => {
    const failure = await assertPortable(uneven, { method: "GET", path: "/posts" }).catch(
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(AssertionError);
    expect((failure as AssertionError).message.split("\n")).toEqual([
      "GET /posts is not answered alike on every source:",
      "  alb: status is 201 instead of 200",
      "  alb: header.x-b is '2' instead of undefined",
      "  alb: cookies is [ 'a=1', 'b=2' ] instead of [ 'a=1' ]",
      "  alb: body.items.0.id is 2 instead of 1",
      "  alb: body.more is undefined instead of null",
    ]);
    expect(failure).toMatchObject({ operator: "assertPortable", actual: differences, expected: [] });
    await expect(
      assertPortable(() => Promise.reject(new Error("no")), {}, { sources: ["url"] }),
    ).rejects.toThrow("The request is not answered alike on every source:\n  url: no");
  });

  it("refuses to pass when no source is asked", async () => {
    await expect(assertPortable(uneven, {}, { sources: [] })).rejects.toThrow(
      new TypeError('assertPortable: option "sources" must name a source'),
    );
  });
});
