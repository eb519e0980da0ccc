import httpJsonBodyParser from "@middy/http-json-body-parser";
import { afterEach, describe, expect, it } from "vitest";
import {
  BadRequest,
  Conflict,
  HttpError,
  NotFound,
  ServerError,
  Unauthorized,
} from "../../../src/core/errors.ts";
import { configure } from "../../../src/core/settings.ts";
import { errorResponse, isHttpError } from "../../../src/http/errorResponse.ts";

afterEach(() => {
  configure({ debug: false, problemDetails: false });
});

/** What an official package really throws. */
function officialError(): unknown {
  const event = { headers: { "content-type": "application/json" }, body: "{" };
  try {
    httpJsonBodyParser().before?.({ event } as never);
  } catch (error) {
    return error;
  }
  throw new Error("it did not throw");
}

describe("isHttpError", () => {
  it("knows our errors and those of subclasses", () => {
    class Gone extends HttpError {
      constructor() {
        super(410, "Gone");
      }
    }
    for (const error of [
      new HttpError(418),
      new BadRequest(),
      new NotFound(),
      new ServerError(),
      new Gone(),
    ]) {
      expect(isHttpError(error)).toBe(true);
    }
  });

  it("knows other packages' errors by their status, also those of another realm", () => {
    expect(isHttpError(officialError())).toBe(true);
    for (const statusCode of [400, 404, 422, 499, 500, 599]) {
      expect(isHttpError(Object.assign(new Error("x"), { statusCode }))).toBe(true);
      expect(isHttpError({ statusCode })).toBe(true);
    }
  });

  it("takes nothing else for one", () => {
    const statuses = [undefined, null, 0, 200, 204, 304, 399, 600, 400.5, Number.NaN, "404", [404], 404n];
    for (const statusCode of statuses) {
      expect(isHttpError(Object.assign(new Error("x"), { statusCode }))).toBe(false);
    }
    for (const value of [undefined, null, 404, "404", true, Symbol("x"), new Error("x"), {}, [], () => 404]) {
      expect(isHttpError(value)).toBe(false);
    }
    expect(isHttpError(Object.assign(new Error("x"), { status: 404 }))).toBe(false);
  });

  it("narrows the type", () => {
    const error: unknown = new Conflict("Taken");
    expect(isHttpError(error) && `${error.statusCode} ${error.message}`).toBe("409 Taken");
  });
});

describe("errorResponse", () => {
  const unknown = { status: 500, headers: {}, body: { code: 500, message: "Internal Server Error" } };

  it("gives our errors with all that they carry", () => {
    const errors = [{ field: "a", message: "is wrong" }];
    const error = new HttpError(402, "Pay", {
      field: "a",
      errors,
      headers: { "Retry-After": "5" },
      code: "unpaid",
      cause: "secret",
    });
    expect(errorResponse(error, {})).toEqual({
      status: 402,
      headers: { "Retry-After": "5" },
      body: { code: "unpaid", message: "Pay", field: "a", errors },
    });
    expect(errorResponse(new Unauthorized(), {})).toEqual({
      status: 401,
      headers: { "WWW-Authenticate": "Bearer" },
      body: { code: 401, message: "Unauthorized" },
    });
  });

  it("keeps a message that is not exposed to itself", () => {
    expect(errorResponse(new ServerError("the secret"), {})).toEqual(unknown);
    expect(errorResponse(new ServerError("Come back", { expose: true }), {}).body.message).toBe("Come back");
    expect(errorResponse(new BadRequest("the secret", { expose: false }), {}).body.message).toBe(
      "Bad Request",
    );
  });

  it("reveals nothing of what is not an HTTP error, whatever is thrown", () => {
    for (const thrown of [undefined, null, 5, "secret", new Error("secret"), {}, [], Symbol("s"), () => 1]) {
      expect(errorResponse(thrown, {})).toEqual(unknown);
    }
  });

  it("understands the errors of other packages", () => {
    expect(errorResponse(officialError(), {})).toEqual({
      status: 422,
      headers: {},
      body: { code: 422, message: "Invalid or malformed JSON was provided" },
    });
    const foreign = (more: object): unknown => Object.assign(new Error("the message"), more);
    expect(errorResponse(foreign({ statusCode: 503 }), {}).body).toEqual({
      code: 503,
      message: "Service Unavailable",
    });
    expect(errorResponse(foreign({ statusCode: 503, expose: true }), {}).body.message).toBe(
      "Service Unavailable",
    );
    expect(errorResponse(foreign({ statusCode: 404, expose: false }), {}).body.message).toBe("Not Found");
    expect(errorResponse({ statusCode: 404 }, {}).body.message).toBe("Not Found");
    expect(
      errorResponse(foreign({ statusCode: 429, headers: { "Retry-After": 5, X: {} } }), {}).headers,
    ).toEqual({
      "Retry-After": "5",
    });
    const data = [{ instancePath: "/a/b", message: "is wrong" }, { instancePath: "" }];
    expect(errorResponse(foreign({ statusCode: 400, cause: { data } }), {}).body.errors).toBeUndefined();
    expect(
      errorResponse(foreign({ statusCode: 400, cause: { package: "@middy/validator", data } }), {}).body
        .errors,
    ).toEqual([
      { field: "a.b", message: "is wrong" },
      { field: "", message: "is invalid" },
    ]);
  });

  it("is problem details of RFC 9457 when the settings say so", () => {
    configure({ problemDetails: true });
    expect(errorResponse(new NotFound("No such post", { field: "id", code: "gone" }), {})).toEqual({
      status: 404,
      headers: { "Content-Type": "application/problem+json" },
      body: {
        type: "about:blank",
        title: "Not Found",
        status: 404,
        detail: "No such post",
        code: "gone",
        field: "id",
      },
    });
    expect(errorResponse(new Error("secret"), {}).body).toEqual({
      type: "about:blank",
      title: "Internal Server Error",
      status: 500,
      detail: "Internal Server Error",
    });
  });

  it("shows the stack and the event of a 5xx when debugging, but no credentials, and survives any event", () => {
    configure({ debug: true });
    const event = {
      path: "/x",
      n: 1n,
      headers: { Authorization: "Bearer t", cookie: "c", "X-Amz-Security-Token": "k", accept: "*/*" },
      cookies: ["c"],
    };
    const { body } = errorResponse(new Error("visible"), event);
    expect(body.stack).toMatch(/^Error: visible\n/);
    expect(body.event).toEqual({
      path: "/x",
      n: "1",
      headers: {
        Authorization: "(hidden)",
        cookie: "(hidden)",
        "X-Amz-Security-Token": "(hidden)",
        accept: "*/*",
      },
      cookies: "(hidden)",
    });
    expect(errorResponse(new NotFound(), event).body).toEqual({ code: 404, message: "Resource Not Found" });
    const circular: { self?: unknown } = {};
    circular.self = circular;
    for (const strange of [circular, undefined, null, 5, Symbol("x"), () => 1]) {
      expect(errorResponse(new Error("visible"), strange).status).toBe(500);
    }
  });
});
