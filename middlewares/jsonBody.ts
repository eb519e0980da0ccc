import { BadRequest, HttpError, PayloadTooLarge, UnsupportedMediaType } from "../src/errors.ts";
import { readBody } from "../src/http/body.ts";
import { readHeader } from "../src/http/read.ts";
import { defineMiddleware, type HookRequest, type Middleware, type Shape } from "../src/middleware.ts";
import { isRecord } from "../src/objects.ts";
import { checkOptions } from "../src/options.ts";
import { maxDepth as deepest, isDeeper, isForbidden, isSuspicious } from "../src/safeJson.ts";

/** Options of {@link jsonBody}. */
export interface JsonBodyOptions {
  /** Transforms each value as it is parsed, as the second argument of `JSON.parse` does. */
  reviver?: (key: string, value: unknown) => unknown;
  /** Parses the body whatever its content type. @default false */
  disableContentTypeCheck?: boolean;
  /** Leaves a body that is not sent as JSON as it is, instead of answering 415. @default false */
  disableContentTypeError?: boolean;
  /** How many bytes the decoded body may have. @default 6291456, the most that Lambda takes */
  maxBytes?: number;
  /** How deep objects and arrays may be nested. @default 512 */
  maxDepth?: number;
}

/** What `jsonBody` adds. */
export interface AddsBody<T> extends Shape {
  event: { body: T };
  takes: { body: T };
}

/** `application/json` and the types of RFC 6839 section 3.1, such as `application/merge-patch+json`. */
const jsonType = /^\s*application\/(?:[^\s;/]+\+)?json\s*(?:;|$)/i;

const malformed = (cause?: unknown): BadRequest => new BadRequest("Malformed body", { cause });

/** Refuses what is hard on the code of those who use it: see `parseSafely`. */
function inspect(body: unknown, levels: number): void {
  const isTooDeep = isDeeper(body, levels, function refuse(key, value) {
    if (isForbidden(key, value)) throw new BadRequest(`Forbidden key: ${key}`);
  });
  if (isTooDeep) throw malformed();
}

function sizeOf(event: Record<string, unknown>, body: string): number {
  const base64 = event.isBase64Encoded === true || event.is_base64_encoded === true;
  return Buffer.byteLength(body, base64 ? "base64" : "utf8");
}

/**
 * Parses the request's JSON body into `event.body`, base64 or not, on every event source. An absent, empty or `null`
 * body is `{}`; a body that is an object already stays as it is.
 *
 * @param options how strict to be; none is needed
 * @returns a middleware that adds `event.body`, typed as `T`
 * @throws TypeError when an option is unknown or of the wrong type. A request gets BadRequest (400) `Malformed body` for
 * a body that is no JSON or nested too deeply, and for the keys `__proto__` and `constructor` with `prototype`;
 * UnsupportedMediaType (415) for another content type; PayloadTooLarge (413) above `maxBytes`
 * @example
 * pipeline([jsonBody<{ email: string }>()], ({ body }) => body.email);
 */
export function jsonBody<T = Record<string, unknown>>(
  options: JsonBodyOptions = {},
): Middleware<Shape, AddsBody<T>> {
  checkOptions("jsonBody", options, {
    reviver: "function",
    disableContentTypeCheck: "boolean",
    disableContentTypeError: "boolean",
    maxBytes: "count",
    maxDepth: "count",
  });
  const { reviver, disableContentTypeCheck = false, disableContentTypeError = false } = options;
  const { maxBytes = 6_291_456, maxDepth = deepest } = options;

  function parse(text: string): unknown {
    try {
      const value: unknown = JSON.parse(text);
      if (isSuspicious(text, maxDepth)) inspect(value, maxDepth);
      return (reviver === undefined ? value : JSON.parse(text, reviver)) ?? {};
    } catch (error) {
      throw error instanceof HttpError ? error : malformed(error);
    }
  }

  function bodyOf(event: Record<string, unknown>): unknown {
    const { body } = event;
    if (isRecord(body)) {
      inspect(body, maxDepth);
      return body;
    }
    const text = readBody(event);
    if (text.trim() === "") return {};
    if (!disableContentTypeCheck) {
      const type = readHeader(event, "content-type");
      if (type && !jsonType.test(type)) {
        if (disableContentTypeError) return body;
        throw new UnsupportedMediaType();
      }
    }
    // No text has fewer bytes than UTF-16 units, nor more than three times as many.
    if (text.length * 3 > maxBytes && sizeOf(event, body as string) > maxBytes) throw new PayloadTooLarge();
    return parse(text);
  }

  return defineMiddleware<Shape, AddsBody<T>>({
    name: "jsonBody",
    adds: ["event.body"],
    facts: () => ({
      body: {},
      errors: disableContentTypeCheck || disableContentTypeError ? [400, 413] : [400, 413, 415],
    }),
    before: function jsonBodyBefore(request: HookRequest<{ body: T }>): void {
      const event: unknown = request.event;
      if (isRecord(event)) event.body = bodyOf(event);
      else request.event = { body: {} as T };
    },
  });
}
