import { defineMiddleware, type Middleware, tidy } from "../src/core/middleware.ts";
import type { Operation } from "../src/core/operationMetadata.ts";
import { checkOptions } from "../src/core/options.ts";

/** Nothing to do: Middy wants a hook, and this one is called last and least. */
function operationOnError(): void {}

/**
 * Says what no code declares of a handler, for its OpenAPI document: a summary, tags, examples, forms of bodies that are not
 * known otherwise. It does nothing else, and costs a request nothing. The generics take the same as their option `operation`.
 *
 * @param words what the document says
 * @returns a middleware for any place of a chain
 * @throws TypeError naming an unknown or wrong option
 * @see https://spec.openapis.org/oas/v3.1.1.html#operation-object
 * @example
 * pipeline([operation({ summary: "Sign in", tags: ["accounts"], response: Token }), ...httpPreset()], login);
 */
export function operation(words: Operation): Middleware {
  checkOptions("operation", words ?? null, {
    summary: "string",
    description: "string",
    tags: "names",
    operationId: "string",
    deprecated: "boolean",
    hidden: "boolean",
    body: ["object", "function", "array"],
    query: ["object", "function"],
    response: ["object", "function", "array"],
    responses: "object",
    security: "array",
    example: "object",
    examples: "object",
  });
  return tidy(
    defineMiddleware({
      name: "operation",
      openapi: () => ({ operation: words }),
      onError: operationOnError,
    }),
  );
}
