import { Writable } from "node:stream";

/** A response stream as the runtime hands it over, without the runtime: what is written is kept, or waits to be taken. */
export class FakeResponseStream extends Writable {
  type: string | undefined;
  prelude: unknown;
  readonly pieces: Buffer[] = [];
  #isHeld: boolean;
  #taken: (() => void) | undefined;

  /** @param options `held` takes nothing until {@link take} is called */
  constructor({ held = false }: { held?: boolean } = {}) {
    super({ highWaterMark: 1024 });
    this.#isHeld = held;
    // The runtime listens too.
    this.on("error", () => undefined);
  }

  setContentType(type: string): void {
    this.type = type;
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    const take = (): void => {
      this.pieces.push(chunk);
      done();
    };
    if (this.#isHeld) this.#taken = take;
    else take();
  }

  /** Takes what waits, and all that comes. */
  take(): void {
    this.#isHeld = false;
    this.#taken?.();
  }

  get body(): string {
    return Buffer.concat(this.pieces).toString();
  }
}

/** The global of Lambda's Node runtime, as far as streaming goes. */
export const fakeRuntime = {
  streamifyResponse: <Handler extends object>(handler: Handler): Handler =>
    Object.assign(handler, { isStreamified: true }),
  HttpResponseStream: {
    from(stream: FakeResponseStream, prelude: unknown): FakeResponseStream {
      stream.setContentType("application/vnd.awslambda.http-integration-response");
      stream.prelude = prelude;
      return stream;
    },
  },
};
