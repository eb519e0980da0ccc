import type { Clock } from "../clock.ts";
import type { LambdaFunction } from "../functions.ts";
import type { Work } from "../work.ts";

/** In milliseconds: Lambda waits a minute before the second try, and two before the third. */
const pauses = [60_000, 120_000];
const longestThrottle = 21_600_000;
const longestPause = 300_000;

/** An event that was given up. */
export interface GivenUp {
  readonly event: unknown;
  readonly error: unknown;
}

/**
 * Invokes a function as SNS, EventBridge and S3 do: nobody waits for it, and what fails is tried twice more. A throttled invocation is tried
 * again for six hours, which counts for nothing.
 *
 * @param giveUp takes an event whose tries have all failed
 * @returns what takes the event
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export function invokeLater(
  fn: LambdaFunction,
  { clock, work }: { clock: Clock; work: Work },
  giveUp: (given: GivenUp) => void,
): (event: unknown) => void {
  function attempt(event: unknown, failures: number, since: number, throttles: number): void {
    void work.during(async () => {
      const outcome = await fn.invoke(structuredClone(event));
      if (outcome.type === "returned") return;
      const now = clock.now();
      if (outcome.type === "throttled" && now - since < longestThrottle) {
        const pause = Math.min(longestPause, 1000 * 2 ** throttles);
        clock.at(now + pause, () => attempt(event, failures, since, throttles + 1));
        return;
      }
      const pause = outcome.type === "failed" ? pauses[failures] : undefined;
      if (pause !== undefined) clock.at(now + pause, () => attempt(event, failures + 1, since, throttles));
      else giveUp({ event, error: outcome.type === "failed" ? outcome.error : new Error("Rate Exceeded") });
    });
  }
  return function take(event) {
    clock.at(clock.now(), () => attempt(event, 0, clock.now(), 0));
  };
}
