import type { HookRequest } from "../core/middleware.ts";

/** What Middy's request holds while it runs through the chain. */
export interface ChainRequest extends HookRequest<unknown, { getRemainingTimeInMillis?: () => number }> {
  earlyResponse?: unknown;
}

/** The part of Middy's plugin configuration that an execution mode serves. */
export interface Plugin {
  requestStart(request: ChainRequest): void;
  requestEnd(request: ChainRequest): unknown;
  beforeMiddleware?: (name: string) => void;
  afterMiddleware?: (name: string) => void;
  beforeHandler(): void;
  afterHandler(): void;
  timeoutEarlyInMillis: number;
  timeoutEarlyResponse(): unknown;
}
