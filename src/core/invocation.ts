import type { AsyncLocalStorage } from "node:async_hooks";

interface Invocation {
  readonly signal: AbortSignal;
}

let running: AsyncLocalStorage<Invocation> | undefined;

/** Prepares {@link runInvocation}; without it no invocation costs anything. */
export function followInvocations(): void {
  running ??= new (process.getBuiltinModule("node:async_hooks").AsyncLocalStorage)();
}

/** Runs a function that finds, as does all that it awaits, the signal of its invocation. */
export function runInvocation<T>(invocation: Invocation, run: () => T): T {
  return running === undefined ? run() : running.run(invocation, run);
}

/** The signal of the invocation that this is called in; `undefined` outside of one, and where none can end early. */
export function invocationSignal(): AbortSignal | undefined {
  return running?.getStore()?.signal;
}
