import type { ErrorsOptions } from "../../middlewares/errors.ts";
import type { WarmupOptions } from "../../middlewares/warmup.ts";
import type { AnyMiddleware } from "../../src/core/middleware.ts";

/** Options of the generics that serve queues and buckets. */
export interface QueueOptions {
  /** More middleware, outside everything. @default none */
  around?: readonly AnyMiddleware[];
  /** More middleware, next to the function. @default none */
  use?: readonly AnyMiddleware[];
  /** `errors`'s options: where failures are logged and reported. */
  errors?: ErrorsOptions;
  /** `warmup`'s options, or `false` to leave it out. */
  warmup?: WarmupOptions | false;
}
