import { describe, expect, it } from "vitest";
import { cors } from "../../../../middlewares/cors.ts";
import { errors } from "../../../../middlewares/errors.ts";
import { jsonBody } from "../../../../middlewares/jsonBody.ts";
import { serialize } from "../../../../middlewares/serialize.ts";
import { BadRequest } from "../../../../src/core/errors.ts";
import { pathParameter } from "../../../../src/http/path.ts";
import { pipeline } from "../../../../src/pipeline/pipeline.ts";
import { gatewaySources, invoke } from "../../../../tools/testing/index.ts";
import { decodesPaths } from "../../../support/events.ts";

describe.each(gatewaySources)("invoke on %s", source => {
  it("gives the response as HTTP: status, headers, cookies, and the body parsed and as it was sent", async () => {
    const handler = pipeline([errors(), cors(), serialize(), jsonBody<{ name: string }>()], event => ({
      statusCode: 201,
      headers: { Location: "/users/1", "X-Many": ["1", "2"] },
      cookies: ["a=1; HttpOnly", "b=2"],
      body: { name: event.body.name, id: pathParameter(event, "id") },
    }));
    const request = { method: "PUT", route: "/users/{id}", path: "/users/a%20b", body: { name: "Änn" } };
    const bare = await invoke<{ name: string }>(handler, request, { source });
    const text = '{"name":"Änn","id":"a b"}';
    expect(bare.status).toBe(201);
    expect(bare.headers).toBeInstanceOf(Headers);
    expect(
      Object.fromEntries([...bare.headers].filter(([name]) => !/access-control|set-cookie/.test(name))),
    ).toEqual({
      "content-type": "application/json",
      location: "/users/1",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "x-many": "1, 2",
    });
    expect(bare.headers.get("Access-Control-Allow-Origin")).toBe("*");
    expect(bare.cookies).toEqual(["a=1; HttpOnly", "b=2"]);
    expect(bare.body).toEqual({ name: "Änn", id: "a b" });
    expect([bare.text, Buffer.from(bare.bytes).toString()]).toEqual([text, text]);
  });

  it("gives bytes as they are, and text for what is not JSON", async () => {
    const bytes = Buffer.from([0, 255, 128]);
    const binary = await invoke(
      pipeline([serialize()], () => bytes),
      {},
      { source },
    );
    expect(Buffer.from(binary.bytes)).toEqual(bytes);
    const text = await invoke(
      pipeline([serialize()], () => "hi"),
      {},
      { source },
    );
    expect([text.body, text.headers.get("content-type")]).toEqual(["hi", "text/plain; charset=utf-8"]);
    const broken = { statusCode: 200, headers: { "content-type": "application/json" }, body: "{" };
    expect(
      (
        await invoke(
          pipeline([serialize()], () => broken),
          {},
          { source },
        )
      ).body,
    ).toBe("{");
  });

  it("gives no body for HEAD, 204 and 304", async () => {
    const bare = (statusCode: number): object => ({
      statusCode,
      headers: {},
      multiValueHeaders: {},
      body: "x",
      isBase64Encoded: false,
    });
    for (const [method, status] of [
      ["HEAD", 200],
      ["GET", 204],
      ["GET", 304],
    ] as const) {
      const response = await invoke(() => bare(status), { method }, { source });
      expect([response.status, response.body, response.text, response.bytes.length]).toEqual([
        status,
        undefined,
        "",
        0,
      ]);
    }
  });

  it("fails, saying why, where AWS would not pass the response on", async () => {
    const status = decodesPaths(source) ? 500 : 502;
    const wrong = { statusCode: 200, headers: {}, multiValueHeaders: {}, body: {}, isBase64Encoded: false };
    await expect(invoke(async () => wrong, {}, { source })).rejects.toThrow(
      new Error(`On ${source}, AWS would answer ${status}: Malformed Lambda response: body must be a string`),
    );
  });

  it("passes on what the handler throws", async () => {
    const error = new BadRequest("no");
    await expect(invoke(() => Promise.reject(error), {}, { source })).rejects.toBe(error);
  });
});

describe("invoke", () => {
  it("sends through an HTTP API unless a source is named, with a context of its own", async () => {
    const show = (event: unknown, context: { awsRequestId: string; functionName: string }): unknown => ({
      version: (event as { version: string }).version,
      id: context.awsRequestId,
      name: context.functionName,
    });
    const { body } = await invoke(show, {}, { context: { awsRequestId: "r1" } });
    expect(body).toEqual({ version: "2.0", id: "r1", name: "test" });
  });

  it("refuses wrong arguments", async () => {
    const handler = async (): Promise<string> => "hi";
    const cases: [call: () => Promise<unknown>, message: string][] = [
      [() => invoke(undefined as never), "invoke: handler must be a function"],
      [() => invoke(handler, { pth: "/" } as never), 'invoke: unknown option "pth"; it takes method, path, '],
      [
        () => invoke(handler, {}, { source: "v2" as never }),
        'invoke: option "source" must be one of rest, http, ',
      ],
      [() => invoke(handler, {}, { sorce: "rest" } as never), 'invoke: unknown option "sorce"'],
    ];
    for (const [call, message] of cases) {
      await expect(call()).rejects.toThrow(TypeError);
      await expect(call()).rejects.toThrow(message);
    }
  });
});
