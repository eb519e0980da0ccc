import { Readable } from "node:stream";
import { bytesOfPiece, type StreamBody } from "../http/streamBody.ts";

function readableOf(body: StreamBody): Readable {
  if (body instanceof Readable) return body;
  return body instanceof ReadableStream ? Readable.fromWeb(body) : Readable.from(body);
}

/**
 * A body whose first piece is waited for before anything is sent, so that whatever fails before it can still get a response
 * with a status of its own. It is read once.
 */
export class OpenedBody implements AsyncIterable<Buffer> {
  readonly #source: Readable;
  readonly #pieces: AsyncIterator<unknown>;
  #first: Buffer | undefined;
  #isClosed = false;

  constructor(body: StreamBody) {
    this.#source = readableOf(body);
    this.#pieces = this.#source[Symbol.asyncIterator]();
  }

  /**
   * Waits for the first piece, or until it is closed: then there is none.
   *
   * @throws whatever the body throws before it; ServerError when it is neither a string nor bytes
   */
  async open(): Promise<void> {
    try {
      this.#first = await this.#read();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  async #read(): Promise<Buffer | undefined> {
    try {
      const { done, value } = await this.#pieces.next();
      return done === true ? undefined : bytesOfPiece(value);
    } catch (error) {
      if (this.#isClosed) return undefined;
      throw error;
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer, void> {
    for (let piece = this.#first; piece !== undefined; piece = await this.#read()) yield piece;
  }

  /**
   * Ends the source and waits for nothing: a Node stream is destroyed, a web stream cancelled, and the `return` of another iterable
   * is called, all of them even while a piece is awaited. A generator runs its `finally` then where it has given a piece and waits to be
   * asked; where it awaits something itself it does so only when it has that, for nobody can wake it.
   */
  close(): void {
    this.#isClosed = true;
    this.#source.destroy();
  }
}
