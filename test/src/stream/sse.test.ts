import { finished } from "node:stream/promises";
import { setImmediate as turn } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { readMethod } from "../../../src/http/read.ts";
import {
  BadRequest,
  Conflict,
  configure,
  cors,
  errors,
  fields,
  type LambdaHandler,
  pick,
  pipeline,
  type SerializerRequest,
  serialize,
} from "../../../src/index.ts";
import { one, type RelatedTo } from "../../../src/models/index.ts";
import { memoryModel } from "../../../src/models/memory/memoryModel.ts";
import { type SseOptions, sse, stream } from "../../../src/stream/index.ts";
import { eventOf, received, sources } from "../../support/events.ts";
import { FakeResponseStream, fakeRuntime } from "../../support/responseStream.ts";

interface Tick {
  at: number;
  kind?: string;
  secret?: string;
}

async function* ticks(...items: Tick[]): AsyncGenerator<Tick, void> {
  yield* items;
}
async function* failing(error: unknown, ...items: Tick[]): AsyncGenerator<Tick, void> {
  yield* items;
  throw error;
}

const giving = (items: () => AsyncIterable<Tick>, options?: object): LambdaHandler =>
  pipeline([errors({ logger: false }), cors(), serialize()], () =>
    sse(items(), options as SseOptions<Tick>),
  ) as LambdaHandler;

const end = "event: end\ndata: null\n\n";

async function whole(handler: LambdaHandler): Promise<string> {
  const { status, body } = received("http", await handler(eventOf("http"), {}));
  expect(status).toBe(200);
  return body.toString();
}

function start(handler: LambdaHandler): { out: FakeResponseStream; done: Promise<unknown> } {
  const out = new FakeResponseStream();
  const streamed = stream(handler) as (event: unknown, out: object, context: object) => Promise<unknown>;
  return { out, done: streamed(eventOf("url"), out, {}) };
}

describe("sse()", () => {
  it.each(sources)(
    "gives each item as an event and says at the end that it is whole, behind %s",
    async source => {
      const result = await giving(() => ticks({ at: 1 }, { at: 2 }))(eventOf(source), {});
      const { status, headers, body } = received(source, result);
      expect({ status, headers, body: body.toString() }).toEqual({
        status: 200,
        headers: {
          "access-control-allow-headers": "*",
          "access-control-allow-methods": "*",
          "access-control-allow-origin": "*",
          "content-type": "text/event-stream",
          "cache-control": "no-store",
        },
        body: `data: {"at":1}\n\ndata: {"at":2}\n\n${end}`,
      });
      expect(await whole(giving(() => ticks()))).toBe(end);
    },
  );

  it("keeps an item in one line, whatever its text holds", async () => {
    const item = { at: 1, kind: "two\nlines\r\u2028ü" };
    const body = await whole(giving(() => ticks(item)));
    const [, data = ""] = /^data: ([^\n]*)\n\nevent: end/.exec(body) ?? [];
    expect(JSON.parse(data)).toEqual(item);
  });

  it("gives events their names and ids, and tells when to connect again", async () => {
    const options: SseOptions<Tick> = { event: ({ kind }) => kind, id: ({ at }) => at, retry: 3000 };
    expect(await whole(giving(() => ticks({ at: 0, kind: "tick" }, { at: 1 }), options))).toBe(
      `retry: 3000\n\nevent: tick\nid: 0\ndata: {"at":0,"kind":"tick"}\n\nid: 1\ndata: {"at":1}\n\n${end}`,
    );
  });

  it("gives its serializer load, what is related, and the request where it is told", async () => {
    const Users = memoryModel<{ id: string; name: string }>({
      name: "User",
      objects: [{ id: "7", name: "Ann" }],
    });
    interface Move extends RelatedTo<{ by: { id: string; name: string } }> {
      by: string;
    }
    const Moves = memoryModel<Move & { id: string }>({
      name: "Move",
      fields: { by: "text" },
      relations: { by: one(Users, "by") },
    });
    async function* moves(): AsyncGenerator<Move> {
      yield { by: "7" };
      await Users.update((await Users.objects.get("7")) as never, { name: "Anna" });
      yield { by: "7" };
    }
    const handler = pipeline([errors(), serialize()], (event, context) =>
      sse(moves(), {
        model: Moves,
        request: { event, context },
        serializer: fields<Move>({
          by: pick("name"),
          loaded: async ({ by }, { load }) => (await load(Users, by))?.name,
          method: (_move, request) => readMethod(request.event),
        }),
      }),
    ) as LambdaHandler;
    expect(await whole(handler)).toBe(
      `data: {"by":{"name":"Ann"},"loaded":"Ann","method":"GET"}\n\n` +
        `data: {"by":{"name":"Anna"},"loaded":"Anna","method":"GET"}\n\n${end}`,
    );
    const alone = giving(() => ticks({ at: 7 }), {
      serializer: async ({ at }: Tick, { load, event }: SerializerRequest<unknown>) => [
        (await load(Users, String(at)))?.name,
        event,
      ],
    });
    expect(await whole(alone)).toBe(`data: ["Anna",null]\n\n${end}`);
  });

  it("lets items out by its serializer, and names them by the whole item", async () => {
    const options = { serializer: pick("at"), id: ({ secret }: Tick) => secret };
    expect(await whole(giving(() => ticks({ at: 1, secret: "s" }), options))).toBe(
      `id: s\ndata: {"at":1}\n\n${end}`,
    );
    const later = { serializer: async ({ at }: Tick) => ({ later: at }) };
    expect(await whole(giving(() => ticks({ at: 1 }), later))).toBe(`data: {"later":1}\n\n${end}`);
  });

  it.each([
    ["event", "end"],
    ["event", "error"],
    ["event", "a\nb"],
    ["id", "a\rb"],
    ["id", "a\0b"],
  ])("takes no %s that is %j: the items fail", async (name, value) => {
    const handler = giving(() => ticks({ at: 1 }), { [name]: () => value });
    expect(received("http", await handler(eventOf("http"), {})).status).toBe(500);
  });

  it("refuses wrong arguments", () => {
    expect(() => sse([] as never)).toThrow(
      new TypeError("sse: items must be an async generator, or another async iterable"),
    );
    expect(() => sse(null as never)).toThrow(TypeError);
    expect(() => sse(ticks(), { retry: -1 })).toThrow(
      new TypeError('sse: option "retry" must be a whole number of at least 0'),
    );
    expect(() => sse(ticks(), { nmae: 1 } as never)).toThrow('sse: unknown option "nmae"');
    expect(() => sse(ticks(), { serializer: 1 } as never)).toThrow(TypeError);
  });
});

describe("sse() that is streamed", () => {
  beforeEach(() => vi.stubGlobal("awslambda", fakeRuntime));
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.useRealTimers();
    configure({ problemDetails: undefined });
  });

  it("sends each item when it is there", async () => {
    const { out, done } = start(giving(() => ticks({ at: 1 }, { at: 2 })));
    await done;
    await finished(out);
    expect(out.pieces.map(String).filter(Boolean)).toEqual(['data: {"at":1}\n\n', 'data: {"at":2}\n\n', end]);
  });

  it("gives an error before the first item its own response, and one after it an event and a broken connection", async () => {
    const early = start(giving(() => failing(new Conflict("Taken"))));
    await early.done;
    await finished(early.out);
    expect([early.out.prelude, early.out.body]).toMatchObject([
      { statusCode: 409 },
      '{"code":409,"message":"Taken"}',
    ]);
    for (const [error, data] of [
      [new Conflict("Taken"), '{"code":409,"message":"Taken"}'],
      [new Error("the database's own words"), '{"code":500,"message":"Internal Server Error"}'],
    ] as const) {
      const late = start(giving(() => failing(error, { at: 1 })));
      await expect(late.done).rejects.toBe(error);
      expect(late.out.body).toBe(`data: {"at":1}\n\nevent: error\ndata: ${data}\n\n`);
      expect(late.out.writableEnded).toBe(false);
    }
  });

  it("says what failed after the first item in one form, which neither problem details nor a map of errors change", async () => {
    configure({ problemDetails: true });
    class SoldOut extends Error {}
    const chain = [errors({ logger: false, map: [[SoldOut, 409, "None left"]] }), serialize()] as const;
    const handlerOf = (error: unknown, ...items: Tick[]): LambdaHandler =>
      pipeline(chain, () => sse(failing(error, ...items))) as LambdaHandler;
    const early = start(handlerOf(new SoldOut()));
    await early.done;
    expect([early.out.prelude, JSON.parse(early.out.body)]).toMatchObject([
      { statusCode: 409 },
      { status: 409, detail: "None left" },
    ]);
    for (const [error, data] of [
      [new BadRequest("No", { field: "at" }), { code: 400, message: "No", field: "at" }],
      [new SoldOut(), { code: 500, message: "Internal Server Error" }],
    ] as const) {
      const late = start(handlerOf(error, { at: 1 }));
      await expect(late.done).rejects.toBe(error);
      const [, text = ""] = /event: error\ndata: (.*)\n\n$/.exec(late.out.body) ?? [];
      expect(JSON.parse(text)).toEqual(data);
    }
  });

  it("sends a comment while it waits, and none with keepAlive: 0", async () => {
    vi.useFakeTimers();
    let go: () => void = () => undefined;
    async function* slow(): AsyncGenerator<Tick, void> {
      yield { at: 1 };
      await new Promise<void>(resolve => {
        go = resolve;
      });
      yield { at: 2 };
    }
    const bodyAfter = async (options: object): Promise<string> => {
      const { out, done } = start(giving(slow, options));
      await vi.advanceTimersByTimeAsync(25_000);
      go();
      await vi.advanceTimersByTimeAsync(1);
      await done;
      return out.body;
    };
    expect(await bodyAfter({ keepAlive: 10 })).toBe(`data: {"at":1}\n\n:\n\n:\n\ndata: {"at":2}\n\n${end}`);
    expect(await bodyAfter({ keepAlive: 0 })).toBe(`data: {"at":1}\n\ndata: {"at":2}\n\n${end}`);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("ends the generator when the client goes away", async () => {
    let ended = false;
    async function* endless(): AsyncGenerator<Tick, void> {
      try {
        for (let at = 0; ; at++) {
          yield { at };
          await turn();
        }
      } finally {
        ended = true;
      }
    }
    const { out, done } = start(giving(endless));
    while (out.body.length < 100) await turn();
    out.destroy();
    await done;
    for (let round = 0; round < 20 && !ended; round++) await turn();
    expect(ended).toBe(true);
  });

  it.each([0, 15])(
    "ends what never gives another item when the client goes away, keepAlive: %s",
    async keepAlive => {
      vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
      const calls: string[] = [];
      const quiet: AsyncIterable<Tick> = {
        [Symbol.asyncIterator]: () => ({
          next: async () => {
            calls.push("next");
            return calls.length === 1
              ? { done: false, value: { at: 1 } }
              : new Promise<never>(() => undefined);
          },
          return: async () => {
            calls.push("return");
            throw new Error("Nobody is left to hear of this");
          },
        }),
      };
      const { out, done } = start(giving(() => quiet, { keepAlive }));
      while (out.body === "" || calls.length < 2) await turn();
      out.destroy();
      await done;
      await turn();
      expect([calls, vi.getTimerCount()]).toEqual([["next", "next", "return"], 0]);
    },
  );

  it("waits no longer itself for a generator that can't be woken, which ends when it has what it awaits", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    let ended = false;
    const gate = Promise.withResolvers<void>();
    async function* waiting(): AsyncGenerator<Tick, void> {
      try {
        yield { at: 1 };
        await gate.promise;
        yield { at: 2 };
      } finally {
        ended = true;
      }
    }
    const { out, done } = start(giving(waiting));
    while (out.body === "" || vi.getTimerCount() === 0) await turn();
    out.destroy();
    await done;
    await turn();
    expect([ended, vi.getTimerCount()]).toEqual([false, 0]);
    gate.resolve();
    await turn();
    expect([ended, out.body]).toEqual([true, 'data: {"at":1}\n\n']);
  });

  it("ends items that are never sent", async () => {
    let ended = 0;
    const items = {
      [Symbol.asyncIterator]: () => ({
        next: () => Promise.reject(new Error("Nobody asks")),
        return: async () => {
          ended++;
          return { done: true as const, value: undefined };
        },
      }),
    };
    const handler = pipeline([errors({ logger: false }), serialize()], () => ({
      ...(sse(items) as object),
      statusCode: 304,
    })) as LambdaHandler;
    const { out, done } = start(handler);
    await done;
    expect([out.body, ended]).toEqual(["", 1]);
  });
});
