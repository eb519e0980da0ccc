import middy from "@middy/core";
import { describe, expect, it } from "vitest";
import { authUser } from "../../../middlewares/authUser.ts";
import { cors } from "../../../middlewares/cors.ts";
import { errors } from "../../../middlewares/errors.ts";
import { middyPreset } from "../../../middlewares/middyPreset.ts";
import { permit } from "../../../middlewares/permit.ts";
import { serialize } from "../../../middlewares/serialize.ts";
import { signJwt } from "../../../src/auth/index.ts";
import { type AnyMiddleware, defineMiddleware } from "../../../src/core/middleware.ts";
import { addHeaders } from "../../../src/http/index.ts";
import { respond } from "../../../src/http/respond.ts";
import { toResult } from "../../../src/http/result.ts";
import { pipeline } from "../../../src/pipeline/pipeline.ts";
import { eventOf, sources } from "../../support/events.ts";

const secret = "a secret of thirty-two bytes and more";
const loadUser = (id: string) => ({ id });

interface Result {
  headers?: Record<string, string>;
  multiValueHeaders?: Record<string, string[]>;
}

/** Every value of a header, whatever its case and place. */
function valuesOf(result: unknown, name: string): string[] {
  const { headers = {}, multiValueHeaders = {} } = result as Result;
  return [...Object.entries(headers), ...Object.entries(multiValueHeaders)]
    .filter(([key]) => key.toLowerCase() === name)
    .flatMap(([, values]) => values);
}
const sniffing = (result: unknown): string[] => valuesOf(result, "x-content-type-options");
const storing = (result: unknown): string[] => valuesOf(result, "cache-control");

/** Text with pieces of what tokens begin with, or are called. */
const likeTokens = [{ text: "xeyJ" }, ["JJ", "yJ", 'a "ey'], { broken: "x" }, { tokens: "x" }];

describe.each(sources)("every response on %s", source => {
  it("says once that its type is not to be guessed, whatever it is", async () => {
    const event = eventOf(source);
    const values = [
      { a: 1 },
      null,
      "text",
      Buffer.from([255]),
      new Response("x"),
      { statusCode: 204 },
      { statusCode: 200, headers: { "x-content-type-options": "nosniff" }, cookies: ["a=1"] },
      { statusCode: 200, multiValueHeaders: { "X-A": ["1", "2"] }, body: "x" },
    ];
    for (const value of values) {
      expect(sniffing(await toResult(event, value, { headers: { Vary: "Origin" } }))).toEqual(["nosniff"]);
    }
    const headers = { "x-content-type-OPTIONS": "nosniff" };
    expect(sniffing(toResult(event, { a: 1 }, { headers }))).toEqual(["nosniff"]);
    expect(sniffing(toResult(event, { a: 1 }, undefined, headers))).toEqual(["nosniff"]);
  });

  it("is not to be stored when it sets a cookie or holds a token, unless it says otherwise itself", async () => {
    const event = eventOf(source);
    const token = await signJwt({ sub: "1" }, { secret });
    for (const value of [
      { statusCode: 200, cookies: ["a=1"], body: "x" },
      { statusCode: 200, headers: { "set-cookie": "a=1" }, body: { a: 1 } },
      { token: "opaque" },
      { user: { id: 1 }, access_token: "opaque" },
      { refreshToken: "opaque" },
      { nested: [{ jwt: token }] },
      { J: "Jay J. Jones, JeyJ", nested: ["J", token] },
      [token],
      { statusCode: 200, headers: { "X-A": "1" }, body: JSON.stringify({ session: token }) },
    ]) {
      expect(storing(await toResult(event, value)), JSON.stringify(value)).toEqual(["no-store"]);
      const headers = { "cache-control": "private, max-age=5" };
      expect(storing(await toResult(event, value, { headers }))).toEqual(["private, max-age=5"]);
    }
    const listed = { statusCode: 200, multiValueHeaders: { "Cache-Control": ["private", "max-age=5"] } };
    expect(storing(await toResult(event, { ...listed, body: { token } })).join(", ")).toBe(
      "private, max-age=5",
    );
  });

  it("may be stored when it is nobody's own", async () => {
    const event = eventOf(source);
    for (const value of [
      { a: 1 },
      [],
      "token",
      { nextToken: "5" },
      { token: null },
      { token: 5 },
      ...likeTokens,
    ]) {
      expect(storing(await toResult(event, value)), JSON.stringify(value)).toEqual([]);
    }
  });
});

describe("a guarded response", () => {
  const guards: [string, AnyMiddleware][] = [
    ["authUser", authUser({ loadUser, secret })],
    ["authUser that is optional", authUser({ loadUser, secret, optional: true })],
    ["permit", permit(() => true)],
  ];
  const event = async (source: (typeof sources)[number]) =>
    eventOf(source, { headers: { authorization: `Bearer ${await signJwt({ sub: "1" }, { secret })}` } });

  it.each(guards)(
    "of %s is not to be stored, be it a success or an error, on every source",
    async (_, guard) => {
      for (const source of sources) {
        const responses: (() => unknown)[] = [
          () => ({ id: 1 }),
          () => null,
          () => respond({ status: 304 }),
          () => new Response("x"),
          () => {
            throw new Error("x");
          },
        ];
        for (const fn of responses) {
          const handler = pipeline([errors({ logger: false }), cors(), guard as never, serialize()], fn);
          expect(storing(await handler(await event(source), {}))).toEqual(["no-store"]);
        }
      }
    },
  );

  it("of a stranger or of one who may not is not to be stored", async () => {
    for (const source of sources) {
      const closed = pipeline([errors(), authUser({ loadUser, secret }), serialize()], () => 1);
      const result = await closed(eventOf(source), {});
      expect([result.statusCode, storing(result)]).toEqual([401, ["no-store"]]);
      const forbidden = pipeline([errors(), permit(() => false), serialize()], () => 1);
      expect(storing(await forbidden(eventOf(source), {}))).toEqual(["no-store"]);
    }
  });

  it("may be stored as the app says: by the response, or by a middleware before or behind", async () => {
    const cacheable = defineMiddleware({
      name: "cacheable",
      before: request => addHeaders(request, { "cache-control": "private, max-age=9" }),
    });
    const guard = permit(() => true);
    for (const source of sources) {
      const own = () => respond({ headers: { "CACHE-CONTROL": "private, max-age=9" }, body: 1 });
      for (const handler of [
        pipeline([errors(), guard, serialize()], own),
        pipeline([errors(), guard, cacheable, serialize()], () => 1),
        pipeline([errors(), cacheable, guard, serialize()], () => 1),
      ]) {
        expect(storing(await handler(eventOf(source), {}))).toEqual(["private, max-age=9"]);
      }
    }
  });

  it("of no guard says nothing of it", async () => {
    const handler = pipeline([errors(), cors(), serialize()], () => ({ id: 1 }));
    expect(storing(await handler(eventOf("http"), {}))).toEqual([]);
  });
});

it("the official stack of middyPreset has no header of ours", async () => {
  const fn = async (): Promise<unknown> => ({ statusCode: 200, headers: { a: "1" }, body: '{"token":"x"}' });
  const handler = middy(fn).use(middyPreset());
  const event = { ...eventOf("rest"), headers: { "Content-Type": "application/json" }, body: "{}" };
  expect(await handler(event, {} as never)).toEqual({
    statusCode: 200,
    headers: { a: "1" },
    body: '{"token":"x"}',
  });
});
