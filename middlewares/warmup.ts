import officialWarmup from "@middy/warmup";
import { defineMiddleware, type HookRequest, type Middleware } from "../src/core/middleware.ts";
import { checkOptions } from "../src/core/options.ts";
import { settings } from "../src/core/settings.ts";
import { keepRaw } from "../src/http/responseState.ts";

export interface WarmupOptions {
  /** Recognizes warmup events besides those of `serverless-plugin-warmup`. */
  isWarmingUp?: (event: unknown) => boolean;
}

const isPluginEvent = (event: unknown): boolean =>
  (event as { source?: unknown } | null)?.source === "serverless-plugin-warmup";

/**
 * Answers warmup events at once with `"warmup"`, before any other work; so put it first. Logs a line when
 * `settings.warmupLog` is set. `@middy/warmup` does the work.
 *
 * @param options which other events are warmups
 * @throws TypeError naming an unknown or wrong option
 * @example
 * pipeline([warmup(), errors(), serialize()], async () => ({ ok: true }));
 */
export function warmup(options: WarmupOptions = {}): Middleware {
  checkOptions("warmup", options, { isWarmingUp: "function" });
  const { isWarmingUp } = options;
  const official = officialWarmup({
    isWarmingUp: isWarmingUp ? event => isPluginEvent(event) || isWarmingUp(event) : isPluginEvent,
  }).before as (request: unknown) => unknown;

  function warmupBefore(request: HookRequest): unknown {
    const early = official(request);
    if (early === undefined) return undefined;
    keepRaw(request);
    if (settings.warmupLog) console.log("tsverless: warmed up");
    return early;
  }
  return defineMiddleware({ name: "warmup", before: warmupBefore });
}
