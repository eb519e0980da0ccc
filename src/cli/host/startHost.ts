import { relative } from "node:path";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { UserError } from "../command.ts";
import type { Output } from "../io.ts";
import type { Asked, Call, HostData, LambdaError, Listing, Said } from "./messages.ts";
import { workerFile } from "./worker.ts";

/** What {@link startHost} needs to know. */
export interface HostOptions {
  /** The bundle. */
  readonly file: string;
  /** The entry, for messages. */
  readonly entry: string;
  readonly env: NodeJS.ProcessEnv;
  /** Where what handlers print goes. */
  readonly out: Output;
  readonly err: Output;
  /** Milliseconds that it may take to load. */
  readonly timeout: number;
  /** Signs tokens for an entry that has no secret key. */
  readonly lentKey?: string;
}

/** An entry that runs in a worker. */
export interface Host {
  readonly listing: Listing;
  /**
   * Asks for something.
   *
   * @returns the answer as JSON
   * @throws InvocationError when the handler threw, took too long, or ended its process
   */
  call(call: Call): Promise<string>;
  /** No more calls: the worker ends as soon as those under way are done. */
  retire(): void;
  /** Whether it can be called. */
  readonly isUp: boolean;
  /** Settles when the worker is gone. */
  readonly ended: Promise<void>;
}

/** An entry that can't be loaded: it threw, or has nothing to run. */
export class LoadError extends UserError {
  override readonly name: string = "LoadError";
}

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

const failure = (errorType: string, errorMessage: string): LambdaError => ({
  errorType,
  errorMessage,
  trace: [],
});

/** The error with the lines of the user's own code: neither Node's nor ours. */
function loadError({ entry }: HostOptions, { errorType, errorMessage, trace }: LambdaError): LoadError {
  const isOwn = (line: string): boolean =>
    /^\s+at /.test(line) &&
    !/\(?(node:|file:.*[\\/](\.tsverless|cli)[\\/])|[\\/]cli[\\/]host[\\/]/.test(line);
  // "… imported from /app/node_modules/.tsverless/1-1.mjs" names what the user has never seen.
  const message = errorMessage.replace(/ imported from \S*[\\/]\.tsverless[\\/]\S+/, "; is it installed?");
  if (trace.length === 0) return new LoadError(`${entry} can't be served: ${message}`);
  return new LoadError(
    [`${entry} failed to load: ${errorType}: ${message}`, ...trace.filter(isOwn)].join("\n"),
  );
}

const seconds = (ms: number): string => `${ms / 1000} second${ms === 1000 ? "" : "s"}`;

interface Pending {
  resolve(json: string): void;
  reject(error: InvocationError): void;
  timer: NodeJS.Timeout | undefined;
}

/**
 * Loads a bundle in a worker of its own, so that each has its own state, and nothing that a handler does ends this
 * process. A handler that takes too long ends with its worker, as on Lambda.
 *
 * @returns the host, once the entry is loaded
 * @throws LoadError when it can't be
 */
export async function startHost(options: HostOptions): Promise<Host> {
  const data: HostData = {
    tsverlessHost: true,
    url: pathToFileURL(options.file).href,
    entry: options.entry,
    lentKey: options.lentKey,
  };
  const worker = new Worker(workerFile, { workerData: data, env: options.env, stdout: true, stderr: true });
  worker.stdout.setEncoding("utf8").on("data", (text: string) => options.out.write(text));
  worker.stderr.setEncoding("utf8").on("data", (text: string) => options.err.write(text));

  const pending = new Map<number, Pending>();
  let count = 0;
  let isUp = true;
  let crash: LambdaError | undefined;
  const ended = Promise.withResolvers<void>();
  const loaded = Promise.withResolvers<Listing>();

  function settle(id: number, act: (one: Pending) => void): void {
    const one = pending.get(id);
    if (one === undefined) return;
    pending.delete(id);
    clearTimeout(one.timer);
    act(one);
    if (!isUp && pending.size === 0) void worker.terminate();
  }
  function retire(): void {
    isUp = false;
    if (pending.size === 0) void worker.terminate();
  }

  worker.on("message", (said: Said) => {
    if (said.type === "loaded") loaded.resolve(said.listing);
    else if (said.type === "failed") loaded.reject(loadError(options, said.error));
    else if (said.type === "answer") settle(said.id, one => one.resolve(said.json));
    else settle(said.id, one => one.reject(new InvocationError(said.error)));
  });
  worker.on("error", (error: unknown) => {
    const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
    crash = { errorType: name, errorMessage: message, trace: stack?.split("\n") ?? [] };
  });
  worker.on("exit", code => {
    isUp = false;
    const why = crash ?? failure("Runtime.ExitError", `The handler's process ended with exit code ${code}`);
    const early =
      code === 13 ? "it waits for something that never comes" : `its process ended with exit code ${code}`;
    loaded.reject(loadError(options, crash ?? failure("Runtime.ExitError", early)));
    for (const id of [...pending.keys()]) settle(id, one => one.reject(new InvocationError(why)));
    ended.resolve();
  });

  const late = setTimeout(() => {
    const why = `it did not load in ${seconds(options.timeout)}`;
    loaded.reject(loadError(options, failure("Runtime.InitTimeout", why)));
  }, options.timeout);
  const listing = await loaded.promise
    .catch(async (error: unknown) => {
      await worker.terminate();
      throw error;
    })
    .finally(() => clearTimeout(late));

  function call(asked: Call): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const id = ++count;
    const timer =
      asked.type === "invoke"
        ? setTimeout(() => {
            const why = failure("Sandbox.Timedout", `Task timed out after ${seconds(asked.timeout)}`);
            isUp = false;
            settle(id, one => one.reject(new InvocationError(why)));
          }, asked.timeout)
        : undefined;
    pending.set(id, { resolve, reject, timer });
    worker.postMessage({ ...asked, id } satisfies Asked);
    return promise;
  }
  return {
    listing,
    call,
    retire,
    get isUp() {
      return isUp;
    },
    ended: ended.promise,
  };
}

/** The path as the user would write it. */
export const shownPath = (cwd: string, path: string): string => relative(cwd, path) || ".";
