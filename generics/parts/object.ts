import { PreconditionFailed } from "../../src/errors.ts";
import { matchesStrongly } from "../../src/http/etag.ts";
import { readHeader } from "../../src/http/read.ts";
import { defineMiddleware, type HookRequest, type Middleware } from "../../src/middleware.ts";
import type { OptionKind } from "../../src/options.ts";
import { type Represent, type Representation, whenSettled } from "./representation.ts";

/** The options of generics that are about one object. */
export const objectKinds: Record<string, OptionKind | readonly OptionKind[]> = {
  serializer: "any",
  param: "string",
  lookup: "string",
  queryset: "function",
  etag: "function",
};

/**
 * Refuses a change when `If-Match` does not name the object's present version (RFC 9110 section 13.1.1), or
 * `If-None-Match` does.
 */
export function checkConditions(represent: Represent): Middleware {
  function check({ etag }: Representation, match: string): void {
    if (etag === undefined || !matchesStrongly(match, etag)) throw new PreconditionFailed();
  }
  function checkConditionsBefore(request: HookRequest): void | Promise<void> {
    const match = readHeader(request.event, "if-match");
    if (match === undefined || match.trim() === "*") return undefined;
    const { object } = request.context as unknown as { object: unknown };
    return whenSettled(represent(object, request), made => check(made as Representation, match));
  }
  return defineMiddleware({
    name: "checkConditions",
    needs: ["context.object"],
    before: checkConditionsBefore,
  });
}
