import { createError } from "@middy/util";
import { afterEach, describe, expect, it, vi } from "vitest";
import { errors } from "../../middlewares/errors.ts";
import { BadRequest, HttpError, NotFound, ServerError, Unauthorized } from "../../src/core/errors.ts";
import { configure } from "../../src/core/settings.ts";
import { pipeline } from "../../src/pipeline/pipeline.ts";
import { nosniff } from "../support/events.ts";

const throwing = (error: unknown, options = {}) =>
  pipeline([errors({ logger: false, ...options })], () => {
    throw error;
  });
const response = (status: number, body: object, headers = {}) => ({
  statusCode: status,
  headers: { "Content-Type": "application/json", ...nosniff, ...headers },
  body: JSON.stringify(body),
});

afterEach(() => {
  configure({ debug: undefined, problemDetails: undefined });
  vi.restoreAllMocks();
});

describe("errors", () => {
  it.each([
    [new BadRequest("No"), response(400, { code: 400, message: "No" })],
    [new NotFound(), response(404, { code: 404, message: "Resource Not Found" })],
    [
      new Unauthorized(),
      response(401, { code: 401, message: "Unauthorized" }, { "WWW-Authenticate": "Bearer" }),
    ],
    [
      new HttpError(409, "Taken", {
        field: "email",
        errors: [{ field: "email", message: "taken" }],
        code: "E1",
        headers: { "X-A": "1" },
      }),
      response(
        409,
        { code: "E1", message: "Taken", field: "email", errors: [{ field: "email", message: "taken" }] },
        { "X-A": "1" },
      ),
    ],
    [
      new ServerError("db at 10.0.0.1 is down"),
      response(500, { code: 500, message: "Internal Server Error" }),
    ],
    [new ServerError("Try later", { expose: true }), response(500, { code: 500, message: "Try later" })],
    [new HttpError(503, "pool is empty"), response(503, { code: 503, message: "Service Unavailable" })],
  ])("answers %s with its status, message and details", async (error, expected) => {
    expect(await throwing(error)({}, {})).toEqual(expected);
  });

  it.each([
    new Error("secret"),
    new TypeError("secret"),
    "secret",
    5,
    null,
    undefined,
    Object.freeze(new Error("secret")),
    { statusCode: 200, message: "secret" },
    { statusCode: "404", message: "secret" },
    Object.assign(new Error("secret"), { statusCode: 999 }),
  ])("answers %s, which is not an HTTP error, with a 500 that reveals nothing of it", async error => {
    expect(await throwing(error)({}, {})).toEqual(
      response(500, { code: 500, message: "Internal Server Error" }),
    );
  });

  it.each([
    [createError(422, "Bad"), response(422, { code: 422, message: "Bad" })],
    [
      createError(422, "hidden", { expose: false }),
      response(422, { code: 422, message: "Unprocessable Content" }),
    ],
    [createError(500, "hidden"), response(500, { code: 500, message: "Internal Server Error" })],
    [
      createError(400, "Event object failed validation", {
        cause: {
          package: "@middy/validator",
          data: [{ instancePath: "/body/email", message: "must be string" }],
        },
      }),
      response(400, {
        code: 400,
        message: "Event object failed validation",
        errors: [{ field: "body.email", message: "must be string" }],
      }),
    ],
    [
      Object.assign(new Error("Slow down"), {
        statusCode: 429,
        expose: true,
        headers: { "Retry-After": 3, Bad: {} },
      }),
      response(429, { code: 429, message: "Slow down" }, { "Retry-After": "3" }),
    ],
  ])("understands what other packages throw (%#)", async (error, expected) => {
    expect(await throwing(error)({}, {})).toEqual(expected);
  });

  it("logs a 5xx with the request's id, and nothing below", async () => {
    const logger = vi.fn();
    const error = new Error("boom");
    await throwing(error, { logger })({}, { awsRequestId: "r-1" });
    await throwing(new BadRequest(), { logger })({}, { awsRequestId: "r-2" });
    expect(logger.mock.calls).toEqual([[error, { requestId: "r-1" }]]);
  });

  it("logs to the console unless asked otherwise", async () => {
    const logged = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const error = new Error("boom");
    await pipeline([errors()], () => {
      throw error;
    })({}, { awsRequestId: "r-1" });
    expect(logged.mock.calls).toEqual([[error, { requestId: "r-1" }]]);
  });

  it("waits for the report, and answers also when reporting fails", async () => {
    const error = new Error("boom");
    let reported: unknown;
    const slow = (reason: unknown, request: unknown) =>
      new Promise<void>(resolve =>
        setImmediate(() => {
          reported = [reason, request];
          resolve();
        }),
      );
    await throwing(error, { report: slow })({ a: 1 }, { b: 2 });
    expect(reported).toEqual([error, { event: { a: 1 }, context: { b: 2 } }]);

    const logger = vi.fn();
    const failing = [
      () => {
        throw new Error("sync");
      },
      () => Promise.reject(new Error("async")),
    ];
    for (const report of failing) {
      expect(await throwing(error, { report, logger })({}, {})).toMatchObject({ statusCode: 500 });
    }
    expect(logger.mock.calls.map(([reason]) => reason.message)).toEqual(["boom", "sync", "boom", "async"]);
  });

  it("throws on when asked to, after logging", async () => {
    const logger = vi.fn();
    const error = new Error("boom");
    await expect(throwing(error, { rethrow: true, logger })({}, {})).rejects.toBe(error);
    expect(logger).toHaveBeenCalledOnce();
  });

  it("leaves a response that an inner layer made", async () => {
    const handler = pipeline([errors(), { onError: () => "recovered" }], () => {
      throw new Error("x");
    });
    expect(await handler({}, {})).toBe("recovered");
  });

  it("shows the stack and the event, without credentials, when debugging", async () => {
    configure({ debug: true });
    const event = { headers: { Authorization: "Bearer secret", Cookie: "a=secret", "X-A": "1" }, big: 5n };
    const { body } = (await throwing(new Error("boom"))(event, {})) as unknown as { body: string };
    const shown = JSON.parse(body);
    expect(shown).toEqual({
      code: 500,
      message: "Internal Server Error",
      stack: expect.stringContaining("Error: boom"),
      event: { headers: { Authorization: "(hidden)", Cookie: "(hidden)", "X-A": "1" }, big: "5" },
    });
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    expect(await throwing("text")(circular, {})).toEqual(
      response(500, { code: 500, message: "Internal Server Error", stack: "text" }),
    );
  });

  it("answers RFC 9457 problem details when set", async () => {
    configure({ problemDetails: true });
    expect(await throwing(new BadRequest("No", { field: "email", code: "E1" }))({}, {})).toEqual({
      statusCode: 400,
      headers: { "Content-Type": "application/problem+json", ...nosniff },
      body: JSON.stringify({
        type: "about:blank",
        title: "Bad Request",
        status: 400,
        detail: "No",
        code: "E1",
        field: "email",
      }),
    });
  });

  it.each([
    [{ log: 1 }, 'errors: unknown option "log"; it takes logger, report, rethrow, map'],
    [{ logger: "x" }, 'errors: option "logger" must be a function'],
    [{ logger: true }, 'errors: option "logger" must be a function'],
    [{ report: 1 }, 'errors: option "report" must be a function'],
    [{ rethrow: 1 }, 'errors: option "rethrow" must be true or false'],
  ])("refuses the options %j at once", (options, message) => {
    expect(() => errors(options as never)).toThrow(new TypeError(message));
  });
});
