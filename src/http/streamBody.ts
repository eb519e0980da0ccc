import { bytesOf } from "../core/bytes.ts";
import { ServerError } from "../core/errors.ts";
import { isRecord } from "../core/objects.ts";

/** A body that comes piece by piece: a Node `Readable`, a web `ReadableStream`, an async generator. */
export type StreamBody = AsyncIterable<unknown>;

/** Whether a value is a body that comes piece by piece. */
export function isStreamBody(value: unknown): value is StreamBody {
  return isRecord(value) && typeof value[Symbol.asyncIterator as never] === "function";
}

/** Whether a value is such a body by itself, and no queryset or the like, which can be iterated as well. */
export function isStream(value: unknown): value is StreamBody {
  return isStreamBody(value) && ("pipe" in value || "getReader" in value || "next" in value);
}

/**
 * The bytes of one piece.
 *
 * @throws ServerError when it is neither a string nor bytes
 */
export function bytesOfPiece(piece: unknown): Buffer {
  const bytes = typeof piece === "string" ? Buffer.from(piece) : bytesOf(piece);
  if (bytes === undefined) throw new ServerError("A body that is streamed must give strings or bytes");
  return bytes;
}

/**
 * Waits for all pieces.
 *
 * @throws whatever the body throws, and ServerError when a piece is neither a string nor bytes
 */
export async function collect(body: StreamBody): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of body) pieces.push(bytesOfPiece(piece));
  return Buffer.concat(pieces);
}

/** Ends a body that nobody reads: what it holds open is closed. */
export async function discard(body: StreamBody): Promise<void> {
  const { destroy, cancel } = body as { destroy?: unknown; cancel?: unknown };
  try {
    if (typeof destroy === "function") destroy.call(body);
    else if (typeof cancel === "function") await cancel.call(body);
    else await body[Symbol.asyncIterator]().return?.();
  } catch {
    // It is over either way, and the response does not depend on it.
  }
}

/** Makes a body ready to be sent piece by piece; what it gives takes the body's place in the response. */
export type OpenBody = (body: StreamBody) => Promise<StreamBody>;

const openers = new WeakMap<object, OpenBody>();

/** Says that the responses of one invocation, known by its context, may have bodies that come piece by piece. */
export function streamWith(context: object, open: OpenBody): void {
  openers.set(context, open);
}

/** How bodies of this invocation are streamed; `undefined` where they are to be collected. */
export function openerOf(context: unknown): OpenBody | undefined {
  return isRecord(context) ? openers.get(context) : undefined;
}
