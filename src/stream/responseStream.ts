import { type EventEmitter, once } from "node:events";
import type { HttpResult } from "../http/types.ts";
import type { OpenedBody } from "./body.ts";

/** What the runtime hands to a function that streams. It is not a `Writable`, it has the methods of one. */
export interface ResponseStream extends EventEmitter {
  write(chunk: string | Uint8Array): boolean;
  end(): unknown;
  setContentType(type: string): void;
  /** Whether the other side is gone already, or all is sent. */
  readonly destroyed?: boolean;
}

/** The part of the runtime's global that is needed here. */
export interface Runtime {
  streamifyResponse?<Handler>(handler: Handler): Handler;
  HttpResponseStream?: { from(stream: ResponseStream, prelude: object): ResponseStream };
}

/** The global of Lambda's Node runtime. The AWS SDK makes one too, without these functions. */
export const runtime = (): Runtime => ((globalThis as { awslambda?: unknown }).awslambda ?? {}) as Runtime;

/** Whether a value is what the runtime hands over. */
export function isResponseStream(value: unknown): value is ResponseStream {
  const { write, setContentType } = (value ?? {}) as Partial<ResponseStream>;
  return typeof write === "function" && typeof setContentType === "function";
}

/** Calls back as soon as the other side goes away, which it may have done already. */
export function whenGone(stream: ResponseStream, callback: () => void): void {
  if (stream.destroyed === true) callback();
  // Lambda's client ends the process at the error, before the stream says that it is closed.
  else for (const name of ["error", "close"]) stream.once(name, callback);
}

/** Sends a value whole, as a function that does not stream returns it. */
export function sendValue(stream: ResponseStream, value: unknown): void {
  stream.setContentType("application/json");
  stream.write(JSON.stringify(value) ?? "null");
  stream.end();
}

/**
 * Sends a response: status, headers and cookies as the prelude, eight NUL bytes, and the body, no faster than the other side
 * takes it.
 *
 * A body that fails on the way is thrown and the stream is left open: the runtime then ends it with the error in the
 * trailers, by which Lambda distinguishes a broken response from a whole one. When the other side goes away, the body is closed
 * and that is all: nobody is left to hear of it.
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html#runtimes-custom-response-streaming
 *
 * @throws whatever the body throws
 */
export async function sendResponse(stream: ResponseStream, result: HttpResult): Promise<void> {
  const { body, isBase64Encoded, ...prelude } = result as Omit<HttpResult, "body"> & {
    body: string | OpenedBody;
  };
  const { HttpResponseStream } = runtime() as Required<Runtime>;
  const out = HttpResponseStream.from(stream, prelude);
  // The prelude leaves with the first write.
  out.write("");
  if (typeof body !== "string") {
    if (!(await pass(body, out))) return;
  } else if (body !== "") {
    out.write(isBase64Encoded === true ? Buffer.from(body, "base64") : body);
  }
  out.end();
}

/** Writes each piece when the other side has taken those before it. */
async function pump(body: OpenedBody, out: ResponseStream): Promise<void> {
  for await (const piece of body) {
    if (!out.write(piece)) await once(out, "drain");
  }
}

/** Gives false as soon as the other side goes away, whatever the body is doing then. */
function pass(body: OpenedBody, out: ResponseStream): Promise<boolean> {
  return new Promise((resolve, reject) => {
    whenGone(out, () => resolve(false));
    pump(body, out).then(() => resolve(true), reject);
  });
}
