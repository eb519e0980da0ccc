import {
  defineMiddleware,
  type Hook,
  type HookRequest,
  type Middleware,
  tidy,
} from "../../src/core/middleware.ts";
import type { OperationMetadata } from "../../src/core/operationMetadata.ts";
import { isResponse } from "../../src/http/ready.ts";
import { writeResponse } from "../../src/http/writeResponse.ts";

/** What stands at the end of a generic, next to its step. */
export interface Ending {
  /** What documents say of the responses. */
  openapi: () => OperationMetadata;
  /** Makes the response of what the step gave, by `writeResponse`. It is data, whatever its fields are called. */
  send: (value: unknown, request: HookRequest) => void | Promise<void>;
  onError?: Hook;
}

/**
 * The end of every generic: what the step gave goes through its serializer right there, so that all other middlewares see a
 * finished response. Only what `respond` made and a web `Response` go out as they are.
 */
export function ending({ openapi, send, onError }: Ending): Middleware {
  function serializeAfter(request: HookRequest): void | Promise<void> {
    const { response } = request;
    return isResponse(response) ? writeResponse(request, response) : send(response, request);
  }
  return tidy(
    defineMiddleware({
      name: "serialize",
      answers: true,
      innermost: true,
      openapi,
      after: serializeAfter,
      onError,
    }),
  );
}
