import { describe, expect, it } from "vitest";
import { errors } from "../../middlewares/errors.ts";
import { requireKeys } from "../../middlewares/requireKeys.ts";
import { defineMiddleware } from "../../src/core/middleware.ts";
import { pipeline } from "../../src/pipeline/pipeline.ts";
import { nosniff } from "../support/events.ts";

type AnyBody = Record<string, unknown>;

const body = (value: unknown) =>
  defineMiddleware<object, { event: { body: AnyBody } }>({
    name: "body",
    before: request => {
      request.event = { body: value as AnyBody };
    },
  });

const keep = (value: unknown, required: string[], optional?: string[]) =>
  pipeline([errors(), body(value), requireKeys(required, { optional })], event => event.body)({}, {});

const badRequest = (message: string) => ({
  statusCode: 400,
  headers: { "Content-Type": "application/json", ...nosniff },
  body: JSON.stringify({ code: 400, message }),
});

describe("requireKeys", () => {
  it("keeps exactly the listed keys", async () => {
    const given = { email: "a", password: "b", name: "c", admin: true };
    expect(await keep(given, ["email", "password"], ["name", "age"])).toEqual({
      email: "a",
      password: "b",
      name: "c",
    });
  });

  it("counts a key as given whatever its value", async () => {
    const given = { a: null, b: undefined, c: "", d: 0, e: false };
    expect(await keep(given, ["a", "b", "c", "d", "e"])).toEqual(given);
  });

  it("names all missing keys in the declared order", async () => {
    expect(await keep({ name: "x" }, ["email", "name", "password"])).toEqual(
      badRequest("Missing key(s): email, password"),
    );
  });

  it("does not take inherited properties for keys", async () => {
    expect(await keep({}, ["toString", "constructor"])).toEqual(
      badRequest("Missing key(s): toString, constructor"),
    );
  });

  it.each([undefined, null, "text", 5, true, [], [{ email: 1 }]])("refuses %j as a body", async value => {
    expect(await keep(value, ["email"])).toEqual(badRequest("The body must be an object"));
  });

  it.each([null, undefined, 5, "text", []])("answers 400 when the event is %j", async event => {
    const handler = pipeline([errors(), requireKeys([])] as never, () => 1);
    expect(await handler(event, {})).toEqual(badRequest("The body must be an object"));
  });

  it.each([
    [() => requireKeys(undefined as never), "requireKeys: required must be an array of strings"],
    [() => requireKeys("email" as never), "requireKeys: required must be an array of strings"],
    [() => requireKeys([1] as never), "requireKeys: required must be an array of strings"],
    [
      () => requireKeys([], { optional: "a" } as never),
      'requireKeys: option "optional" must be an array of strings',
    ],
    [
      () => requireKeys([], { option: [] } as never),
      'requireKeys: unknown option "option"; it takes optional',
    ],
  ])("refuses wrong arguments at once (%#)", (make, message) => {
    expect(make).toThrow(new TypeError(message));
  });
});
