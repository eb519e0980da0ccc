import {
  BadRequest,
  Conflict,
  Forbidden,
  MethodNotAllowed,
  NotFound,
  PayloadTooLarge,
  PreconditionFailed,
  TooManyRequests,
  Unauthorized,
  UnsupportedMediaType,
} from "../../src/core/errors.ts";
import { settings } from "../../src/core/settings.ts";
import { statusText } from "../../src/http/status.ts";
import type { Json } from "./types.ts";

/** The schemas of errors, which come before all others. */
export function errorSchemas(): Record<string, Json> {
  const errors: Json = { type: "array", items: { $ref: "#/components/schemas/FieldError" } };
  const more = { field: { type: "string", description: "The one field that is at fault" }, errors };
  const code: Json = {
    type: ["integer", "string"],
    description: "The status, unless errors have codes of their own",
  };
  const error: Json = settings.problemDetails
    ? {
        description: "Problem details (RFC 9457)",
        type: "object",
        properties: {
          type: { type: "string" },
          title: { type: "string" },
          status: { type: "integer" },
          detail: { type: "string" },
          code,
          ...more,
        },
        required: ["type", "title", "status", "detail"],
      }
    : {
        type: "object",
        properties: { code, message: { type: "string" }, ...more },
        required: ["code", "message"],
      };
  const FieldError: Json = {
    type: "object",
    properties: {
      field: { type: "string", description: "The path of the field; empty for the whole" },
      message: { type: "string" },
    },
    required: ["field", "message"],
  };
  return { Error: error, FieldError };
}

const classes = [
  BadRequest,
  Unauthorized,
  Forbidden,
  NotFound,
  MethodNotAllowed,
  Conflict,
  PreconditionFailed,
  PayloadTooLarge,
  UnsupportedMediaType,
  TooManyRequests,
];

/** The messages that errors have unless they say another; all other statuses say their reason phrase. */
function usualMessage(status: number): string {
  const usual = classes.map(Kind => new Kind()).find(({ statusCode }) => statusCode === status);
  return usual?.message ?? statusText(status);
}

/**
 * The body of an error as it usually is: the status as its code, and the usual message. Of the schema alone tools make
 * `{ code: 0, message: "string" }`.
 */
export function errorExample(status: number): Json {
  const message = usualMessage(status);
  return settings.problemDetails
    ? { type: "about:blank", title: statusText(status), status, detail: message }
    : { code: status, message };
}
