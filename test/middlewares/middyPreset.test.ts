import middy from "@middy/core";
import httpErrorHandler from "@middy/http-error-handler";
import httpJsonBodyParser from "@middy/http-json-body-parser";
import officialWarmup from "@middy/warmup";
import { describe, expect, it } from "vitest";
import { middyPreset } from "../../middlewares/middyPreset.ts";
import { BadRequest } from "../../src/core/errors.ts";

type Fn = (event: unknown) => unknown;

const quiet = { logger: false };
const official = (fn: Fn) =>
  middy(fn as never).use([officialWarmup(), httpErrorHandler(quiet as never), httpJsonBodyParser()] as never);
const ours = (fn: Fn) => middy(fn as never).use(middyPreset({ errors: quiet as never }) as never);

const json = { "content-type": "application/json" };
const events: Record<string, unknown> = {
  warmup: { source: "serverless-plugin-warmup" },
  json: { headers: json, body: '{"a":1}' },
  base64: { headers: json, body: Buffer.from('{"a":1}').toString("base64"), isBase64Encoded: true },
  malformed: { headers: json, body: "{" },
  "no content type": { headers: {}, body: "{}" },
  "a GET": { httpMethod: "GET", headers: {} },
  "a null body": { headers: json, body: null },
  "an absent body": { headers: json },
  "a forbidden key": { headers: json, body: '{"__proto__":{}}' },
  nothing: {},
};
const functions: Record<string, Fn> = {
  "returns the body": event => ({ statusCode: 200, body: (event as { body: unknown }).body }),
  "throws an HTTP error": () => {
    throw new BadRequest("No");
  },
  "throws an error": () => {
    throw new Error("secret");
  },
};

const outcome = async (handler: unknown, event: unknown) =>
  (handler as (event: unknown, context: object) => Promise<unknown>)(structuredClone(event), {}).then(
    value => ({ value }),
    (error: Error) => ({ error: error.message }),
  );

describe("middyPreset", () => {
  for (const [kind, event] of Object.entries(events)) {
    it.each(Object.entries(functions))(
      `behaves as the official packages: ${kind}, the function %s`,
      async (_, fn) => {
        expect(await outcome(ours(fn), event)).toEqual(await outcome(official(fn), event));
      },
    );
  }

  it("answers malformed JSON with the official 422 in plain text", async () => {
    expect(await outcome(ours(functions["returns the body"] as Fn), events.malformed)).toEqual({
      value: {
        statusCode: 422,
        body: "Invalid or malformed JSON was provided",
        headers: { "Content-Type": "text/plain" },
      },
    });
  });

  it("hands each its options, and leaves out what is false", () => {
    expect(middyPreset({ warmup: false, errors: false, jsonBody: false })).toEqual([]);
    expect(middyPreset({ jsonBody: false })).toHaveLength(2);
    const [only] = middyPreset({ warmup: { isWarmingUp: () => true }, errors: false, jsonBody: false });
    const before = only?.before as (request: unknown) => unknown;
    expect(before({ event: {} })).toBe("warmup");
  });

  it.each([
    [{ cors: {} }, 'middyPreset: unknown option "cors"; it takes warmup, errors, jsonBody'],
    [{ errors: { log: 1 } }, "Unknown option 'log'"],
    [{ jsonBody: { reviver: 1 } }, "Option 'reviver' must be"],
    [{ errors: 5 }, 'middyPreset: option "errors" must be an object or false'],
  ])("refuses %j at once", (options, message) => {
    expect(() => middyPreset(options as never)).toThrow(
      expect.objectContaining({ name: "TypeError", message: expect.stringContaining(message) }),
    );
  });
});
