import { invocationSignal } from "../../core/invocation.ts";

function tooLate(): Error {
  return Object.assign(new Error("DynamoDB did not respond in time"), { name: "TimeoutError" });
}

/**
 * Runs a call that ends with its invocation, and after a time: then it is rejected at once, whatever the client does yet.
 *
 * @param timeout milliseconds; 0 is no limit
 * @param call gets the signal to pass on
 * @throws Error `TimeoutError` after that time; the reason of the invocation's signal when that aborts
 */
export async function inTime<T>(
  timeout: number,
  call: (signal: AbortSignal | undefined) => Promise<T>,
): Promise<T> {
  const outer = invocationSignal();
  if (timeout === 0 && outer === undefined) return call(undefined);
  outer?.throwIfAborted();
  const controller = new AbortController();
  const { signal } = controller;
  const timer = timeout > 0 ? setTimeout(() => controller.abort(tooLate()), timeout) : undefined;
  const endWithOuter = (): void => controller.abort(outer?.reason);
  outer?.addEventListener("abort", endWithOuter, { once: true });
  const ended = new Promise<never>((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  try {
    return await Promise.race([call(signal), ended]);
  } finally {
    clearTimeout(timer);
    outer?.removeEventListener("abort", endWithOuter);
  }
}
