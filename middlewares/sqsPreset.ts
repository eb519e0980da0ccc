import type { Middleware, Shape } from "../src/core/middleware.ts";
import { checkOptions } from "../src/core/options.ts";
import { type ErrorsOptions, errors } from "./errors.ts";
import { type AddsMessages, type SqsMessage, type SqsMessagesOptions, sqsMessages } from "./sqsMessages.ts";
import { type WarmupOptions, warmup } from "./warmup.ts";

export interface SqsPresetOptions extends SqsMessagesOptions {
  /** `warmup`'s options, or `false` to leave it out. */
  warmup?: WarmupOptions | false;
  /** `errors`'s options, or `false` to leave it out. Errors are thrown on unless `rethrow` is `false`. */
  errors?: ErrorsOptions | false;
}

/**
 * The stack of a queue's handler: `warmup`, `errors` that throws on, so that the batch comes again, and `sqsMessages`.
 *
 * @param options whether bodies are JSON; for the other two their own options, or `false`
 * @returns middlewares for `middy(fn).use(...)`, or to spread into a pipeline
 * @throws TypeError naming an unknown or wrong option
 * @example
 * export const handler = pipeline(sqsPreset({ json: true }), async (event, { messages }) => saveAll(messages));
 */
export function sqsPreset<Message = SqsMessage & { body?: unknown }>(
  options: SqsPresetOptions = {},
): [warmup: Middleware, errors: Middleware, messages: Middleware<Shape, AddsMessages<Message>>] {
  checkOptions("sqsPreset", options, {
    warmup: ["object", "false"],
    errors: ["object", "false"],
    json: "any",
  });
  const stack: unknown[] = [];
  if (options.warmup !== false) stack.push(warmup(options.warmup));
  if (options.errors !== false) stack.push(errors({ rethrow: true, ...options.errors }));
  stack.push(sqsMessages({ json: options.json }));
  return stack as [Middleware, Middleware, Middleware<Shape, AddsMessages<Message>>];
}
