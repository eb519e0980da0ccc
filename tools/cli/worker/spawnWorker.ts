import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import type { Output } from "../shell/io.ts";
import { InvocationError, openCalls } from "./calls.ts";
import { loadError } from "./loadError.ts";
import type { Asked, Call, HostData, LambdaError, Listing, Said } from "./messages.ts";
import { traceOf } from "./trace.ts";
import { workerFile } from "./worker.ts";

/** What runs, and where what it prints goes. */
export interface WorkerOptions {
  /** The bundle. */
  readonly file: string;
  /** The entry, for messages. */
  readonly entry: string;
  readonly env: NodeJS.ProcessEnv;
  readonly out: Output;
  readonly err: Output;
  /** Milliseconds that it may take to load. */
  readonly timeout: number;
  /** Signs tokens for an entry that has no secret key. */
  readonly lentKey?: string;
  /** Whether only its schemas are wanted: it may have nothing to run. */
  readonly schemasOnly?: boolean;
  /** Options of Node, such as `--conditions=…`. @default those of this process */
  readonly execArgv?: readonly string[];
  /** Gives up while it is loaded. */
  readonly signal?: AbortSignal;
}

/** A worker with an entry in it. */
export interface Running {
  readonly listing: Listing;
  /** Whether it takes calls. It does not once something took too long, or ended the process. */
  readonly isUp: boolean;
  /** As that of a host; for a worker that is up. */
  call(call: Call): Promise<string>;
  /** No more calls: the worker ends as soon as those under way are done. */
  retire(): void;
  /** Settles when the worker is gone. */
  readonly ended: Promise<void>;
}

/** A worker that is asked to end gets this long, in milliseconds. */
const grace = 1000;

const failure = (errorType: string, errorMessage: string): LambdaError => ({
  errorType,
  errorMessage,
  trace: [],
});

const seconds = (ms: number): string => `${ms / 1000} second${ms === 1000 ? "" : "s"}`;

const exitError = (code: number): LambdaError =>
  failure("Runtime.ExitError", `It ended its process with exit code ${code}`);

/** A worker with nothing left to do ends with 0, also where the entry waits. */
const earlyExit = (code: number): LambdaError =>
  code === 0
    ? failure(
        "Runtime.ExitError",
        "It ended while it was loaded: it exits, or waits for something that never comes",
      )
    : exitError(code);

function createWorker(options: WorkerOptions): Worker {
  const { file, entry, env, lentKey, schemasOnly = false, execArgv, out, err } = options;
  const url = pathToFileURL(file).href;
  const workerData: HostData = { tsverlessHost: true, url, entry, lentKey, schemasOnly };
  const worker = new Worker(workerFile, {
    workerData,
    env,
    stdout: true,
    stderr: true,
    ...(execArgv && { execArgv: [...execArgv] }),
  });
  worker.stdout.setEncoding("utf8").on("data", (text: string) => out.write(text));
  worker.stderr.setEncoding("utf8").on("data", (text: string) => err.write(text));
  return worker;
}

/** Resolves with what was loaded. */
function untilLoaded(worker: Worker, { entry, timeout, signal }: WorkerOptions): Promise<Listing> {
  const { promise, resolve, reject } = Promise.withResolvers<Listing>();
  const fail = (error: LambdaError): void => reject(loadError(entry, error));
  const late = setTimeout(
    () => fail(failure("Runtime.InitError", `It did not load in ${seconds(timeout)}`)),
    timeout,
  );
  worker.on("message", (said: Said) => {
    if (said.type === "loaded") resolve(said.listing);
    else if (said.type === "failed") fail(said.error);
  });
  signal?.addEventListener("abort", () => fail(failure("Runtime.InitError", "It is not wanted any more")));
  worker.on("error", error => fail(crashOf(error)));
  worker.on("exit", code => fail(earlyExit(code)));
  return promise.finally(() => clearTimeout(late));
}

function crashOf(thrown: unknown): LambdaError {
  const { name, message, stack } = thrown instanceof Error ? thrown : new Error(String(thrown));
  return { ...failure(name, message), trace: traceOf(stack) };
}

/** Shows what took a worker down when no call was there to fail: a rejection that nobody handled, a timer that threw. */
function tellLateEnd(err: Output, end: LambdaError): void {
  const { stack } = new InvocationError(end);
  err.line(err.style("red", stack ?? end.errorMessage));
  err.line(
    "It came after the response, with no request under way. The next request starts afresh, as on Lambda.",
  );
}

/**
 * Loads a bundle in a new worker. A handler that takes too long ends with its worker, as on Lambda; the others that are
 * under way in it may finish.
 *
 * @returns the worker, once the entry is loaded
 * @throws LoadError when it can't be
 */
export async function spawnWorker(options: WorkerOptions): Promise<Running> {
  const worker = createWorker(options);
  const calls = openCalls();
  const ended = Promise.withResolvers<void>();
  let isUp = true;
  let isLoaded = false;
  let crash: LambdaError | undefined;

  function endIfIdle(): void {
    if (isUp || calls.size > 0) return;
    worker.postMessage({ type: "end", id: 0 } satisfies Asked);
    setTimeout(() => void worker.terminate(), grace).unref();
  }
  worker.on("message", (said: Said) => {
    if (said.type === "result") calls.succeed(said.id, said.json);
    if (said.type === "refusal") calls.fail(said.id, said.error);
    endIfIdle();
  });
  worker.on("error", error => {
    crash = crashOf(error);
  });
  worker.on("exit", code => {
    const end = crash ?? (isUp ? exitError(code) : undefined);
    isUp = false;
    // Where a call is under way it is the one to report it; while it is loaded, untilLoaded is.
    if (calls.size > 0) calls.failAll(end ?? exitError(code));
    else if (isLoaded && end !== undefined) tellLateEnd(options.err, end);
    ended.resolve();
  });
  const listing = await untilLoaded(worker, options).catch(async (error: unknown) => {
    await worker.terminate();
    throw error;
  });
  isLoaded = true;
  return {
    listing,
    call(asked) {
      const limit = asked.type === "invoke" && {
        timeout: asked.timeout,
        late() {
          isUp = false;
          queueMicrotask(endIfIdle);
          return failure("Sandbox.Timedout", `Task timed out after ${seconds(asked.timeout)}`);
        },
      };
      const { id, result } = calls.begin(limit || undefined);
      worker.postMessage({ ...asked, id } satisfies Asked);
      return result;
    },
    retire() {
      isUp = false;
      endIfIdle();
    },
    get isUp() {
      return isUp;
    },
    ended: ended.promise,
  };
}
