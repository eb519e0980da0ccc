import type { ChainRequest } from "./plugin.ts";

/** Like what Middy gives to `internal`, and read in a fraction of the time: it inherits from what is empty for good. */
const nothing: object = /* @__PURE__ */ Object.freeze(/* @__PURE__ */ Object.create(null));

/** What Middy's own `middyRequest` makes, with room for the state of the response. */
export class Invocation implements ChainRequest {
  event: unknown;
  context: ChainRequest["context"];
  response: unknown = undefined;
  error: Error | undefined = undefined;
  internal: object = Object.create(nothing);

  constructor(event: unknown, context: unknown) {
    this.event = event ?? {};
    this.context = (context ?? {}) as ChainRequest["context"];
  }
}
