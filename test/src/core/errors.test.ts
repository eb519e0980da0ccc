import { describe, expect, it } from "vitest";
import * as errors from "../../../src/core/errors.ts";

const named = [
  [errors.BadRequest, 400, "Bad Request"],
  [errors.Unauthorized, 401, "Unauthorized"],
  [errors.Forbidden, 403, "Forbidden"],
  [errors.NotFound, 404, "Resource Not Found"],
  [errors.MethodNotAllowed, 405, "Method Not Allowed"],
  [errors.Conflict, 409, "Conflict"],
  [errors.PreconditionFailed, 412, "Precondition Failed"],
  [errors.PayloadTooLarge, 413, "Payload Too Large"],
  [errors.UnsupportedMediaType, 415, "Unsupported Media Type"],
  [errors.TooManyRequests, 429, "Too Many Requests"],
  [errors.ServerError, 500, "Internal Server Error"],
] as const;

describe("HttpError", () => {
  it.each(named)("%o carries status %i and its message", (Named, status, message) => {
    const error = new Named();
    expect(error).toBeInstanceOf(errors.HttpError);
    expect(error).toMatchObject({ statusCode: status, message, expose: status < 500, name: Named.name });
  });

  it("gives a class of your own its own name", () => {
    class Gone extends errors.HttpError {}
    class VeryGone extends errors.NotFound {}
    expect([new Gone(410).name, new VeryGone().name]).toEqual(["Gone", "VeryGone"]);
  });

  it("keeps every detail it is given", () => {
    const cause = new Error("why");
    const details = {
      field: "email",
      errors: [{ field: "email", message: "taken" }],
      headers: { "Retry-After": "1" },
      code: "taken",
      cause,
    };
    expect(new errors.HttpError(409, "Taken", details)).toMatchObject({ ...details, message: "Taken" });
  });

  it("says how to sign in on 401, unless asked otherwise", () => {
    expect(new errors.Unauthorized().headers).toEqual({ "WWW-Authenticate": "Bearer" });
    expect(new errors.Unauthorized("No", { headers: { "WWW-Authenticate": "Basic" } }).headers).toEqual({
      "WWW-Authenticate": "Basic",
    });
  });

  it.each([200, 399, 600, 404.5, Number.NaN, "404" as never])(
    "refuses %s as the status of an error",
    status => {
      expect(() => new errors.HttpError(status, "x")).toThrow(
        new TypeError("HttpError: status must be a whole number from 400 to 599"),
      );
    },
  );
});
