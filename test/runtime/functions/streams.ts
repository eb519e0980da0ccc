import { Readable } from "node:stream";
import { BadRequest, cors, errors, type HttpEvent, pipeline, serialize } from "tsverless";
import { api } from "tsverless/api";
import { stream } from "tsverless/stream";

const sleep = (milliseconds: number): Promise<void> =>
  new Promise(resolve => {
    setTimeout(resolve, milliseconds);
  });
const chain = [errors({ logger: false }), cors({ origin: "https://example.com" }), serialize()] as const;

/** What became of the sources. */
const log: string[] = [];

/** Goes on when it hears that the piece before has arrived. */
async function* ticks(): AsyncGenerator<string> {
  try {
    for (const tick of [1, 2, 3]) {
      yield `data: ${tick}\n\n`;
      await fetch(`${process.env.ARRIVALS}/${tick}`);
    }
  } finally {
    log.push("ticks ended");
  }
}

/** Server-sent events, with cookies. */
const events = pipeline(chain, () => ({
  statusCode: 200,
  headers: { "Content-Type": "text/event-stream" },
  cookies: ["a=1", "b=2"],
  body: ticks(),
}));

const web = pipeline(
  chain,
  () =>
    new Response(ReadableStream.from([Buffer.from("one "), Buffer.from("two")]), {
      status: 201,
      headers: { "X-Web": "yes" },
    }),
);

const value = pipeline(chain, () => ({ plain: true }));
const bytes = pipeline(chain, () => Buffer.from([0, 255, 1]));
const nothing = pipeline(chain, () => ({ statusCode: 204, body: Readable.from(["unread"]) }));

/** Fails before the first piece. */
const early = pipeline(chain, () => ({
  statusCode: 200,
  body: new Readable({
    read() {
      setImmediate(() => this.destroy(new BadRequest("Not like that")));
    },
  }),
}));

/** Fails after the first piece. */
const late = pipeline(chain, () => ({
  statusCode: 200,
  body: (async function* fails(): AsyncGenerator<string> {
    yield "half";
    await sleep(20);
    throw new RangeError("the other half is missing");
  })(),
}));

let produced = 0;
/** As much as anybody takes. */
const endless = pipeline(chain, () => ({
  statusCode: 200,
  body: new ReadableStream({
    async pull(controller) {
      await sleep(1);
      produced++;
      controller.enqueue(Buffer.alloc(64 * 1024, 1));
    },
    cancel() {
      console.log(`endless cancelled after ${produced}`);
    },
  }),
}));

/** More than all buffers on the way hold. */
const large = pipeline(chain, () => ({
  statusCode: 200,
  body: Readable.from(
    (async function* pieces(): AsyncGenerator<Buffer> {
      for (let piece = 0; piece < 400; piece++) yield Buffer.alloc(64 * 1024, piece % 256);
    })(),
  ),
}));

const logged = pipeline(chain, () => ({ log, pid: process.pid }));

const all = api({
  "GET /events": events,
  "GET /web": web,
  "GET /value": value,
  "GET /bytes": bytes,
  "GET /nothing": nothing,
  "GET /early": early,
  "GET /late": late,
  "GET /endless": endless,
  "GET /large": large,
  "GET /log": logged,
});

export const handler = stream(all.handler);

/** A chain that makes no response when it fails. */
export const bare = stream(
  pipeline([], (_event: HttpEvent) => {
    throw new RangeError("nobody responds");
  }),
);
