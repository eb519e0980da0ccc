import { HttpError, PreconditionFailed } from "../../src/core/errors.ts";
import { mapMaybePromise } from "../../src/core/maybePromise.ts";
import { defineMiddleware, type HookRequest, type Middleware } from "../../src/core/middleware.ts";
import type { ParameterMetadata } from "../../src/core/operationMetadata.ts";
import { withoutStack } from "../../src/core/withoutStack.ts";
import { matchesStrongly, matchesWeakly } from "../../src/http/etag.ts";
import { readHeader } from "../../src/http/read.ts";
import type { Represent, Representation } from "./representation.ts";

/** What documents say of the header that names versions. */
export const etagHeader: Readonly<Record<string, string>> = { ETag: "The version of the object" };

/** What documents say of the header that saves a client what it has (RFC 9110 section 13.1.2). */
export const ifNoneMatch: ParameterMetadata = {
  in: "header",
  name: "If-None-Match",
  description: "Entity tags, or *, that the present version must not have",
};

/** What documents say of it where the client says under which id an object is created. */
export const onlyIfNone: ParameterMetadata = {
  in: "header",
  name: "If-None-Match",
  description: "With * only what is not there yet is created, else 412",
};

/** Whether the request is for what is not there yet alone: `If-None-Match: *` (RFC 9110 section 13.1.2). */
export function wantsNone(event: unknown): boolean {
  return readHeader(event, "if-none-match")?.trim() === "*";
}

const isAny = (match: string | undefined): boolean => match === undefined || match.trim() === "*";

interface Conditions {
  /** Whether a change of an object without `If-Match` is refused (RFC 6585 section 3). @default false */
  requireMatch?: boolean | undefined;
  /** Whether `PUT` creates what is not there, so that `If-Match` is not always needed. @default false */
  creates?: boolean;
  /** Whether objects have tags; without them `If-Match` can name none. @default true */
  hasTags?: boolean;
}

/**
 * Refuses a change when `If-Match` does not name the object's present version (RFC 9110 section 13.1.1), or
 * `If-None-Match` does (section 13.1.2). Where there is no object yet, any `If-Match` fails.
 *
 * @param represent gives an object's version
 * @param conditions what is known of them when the chain is made
 */
export function checkConditions(
  represent: Represent,
  { requireMatch = false, creates = false, hasTags = true }: Conditions,
): Middleware {
  const hasMatch = requireMatch || hasTags;
  function check({ etag }: Representation, match: string | undefined, none: string | undefined): void {
    if (match !== undefined && !isAny(match) && (etag === undefined || !matchesStrongly(match, etag))) {
      throw withoutStack(() => new PreconditionFailed());
    }
    if (none !== undefined && etag !== undefined && matchesWeakly(none, etag))
      throw withoutStack(() => new PreconditionFailed());
  }
  function checkConditionsBefore(request: HookRequest): void | Promise<void> {
    const { object } = request.context as unknown as { object: unknown };
    const match = readHeader(request.event, "if-match");
    if (object === undefined) {
      if (match !== undefined) throw withoutStack(() => new PreconditionFailed());
      return undefined;
    }
    if (requireMatch && match === undefined)
      throw withoutStack(() => new HttpError(428, "Precondition Required"));
    if (wantsNone(request.event)) throw withoutStack(() => new PreconditionFailed());
    const none = readHeader(request.event, "if-none-match");
    if (isAny(match) && none === undefined) return undefined;
    return mapMaybePromise(represent(object, request), made => check(made, match, none));
  }
  return defineMiddleware({
    name: "checkConditions",
    needs: ["context.object"],
    openapi: () => ({
      // Where nothing is created, If-None-Match can only refuse what is there: nobody needs to hear of it.
      parameters: [
        ...(hasMatch
          ? ([
              {
                in: "header",
                name: "If-Match",
                required: requireMatch && !creates,
                description: hasTags ? "The entity tag, or *, that the present version must have" : "*",
              },
            ] as const)
          : []),
        ...(creates ? [{ ...onlyIfNone, methods: ["PUT"] }] : []),
      ],
      errors: [...(hasMatch || creates ? [412] : []), ...(requireMatch ? [428] : [])],
    }),
    before: checkConditionsBefore,
  });
}
