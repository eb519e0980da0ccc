import { AssertionError } from "node:assert";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { createHandler } from "../../../generics/createHandler.ts";
import { errors } from "../../../middlewares/errors.ts";
import { multipart } from "../../../middlewares/multipart.ts";
import { serialize } from "../../../middlewares/serialize.ts";
import { rawBody, readBody } from "../../../src/http/body.ts";
import { pathParameter, readPath } from "../../../src/http/path.ts";
import { readQuery } from "../../../src/http/query.ts";
import { readCookies, readHeader, readMethod } from "../../../src/http/read.ts";
import { respond } from "../../../src/http/respond.ts";
import { sourceOf } from "../../../src/http/source.ts";
import { memoryModel } from "../../../src/models/memory/memoryModel.ts";
import { pipeline } from "../../../src/pipeline/pipeline.ts";
import { pick } from "../../../src/serializers/pick.ts";
import { assertPortable, gatewaySources, invoke, portable } from "../../../tools/testing/index.ts";

/** Responds differently on ALB. */
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
  it("says that our own handlers respond alike, whatever the response is", async () => {
    const responses = [
      { a: [1, { b: "ü" }] },
      "text",
      Buffer.from([0, 255]),
      { statusCode: 418, cookies: ["a=1", "b=2"], headers: { Link: ["<a>", "<b>"] }, body: "" },
      { statusCode: 204 },
      new Response("hi", { status: 202 }),
    ];
    for (const response of responses) {
      const handler = pipeline([errors(), serialize()], () =>
        response instanceof Response ? response.clone() : response,
      );
      const request = { method: "POST", path: "/a%20b?x=1", body: { a: 1 } };
      const found = await portable(handler, request, { binaryMediaTypes: ["*/*"] });
      expect(found).toMatchObject({ same: true, differences: [], response: { status: expect.any(Number) } });
    }
  });

  it("sends the same request through every source", async () => {
    const seen: unknown[] = [];
    const handler = pipeline([errors(), serialize()], event => seen.push(sourceOf(event)) && "ok");
    await portable(handler);
    expect(seen).toEqual(["rest", "http", "http-v1", "http", "alb", "alb-multi", "lattice-v1", "lattice-v2"]);
  });

  it("finds our reading of a request the same on every source, whatever the request", async () => {
    const echo = pipeline([errors(), serialize()], event => ({
      method: readMethod(event),
      path: decodeURIComponent(readPath(event)),
      id: pathParameter(event, "id"),
      query: readQuery(event),
      cookies: readCookies(event),
      sent: readHeader(event, "x-sent"),
      body: readBody(event),
    }));
    const text = fc.string({ unit: "grapheme", maxLength: 8 });
    const name = fc.stringMatching(/^[a-z][a-z0-9]{0,5}$/);
    const request = fc.record({
      method: fc.constantFrom("GET", "POST", "PUT", "DELETE"),
      route: fc.constant("/things/{id}"),
      pathParameters: fc.record({ id: text.filter(id => id !== "" && !/^\.+$/.test(id)) }),
      query: fc.dictionary(text, text, { maxKeys: 4 }),
      cookies: fc.dictionary(name, name, { maxKeys: 3 }),
      headers: fc.record({ "X-Sent": fc.stringMatching(/^[!-~]([ -~]{0,8}[!-~])?$/) }),
      body: fc.oneof(text, fc.jsonValue(), fc.constant(undefined)),
    });
    await fc.assert(
      fc.asyncProperty(request, async sent => {
        const response = await assertPortable<{ id: string; body: string }>(echo, sent);
        const { id, body } = response.body;
        expect(id).toBe(sent.pathParameters.id);
        if (sent.body !== undefined && typeof sent.body !== "string")
          expect(body).toBe(JSON.stringify(sent.body));
      }),
      { numRuns: 150 },
    );
  });

  it("says what is different, with the first source as the measure", async () => {
    const found = await portable(uneven);
    expect([found.same, found.differences, found.response?.status]).toEqual([false, differences, 200]);
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
      response: undefined,
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

  const bytes = Buffer.from([0x89, 0xff, 0]);
  const image = pipeline([errors(), serialize()], () =>
    respond({ headers: { "content-type": "image/png" }, body: bytes }),
  );

  it("knows that a REST API sends base64 on unless its types have that one", async () => {
    const { same, differences: found } = await portable(image, {}, { sources: ["http", "rest", "alb"] });
    expect([same, found]).toEqual([
      false,
      [
        {
          source: "rest",
          what: "body",
          expected: bytes,
          actual: bytes.toString("base64"),
        },
      ],
    ]);
    await expect(assertPortable(image)).rejects.toThrow(/http: body is <Buffer 89 ff 00> instead of .*if8A/);
    for (const types of [["image/png"], ["text/html", "image/*"], ["*/*"], ["IMAGE/PNG"]]) {
      expect((await assertPortable(image, {}, { binaryMediaTypes: types })).bytes).toEqual(bytes);
    }
    for (const types of [[], ["image/jpeg"], ["image"], ["application/*"]]) {
      expect((await portable(image, {}, { binaryMediaTypes: types })).same).toBe(false);
    }
  });

  it("knows that the first type that a client accepts decides", async () => {
    const asked = async (accept: string, types: string[]): Promise<boolean> =>
      (await portable(image, { headers: { accept } }, { binaryMediaTypes: types })).same;
    expect(await asked("image/png, */*", ["image/png"])).toBe(true);
    expect(await asked("text/html, image/png", ["image/png"])).toBe(false);
    expect(await asked("text/html, image/png", ["*/*"])).toBe(true);
    expect(await asked("image/png;q=0.9", ["image/png"])).toBe(true);
  });

  it("knows that a REST API takes the bytes of requests for text unless its types have that one", async () => {
    const echo = pipeline([errors(), serialize()], event => ({ hex: rawBody(event).toString("hex") }));
    const request = { body: bytes, headers: { "content-type": "image/png" } };
    expect((await portable(echo, request)).differences.map(({ what }) => what)).toContain("body.hex");
    const { body } = await assertPortable(echo, request, { binaryMediaTypes: ["image/*"] });
    expect(body).toEqual({ hex: bytes.toString("hex") });
  });

  it("finds text the same on every source, whatever it comes in", async () => {
    for (const type of ["text/plain", "application/json", "image/svg+xml", "text/csv; charset=utf-8"]) {
      for (const body of [Buffer.from("é"), "é", new Uint8Array(Buffer.from("é"))]) {
        const handler = pipeline([errors(), serialize()], () =>
          respond({ headers: { "content-type": type }, body }),
        );
        expect((await assertPortable(handler)).text).toBe("é");
        const web = pipeline(
          [errors(), serialize()],
          () => new Response(body, { headers: { "content-type": type } }),
        );
        expect((await assertPortable(web)).text).toBe("é");
      }
    }
  });

  it("sends a form with files", async () => {
    const handler = pipeline([errors(), multipart(), serialize()], ({ body }) => body);
    const form = new FormData();
    form.append("a", "é");
    form.append("f", new Blob([bytes], { type: "image/png" }), "f.png");
    const { body } = await assertPortable(
      handler,
      { body: form },
      { binaryMediaTypes: ["multipart/form-data"] },
    );
    expect(body).toEqual({
      a: "é",
      f: { filename: "f.png", type: "image/png", bytes: bytes.toString("base64") },
    });
    expect((await portable(handler, { body: form })).same).toBe(false);
    const wrong = await invoke(handler, { body: form, headers: { "content-type": "multipart/form-data" } });
    expect(wrong.status).toBe(400);
  });

  it("lets each source begin again", async () => {
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
    expect(before.mock.calls.flat()).toEqual(["rest", "http", "http-v1"]);
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
  it("gives the response when all respond alike", async () => {
    const handler = pipeline([errors(), serialize()], () => ({ a: 1 }));
    const response = await assertPortable<{ a: number }>(handler);
    expect([response.status, response.body.a]).toEqual([200, 1]);
  });

  it("fails with a message that lists the differences", async () => {
    const failure = await assertPortable(uneven, { method: "GET", path: "/posts" }).catch(
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(AssertionError);
    expect((failure as AssertionError).message.split("\n")).toEqual([
      "GET /posts does not get the same response on every source:",
      "  alb: status is 201 instead of 200",
      "  alb: header.x-b is '2' instead of undefined",
      "  alb: cookies is [ 'a=1', 'b=2' ] instead of [ 'a=1' ]",
      "  alb: body.items.0.id is 2 instead of 1",
      "  alb: body.more is undefined instead of null",
    ]);
    expect(failure).toMatchObject({ operator: "assertPortable", actual: differences, expected: [] });
    await expect(
      assertPortable(() => Promise.reject(new Error("no")), {}, { sources: ["url"] }),
    ).rejects.toThrow("The request does not get the same response on every source:\n  url: no");
  });

  it("refuses to pass when no source is asked", async () => {
    await expect(assertPortable(uneven, {}, { sources: [] })).rejects.toThrow(
      new TypeError('assertPortable: option "sources" must name a source'),
    );
  });
});
