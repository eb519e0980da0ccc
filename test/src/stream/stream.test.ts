import { Readable } from "node:stream";
import { finished } from "node:stream/promises";
import { setImmediate as turn } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { api } from "../../../api/api.ts";
import { idempotent } from "../../../middlewares/idempotent.ts";
import { memoryStore } from "../../../src/idempotency/memory.ts";
import {
  BadRequest,
  cors,
  defineMiddleware,
  errors,
  explain,
  type LambdaHandler,
  pipeline,
  serialize,
} from "../../../src/index.ts";
import { definitionOf } from "../../../src/pipeline/explain.ts";
import { stream } from "../../../src/stream/index.ts";
import { serve } from "../../../tools/dev/index.ts";
import { eventOf, nosniff, received, sources } from "../../support/events.ts";
import { FakeResponseStream, fakeRuntime } from "../../support/responseStream.ts";

const chain = [errors({ logger: false }), cors(), serialize()] as const;
const corsHeaders = {
  "Access-Control-Allow-Origin": "*",
  "Access-Control-Allow-Headers": "*",
  "Access-Control-Allow-Methods": "*",
  ...nosniff,
};
const bytesType = { "Content-Type": "application/octet-stream", ...nosniff };
const url = eventOf("url");

/** A handler that responds with a body. */
const giving = (body: () => unknown): LambdaHandler =>
  pipeline(chain, () => ({ statusCode: 200, body: body() }));

/** Invokes a handler as the runtime does. */
async function invoke(handler: LambdaHandler, out: FakeResponseStream, event: unknown = url): Promise<void> {
  const streamed = stream(handler) as (event: unknown, out: object, context?: object) => Promise<unknown>;
  expect(await streamed(event, out, {})).toBeUndefined();
}

/** Gives what was sent in the end. */
async function run(handler: LambdaHandler, event?: unknown): Promise<FakeResponseStream> {
  const out = new FakeResponseStream();
  await invoke(handler, out, event);
  await finished(out);
  return out;
}

async function* piecesOf(...pieces: unknown[]): AsyncGenerator<unknown> {
  yield* pieces;
}

const bodies: [kind: string, make: (...pieces: string[]) => unknown][] = [
  ["a Readable", (...pieces) => Readable.from(pieces)],
  [
    "a Readable of bytes",
    (...pieces) =>
      Readable.from(
        pieces.map(piece => Buffer.from(piece)),
        { objectMode: false },
      ),
  ],
  ["a ReadableStream", (...pieces) => ReadableStream.from(pieces)],
  ["an async generator", piecesOf],
  ["an async iterable", (...pieces) => ({ [Symbol.asyncIterator]: () => piecesOf(...pieces) })],
];

describe("stream() where the runtime streams", () => {
  beforeEach(() => vi.stubGlobal("awslambda", fakeRuntime));
  afterEach(() => vi.unstubAllGlobals());

  it("says to the runtime that the handler streams", () => {
    expect(stream(giving(() => ""))).toHaveProperty("isStreamified", true);
  });

  it.each(bodies)("sends %s piece by piece", async (_kind, make) => {
    const out = await run(giving(() => make("one ", "two ", "three")));
    expect(out.type).toBe("application/vnd.awslambda.http-integration-response");
    expect(out.prelude).toEqual({ statusCode: 200, headers: { ...bytesType, ...corsHeaders } });
    expect(out.pieces.map(String).filter(Boolean)).toEqual(["one ", "two ", "three"]);
    expect(out.writableFinished).toBe(true);
  });

  it.each(bodies)("sends %s without any piece", async (_kind, make) => {
    const out = await run(giving(() => make()));
    expect([out.prelude, out.body, out.writableFinished]).toEqual([
      { statusCode: 200, headers: { ...bytesType, ...corsHeaders } },
      "",
      true,
    ]);
  });

  it("sends a stream that is returned by itself", async () => {
    const out = await run(
      pipeline([errors(), cors(), serialize(undefined, { status: 203 })], () => piecesOf("a", "b")),
    );
    expect([out.prelude, out.body]).toEqual([
      { statusCode: 203, headers: { ...bytesType, ...corsHeaders } },
      "ab",
    ]);
  });

  it("sends a web response, with its cookies", async () => {
    const headers = new Headers({ "content-type": "text/plain" });
    headers.append("set-cookie", "a=1");
    headers.append("set-cookie", "b=2");
    const out = await run(pipeline(chain, () => new Response("héllo", { status: 203, headers })));
    expect(out.prelude).toEqual({
      statusCode: 203,
      headers: { "content-type": "text/plain", ...corsHeaders, "Cache-Control": "no-store" },
      cookies: ["a=1", "b=2"],
    });
    expect(out.body).toBe("héllo");
    const empty = await run(pipeline(chain, () => new Response(null, { status: 204 })));
    expect([empty.prelude, empty.body]).toEqual([{ statusCode: 204, headers: corsHeaders }, ""]);
  });

  it("makes an error of a web response that was read before", async () => {
    const used = new Response("x");
    await used.text();
    const begun = new Response("x");
    const reader = begun.body?.getReader();
    await reader?.read();
    reader?.releaseLock();
    for (const response of [used, begun]) {
      expect((await run(pipeline(chain, () => response))).prelude).toMatchObject({ statusCode: 500 });
    }
  });

  it("answers what fails before the first piece with the error's own status", async () => {
    for (const body of [
      new Readable({ read: () => undefined, construct: done => done(new BadRequest("No")) }),
      new ReadableStream({ pull: () => Promise.reject(new BadRequest("No")) }),
      { [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new BadRequest("No")) }) },
    ]) {
      const out = await run(giving(() => body));
      expect([out.prelude, out.body]).toEqual([
        { statusCode: 400, headers: { ...corsHeaders, "Content-Type": "application/json" } },
        '{"code":400,"message":"No"}',
      ]);
    }
  });

  it("answers a first piece that is neither a string nor bytes with 500, and closes the source", async () => {
    let ended = false;
    async function* objects(): AsyncGenerator<unknown> {
      try {
        yield { an: "object" };
        yield "unread";
      } finally {
        ended = true;
      }
    }
    const out = await run(giving(objects));
    expect([out.prelude, out.body]).toEqual([
      { statusCode: 500, headers: { ...corsHeaders, "Content-Type": "application/json" } },
      '{"code":500,"message":"Internal Server Error"}',
    ]);
    expect(ended).toBe(true);
  });

  it("throws what fails after the first piece, and leaves the stream to the runtime", async () => {
    const failing: [unknown, string][] = [
      [piecesOf("half", { an: "object" }), "A body that is streamed must give strings or bytes"],
      [
        (async function* broken(): AsyncGenerator<string> {
          yield "half";
          throw new RangeError("broken");
        })(),
        "broken",
      ],
    ];
    for (const [body, message] of failing) {
      const out = new FakeResponseStream();
      await expect(
        invoke(
          giving(() => body),
          out,
        ),
      ).rejects.toThrow(message);
      expect([out.body, out.writableEnded, out.destroyed]).toEqual(["half", false, false]);
    }
  });

  it("takes no more from the source than the other side takes", async () => {
    let made = 0;
    async function* endless(): AsyncGenerator<Buffer> {
      for (; made < 100; made++) yield Buffer.alloc(1024, 1);
    }
    const out = new FakeResponseStream({ held: true });
    const done = invoke(giving(endless), out);
    for (let round = 0; round < 100; round++) await turn();
    expect(made).toBeLessThan(5);
    out.take();
    await done;
    expect([made, out.body.length]).toEqual([100, 100 * 1024]);
  });

  it.each(["close", "error"])(
    "closes its source at once on %s of the stream, whatever that waits for",
    async how => {
      const closed: string[] = [];
      const never = new Promise<never>(() => undefined);
      const hanging: [string, unknown][] = [
        [
          "readable",
          new Readable({
            read() {
              if (!this.readableDidRead) this.push("x");
            },
            destroy(error, done) {
              closed.push("readable");
              done(error);
            },
          }),
        ],
        [
          "web",
          new ReadableStream({
            start: controller => controller.enqueue("x"),
            pull: () => never,
            cancel: () => void closed.push("web"),
          }),
        ],
      ];
      for (const [kind, body] of hanging) {
        const out = new FakeResponseStream();
        const done = invoke(
          giving(() => body),
          out,
        );
        while (out.body !== "x") await turn();
        out.destroy(how === "error" ? new Error("gone") : undefined);
        await done;
        await turn();
        expect([kind, closed.at(-1)]).toEqual([kind, kind]);
      }
    },
  );

  it.each(["before the handler", "in the handler", "before the first piece"])(
    "ends, and closes its source, where the stream was closed %s",
    async when => {
      const report = vi.fn();
      const quiet = (): Readable => new Readable({ read: () => undefined });
      const endless = (): Readable => Readable.from(Array.from({ length: 1000 }, () => "x"));
      for (const how of ["close", "error"]) {
        for (const make of when === "before the first piece" ? [quiet] : [quiet, endless]) {
          const [out, body] = [new FakeResponseStream(), make()];
          const leave = async (): Promise<void> => {
            out.destroy(how === "error" ? new Error("gone") : undefined);
            await turn();
          };
          const handler = pipeline([errors({ logger: report }), serialize()], async () => {
            if (when === "in the handler") await leave();
            if (when === "before the first piece") void turn().then(leave);
            return { statusCode: 200, body };
          });
          if (when === "before the handler") await leave();
          await invoke(handler, out);
          expect([how, body.destroyed, out.body]).toEqual([how, true, ""]);
        }
      }
      expect(report).not.toHaveBeenCalled();
    },
  );

  it("lets a generator clean up when the other side is gone", async () => {
    const ended: string[] = [];
    async function* endless(): AsyncGenerator<string> {
      try {
        for (;;) {
          yield "x";
          await turn();
        }
      } finally {
        ended.push("generator");
      }
    }
    const failing = {
      [Symbol.asyncIterator]: () => ({
        next: () => turn({ done: false, value: "x" }),
        async return() {
          ended.push("iterator");
          throw new Error("Nobody is left to hear of this");
        },
      }),
    };
    for (const body of [endless(), failing]) {
      const out = new FakeResponseStream();
      const done = invoke(
        giving(() => body),
        out,
      );
      while (out.body === "") await turn();
      out.destroy();
      await done;
      for (let round = 0; round < 5; round++) await turn();
    }
    expect(ended).toEqual(["generator", "iterator"]);
  });

  it("closes a source that no response has in the end", async () => {
    const source = Readable.from(["a", "b"]);
    const failing = defineMiddleware({
      name: "failing",
      after() {
        throw new BadRequest("Changed my mind");
      },
    });
    const out = await run(
      pipeline([errors({ logger: false }), failing, serialize()], () => ({ statusCode: 200, body: source })),
    );
    expect([out.prelude, source.destroyed]).toMatchObject([{ statusCode: 400 }, true]);

    const unread = Readable.from(["a"]);
    const bodiless = await run(pipeline(chain, () => ({ statusCode: 304, body: unread })));
    expect([bodiless.prelude, bodiless.body, unread.destroyed]).toEqual([
      { statusCode: 304, headers: corsHeaders },
      "",
      true,
    ]);
  });

  it("sends values, strings and bytes as ever", async () => {
    const results: [value: unknown, type: string, body: string][] = [
      [{ a: 1 }, "application/json", '{"a":1}'],
      [undefined, "application/json", "null"],
      ["text", "text/plain; charset=utf-8", "text"],
      [Buffer.from("bytes"), "application/octet-stream", "bytes"],
    ];
    for (const [value, type, body] of results) {
      const out = await run(pipeline(chain, () => value));
      expect([out.prelude, out.body]).toEqual([
        { statusCode: 200, headers: { ...corsHeaders, "Content-Type": type } },
        body,
      ]);
    }
  });

  it("streams what a handler without serialize returns", async () => {
    const out = await run(pipeline([], () => ({ statusCode: 202, body: piecesOf("a", "b") })) as never);
    expect([out.prelude, out.body]).toEqual([{ statusCode: 202, headers: bytesType }, "ab"]);
  });

  it("gives whoever listens the whole response", async () => {
    let runs = 0;
    const handler = pipeline([...chain, idempotent({ store: memoryStore(), anonymous: true })], () => ({
      statusCode: 201,
      body: piecesOf("run ", String(++runs)),
    }));
    const event = eventOf("url", { method: "POST", path: "/", headers: { "Idempotency-Key": "k1" } });
    const first = await run(handler, event);
    const again = await run(handler, event);
    expect([first.body, again.body, runs]).toEqual(["run 1", "run 1", 1]);
    expect(again.prelude).toMatchObject({ statusCode: 201, headers: { "Idempotent-Replayed": "true" } });
  });

  it("writes cookies as REST APIs and function URLs want them", async () => {
    const handler = pipeline([serialize()], () => ({
      statusCode: 200,
      cookies: ["a=1", "b=2"],
      body: piecesOf("x"),
    }));
    expect((await run(handler, eventOf("rest"))).prelude).toEqual({
      statusCode: 200,
      headers: { ...bytesType, "Cache-Control": "no-store" },
      multiValueHeaders: { "Set-Cookie": ["a=1", "b=2"] },
    });
    expect((await run(handler, eventOf("url"))).prelude).toEqual({
      statusCode: 200,
      headers: { ...bytesType, "Cache-Control": "no-store" },
      cookies: ["a=1", "b=2"],
    });
  });

  const withDomain = (domainName: string): object => ({
    ...url,
    requestContext: { ...(url.requestContext as object), domainName },
  });

  it("streams to a function URL under its own domain", async () => {
    const out = await run(
      giving(() => piecesOf("x")),
      withDomain("abc.lambda-url.eu-west-1.on.aws"),
    );
    expect(out.type).toBe("application/vnd.awslambda.http-integration-response");
  });

  const others: [
    source: "alb" | "alb-multi" | "lattice-v1" | "lattice-v2" | "http" | "rest",
    event: unknown,
  ][] = [
    ["alb", eventOf("alb")],
    ["alb-multi", eventOf("alb-multi")],
    ["lattice-v1", eventOf("lattice-v1")],
    ["lattice-v2", eventOf("lattice-v2")],
    ["http", withDomain("abc.execute-api.eu-west-1.amazonaws.com")],
    ["rest", { ...eventOf("rest"), version: "1.0" }],
  ];

  it.each(others)("answers %s, which takes no stream, at once", async (source, event) => {
    const out = await run(
      giving(() => piecesOf("a", "b")),
      event,
    );
    expect([out.type, out.writableFinished]).toEqual(["application/json", true]);
    expect(received(source, JSON.parse(out.body))).toMatchObject({ status: 200, body: Buffer.from("ab") });
  });

  it("gives other callers what the handler returns", async () => {
    const echo = pipeline([], event => event) as LambdaHandler;
    for (const event of [{ Records: [] }, null, "x", 5]) {
      const out = await run(echo, event);
      expect([out.type, JSON.parse(out.body)]).toEqual(["application/json", event ?? {}]);
    }
    expect((await run(pipeline([], () => undefined) as never, { a: 1 })).body).toBe("null");
  });

  it("throws where a chain makes no response", async () => {
    const failing = pipeline([], () => {
      throw new RangeError("no");
    }) as LambdaHandler;
    const out = new FakeResponseStream();
    await expect(invoke(failing, out)).rejects.toThrow(new RangeError("no"));
    expect([out.pieces, out.writableEnded]).toEqual([[], false]);
  });
});

describe("stream() without a stream", () => {
  it.each(sources)("gives %s the collected response", async source => {
    for (const [, make] of bodies) {
      const handler = stream(giving(() => make("é ", "two")));
      expect(received(source, await handler(eventOf(source), {}))).toMatchObject({
        status: 200,
        headers: { "access-control-allow-origin": "*", "content-type": "application/octet-stream" },
        body: Buffer.from("é two"),
      });
    }
  });

  it("collects also what a handler without serialize returns, and leaves other events alone", async () => {
    const handler = stream(async event =>
      event === "warm"
        ? "warm"
        : { statusCode: 200, headers: { "Content-Type": "text/css" }, body: piecesOf("p", "{}") },
    );
    expect(await handler(url)).toEqual({
      statusCode: 200,
      headers: { "Content-Type": "text/css", ...nosniff },
      body: "p{}",
    });
    expect(await handler("warm")).toBe("warm");
  });

  it("gives clients of the local server the whole response, alone and as a route of an api", async () => {
    const handler = stream(giving(() => piecesOf("a", "b")));
    const server = await serve(
      {
        ...api({ "GET /one": handler }).routeTable,
        "GET /all": stream(api({ "GET /all": handler }).handler),
      },
      { port: 0, log: false },
    );
    for (const path of ["/one", "/all"]) {
      const response = await fetch(server.url + path);
      expect([path, response.status, response.headers.get("access-control-allow-origin")]).toEqual([
        path,
        200,
        "*",
      ]);
      expect(await response.text()).toBe("ab");
    }
    await server.close();
  });

  it("does without the runtime's functions, which the global of the AWS SDK lacks", async () => {
    vi.stubGlobal("awslambda", { InvokeStore: {} });
    const handler = stream(giving(() => piecesOf("x")));
    vi.unstubAllGlobals();
    expect(await handler(url, {})).toMatchObject({ statusCode: 200 });
  });
});

describe("stream()", () => {
  it("wants a handler", () => {
    for (const wrong of [undefined, null, {}, "handler"]) {
      expect(() => stream(wrong as never)).toThrow(new TypeError("stream: handler must be a function"));
    }
  });

  it("keeps what explain and documents know of the handler", async () => {
    const handler = giving(() => piecesOf("x"));
    const streamed = stream(handler);
    expect(explain(streamed)).toEqual(explain(handler));
    const rebuilt = definitionOf(streamed)?.rebuild([serialize()]) as LambdaHandler;
    expect(explain(rebuilt).map(({ name }) => name)).toEqual(["serialize"]);
    expect(await rebuilt(url)).toEqual({
      statusCode: 200,
      headers: bytesType,
      body: "eA==",
      isBase64Encoded: true,
    });
  });
});
