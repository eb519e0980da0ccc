/** Where failures are told of. */
export interface ReportOptions {
  /**
   * Is given every error that becomes a 5xx, and the request's id; `false` logs nothing.
   * @default console.error
   */
  logger?: ((error: unknown, details: { requestId: string | undefined }) => void) | false;
  /** Is given the same errors and the whole request, for Sentry and the like; awaited. What it throws is only logged. */
  report?: (error: unknown, request: { event: unknown; context: unknown }) => unknown;
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
    if (logger !== false) logger(error, { requestId: requestIdOf(context) });
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
