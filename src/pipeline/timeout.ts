import type { Plugin } from "./plugin.ts";

/** The third argument of the function at the end of a chain; the signal is made when it is first asked for. */
export class FnOptions {
  #controller: AbortController | undefined;

  /** Aborted just before Lambda would end the invocation, when `timeoutEarlyInMillis` is set. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    return this.#controller.signal;
  }

  abort(): void {
    this.#controller ??= new AbortController();
    this.#controller.abort();
  }
}

/** The value in time, or what the plugin says shortly before Lambda's own end. */
export async function valueOrTimeout(
  value: PromiseLike<unknown>,
  context: { getRemainingTimeInMillis?: () => number },
  options: FnOptions,
  plugin: Plugin,
): Promise<unknown> {
  const reserve = plugin.timeoutEarlyInMillis;
  if (typeof context.getRemainingTimeInMillis !== "function") return await value;
  const left = Math.max(0, context.getRemainingTimeInMillis() - reserve);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<unknown>((resolve, reject) => {
    timer = setTimeout(() => {
      options.abort();
      try {
        resolve(plugin.timeoutEarlyResponse());
      } catch (error) {
        reject(error);
      }
    }, left);
  });
  try {
    return await Promise.race([value, late]);
  } finally {
    clearTimeout(timer);
  }
}
