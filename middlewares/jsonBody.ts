import { BadRequest, HttpError } from "../src/core/errors.ts";
import {
  exactOrNone,
  hasLongNumbers,
  type LongNumberOptions,
  parseLong,
  readLong,
} from "../src/core/longNumbers.ts";
import { defineMiddleware, type HookRequest, type Middleware, type Shape } from "../src/core/middleware.ts";
import { isRecord } from "../src/core/objects.ts";
import { checkOptions } from "../src/core/options.ts";
import { maxDepth as deepest, isDeeper, isForbidden, isSuspicious } from "../src/core/safeJson.ts";
import { parseJson, withoutStack } from "../src/core/withoutStack.ts";
import { checkSize, mostBytes, putBody, readBody } from "../src/http/body.ts";
import { readContentType } from "../src/http/contentType.ts";
import {
  acceptPatch,
  isUtf8Type,
  type PatchTypes,
  refuseCoded,
  unsupportedType,
} from "../src/http/mediaType.ts";
import { readHeader, readMethod } from "../src/http/read.ts";

/** Options of {@link jsonBody}. */
export interface JsonBodyOptions {
  /**
   * Transforms each value as it is parsed, as the second argument of `JSON.parse` does. What becomes of numbers with more digits
   * than JavaScript's keep is then up to it: its third argument is `{ source }`.
   */
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
export interface AddsBody<Body> extends Shape {
  event: { body: Body };
  takes: { body: Body };
}

const plainType = "application/json";

/** `application/json` and the types of RFC 6839 section 3.1, such as `application/merge-patch+json`. */
const jsonType = /^application\/(?:[^\s;/]+\+)?json$/;

/** Whether a content type is one of JSON; it is always UTF-8 (RFC 8259 section 8.1). */
function isJson(contentType: string): boolean {
  if (contentType === plainType) return true;
  const { type, parameters } = readContentType(contentType);
  return jsonType.test(type) && isUtf8Type(parameters);
}

const malformed = (cause?: unknown): BadRequest =>
  withoutStack(() => new BadRequest("Malformed body", { cause }));

/** Refuses what is hard on the code of those who use it: see `parseSafely`. */
function inspect(body: unknown, levels: number): void {
  const isTooDeep = isDeeper(body, levels, function refuse(key, value) {
    if (isForbidden(key, value)) throw withoutStack(() => new BadRequest(`Forbidden key: ${key}`));
  });
  if (isTooDeep) throw malformed();
}

/**
 * Parses the request's JSON body into `event.body`, base64 or not, on every event source. An absent, empty or `null`
 * body is `{}`; a body that is an object already stays as it is. `rawBody` still gives the bytes as they were sent. Numbers are
 * kept to the digit, or refused.
 *
 * @param options how strict to be; none is needed
 * @returns a middleware that adds `event.body`, typed as `T`
 * @throws TypeError when an option is unknown or of the wrong type. A request gets BadRequest (400) `Malformed body` for
 * a body that is not JSON (blank, not UTF-8, base64 that is none) or nested too deeply, for the keys `__proto__` and `constructor`
 * with `prototype`, and naming the field for a number that JavaScript would round (`12345678901234567.89`, `1e400`); UnsupportedMediaType (415) with `Accept` for another content type or charset, with
 * `Accept-Encoding` for a body that is compressed; PayloadTooLarge (413) above `maxBytes`
 * @example
 * pipeline([jsonBody<{ email: string }>()], ({ body }) => body.email);
 */
export function jsonBody<Body = Record<string, unknown>>(
  options: JsonBodyOptions = {},
): Middleware<Shape, AddsBody<Body>> {
  checkOptions("jsonBody", options, {
    reviver: "function",
    disableContentTypeCheck: "boolean",
    disableContentTypeError: "boolean",
    maxBytes: "count",
    maxDepth: "count",
  });
  const { reviver, disableContentTypeCheck = false, disableContentTypeError = false } = options;
  const { maxBytes = mostBytes, maxDepth = deepest } = options;
  const patchTypes = (options as PatchTypes)[acceptPatch] ?? [plainType];

  const read = (options as LongNumberOptions)[readLong] ?? exactOrNone;

  function parse(text: string): unknown {
    try {
      const value: unknown = parseJson(text);
      if (isSuspicious(text, maxDepth)) inspect(value, maxDepth);
      if (reviver !== undefined) return JSON.parse(text, reviver) ?? {};
      return (hasLongNumbers(text) ? parseLong(text, read) : value) ?? {};
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
    if (body === undefined || body === null || body === "") return {};
    if (typeof body !== "string") throw malformed();
    if (!disableContentTypeCheck) {
      const type = readHeader(event, "content-type");
      if (type && !isJson(type)) {
        if (disableContentTypeError) return body;
        throw unsupportedType(event, readMethod(event) === "PATCH" ? patchTypes : [plainType]);
      }
    }
    refuseCoded(event);
    checkSize(event, body, maxBytes);
    return parse(readBody(event));
  }

  return defineMiddleware<Shape, AddsBody<Body>>({
    name: "jsonBody",
    adds: ["event.body"],
    openapi: () => ({
      body: {},
      errors: disableContentTypeCheck || disableContentTypeError ? [400, 413] : [400, 413, 415],
    }),
    before: function jsonBodyBefore(request: HookRequest<{ body: Body }>): void {
      const event: unknown = request.event;
      if (!isRecord(event)) request.event = { body: {} as Body };
      else {
        const body = bodyOf(event);
        if (body !== event.body) putBody(event, body);
      }
    },
  });
}
