import { checkArgument, checkOptions } from "./options.ts";

/** Where failures are told of. */
export interface ReportOptions {
  /**
   * Is given every error that becomes a 5xx, and the request's id; `false` logs nothing. What it throws is logged to the
   * console.
   * @default console.error
   */
  logger?: ((error: unknown, details: { requestId: string | undefined }) => void) | false;
  /** Is given the same errors and the whole request, for Sentry and the like; awaited. What it throws is only logged. */
  report?: (error: unknown, request: { event: unknown; context: unknown }) => unknown;
}

/**
 * Checks what {@link reporter} is to be given, and `rethrow` beside it.
 *
 * @param factory the factory's name, for the message
 * @param options what the user gave
 * @throws TypeError naming an unknown or wrong option
 */
export function checkReportOptions(factory: string, options: unknown): void {
  checkOptions(factory, options, { logger: "any", report: "function", rethrow: "boolean" });
  const logger = (options as ReportOptions | undefined)?.logger;
  if (logger !== false) checkArgument(factory, 'option "logger"', logger, "function");
}

const requestIdOf = (context: unknown): string | undefined =>
  (context as { awsRequestId?: string } | null | undefined)?.awsRequestId;

/**
 * Makes what logs and reports a failure. It never throws; it returns a promise only when there is a report to wait for.
 */
export function reporter({
  logger = console.error,
  report,
}: ReportOptions = {}): (
  error: unknown,
  request: { event: unknown; context: unknown },
) => void | Promise<void> {
  function log(error: unknown, context: unknown): void {
    if (logger === false) return;
    try {
      logger(error, { requestId: requestIdOf(context) });
    } catch (reason) {
      console.error(reason);
    }
  }

  return function reportError(error, { event, context }) {
    log(error, context);
    if (report === undefined) return undefined;
    const failed = (reason: unknown): void => log(reason, context);
    try {
      return Promise.resolve(report(error, { event, context })).then(() => undefined, failed);
    } catch (reason) {
      return failed(reason);
    }
  };
}
