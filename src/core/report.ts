import { checkErrorMap } from "./errorMap.ts";
import { logError } from "./loggable.ts";
import { checkArgument, checkOptions } from "./options.ts";

/** Where failures are told of. */
export interface ReportOptions {
  /**
   * Is given every error that becomes a 5xx, or a 4xx that another package made, and the request's id; `false` logs nothing.
   * What it throws is logged to the console.
   * @default the console, without credentials, and without what databases quote of their rows
   */
  logger?: ((error: unknown, details: { requestId: string | undefined }) => void) | false;
  /** Is given every error that becomes a 5xx and the whole request, for Sentry and the like; awaited. What it throws is only logged. */
  report?: (error: unknown, request: { event: unknown; context: unknown }) => unknown;
}

/**
 * Checks what {@link reporter} is to be given, and `rethrow` and `map` beside it.
 *
 * @param factory the factory's name, for the message
 * @param options what the user gave
 * @throws TypeError naming an unknown or wrong option
 */
export function checkReportOptions(factory: string, options: unknown): void {
  checkOptions(factory, options, { logger: "any", report: "function", rethrow: "boolean", map: "array" });
  const { logger, map } = (options ?? {}) as ReportOptions & { map?: unknown };
  checkErrorMap(factory, map);
  if (logger !== false) checkArgument(factory, 'option "logger"', logger, "function");
}

const requestIdOf = (context: unknown): string | undefined =>
  (context as { awsRequestId?: string } | null | undefined)?.awsRequestId;

/** Logs a failure, and reports it where that is said, unless it is to be logged alone. */
export type Notice = (
  error: unknown,
  request: { event: unknown; context: unknown },
  note?: "report" | "log",
) => void | Promise<void>;

/**
 * Makes what logs and reports a failure. It never throws; it returns a promise only when there is a report to wait for.
 */
export function reporter({ logger = logError, report }: ReportOptions = {}): Notice {
  function log(error: unknown, context: unknown): void {
    if (logger === false) return;
    try {
      logger(error, { requestId: requestIdOf(context) });
    } catch (reason) {
      logError(reason);
    }
  }

  return function reportError(error, { event, context }, note = "report") {
    log(error, context);
    if (report === undefined || note === "log") return undefined;
    const failed = (reason: unknown): void => log(reason, context);
    try {
      return Promise.resolve(report(error, { event, context })).then(() => undefined, failed);
    } catch (reason) {
      return failed(reason);
    }
  };
}
