import type { ChainRequest } from "./plugin.ts";

/** How responses leave a chain, in the form that the source of the event wants. */
export interface Door {
  /** Keeps the body as it was sent, before something may put another in its place. */
  keepRawBody(event: unknown): void;
  /** What an early response is: one in Lambda's plain form, or data for the serializer. */
  writeEarly(request: ChainRequest): void | Promise<void>;
  /** Passes what a hook left, where it is data, through the serializer. */
  serializeLeft(request: ChainRequest): void | Promise<void>;
  /** Wraps what the function gave as Middy's hooks would, where these would take it for a response. */
  wrap(value: unknown): unknown;
  /** Puts a response that hooks may have changed into the form of the source. */
  seal(request: ChainRequest): void | Promise<void>;
}
