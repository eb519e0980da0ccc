import type { MiddlewareObj } from "@middy/core";
import httpErrorHandler, {
  type Options as ErrorHandlerOptions,
  httpErrorHandlerValidateOptions,
} from "@middy/http-error-handler";
import httpJsonBodyParser, {
  type Options as BodyParserOptions,
  httpJsonBodyParserValidateOptions,
} from "@middy/http-json-body-parser";
import officialWarmup from "@middy/warmup";
import { checkOptions } from "../src/core/options.ts";
import { keepRawBody } from "../src/http/body.ts";

export interface MiddyPresetOptions {
  /** Options of `@middy/warmup`, or `false` to leave it out. */
  warmup?: { isWarmingUp?: (event: unknown) => boolean } | false;
  /** Options of `@middy/http-error-handler`, or `false` to leave it out. */
  errors?: ErrorHandlerOptions | false;
  /** Options of `@middy/http-json-body-parser`, or `false` to leave it out. */
  jsonBody?: BodyParserOptions | false;
}

/** The official parser, which leaves the bytes that were sent to `rawBody`. */
function parserOf(options: BodyParserOptions): object {
  const parser = httpJsonBodyParser(options) as { before: (request: { event: unknown }) => unknown };
  return {
    ...parser,
    before(request: { event: unknown }) {
      keepRawBody(request.event);
      return parser.before(request);
    },
  };
}

/**
 * The drop-in replacement for `[warmup(), httpErrorHandler(), httpJsonBodyParser()]` of the official packages: the very
 * same middlewares with the same options, so the same status codes, messages and bodies (422 for malformed JSON, plain
 * text errors). For the contract of this package take `httpPreset`.
 *
 * @param options for each of the three its own options, or `false`
 * @returns the stack for `middy(fn).use(...)`
 * @throws TypeError naming an unknown or wrong option
 * @example
 * export const handler = middy(fn).use(middyPreset({ warmup: false }));
 */
export function middyPreset(options: MiddyPresetOptions = {}): MiddlewareObj<unknown, unknown, Error>[] {
  const kinds = ["object", "false"] as const;
  checkOptions("middyPreset", options, { warmup: kinds, errors: kinds, jsonBody: kinds });
  const { warmup = {}, errors = {}, jsonBody = {} } = options;
  if (errors !== false) httpErrorHandlerValidateOptions({ ...errors });
  if (jsonBody !== false) httpJsonBodyParserValidateOptions({ ...jsonBody });
  const stack: unknown[] = [];
  if (warmup !== false) stack.push(officialWarmup(warmup));
  if (errors !== false) stack.push(httpErrorHandler(errors));
  if (jsonBody !== false) stack.push(parserOf(jsonBody));
  return stack as MiddlewareObj<unknown, unknown, Error>[];
}
