import { checkErrorMap, type ErrorMap } from "./errorMap.ts";
import { logError } from "./loggable.ts";
import { checkArgument, checkOptions } from "./options.ts";

/** Where failures are reported. */
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

/** Options of `errors`. */
export interface ErrorsOptions extends ReportOptions {
  /** Logs and reports, then throws the error on: for Step Functions and queues, which must see the failure. @default false */
  rethrow?: boolean;
  /**
   * What errors of other packages, and your own, become: `[[OutOfStock, 409, "Sold out", "sold_out"]]`. The first class that an error
   * is an instance of counts. Without a message its own goes out, below 500; without a code the status does.
   * @default none
   */
  map?: ErrorMap;
}

/**
 * Checks the options of `errors`, for all that take them.
 *
 * @param factory the factory's name, for the message
 * @param options what the user gave
 * @throws TypeError naming an unknown or wrong option
 */
export function checkErrorsOptions(factory: string, options: ErrorsOptions | undefined): void {
  checkOptions(factory, options, { logger: "any", report: "function", rethrow: "boolean", map: "array" });
  const { logger, map } = options ?? {};
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
