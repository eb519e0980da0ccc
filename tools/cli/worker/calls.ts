import type { LambdaError } from "./messages.ts";

/** An invocation that failed, with the error as Lambda reports it. */
export class InvocationError extends Error {
  readonly error: LambdaError;
  constructor(error: LambdaError) {
    super(error.errorMessage);
    this.name = error.errorType;
    this.error = error;
    this.stack =
      error.trace.length > 0 ? error.trace.join("\n") : `${error.errorType}: ${error.errorMessage}`;
  }
}

interface Pending {
  resolve(json: string): void;
  reject(error: InvocationError): void;
  timer: NodeJS.Timeout | undefined;
}

/** The calls of a worker that have no result yet. */
export interface Calls {
  readonly size: number;
  /** Begins one. `late` is done, and the call fails with what it gives, when there is no result in time. */
  begin(limit?: { timeout: number; late(): LambdaError }): { id: number; result: Promise<string> };
  succeed(id: number, json: string): void;
  fail(id: number, error: LambdaError): void;
  failAll(error: LambdaError): void;
}

/** Keeps the calls of one worker, by number. What comes for a call that is over is nothing. */
export function openCalls(): Calls {
  const pending = new Map<number, Pending>();
  let count = 0;
  function settle(id: number, act: (one: Pending) => void): void {
    const one = pending.get(id);
    if (one === undefined) return;
    pending.delete(id);
    clearTimeout(one.timer);
    act(one);
  }
  const fail = (id: number, error: LambdaError): void =>
    settle(id, one => one.reject(new InvocationError(error)));
  return {
    get size() {
      return pending.size;
    },
    begin(limit) {
      const { promise: result, resolve, reject } = Promise.withResolvers<string>();
      const id = ++count;
      const timer = limit && setTimeout(() => fail(id, limit.late()), limit.timeout);
      pending.set(id, { resolve, reject, timer });
      return { id, result };
    },
    succeed: (id, json) => settle(id, one => one.resolve(json)),
    fail,
    failAll(error) {
      for (const id of [...pending.keys()]) fail(id, error);
    },
  };
}
