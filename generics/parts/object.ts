import { HttpError, PreconditionFailed } from "../../src/core/errors.ts";
import { mapMaybePromise } from "../../src/core/maybePromise.ts";
import { defineMiddleware, type HookRequest, type Middleware } from "../../src/core/middleware.ts";
import type { ParameterMetadata } from "../../src/core/operationMetadata.ts";
import { matchesStrongly, matchesWeakly } from "../../src/http/etag.ts";
import { readHeader } from "../../src/http/read.ts";
import type { Represent, Representation } from "./representation.ts";

/** What documents say of the header that tells versions. */
export const etagHeader: Readonly<Record<string, string>> = { ETag: "The version of the object" };

/** What documents say of the conditions of a request (RFC 9110 section 13.1). */
export const ifNoneMatch: ParameterMetadata = {
  in: "header",
  name: "If-None-Match",
  description: "Entity tags, or *, that the present version must not have",
};

/** Whether the request is for what is not there yet alone: `If-None-Match: *` (RFC 9110 section 13.1.2). */
export function wantsNone(event: unknown): boolean {
  return readHeader(event, "if-none-match")?.trim() === "*";
}

const isAny = (match: string | undefined): boolean => match === undefined || match.trim() === "*";

/**
 * Refuses a change when `If-Match` does not name the object's present version (RFC 9110 section 13.1.1), or
 * `If-None-Match` does (section 13.1.2). Where there is no object yet, any `If-Match` fails.
 *
 * @param represent tells an object's version
 * @param requireMatch whether a change of an object without `If-Match` is refused (RFC 6585 section 3)
 * @param mayLack whether there may be no object yet, so that `If-Match` is not always needed
 */
export function checkConditions(represent: Represent, requireMatch = false, mayLack = false): Middleware {
  function check({ etag }: Representation, match: string | undefined, none: string | undefined): void {
    if (match !== undefined && !isAny(match) && (etag === undefined || !matchesStrongly(match, etag))) {
      throw new PreconditionFailed();
    }
    if (none !== undefined && etag !== undefined && matchesWeakly(none, etag)) throw new PreconditionFailed();
  }
  function checkConditionsBefore(request: HookRequest): void | Promise<void> {
    const { object } = request.context as unknown as { object: unknown };
    const match = readHeader(request.event, "if-match");
    if (object === undefined) {
      if (match !== undefined) throw new PreconditionFailed();
      return undefined;
    }
    if (requireMatch && match === undefined) throw new HttpError(428, "Precondition Required");
    if (wantsNone(request.event)) throw new PreconditionFailed();
    const none = readHeader(request.event, "if-none-match");
    if (isAny(match) && none === undefined) return undefined;
    return mapMaybePromise(represent(object, request), made => check(made, match, none));
  }
  return defineMiddleware({
    name: "checkConditions",
    needs: ["context.object"],
    openapi: () => ({
      parameters: [
        {
          in: "header",
          name: "If-Match",
          required: requireMatch && !mayLack,
          description: "The entity tag, or *, that the present version must have",
        },
        ifNoneMatch,
      ],
      errors: requireMatch ? [412, 428] : [412],
    }),
    before: checkConditionsBefore,
  });
}
