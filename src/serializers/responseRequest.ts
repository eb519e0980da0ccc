import type { ModelOfIds } from "../models/query/loadOne.ts";

type Load = (model: ModelOfIds, id: unknown) => Promise<unknown>;

/** What serializers are given beside the objects of one response. What they ask for by `load` is read together. */
export class ResponseRequest {
  readonly event: unknown;
  readonly context: unknown;

  constructor({ event, context }: { event: unknown; context: unknown }) {
    this.event = event;
    this.context = context;
  }

  /** It can be taken out of the request, and is loaded when it is first called: most serializers never ask. */
  get load(): Load {
    return async (model, id) => (await import("../models/query/loadOne.ts")).loadOne(this, model, id);
  }
}
