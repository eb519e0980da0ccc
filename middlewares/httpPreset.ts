import type { Middleware, Shape } from "../src/core/middleware.ts";
import { checkOptions } from "../src/core/options.ts";
import { type CorsOptions, cors } from "./cors.ts";
import { type ErrorsOptions, errors } from "./errors.ts";
import { type AddsBody, type JsonBodyOptions, jsonBody } from "./jsonBody.ts";
import { type AnySerializer, type ResponseShape, type SerializeOptions, serialize } from "./serialize.ts";
import { type WarmupOptions, warmup } from "./warmup.ts";

export interface HttpPresetOptions<T = object> {
  /** `warmup`'s options, or `false` to leave it out. */
  warmup?: WarmupOptions | false;
  /** `errors`'s options, or `false` to leave it out. */
  errors?: ErrorsOptions | false;
  /** `cors`'s options, or `false` to leave it out. */
  cors?: CorsOptions | false;
  /** `jsonBody`'s options, or `false` to leave the body as it came. */
  jsonBody?: JsonBodyOptions | false;
  /** What goes out, and under which status; `false` for a function that returns ready responses. */
  serialize?: ({ serializer?: AnySerializer<T> } & SerializeOptions) | false;
}

/** The stack of {@link httpPreset}, typed in its order. */
export type HttpPreset<Body, Given = unknown> = [
  warmup: Middleware,
  errors: Middleware,
  cors: Middleware,
  jsonBody: Middleware<Shape, AddsBody<Body>>,
  serialize: Middleware<object, ResponseShape<Given>>,
];

/** The stack without `jsonBody`, behind which the body is still text. */
export type UnreadHttpPreset = [
  warmup: Middleware,
  errors: Middleware,
  cors: Middleware,
  serialize: Middleware<object, ResponseShape>,
];

/**
 * The stack of an HTTP handler in one call: `warmup`, `errors`, `cors`, `jsonBody` and `serialize`, in this order.
 *
 * @param options for each of the five its own options, or `false` to leave it out
 * @returns middlewares for `middy(fn).use(...)`, or to spread into a pipeline
 * @throws TypeError naming an unknown or wrong option
 * @example
 * export const handler = middy(fn).use(httpPreset({ cors: { origin: "https://example.com" } }));
 */
export function httpPreset<T = object>(options: HttpPresetOptions<T> & { jsonBody: false }): UnreadHttpPreset;
export function httpPreset<Body = Record<string, unknown>>(
  options?: HttpPresetOptions & { serialize?: { serializer?: undefined } | false },
): HttpPreset<Body, undefined>;
export function httpPreset<Body = Record<string, unknown>, T = object, const Given = unknown>(
  options?: HttpPresetOptions<T> & { serialize?: { serializer?: Given } | false },
): HttpPreset<Body, Given>;
export function httpPreset(options: HttpPresetOptions<never> = {}): unknown {
  const kinds = ["object", "false"] as const;
  checkOptions("httpPreset", options, {
    warmup: kinds,
    errors: kinds,
    cors: kinds,
    jsonBody: kinds,
    serialize: kinds,
  });
  const stack: Middleware<never, never>[] = [];
  if (options.warmup !== false) stack.push(warmup(options.warmup) as never);
  if (options.errors !== false) stack.push(errors(options.errors) as never);
  if (options.cors !== false) stack.push(cors(options.cors) as never);
  if (options.jsonBody !== false) stack.push(jsonBody(options.jsonBody) as never);
  if (options.serialize !== false) {
    const { serializer, ...rest } = options.serialize ?? {};
    stack.push(serialize(serializer as AnySerializer<object>, rest) as never);
  }
  return stack;
}
