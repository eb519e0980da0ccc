import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";

const client = fileURLToPath(
  new URL("../packages/runtime/node_modules/aws-lambda-ric/index.mjs", import.meta.url),
);
const native = fileURLToPath(
  new URL("../packages/runtime/node_modules/aws-lambda-ric/rapid-client.node", import.meta.url),
);

/** Whether AWS's runtime interface client is there, compiled. */
export const isRuntimeInstalled: boolean = existsSync(native);

/** What an error looks like on its way to the caller. */
export interface FunctionError {
  errorType: string;
  errorMessage: string;
  trace?: string[];
}

/** How an invocation ended. */
export type Outcome =
  | { kind: "response"; value: unknown }
  | { kind: "streamed"; type: string; bytes: Buffer; error: FunctionError | undefined }
  | { kind: "error"; error: FunctionError }
  /** `type` is what the header says. */
  | { kind: "initError"; type: string; error: FunctionError }
  /** The time was over, the process ended, or the caller went away: there is no process now, as after an `initError`. */
  | { kind: "timeout" | "exit" | "left" };

/** What one invocation may be given. */
export interface InvokeOptions {
  /** Milliseconds until the deadline. @default that of the sandbox */
  timeout?: number;
  /** Breaks the connection off when so many bytes have come. */
  leaveAfter?: number;
  /** Is given each piece of a streamed response; the next is read when it is done. */
  onPiece?: (piece: Buffer) => void | Promise<void>;
}

/** One execution environment and the Runtime API that it talks to, as Lambda runs them. */
export interface Sandbox {
  /** One event at a time. Starts the process when there is none. */
  invoke(event: unknown, options?: InvokeOptions): Promise<Outcome>;
  /** How many processes were started so far. */
  readonly starts: number;
  /** What they wrote. */
  output(): string;
  close(): Promise<void>;
}

interface Invocation {
  id: string;
  event: unknown;
  options: InvokeOptions;
  /** The client may ask for the next event while its last response is still on the way. */
  isDelivered: boolean;
  /** How it ended, of which the caller hears once the process is gone as well. */
  ending?: Outcome;
  settle(outcome: Outcome): void;
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

const parse = (bytes: Buffer): FunctionError => JSON.parse(bytes.toString()) as FunctionError;

/**
 * Reads a response that comes in pieces. The error of one that failed on the way is in the trailers; one that broke off
 * gives nothing.
 */
async function readPieces(
  request: IncomingMessage,
  { leaveAfter = Number.POSITIVE_INFINITY, onPiece }: InvokeOptions,
): Promise<Outcome | undefined> {
  const pieces: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request) {
      const piece = chunk as Buffer;
      pieces.push(piece);
      size += piece.length;
      if (size >= leaveAfter) {
        request.socket.destroy();
        return { kind: "left" };
      }
      await onPiece?.(piece);
    }
  } catch {
    return undefined;
  }
  const error = request.trailers["lambda-runtime-function-error-body"];
  return {
    kind: "streamed",
    type: request.headers["content-type"] as string,
    bytes: Buffer.concat(pieces),
    error: error === undefined ? undefined : parse(Buffer.from(error, "base64")),
  };
}

/**
 * Makes an execution environment: AWS's runtime interface client in a process of its own, and the Runtime API on a
 * loopback port, which hands out events and kills the process when a deadline has passed.
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 *
 * @param folder where the function is
 * @param handler `module.export`
 * @param options the function's environment, and its timeout in milliseconds
 */
export async function lambdaSandbox(
  folder: string,
  handler: string,
  { env = {}, timeout = 20_000 }: { env?: Record<string, string>; timeout?: number } = {},
): Promise<Sandbox> {
  let child: ChildProcess | undefined;
  let current: Invocation | undefined;
  let idle: ServerResponse | undefined;
  let deadline: NodeJS.Timeout | undefined;
  let starts = 0;
  let serial = 0;
  let output = "";

  function settle(outcome: Outcome): void {
    clearTimeout(deadline);
    const settled = current;
    current = undefined;
    settled?.settle(outcome);
  }

  async function kill(): Promise<void> {
    const killed = child;
    child = undefined;
    idle = undefined;
    if (killed === undefined || killed.exitCode !== null || killed.signalCode !== null) return;
    const exited = once(killed, "exit");
    killed.kill("SIGKILL");
    await exited;
  }

  /** The event waits for the runtime, or the runtime for the event. */
  function deliver(): void {
    if (idle === undefined || current === undefined || current.isDelivered) return;
    current.isDelivered = true;
    const { id, event, options } = current;
    const limit = options.timeout ?? timeout;
    deadline = setTimeout(() => void kill().then(() => settle({ kind: "timeout" })), limit);
    idle.writeHead(200, {
      "content-type": "application/json",
      "lambda-runtime-aws-request-id": id,
      "lambda-runtime-deadline-ms": String(Date.now() + limit),
      "lambda-runtime-invoked-function-arn": "arn:aws:lambda:eu-west-1:123456789012:function:test",
      "lambda-runtime-trace-id": "Root=1-66a00000-000000000000000000000000",
    });
    idle.end(JSON.stringify(event));
    idle = undefined;
  }

  async function outcomeOf(request: IncomingMessage, path: string): Promise<Outcome | undefined> {
    if (path === "init/error") {
      const type = request.headers["lambda-runtime-function-error-type"] as string;
      return { kind: "initError", type, error: parse(await readAll(request)) };
    }
    if (path === `invocation/${current?.id}/error`) {
      return { kind: "error", error: parse(await readAll(request)) };
    }
    if (path !== `invocation/${current?.id}/response`) throw new Error(`The Runtime API has no ${path}`);
    if (request.headers["lambda-runtime-function-response-mode"] === "streaming") {
      return readPieces(request, current?.options as InvokeOptions);
    }
    return { kind: "response", value: JSON.parse((await readAll(request)).toString()) };
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url as string).replace("/2018-06-01/runtime/", "");
    if (path === "invocation/next") {
      idle = response;
      return deliver();
    }
    const outcome = await outcomeOf(request, path);
    if (outcome === undefined) return;
    if (outcome.kind !== "left") response.writeHead(202).end();
    // After these the client ends its process.
    if (outcome.kind === "left" || outcome.kind === "initError") (current as Invocation).ending = outcome;
    else settle(outcome);
  }
  const server = createServer((request, response) => void serve(request, response));
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;

  function start(): void {
    starts++;
    const started = spawn(process.execPath, [client], {
      env: {
        PATH: process.env.PATH,
        _HANDLER: handler,
        LAMBDA_TASK_ROOT: folder,
        AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}`,
        AWS_LAMBDA_FUNCTION_NAME: "test",
        AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "512",
        AWS_LAMBDA_LOG_GROUP_NAME: "/aws/lambda/test",
        AWS_LAMBDA_LOG_STREAM_NAME: "test",
        AWS_REGION: "eu-west-1",
        ...env,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const pipe of [started.stdout, started.stderr]) pipe.on("data", chunk => (output += chunk));
    started.on("exit", () => {
      if (child !== started) return;
      child = undefined;
      idle = undefined;
      settle(current?.ending ?? { kind: "exit" });
    });
    child = started;
  }

  return {
    invoke(event, options = {}) {
      if (current !== undefined) throw new Error("A sandbox takes one event at a time");
      return new Promise(resolve => {
        current = {
          id: `00000000-0000-4000-8000-${String(++serial).padStart(12, "0")}`,
          event,
          options,
          isDelivered: false,
          settle: resolve,
        };
        if (child === undefined) start();
        deliver();
      });
    },
    get starts() {
      return starts;
    },
    output: () => output,
    async close() {
      await kill();
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}
